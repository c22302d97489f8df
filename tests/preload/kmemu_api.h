/* SPDX-License-Identifier: MIT */
/*
 * For programs that ask for kmemu itself: its functions by dlsym, so that the
 * program needs nothing to link.
 */
#ifndef KMEMU_TESTS_PRELOAD_KMEMU_API_H
#define KMEMU_TESTS_PRELOAD_KMEMU_API_H

#include <dlfcn.h>
#include "check.h"

#define KMEMU_PAGE 4096

static uint64_t (*virt_to_phys)(const void *);
static unsigned long (*vmalloc_to_pfn)(const void *);
static int (*is_vmalloc_addr)(const void *);
static int (*validate)(void);

static inline void kmemu_find(void)
{
	virt_to_phys = (uint64_t (*)(const void *))dlsym(RTLD_DEFAULT, "kmemu_virt_to_phys");
	vmalloc_to_pfn =
		(unsigned long (*)(const void *))dlsym(RTLD_DEFAULT, "kmemu_vmalloc_to_pfn");
	is_vmalloc_addr = (int (*)(const void *))dlsym(RTLD_DEFAULT, "kmemu_is_vmalloc_addr");
	validate = (int (*)(void))dlsym(RTLD_DEFAULT, "kmemu_validate");
	CHECK(virt_to_phys && vmalloc_to_pfn && is_vmalloc_addr && validate);
}

#endif
