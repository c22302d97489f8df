/*
 * unwind_expr.c - DWARF expressions, as call frame information uses them:
 * where a frame's address takes more than a register and an offset (the
 * procedure linkage table, frames that realign the stack, hand-written
 * assembly). No kernel counterpart; ORC has no need of them.
 *
 * A stack machine of 64-bit words (DWARF 5 section 2.5). What only debuggers
 * need (pieces, calls, TLS, typed values) makes the expression invalid.
 *
 * It ends: at most STEPS_MAX operations, since it can jump backwards; its stack
 * is WORDS_MAX deep; memory is read through the window of the stack, which
 * asks first.
 *
 * Locks: none. Cost: a few ns an operation. Stack: some 250 bytes.
 */
#include "core/report/unwind_cfi.h"

#define WORDS_MAX 16
#define STEPS_MAX 256

struct expr {
	struct cfi_cursor c;
	const u8 *start;
	const struct cfi_module *m;
	const struct os_regs *regs;
	struct stack_window *stack;
	unsigned int n; /* words in use */
	unsigned long word[WORDS_MAX];
};

static void push(struct expr *e, unsigned long v)
{
	if (e->n == WORDS_MAX)
		e->c.bad = true;
	else
		e->word[e->n++] = v;
}

static unsigned long pop(struct expr *e)
{
	if (!e->n) {
		e->c.bad = true;
		return 0;
	}
	return e->word[--e->n];
}

/* i words below the top. */
static void pick(struct expr *e, u64 i)
{
	if (i >= e->n)
		e->c.bad = true;
	else
		push(e, e->word[e->n - 1 - i]);
}

static void push_register(struct expr *e, u64 reg, s64 off)
{
	if (reg >= NR_UNWIND_REGS || !(e->regs->valid >> reg & 1))
		e->c.bad = true;
	else
		push(e, e->regs->r[reg] + (unsigned long)off);
}

static void dereference(struct expr *e, u64 bytes)
{
	unsigned long v = 0;

	if (bytes == 0 || bytes > 8 || !stack_read(e->stack, pop(e), &v))
		e->c.bad = true;
	push(e, bytes < 8 ? v & ((1UL << (8 * (bytes & 7))) - 1) : v);
}

static void jump(struct expr *e, bool taken)
{
	s64 by = (int16_t)cfi_fixed(&e->c, 2);

	if (!taken)
		return;
	if (by < e->start - e->c.p || by > e->c.end - e->c.p)
		e->c.bad = true;
	else
		e->c.p += by;
}

static void rotate(struct expr *e)
{
	unsigned long a = pop(e), b = pop(e), c = pop(e);

	push(e, a);
	push(e, c);
	push(e, b);
}

static void swap(struct expr *e)
{
	unsigned long a = pop(e), b = pop(e);

	push(e, a);
	push(e, b);
}

/* DW_OP_*: constants that follow, 0x08 to 0x11. */
static void constant(struct expr *e, u8 op)
{
	unsigned int bytes = 1u << (op - 0x08) / 2, shift = 64 - 8 * bytes;
	u64 v;

	if (op == 0x10) {
		push(e, cfi_uleb(&e->c));
	} else if (op == 0x11) {
		push(e, (unsigned long)cfi_sleb(&e->c));
	} else {
		v = cfi_fixed(&e->c, bytes);
		push(e, op & 1 ? (unsigned long)((s64)(v << shift) >> shift) : v);
	}
}

/* Of two words; a was on top. False: another operation. */
static bool binary(u8 op, unsigned long b, unsigned long a, unsigned long *v)
{
	s64 sa = (s64)a, sb = (s64)b;

	switch (op) {
	case 0x1a:
		*v = b & a;
		break;
	case 0x1c:
		*v = b - a;
		break;
	case 0x1e:
		*v = b * a;
		break;
	case 0x21:
		*v = b | a;
		break;
	case 0x22:
		*v = b + a;
		break;
	case 0x24:
		*v = a < 64 ? b << a : 0;
		break;
	case 0x25:
		*v = a < 64 ? b >> a : 0;
		break;
	case 0x26:
		*v = (unsigned long)(sb >> (a < 63 ? a : 63));
		break;
	case 0x27:
		*v = b ^ a;
		break;
	case 0x29:
		*v = sb == sa;
		break;
	case 0x2a:
		*v = sb >= sa;
		break;
	case 0x2b:
		*v = sb > sa;
		break;
	case 0x2c:
		*v = sb <= sa;
		break;
	case 0x2d:
		*v = sb < sa;
		break;
	case 0x2e:
		*v = sb != sa;
		break;
	default:
		return false;
	}
	return true;
}

/* Operations on the words that are there; the rest is arithmetic. */
static void operate(struct expr *e, u8 op)
{
	unsigned long a, v = 0;

	switch (op) {
	case 0x06:
		dereference(e, 8);
		return;
	case 0x12:
		pick(e, 0);
		return;
	case 0x13:
		pop(e);
		return;
	case 0x14:
		pick(e, 1);
		return;
	case 0x15:
		pick(e, cfi_fixed(&e->c, 1));
		return;
	case 0x16:
		swap(e);
		return;
	case 0x17:
		rotate(e);
		return;
	case 0x1f:
		push(e, 0 - pop(e));
		return;
	case 0x20:
		push(e, ~pop(e));
		return;
	case 0x23:
		push(e, pop(e) + cfi_uleb(&e->c));
		return;
	}
	a = pop(e);
	if (!binary(op, pop(e), a, &v))
		e->c.bad = true;
	push(e, v);
}

static void step(struct expr *e, u8 op)
{
	if (op >= 0x30 && op <= 0x4f)
		push(e, op - 0x30u);
	else if (op >= 0x50 && op <= 0x6f)
		push_register(e, op - 0x50u, 0);
	else if (op >= 0x70 && op <= 0x8f)
		push_register(e, op - 0x70u, cfi_sleb(&e->c));
	else if (op == 0x03)
		push(e, cfi_fixed(&e->c, 8));
	else if (op >= 0x08 && op <= 0x11)
		constant(e, op);
	else if (op == 0x28)
		jump(e, pop(e) != 0);
	else if (op == 0x2f)
		jump(e, true);
	else if (op == 0x94)
		dereference(e, cfi_fixed(&e->c, 1));
	else if (op != 0x96) /* nop */
		operate(e, op);
}

bool cfi_eval(const struct cfi_module *m, int at, const struct os_regs *regs,
	      struct stack_window *stack, const unsigned long *first, unsigned long *result)
{
	struct expr e = { .m = m, .regs = regs, .stack = stack };
	u64 bytes;

	e.c = (struct cfi_cursor){ (const u8 *)m->lo + at, (const u8 *)m->hi, false };
	bytes = cfi_uleb(&e.c);
	if (e.c.bad || bytes > (size_t)(e.c.end - e.c.p))
		return false;
	e.start = e.c.p;
	e.c.end = e.c.p + bytes;
	if (first)
		push(&e, *first);
	for (int i = 0; e.c.p < e.c.end && !e.c.bad; i++) {
		if (i == STEPS_MAX)
			return false;
		step(&e, (u8)cfi_fixed(&e.c, 1));
	}
	*result = pop(&e);
	return !e.c.bad;
}
