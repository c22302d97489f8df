/* SPDX-License-Identifier: MIT */
/* <asm/div64.h> of Linux 6.12: do_div(), which is in <linux/math.h> here. */
#ifndef _ASM_X86_DIV64_H
#define _ASM_X86_DIV64_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/math64.h>

#endif /* __cplusplus */

#endif /* _ASM_X86_DIV64_H */
