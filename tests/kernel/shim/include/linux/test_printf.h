/* SPDX-License-Identifier: MIT */
/*
 * What lib/test_printf.c gets from headers of the kernel's that are not here: how
 * page->flags is laid out (as %pGp has it).
 */
#ifndef KMEMU_TEST_PRINTF_H
#define KMEMU_TEST_PRINTF_H

#define AF_INET 2

#define SECTIONS_WIDTH 0
#define SECTIONS_PGSHIFT 0
#define SECTIONS_MASK 0
#define NODES_WIDTH 6
#define NODES_PGSHIFT 58
#define NODES_MASK 0x3f
#define ZONES_WIDTH 2
#define ZONES_PGSHIFT 56
#define ZONES_MASK 0x3
#define LAST_CPUPID_WIDTH 0
#define LAST_CPUPID_PGSHIFT 0
#define LAST_CPUPID_MASK 0
#define KASAN_TAG_WIDTH 0
#define KASAN_TAG_PGSHIFT 0
#define KASAN_TAG_MASK 0
#define NR_PAGEFLAGS 21

#endif /* KMEMU_TEST_PRINTF_H */
