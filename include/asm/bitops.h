/* SPDX-License-Identifier: MIT */
/* <asm/bitops.h>: all of it is in <linux/bitops.h>. */
#ifndef _ASM_X86_BITOPS_H
#define _ASM_X86_BITOPS_H

#include <linux/bitops.h>

#endif /* _ASM_X86_BITOPS_H */
