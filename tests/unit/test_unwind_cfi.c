/* SPDX-License-Identifier: MIT */
/*
 * unwind_cfi, unwind_expr: what each instruction of a frame's program does, and
 * each operation of an expression; and that programs of any bytes end and are
 * read to the last byte, but no further (the module ends where memory does).
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>

#include "core/os/os.h"
#include "tests/unit/cfi_module.h"

static struct cfi_module m;
static struct cfi_row row;

/* Looks up pc in a module whose one function has this program. */
static int find_at(unsigned long pc, const char *program, size_t n)
{
	static const uint8_t initial[] = { 0x0c, 7, 8, 0x90, 1 }; /* CFA = rsp + 8, ra at CFA - 8 */
	static uint8_t tables[FAKE_MAX];
	const uint8_t *fde = (const uint8_t *)program;
	size_t bytes = fake_tables(tables, initial, sizeof(initial), fde, n, 0);

	m = fake_module(tables, bytes);
	return cfi_find(&m, m.hdr + FAKE_CODE + pc, &row);
}

#define FIND(pc, program) find_at(pc, program, sizeof(program) - 1)

static void the_cie_gives_the_first_row(void)
{
	UNIT_EQ(FIND(0, ""), 0);
	UNIT_EQ(row.cfa_reg, REG_SP);
	UNIT_EQ(row.cfa_off, 8);
	UNIT_EQ(row.how[COL_PC], CFI_AT);
	UNIT_EQ(row.off[COL_PC], -8);
	UNIT_EQ(row.how[COL_BP], CFI_SAME);
	CU_ASSERT(!row.signal && !row.cfa_expr);
}

static void pcs_outside_are_not_found(void)
{
	UNIT_EQ(FIND(FAKE_CODE_BYTES - 1, ""), 0);
	UNIT_EQ(FIND(FAKE_CODE_BYTES, ""), -ENOENT);
	UNIT_EQ(FIND(-1UL, ""), -ENOENT);
	UNIT_EQ(FIND(-1UL << 40, ""), -ENOENT);
}

/* push %rbp; mov %rsp, %rbp; ...; leave */
static void a_prologue_changes_the_row(void)
{
	static const char program[] = "\101\016\020\206\002\103\015\006\140\014\007\010";

	UNIT_EQ(FIND(0, program), 0);
	UNIT_EQ(row.cfa_off, 8);
	UNIT_EQ(FIND(1, program), 0);
	UNIT_EQ(row.cfa_off, 16);
	UNIT_EQ(row.how[COL_BP], CFI_AT);
	UNIT_EQ(row.off[COL_BP], -16);
	UNIT_EQ(FIND(3, program), 0);
	UNIT_EQ(row.cfa_reg, REG_SP);
	UNIT_EQ(FIND(4, program), 0);
	UNIT_EQ(row.cfa_reg, REG_BP);
	UNIT_EQ(row.cfa_off, 16);
	UNIT_EQ(FIND(36, program), 0);
	UNIT_EQ(row.cfa_reg, REG_SP);
	UNIT_EQ(row.cfa_off, 8);
}

static void states_are_remembered_and_recalled(void)
{
	static const char program[] = "\101\203\003\012\101\303\016\100\101\013";

	UNIT_EQ(FIND(1, program), 0);
	UNIT_EQ(row.off[COL_BX], -24);
	UNIT_EQ(FIND(2, program), 0);
	UNIT_EQ(row.how[COL_BX], CFI_SAME);
	UNIT_EQ(row.cfa_off, 64);
	UNIT_EQ(FIND(3, program), 0);
	UNIT_EQ(row.off[COL_BX], -24);
	UNIT_EQ(row.cfa_off, 8);
	UNIT_EQ(FIND(0, "\013"), -EINVAL);
	UNIT_EQ(FIND(0, "\012\012\012\012\012"), -EINVAL);
}

