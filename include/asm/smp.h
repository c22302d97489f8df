/* SPDX-License-Identifier: MIT */
/* <asm/smp.h>: all of it is in <linux/smp.h>. */
#ifndef _ASM_X86_SMP_H
#define _ASM_X86_SMP_H

#include <linux/smp.h>

#endif /* _ASM_X86_SMP_H */
