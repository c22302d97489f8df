/* SPDX-License-Identifier: MIT */
/*
 * A module for the unwinder that has nothing but call frame information, made
 * of any bytes: it ends where a page ends that is followed by one that cannot
 * be read, so that a byte read too much is a fault.
 */
#pragma once

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "core/report/unwind_cfi.h"

#define FAKE_MAX	16384
#define FAKE_CODE	0x100000 /* its one function begins so far behind the module */
#define FAKE_CODE_BYTES 4096

/* The n bytes as a module, whose search table is the first of them. */
static inline struct cfi_module fake_module(const uint8_t *bytes, size_t n)
{
	static char *map;
	struct cfi_module m;

	if (!map) {
		map = mmap(NULL, FAKE_MAX + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		mprotect(map + 4096, FAKE_MAX, PROT_READ | PROT_WRITE);
	}
	m.hi = (uintptr_t)map + 4096 + FAKE_MAX;
	m.lo = m.hdr = m.hi - n;
	memcpy((void *)m.lo, bytes, n);
	return m;
}

static inline uint8_t *fake_u32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, 4);
	return p + 4;
}

static inline uint8_t *fake_record(uint8_t *p, const void *head, size_t n, const uint8_t *program,
				   size_t program_bytes)
{
	p = fake_u32(p, (uint32_t)(n + program_bytes));
	memcpy(p, head, n);
	memcpy(p + n, program, program_bytes);
	return p + n + program_bytes;
}

/*
 * A search table with one entry, its CIE with a program and its FDE with another;
 * augmentation "zR" or "zRS". Returns the bytes used.
 */
static inline size_t fake_tables(uint8_t *out, const uint8_t *cie, size_t cie_bytes,
				 const uint8_t *fde, size_t fde_bytes, int is_signal)
{
	static const uint8_t plain[] = "\0\0\0\0\1zR\0\1\170\20\1\33";
	static const uint8_t signal[] = "\0\0\0\0\1zRS\0\1\170\20\1\33";
	uint8_t *p = out, *at_fde, head[13];
	const uint8_t *cie_head = is_signal ? signal : plain;
	size_t cie_head_bytes = is_signal ? sizeof(signal) - 1 : sizeof(plain) - 1;
	uint32_t to_fde = 20 + 4 + (uint32_t)(cie_head_bytes + cie_bytes);

	memcpy(p, "\1\33\3\73", 4);
	p = fake_u32(p + 4, 16); /* .eh_frame, from here: the CIE */
	p = fake_u32(p, 1);
	p = fake_u32(p, FAKE_CODE);
	p = fake_u32(p, to_fde);
	p = fake_record(p, cie_head, cie_head_bytes, cie, cie_bytes);
	at_fde = p;
	fake_u32(head, (uint32_t)(at_fde + 4 - (out + 20)));
	fake_u32(head + 4, FAKE_CODE - (uint32_t)(at_fde + 8 - out));
	fake_u32(head + 8, FAKE_CODE_BYTES);
	head[12] = 0;
	return (size_t)(fake_record(p, head, sizeof(head), fde, fde_bytes) - out);
}

/*
 * What an unwinder does with a row: every expression and every saved register.
 * Returns how many of the registers were found.
 */
static inline int fake_apply(const struct cfi_module *m, const struct cfi_row *row,
			     const struct os_regs *regs, struct stack_window *w)
{
	unsigned long cfa = regs->r[row->cfa_reg], v;
	int found = 0;

	if (row->cfa_expr && !cfi_eval(m, row->cfa_off, regs, w, NULL, &cfa))
		return 0;
	for (int col = 0; col < NR_COLS; col++) {
		if (row->how[col] >= CFI_EXPR)
			found += cfi_eval(m, row->off[col], regs, w, &cfa, &v) &&
				 stack_read(w, v & ~7UL, &v);
		else if (row->how[col] == CFI_AT)
			found += stack_read(w, cfa + (unsigned long)(long)row->off[col], &v);
	}
	return found;
}