static void every_rule_of_a_register_is_known(void)
{
	UNIT_EQ(FIND(0, "\005\014\177"), 0); /* offset_extended r12 */
	UNIT_EQ(row.off[COL_R12], -127 * 8);
	UNIT_EQ(FIND(0, "\021\015\177"), 0); /* offset_extended_sf r13 -1 */
	UNIT_EQ(row.off[COL_R13], 8);
	UNIT_EQ(FIND(0, "\007\020"), 0); /* undefined ra */
	UNIT_EQ(row.how[COL_PC], CFI_UNDEFINED);
	UNIT_EQ(FIND(0, "\206\002\010\006"), 0); /* same_value rbp */
	UNIT_EQ(row.how[COL_BP], CFI_SAME);
	UNIT_EQ(FIND(0, "\011\020\012"), 0); /* register ra r10 */
	UNIT_EQ(row.how[COL_PC], CFI_REG);
	UNIT_EQ(row.off[COL_PC], 10);
	UNIT_EQ(FIND(0, "\024\007\002"), 0); /* val_offset rsp */
	UNIT_EQ(row.how[COL_SP], CFI_VALUE);
	UNIT_EQ(row.off[COL_SP], -16);
	UNIT_EQ(FIND(0, "\057\003\002"), 0); /* GNU_negative_offset_extended */
	UNIT_EQ(row.off[COL_BX], 16);
	UNIT_EQ(FIND(0, "\022\006\176\023\175"), 0); /* def_cfa_sf, def_cfa_offset_sf */
	UNIT_EQ(row.cfa_reg, REG_BP);
	UNIT_EQ(row.cfa_off, 24);
	UNIT_EQ(FIND(0, "\020\006\002\166\000\056\020"), 0); /* expression rbp, args_size */
	UNIT_EQ(row.how[COL_BP], CFI_EXPR);
	UNIT_EQ(FIND(0, "\206\002\321\021\021\000"), 0); /* of registers not followed */
}

static void nonsense_is_refused(void)
{
	UNIT_EQ(FIND(0, "\077"), -EINVAL); /* no such instruction */
	UNIT_EQ(FIND(0, "\014\007"), -EINVAL); /* ends within */
	UNIT_EQ(FIND(0, "\014\021\010"), -EINVAL); /* no such register */
	UNIT_EQ(FIND(0, "\016\377\377\377\377\377\017"), -EINVAL); /* does not fit */
	UNIT_EQ(FIND(0, "\206\377\377\377\377\377\377\377\377\177"), -EINVAL);
	UNIT_EQ(FIND(0, "\017\005\166"), -EINVAL); /* expression ends within */
	UNIT_EQ(FIND(0, "\004\377\377\377\377\016\020"), 0); /* far behind pc */
	UNIT_EQ(row.cfa_off, 8);
}

/* --- expressions --- */

static unsigned long memory[4] = { 11, 22, 33, 44 };
static unsigned long result;

/* def_cfa_expression with this expression, evaluated: rbp is `memory`, rsp 1000. */
static bool eval(const char *expr, size_t n)
{
	struct os_regs regs = { .valid = REGS_KEPT };
	struct stack_window w;
	char program[256];
	unsigned long first = 7;

	program[0] = 0x0f;
	program[1] = (char)n;
	memcpy(program + 2, expr, n);
	if (n > 127 || find_at(0, program, n + 2) || !row.cfa_expr)
		return false;
	regs.r[REG_BP] = (unsigned long)memory;
	regs.r[REG_SP] = 1000;
	regs.r[REG_PC] = 0x40101b;
	stack_window_open(&w, (unsigned long)&w);
	return cfi_eval(&m, row.cfa_off, &regs, &w, &first, &result);
}

#define IS(expr, want)                                                                             \
	do {                                                                                       \
		CU_ASSERT(eval(expr, sizeof(expr) - 1));                                           \
		UNIT_EQ(result, want);                                                             \
	} while (0)
#define FAILS(expr) CU_ASSERT(!eval(expr, sizeof(expr) - 1))

static void operations_do_what_they_should(void)
{
	IS("", 7); /* what was pushed before */
	IS("\167\010", 1008); /* breg7 8 */
	IS("\167\170", 992);
	IS("\166\010\006", 22); /* breg6 8; deref */
	IS("\166\020\224\001", 33); /* deref_size */
	IS("\065\063\034", 2); /* lit5 lit3 minus */
	IS("\065\063\042", 8);
	IS("\065\063\036", 15);
	IS("\065\063\044", 40);
	IS("\065\063\046", 0);
	IS("\011\370\063\046", -1UL); /* const1s -8, shra 3 */
	IS("\012\377\377", 0xffff);
	IS("\013\377\377", -1UL);
	IS("\014\1\0\0\0", 1);
	IS("\020\345\216\046", 624485); /* constu */
	IS("\021\177", -1UL);
	IS("\061\062\063\027\034\034", 4); /* rot: 3, 1, 2 */
	IS("\061\062\026\034", 1); /* swap: 2 - 1 */
	IS("\061\062\024", 1); /* over */
	IS("\061\062\025\001", 1); /* pick */
	IS("\061\022\042", 2); /* dup */
	IS("\061\062\023", 1); /* drop */
	IS("\061\037", -1UL);
	IS("\060\040", ~0UL);
	IS("\065\043\200\001", 133); /* plus_uconst 128 */
	IS("\065\063\032", 1);
	IS("\065\063\041", 7);
	IS("\065\063\047", 6);
	IS("\065\063\052", 1); /* ge */
	IS("\065\063\055", 0);
	IS("\061\050\001\000\065\226", 7); /* bra over lit5 */
}

