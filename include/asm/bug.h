/* SPDX-License-Identifier: MIT */
/* <asm/bug.h>: all of it is in <linux/bug.h>. */
#ifndef _ASM_X86_BUG_H
#define _ASM_X86_BUG_H

#include <linux/bug.h>

#endif /* _ASM_X86_BUG_H */
