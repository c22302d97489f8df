/* SPDX-License-Identifier: MIT */
/* <asm/page.h> of Linux 6.12 for x86-64, as far as the headers here need it. */
#ifndef _ASM_X86_PAGE_H
#define _ASM_X86_PAGE_H

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#endif /* _ASM_X86_PAGE_H */
