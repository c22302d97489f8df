/* SPDX-License-Identifier: MIT */
/* <asm/cmpxchg.h>: all of it is in <linux/atomic.h>. */
#ifndef _ASM_X86_CMPXCHG_H
#define _ASM_X86_CMPXCHG_H

#include <linux/atomic.h>

#endif /* _ASM_X86_CMPXCHG_H */
