/*
 * unwind_cfi.h - call frame information: .eh_frame_hdr and .eh_frame of a
 * module (DWARF 5 section 6.4, Linux Standard Base core, chapter 10). Internal
 * to the unwinder; unwind_cfi.c has the theory.
 */
#pragma once

#include "core/os/regs.h"
#include "core/report/unwind_stack.h"

/* A module: [lo, hi) can be read and holds .eh_frame_hdr and .eh_frame. */
struct cfi_module {
	uintptr_t lo, hi, hdr;
};

/* Registers that a row knows; the others are not followed. */
enum { COL_BX,
       COL_BP,
       COL_SP,
       COL_R12,
       COL_R13,
       COL_R14,
       COL_R15,
       COL_PC,
       NR_COLS };
extern const u8 cfi_reg_of[NR_COLS]; /* their DWARF numbers */

enum cfi_how {
	CFI_SAME,      /* as it is */
	CFI_UNDEFINED, /* lost; of the pc: the stack ends here */
	CFI_AT,	       /* saved at CFA + off */
	CFI_VALUE,     /* is CFA + off */
	CFI_REG,       /* is in register off */
	CFI_EXPR,      /* saved at what the expression at lo + off gives */
	CFI_VALUE_EXPR /* is what it gives */
};

/* How to find the caller's registers from those at one pc. */
struct cfi_row {
	int off[NR_COLS]; /* bytes, or see above */
	u8 how[NR_COLS];  /* enum cfi_how */
	int cfa_off;	  /* CFA = cfa_reg + cfa_off; with cfa_expr: at lo + cfa_off */
	u8 cfa_reg;
	bool cfa_expr;
	bool signal; /* the frame's caller was interrupted: its pc is exact */
};

/* 0, -ENOENT: nothing is said of this pc, -EINVAL: it cannot be understood. */
int cfi_find(const struct cfi_module *m, uintptr_t pc, struct cfi_row *row);

/*
 * Evaluates the expression at lo + at (a length and that many bytes); first is
 * pushed before it begins, when not NULL. False: broken, too long, or it reads
 * what cannot be read.
 */
bool cfi_eval(const struct cfi_module *m, int at, const struct os_regs *regs,
	      struct stack_window *stack, const unsigned long *first, unsigned long *result);

/* --- for both files: bytes between p and end; bad is set for ever at the end */

struct cfi_cursor {
	const u8 *p, *end;
	bool bad;
};

u64 cfi_fixed(struct cfi_cursor *c, unsigned int bytes);
u64 cfi_uleb(struct cfi_cursor *c);
s64 cfi_sleb(struct cfi_cursor *c);
