/* SPDX-License-Identifier: MIT */
/* <asm/irqflags.h>: all of it is in <linux/irqflags.h>. */
#ifndef _ASM_X86_IRQFLAGS_H
#define _ASM_X86_IRQFLAGS_H

#include <linux/irqflags.h>

#endif /* _ASM_X86_IRQFLAGS_H */