/* That of binutils for a procedure linkage table: rsp + 8 + 8 * (pc % 16 >= 11). */
static void the_plt_is_understood(void)
{
	IS("\167\010\200\000\077\032\073\052\063\044\042", 1016);
}

static void bad_expressions_fail(void)
{
	FAILS("\042"); /* one word is not two */
	FAILS("\023\023");
	FAILS("\121"); /* a register that is not known */
	FAILS("\177\0\006"); /* r15 + 0 is 0: cannot be read */
	FAILS("\025\001");
	FAILS("\377");
	FAILS("\012\001"); /* ends within */
	FAILS("\057\375\377"); /* a loop */
	FAILS("\057\000\020"); /* out of it */
	FAILS("\057\000\200");
	FAILS("\022\022\022\022\022\022\022\022\022\022\022\022\022\022\022\022");
}

/* --- any bytes --- */

static void random_programs_end(void)
{
	unsigned char program[64];
	struct os_regs regs;
	struct stack_window w;
	unsigned long found = 0;

	srandom((unsigned int)unit_seed());
	stack_window_open(&w, (unsigned long)&w);
	for (long i = 0; i < 300000; i++) {
		for (size_t k = 0; k < sizeof(program); k++)
			program[k] = (unsigned char)(random() % 4 ? random() % 24 : random());
		for (int r = 0; r < NR_UNWIND_REGS; r++)
			regs.r[r] = (unsigned long)&w + (unsigned long)(random() % 64) * 8;
		regs.valid = REGS_ALL;
		if (find_at((unsigned long)random() % 256, (char *)program,
			    (size_t)random() % sizeof(program)))
			continue;
		CU_ASSERT_FATAL(row.cfa_reg < NR_UNWIND_REGS);
		found += (unsigned long)fake_apply(&m, &row, &regs, &w) > 0;
	}
	CU_ASSERT(found > 1000);
}

/* A sound module with any of its bytes changed, and cut off anywhere. */
static void random_tables_end(void)
{
	static const uint8_t cie[] = { 0x0c, 7, 8, 0x90, 1 };
	static const uint8_t fde[] = "\101\016\020\206\002\103\015\006\017\003\166\010\006";
	static uint8_t tables[512];
	struct cfi_module cut;
	size_t n, keep;

	srandom((unsigned int)unit_seed());
	for (long i = 0; i < 300000; i++) {
		n = fake_tables(tables, cie, sizeof(cie), fde, sizeof(fde) - 1, i & 1);
		for (long k = random() % 5; k > 0; k--)
			tables[(size_t)random() % n] = (uint8_t)random();
		keep = random() % 2 ? n : (size_t)random() % (n + 1);
		cut = fake_module(tables, keep);
		if (!cfi_find(&cut, cut.hdr + FAKE_CODE + (unsigned long)random() % 16, &row))
			CU_ASSERT_FATAL(row.cfa_reg < NR_UNWIND_REGS);
	}
}

UNIT_MAIN("unwind_cfi",
	UNIT_TEST(the_cie_gives_the_first_row),
	UNIT_TEST(pcs_outside_are_not_found),
	UNIT_TEST(a_prologue_changes_the_row),
	UNIT_TEST(states_are_remembered_and_recalled),
	UNIT_TEST(every_rule_of_a_register_is_known),
	UNIT_TEST(nonsense_is_refused),
	UNIT_TEST(operations_do_what_they_should),
	UNIT_TEST(the_plt_is_understood),
	UNIT_TEST(bad_expressions_fail),
	UNIT_TEST(random_programs_end),
	UNIT_TEST(random_tables_end)
);
