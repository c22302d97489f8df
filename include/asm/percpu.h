/* SPDX-License-Identifier: MIT */
/* <asm/percpu.h>: all of it is in <linux/percpu.h>. */
#ifndef _ASM_X86_PERCPU_H
#define _ASM_X86_PERCPU_H

#include <linux/percpu.h>

#endif /* _ASM_X86_PERCPU_H */
