/* SPDX-License-Identifier: MIT */
/* <asm/page.h> of Linux 6.12 for x86-64, as far as the headers here need it. */
#ifndef _ASM_X86_PAGE_H
#define _ASM_X86_PAGE_H

#include <linux/log2.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))

#define THREAD_SIZE_ORDER 2
#define THREAD_SIZE (PAGE_SIZE << THREAD_SIZE_ORDER)
#define THREAD_ALIGN THREAD_SIZE

/* copy_page() and clear_page(): of whole pages, at page boundaries. */
#define clear_page(page) __builtin_memset((page), 0, PAGE_SIZE)
#define copy_page(to, from) __builtin_memcpy((to), (from), PAGE_SIZE)

#endif /* _ASM_X86_PAGE_H */
