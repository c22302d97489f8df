/*
 * unwind_cfi.c - from a pc to the row of rules that restore its caller's
 * registers: the binary search table of .eh_frame_hdr, the entry (FDE) in
 * .eh_frame, and the interpreter of its program. The kernel has the same
 * tables made into ORC at build time by objtool (kernel/unwind_orc.c); here
 * they come as the compiler wrote them, and unwind.c makes short rules of
 * them.
 *
 * Shapes that linkers write are read, others are "nothing is said of this pc": a
 * search table of four-byte offsets from its own start (ld, gold, lld and mold
 * all write it), records of less than 4 GiB, pointers that are not indirect.
 * Eight registers are followed: those that a function must keep, the stack
 * pointer and the pc.
 *
 * Nothing here is believed. Every byte is read through a cursor that ends at
 * the segment's end at the latest (lo and hi come from the program headers);
 * numbers that would overflow make the row invalid; a program is at most
 * PROGRAM_MAX bytes, and each of its instructions takes a byte or more, so it
 * ends; the states that it may remember are REMEMBER_MAX deep (compilers use
 * one); nothing recurses.
 *
 * Locks: none; reads the module only. Cost: some 100 to 300 ns for a row, most of it
 * cache misses of the search; rules are kept, so it is paid once a pc.
 * Stack: some 700 bytes.
 */
#include <errno.h>
#include <string.h>

#include "core/report/unwind_cfi.h"

#define PROGRAM_MAX  (256u << 10)
#define REMEMBER_MAX 3

/* DW_EH_PE_*: how a pointer is written, and what it is relative to. */
#define PE_FORMAT   0x0f
#define PE_SIGNED   0x08
#define PE_BASE	    0x70
#define PE_PCREL    0x10
#define PE_DATAREL  0x30
#define PE_INDIRECT 0x80
#define PE_OMIT	    0xff
/* What .eh_frame_hdr has: count, and pairs of start and FDE. */
#define PE_UDATA4 0x03
#define PE_TABLE  (PE_DATAREL | 0x0b)

const u8 cfi_reg_of[NR_COLS] = { REG_BX, REG_BP, REG_SP, REG_R12, 13, 14, REG_R15, REG_PC };

/* --- bytes --- */

u64 cfi_fixed(struct cfi_cursor *c, unsigned int bytes)
{
	u64 v = 0;

	if ((size_t)(c->end - c->p) < bytes) {
		c->bad = true;
		c->p = c->end;
		return 0;
	}
	memcpy(&v, c->p, bytes);
	c->p += bytes;
	return v;
}

