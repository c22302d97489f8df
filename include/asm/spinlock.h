/* SPDX-License-Identifier: MIT */
/* <asm/spinlock.h>: all of it is in <linux/spinlock.h>. */
#ifndef _ASM_X86_SPINLOCK_H
#define _ASM_X86_SPINLOCK_H

#include <linux/spinlock.h>

#endif /* _ASM_X86_SPINLOCK_H */
