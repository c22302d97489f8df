/* SPDX-License-Identifier: MIT */
/*
 * fuzz_unwind: whatever a module says of its frames, looking it up ends, reads
 * nothing outside of the module, and what it answers is in bounds; evaluating
 * its expressions ends and reads nothing that cannot be read.
 * The input: byte 0 chooses (bit 0: the rest is the module as it is; else the
 * programs of a CIE and a FDE, bit 1: of a signal frame), byte 1 where the
 * CIE's program ends, bytes 2 and 3 the pc.
 */
#include <unistd.h>

#include "core/os/dl_find.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/cfi_module.h"

/* Registers that lead into the stack, out of it, and nowhere. */
static void make_regs(struct os_regs *regs, const struct cfi_module *m)
{
	unsigned long here = (unsigned long)__builtin_frame_address(0);

	for (int i = 0; i < NR_UNWIND_REGS; i++)
		regs->r[i] = here + 64UL * (unsigned int)i;
	regs->r[REG_BX] = 0;
	regs->r[REG_R12] = ~0UL - 8;
	regs->r[13] = m->hi - 4;
	regs->r[14] = 0x8000000000000000UL;
	regs->valid = REGS_ALL & ~(1u << REG_R8);
}

static void check_row(const struct cfi_row *row)
{
	CHECK(row->cfa_reg < NR_UNWIND_REGS);
	for (int col = 0; col < NR_COLS; col++)
		CHECK(row->how[col] <= CFI_VALUE_EXPR);
}

/* What is not set is seen: the second answer differs. */
static __attribute__((noinline)) void dirty_stack(void)
{
	volatile unsigned char v[2000];

	for (size_t i = 0; i < sizeof(v); i++)
		v[i] = 0x5a;
}

static void look_up(const struct cfi_module *m, uintptr_t pc)
{
	struct stack_window w;
	struct os_regs regs;
	struct cfi_row row, again;
	int err = cfi_find(m, pc, &row);

	dirty_stack();
	CHECK(err <= 0 && err == cfi_find(m, pc, &again));
	if (err)
		return;
	check_row(&row);
	CHECK(!memcmp(row.off, again.off, sizeof(row.off)));
	CHECK(!memcmp(row.how, again.how, sizeof(row.how)));
	CHECK(row.cfa_off == again.cfa_off && row.cfa_reg == again.cfa_reg);
	make_regs(&regs, m);
	stack_window_open(&w, regs.r[REG_SP]);
	fake_apply(m, &row, &regs, &w);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static uint8_t tables[MAX_INPUT + 256];
	struct cfi_module m;
	size_t n, cie;
	uintptr_t pc;

	if (size < 4 || size > MAX_INPUT)
		return 0;
	n = size - 4;
	cie = data[1] < n ? data[1] : n;
	if (data[0] & 1) {
		m = fake_module(data + 4, n);
	} else {
		n = fake_tables(tables, data + 4, cie, data + 4 + cie, n - cie, data[0] & 2);
		m = fake_module(tables, n);
	}
	pc = (data[2] | (uintptr_t)data[3] << 8) % FAKE_CODE_BYTES;
	look_up(&m, m.hdr + FAKE_CODE + pc);
	look_up(&m, m.lo + pc);
	return 0;
}

#ifndef KMEMU_LIBFUZZER
static const uint8_t cfa_ops[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
				   0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13,
				   0x14, 0x15, 0x16, 0x2e, 0x2f, 0x41, 0x83, 0x86, 0x90, 0xc6 };
static const uint8_t expr_ops[] = { 0x03, 0x06, 0x08, 0x09, 0x0a, 0x0c, 0x0e, 0x10, 0x11, 0x12,
				    0x13, 0x14, 0x15, 0x16, 0x17, 0x1a, 0x1c, 0x1e, 0x1f, 0x20,
				    0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a,
				    0x2b, 0x2f, 0x30, 0x38, 0x51, 0x56, 0x76, 0x77, 0x80, 0x94 };

static uint8_t any(const uint8_t *from, size_t n)
{
	return from[(size_t)random() % n];
}

/* An opcode, a small number, a block of an expression, seldom any byte. */
static size_t put_random(uint8_t *p)
{
	size_t n = (size_t)random() % 8;

	switch (random() % 8) {
	case 0:
		p[0] = (uint8_t)random();
		return 1;
	case 1:
	case 2:
		p[0] = (uint8_t)(random() % 40);
		return 1;
	case 3:
		p[0] = random() % 2 ? 0x0f : 0x10; /* def_cfa_expression, expression */
		p[1] = random() % 2 ? 6 : 16;
		p += 1 + (p[0] == 0x10);
		*p = (uint8_t)(n + (random() % 16 == 0));
		for (size_t i = 1; i <= n; i++)
			p[i] = random() % 4 ? any(expr_ops, sizeof(expr_ops)) : (uint8_t)random();
		return n + 2 + (p[-1] <= 16);
	default:
		p[0] = any(cfa_ops, sizeof(cfa_ops));
		return 1;
	}
}

static size_t random_input(unsigned char *buf)
{
	size_t n = 4, end = 4 + (size_t)random() % 200;

	buf[0] = (uint8_t)(random() % 4 ? 0 : random());
	buf[1] = (uint8_t)(random() % 40);
	buf[2] = (uint8_t)random();
	buf[3] = (uint8_t)random();
	while (n < end)
		n += put_random(buf + n);
	if (!(buf[0] & 1))
		return n;
	/* whole tables, with some bytes changed */
	memmove(buf + 1000, buf + 4, n - 4);
	n = fake_tables(buf + 4, buf + 1000, (n - 4) / 2, buf + 1000 + (n - 4) / 2, (n - 4) / 2,
			random() % 2);
	for (long i = random() % 8; i > 0; i--)
		buf[4 + (size_t)random() % (random() % 2 ? 60 : n)] = (uint8_t)random();
	return 4 + n - (random() % 4 ? 0 : (size_t)random() % n);
}
#endif
