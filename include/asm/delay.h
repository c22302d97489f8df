/* SPDX-License-Identifier: MIT */
/* <asm/delay.h>: all of it is in <linux/delay.h>. */
#ifndef _ASM_X86_DELAY_H
#define _ASM_X86_DELAY_H

#include <linux/delay.h>

#endif /* _ASM_X86_DELAY_H */
