/* SPDX-License-Identifier: MIT */
/* <asm/pgtable.h>: all of it is in <linux/mm.h>. */
#ifndef _ASM_X86_PGTABLE_H
#define _ASM_X86_PGTABLE_H

#include <linux/mm.h>

#endif /* _ASM_X86_PGTABLE_H */