static u64 leb128(struct cfi_cursor *c, bool is_signed)
{
	unsigned int shift = 0;
	u64 v = 0, byte;

	do {
		byte = cfi_fixed(c, 1);
		if (shift < 64)
			v |= (byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	if (is_signed && (byte & 0x40) && shift < 64)
		v |= ~0ULL << shift;
	return v;
}

u64 cfi_uleb(struct cfi_cursor *c)
{
	return leb128(c, false);
}

s64 cfi_sleb(struct cfi_cursor *c)
{
	return (s64)leb128(c, true);
}

static bool in_module(const struct cfi_module *m, uintptr_t addr, size_t bytes)
{
	return addr >= m->lo && addr <= m->hi && m->hi - addr >= bytes;
}

static struct cfi_cursor cursor_at(const struct cfi_module *m, uintptr_t addr)
{
	struct cfi_cursor c = { (const u8 *)addr, (const u8 *)m->hi, false };

	if (!in_module(m, addr, 1)) {
		c.p = c.end;
		c.bad = true;
	}
	return c;
}

static u64 sign_extend(u64 v, unsigned int bytes)
{
	unsigned int shift = 64 - 8 * bytes;

	return (u64)((s64)(v << shift) >> shift);
}

static u64 encoded_value(struct cfi_cursor *c, u8 encoding)
{
	static const u8 size_of[8] = { 8, 0, 2, 4, 8, 0, 0, 0 };
	unsigned int bytes = size_of[encoding & 7];
	u64 v;

	if ((encoding & 7) == 1)
		return encoding & PE_SIGNED ? (u64)cfi_sleb(c) : cfi_uleb(c);
	if (!bytes)
		c->bad = true;
	v = cfi_fixed(c, bytes);
	return encoding & PE_SIGNED && bytes ? sign_extend(v, bytes) : v;
}

/* A pointer. An indirect one is passed over but not followed. */
static uintptr_t encoded(struct cfi_cursor *c, u8 encoding, const struct cfi_module *m)
{
	uintptr_t at = (uintptr_t)c->p;
	u64 v = encoded_value(c, encoding);

	switch (encoding & PE_BASE) {
	case 0:
		return v;
	case PE_PCREL:
		return v + at;
	case PE_DATAREL:
		return v + m->hdr;
	default: /* text, function, aligned: no linker for this machine writes them */
		c->bad = true;
		return 0;
	}
}

/* --- .eh_frame_hdr: version, encodings of pointer, count and table --- */

static int table_word(const u8 *table, size_t i)
{
	int v;

	memcpy(&v, table + 4 * i, 4);
	return v;
}

/* The last of n pairs (start, FDE) whose start is not after pc; the FDE or 0. */
static uintptr_t table_search(const u8 *table, size_t n, s64 rel, uintptr_t hdr)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (table_word(table, 2 * mid) <= rel)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? hdr + (uintptr_t)(s64)table_word(table, 2 * low - 1) : 0;
}

static uintptr_t find_fde(const struct cfi_module *m, uintptr_t pc)
{
	struct cfi_cursor c = cursor_at(m, m->hdr);
	u8 version = (u8)cfi_fixed(&c, 1), frame = (u8)cfi_fixed(&c, 1);
	u8 count = (u8)cfi_fixed(&c, 1), table = (u8)cfi_fixed(&c, 1);
	u64 n;

	if (version != 1 || frame == PE_OMIT || count != PE_UDATA4 || table != PE_TABLE)
		return 0;
	encoded(&c, frame, m);
	n = cfi_fixed(&c, 4);
	if (c.bad || n > (u64)(c.end - c.p) / 8)
		return 0;
	return table_search(c.p, n, (s64)(pc - m->hdr), m->hdr);
}

/* --- CIE and FDE --- */

struct cie {
	u64 code_align;
	s64 data_align;
	u64 ra_reg;
	u8 pointer;  /* encoding of the FDE's addresses */
	bool sized;  /* 'z': FDEs have augmentation data */
	bool signal; /* 'S' */
	struct cfi_cursor program;
};

/* A record: its length, then that many bytes, which the cursor gets. */
static struct cfi_cursor record_at(const struct cfi_module *m, uintptr_t addr)
{
	struct cfi_cursor c = cursor_at(m, addr);
	u32 length = (u32)cfi_fixed(&c, 4);

	if (length >= 0xfffffff0u || length > (size_t)(c.end - c.p))
		c.bad = true;
	else
		c.end = c.p + length;
	return c;
}

/* The letters after 'z' and the data that each has. */
static void read_augmentation(struct cfi_cursor *c, const char *letters, const char *end,
			      struct cie *cie, const struct cfi_module *m)
{
	u64 bytes = cfi_uleb(c);
	struct cfi_cursor data = *c;
	u8 personality;

	if (bytes > (size_t)(c->end - c->p)) {
		c->bad = true;
		return;
	}
	c->p += bytes;
	data.end = c->p;
	for (; letters < end; letters++) {
		if (*letters == 'R') {
			cie->pointer = (u8)cfi_fixed(&data, 1);
		} else if (*letters == 'P') {
			personality = (u8)cfi_fixed(&data, 1);
			encoded(&data, personality, m);
		} else if (*letters == 'L') {
			cfi_fixed(&data, 1);
		} else if (*letters == 'S') {
			cie->signal = true;
		} else {
			break; /* a newer one: its data is skipped with the rest */
		}
	}
	c->bad |= data.bad;
}

static bool read_cie(const struct cfi_module *m, uintptr_t addr, struct cie *cie)
{
	struct cfi_cursor c = record_at(m, addr);
	const char *letters, *end;
	u64 id = cfi_fixed(&c, 4), version = cfi_fixed(&c, 1);

	if (c.bad || id || (version != 1 && version != 3 && version != 4))
		return false;
	letters = (const char *)c.p;
	end = memchr(letters, '\0', (size_t)(c.end - c.p));
	if (!end || (*letters && *letters != 'z'))
		return false;
	c.p = (const u8 *)end + 1;
	if (version == 4)
		cfi_fixed(&c, 2); /* sizes of addresses and segments */
	*cie = (struct cie){ .sized = *letters == 'z' };
	cie->code_align = cfi_uleb(&c);
	cie->data_align = cfi_sleb(&c);
	cie->ra_reg = version == 1 ? cfi_fixed(&c, 1) : cfi_uleb(&c);
	if (cie->sized)
		read_augmentation(&c, letters + 1, end, cie, m);
	cie->program = c;
	return !c.bad && cie->ra_reg == REG_PC && !(cie->pointer & PE_INDIRECT);
}

/* The FDE at addr, if it covers pc: its start and its program. */
static int read_fde(const struct cfi_module *m, uintptr_t addr, uintptr_t pc, struct cie *cie,
		    uintptr_t *start, struct cfi_cursor *program)
{
	struct cfi_cursor c = record_at(m, addr);
	uintptr_t at = (uintptr_t)c.p;
	u64 to_cie = cfi_fixed(&c, 4), bytes;

	if (c.bad || !to_cie || !read_cie(m, at - to_cie, cie))
		return -EINVAL;
	*start = encoded(&c, cie->pointer, m);
	bytes = encoded_value(&c, cie->pointer & PE_FORMAT);
	if (cie->sized) {
		u64 skip = cfi_uleb(&c);

		c.bad |= skip > (size_t)(c.end - c.p);
		c.p = c.bad ? c.end : c.p + skip;
	}
	*program = c;
	if (c.bad)
		return -EINVAL;
	return pc - *start < bytes ? 0 : -ENOENT;
}

/* --- the program --- */

/* What the interpreter holds; initial is the row that the CIE's program makes. */
struct cfi_machine {
	struct cfi_cursor c;
	const struct cfi_module *m;
	const struct cie *cie;
	uintptr_t loc, pc;
	struct cfi_row row, initial, remembered[REMEMBER_MAX];
	unsigned int nr_remembered;
};

/* The column of a DWARF register; NR_COLS: one that is not followed. */
static unsigned int column(u64 reg)
{
	static const u8 col[NR_UNWIND_REGS] = {
		NR_COLS, NR_COLS, NR_COLS, COL_BX, NR_COLS, NR_COLS, COL_BP, COL_SP, NR_COLS,
		NR_COLS, NR_COLS, NR_COLS, COL_R12, COL_R13, COL_R14, COL_R15, COL_PC
	};

	return reg < NR_UNWIND_REGS ? col[reg] : NR_COLS;
}

static int fits(struct cfi_machine *v, s64 n)
{
	if (n != (int)n)
		v->c.bad = true;
	return (int)n;
}

static int factored(struct cfi_machine *v, s64 n)
{
	s64 product;

	if (__builtin_mul_overflow(n, v->cie->data_align, &product))
		v->c.bad = true;
	return fits(v, product);
}

static void set_rule(struct cfi_machine *v, u64 reg, enum cfi_how how, int off)
{
	unsigned int col = column(reg);

	if (col < NR_COLS) {
		v->row.how[col] = (u8)how;
		v->row.off[col] = off;
	}
}

static void set_cfa(struct cfi_machine *v, u64 reg, s64 off)
{
	if (reg >= NR_UNWIND_REGS)
		v->c.bad = true;
	v->row.cfa_reg = (u8)reg;
	v->row.cfa_off = fits(v, off);
	v->row.cfa_expr = false;
}

/* Where the expression that comes now lies; the cursor goes behind it. */
static int skip_expression(struct cfi_machine *v)
{
	int at = fits(v, (s64)((uintptr_t)v->c.p - v->m->lo));
	u64 bytes = cfi_uleb(&v->c);

	if (bytes > (size_t)(v->c.end - v->c.p))
		v->c.bad = true;
	else
		v->c.p += bytes;
	return at;
}

static void restore_rule(struct cfi_machine *v, u64 reg)
{
	unsigned int col = column(reg);

	if (col < NR_COLS)
		set_rule(v, reg, v->initial.how[col], v->initial.off[col]);
}

static void remember(struct cfi_machine *v)
{
	if (v->nr_remembered == REMEMBER_MAX)
		v->c.bad = true;
	else
		v->remembered[v->nr_remembered++] = v->row;
}

static void recall(struct cfi_machine *v)
{
	if (!v->nr_remembered)
		v->c.bad = true;
	else
		v->row = v->remembered[--v->nr_remembered];
}

static void advance(struct cfi_machine *v, u64 units)
{
	u64 bytes;

	if (__builtin_mul_overflow(units, v->cie->code_align, &bytes) ||
	    __builtin_add_overflow(v->loc, bytes, &v->loc))
		v->loc = UINTPTR_MAX;
}

/* DW_CFA_*, those about the CFA. False: another one. */
static bool execute_cfa(struct cfi_machine *v, u8 op)
{
	u64 reg;

	switch (op) {
	case 0x0c: /* def_cfa */
		reg = cfi_uleb(&v->c);
		set_cfa(v, reg, (s64)cfi_uleb(&v->c));
		return true;
	case 0x0d: /* def_cfa_register */
		set_cfa(v, cfi_uleb(&v->c), v->row.cfa_off);
		return true;
	case 0x0e: /* def_cfa_offset */
		set_cfa(v, v->row.cfa_reg, (s64)cfi_uleb(&v->c));
		return true;
	case 0x0f: /* def_cfa_expression */
		v->row.cfa_off = skip_expression(v);
		v->row.cfa_expr = true;
		return true;
	case 0x12: /* def_cfa_sf */
		reg = cfi_uleb(&v->c);
		set_cfa(v, reg, factored(v, cfi_sleb(&v->c)));
		return true;
	case 0x13: /* def_cfa_offset_sf */
		set_cfa(v, v->row.cfa_reg, factored(v, cfi_sleb(&v->c)));
		return true;
	}
	return false;
}

/* Those about one register, whose number comes first. False: another one. */
static bool execute_register(struct cfi_machine *v, u8 op)
{
	struct cfi_cursor before = v->c;
	u64 reg = cfi_uleb(&v->c);

	switch (op) {
	case 0x05: /* offset_extended */
		set_rule(v, reg, CFI_AT, factored(v, (s64)cfi_uleb(&v->c)));
		return true;
	case 0x06: /* restore_extended */
		restore_rule(v, reg);
		return true;
	case 0x07: /* undefined */
		set_rule(v, reg, CFI_UNDEFINED, 0);
		return true;
	case 0x08: /* same_value */
		set_rule(v, reg, CFI_SAME, 0);
		return true;
	case 0x09: /* register */
		set_rule(v, reg, CFI_REG, fits(v, (s64)cfi_uleb(&v->c)));
		return true;
	case 0x10: /* expression */
		set_rule(v, reg, CFI_EXPR, skip_expression(v));
		return true;
	case 0x11: /* offset_extended_sf */
		set_rule(v, reg, CFI_AT, factored(v, cfi_sleb(&v->c)));
		return true;
	case 0x14: /* val_offset */
		set_rule(v, reg, CFI_VALUE, factored(v, (s64)cfi_uleb(&v->c)));
		return true;
	case 0x15: /* val_offset_sf */
		set_rule(v, reg, CFI_VALUE, factored(v, cfi_sleb(&v->c)));
		return true;
	case 0x16: /* val_expression */
		set_rule(v, reg, CFI_VALUE_EXPR, skip_expression(v));
		return true;
	case 0x2f: /* GNU_negative_offset_extended */
		set_rule(v, reg, CFI_AT, factored(v, -(s64)cfi_uleb(&v->c)));
		return true;
	}
	v->c = before;
	return false;
}

static void execute_other(struct cfi_machine *v, u8 op)
{
	switch (op) {
	case 0x00: /* nop */
		break;
	case 0x01: /* set_loc */
		v->loc = encoded(&v->c, v->cie->pointer, v->m);
		break;
	case 0x02: /* advance_loc1, 2, 4 */
		advance(v, cfi_fixed(&v->c, 1));
		break;
	case 0x03:
		advance(v, cfi_fixed(&v->c, 2));
		break;
	case 0x04:
		advance(v, cfi_fixed(&v->c, 4));
		break;
	case 0x0a:
		remember(v);
		break;
	case 0x0b:
		recall(v);
		break;
	case 0x2e: /* GNU_args_size: for exceptions only */
		cfi_uleb(&v->c);
		break;
	default:
		v->c.bad = true;
	}
}

static void execute(struct cfi_machine *v, u8 op)
{
	u8 low = op & 0x3f;

	switch (op >> 6) {
	case 1:
		advance(v, low);
		break;
	case 2: /* offset */
		set_rule(v, low, CFI_AT, factored(v, (s64)cfi_uleb(&v->c)));
		break;
	case 3:
		restore_rule(v, low);
		break;
	default:
		if (!execute_cfa(v, op) && !execute_register(v, op))
			execute_other(v, op);
	}
}

/* Up to the first instruction that is about code behind pc. */
static bool run_program(struct cfi_machine *v, struct cfi_cursor program)
{
	v->c = program;
	if ((size_t)(program.end - program.p) > PROGRAM_MAX)
		return false;
	while (v->c.p < v->c.end && v->loc <= v->pc && !v->c.bad)
		execute(v, (u8)cfi_fixed(&v->c, 1));
	return !v->c.bad;
}

int cfi_find(const struct cfi_module *m, uintptr_t pc, struct cfi_row *row)
{
	struct cfi_machine v;
	struct cfi_cursor program;
	uintptr_t fde = find_fde(m, pc);
	struct cie cie;
	int err;

	if (!fde)
		return -ENOENT;
	v.m = m;
	v.cie = &cie;
	v.nr_remembered = 0;
	v.pc = pc;
	memset(&v.row, 0, sizeof(v.row));
	v.initial = v.row;
	err = read_fde(m, fde, pc, &cie, &v.loc, &program);
	if (err)
		return err;
	if (!run_program(&v, cie.program))
		return -EINVAL;
	v.initial = v.row;
	if (!run_program(&v, program))
		return -EINVAL;
	*row = v.row;
	row->signal = cie.signal;
	return 0;
}
