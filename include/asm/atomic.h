/* SPDX-License-Identifier: MIT */
/* <asm/atomic.h>: all of it is in <linux/atomic.h>. */
#ifndef _ASM_X86_ATOMIC_H
#define _ASM_X86_ATOMIC_H

#include <linux/atomic.h>

#endif /* _ASM_X86_ATOMIC_H */
