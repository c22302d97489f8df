/* SPDX-License-Identifier: MIT */
/* <linux/pageblock-flags.h> of Linux 6.12: blocks of 2 MiB, as with huge pages. */
#ifndef PAGEBLOCK_FLAGS_H
#define PAGEBLOCK_FLAGS_H

#include <linux/align.h>
#include <linux/types.h>

#define pageblock_order 9
#define pageblock_nr_pages (1UL << pageblock_order)
#define pageblock_align(pfn) ALIGN((pfn), pageblock_nr_pages)
#define pageblock_aligned(pfn) IS_ALIGNED((pfn), pageblock_nr_pages)
#define pageblock_start_pfn(pfn) ALIGN_DOWN((pfn), pageblock_nr_pages)
#define pageblock_end_pfn(pfn) ALIGN((pfn) + 1, pageblock_nr_pages)

#endif /* PAGEBLOCK_FLAGS_H */
