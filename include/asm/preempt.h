/* SPDX-License-Identifier: MIT */
/* <asm/preempt.h>: all of it is in <linux/preempt.h>. */
#ifndef _ASM_X86_PREEMPT_H
#define _ASM_X86_PREEMPT_H

#include <linux/preempt.h>

#endif /* _ASM_X86_PREEMPT_H */
