/* SPDX-License-Identifier: MIT */
/* <asm/hardirq.h>: all of it is in <linux/hardirq.h>. */
#ifndef _ASM_X86_HARDIRQ_H
#define _ASM_X86_HARDIRQ_H

#include <linux/hardirq.h>

#endif /* _ASM_X86_HARDIRQ_H */
