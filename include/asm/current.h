/* SPDX-License-Identifier: MIT */
/* <asm/current.h>: all of it is in <linux/sched.h>. */
#ifndef _ASM_X86_CURRENT_H
#define _ASM_X86_CURRENT_H

#include <linux/sched.h>

#endif /* _ASM_X86_CURRENT_H */
