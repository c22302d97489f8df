/* SPDX-License-Identifier: MIT */
/* <asm/string.h>: all of it is in <linux/string.h>. */
#ifndef _ASM_X86_STRING_H
#define _ASM_X86_STRING_H

#include <linux/string.h>

#endif /* _ASM_X86_STRING_H */
