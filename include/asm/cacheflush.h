/* SPDX-License-Identifier: MIT */
/* <asm/cacheflush.h>: all of it is in <linux/cacheflush.h>. */
#ifndef _ASM_X86_CACHEFLUSH_H
#define _ASM_X86_CACHEFLUSH_H

#include <linux/cacheflush.h>

#endif /* _ASM_X86_CACHEFLUSH_H */
