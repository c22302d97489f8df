/*
 * plan.h - the address plan: where the emulated kernel's areas lie in this
 * process. Mirrors Documentation/arch/x86/x86_64/mm.rst in intent: a direct
 * map, a vmemmap and a vmalloc area at constant addresses.
 *
 *   PAGE_OFFSET   direct map, virt = PAGE_OFFSET + phys, up to 16 TiB
 *   VMEMMAP_BASE  mem_map: one struct page (64 bytes) for each frame
 *   FRAMETAB_BASE one byte for each frame: the class that free() looks up
 *   mark table    one byte for 16 of the direct map, at address >> 4: an
 *                 address leads to its byte by one shift, without a base
 *   PERCPU_BASE   the slots of the per-CPU sheaves
 *   VMALLOC_START vmalloc areas, 16 TiB
 *   VMAPTAB_BASE  one u32 for each page of the vmalloc area
 *
 * Nothing of it is reserved: each piece is mapped where it is needed, with
 * MAP_FIXED_NOREPLACE, and an address that somebody else holds is a memory
 * hole. The bases are constants, since a base loaded from memory costs the
 * hit path half a nanosecond.
 *
 * The plan lies above the shadow of AddressSanitizer (which ends at
 * 0x10007fff8000) and below the places where Linux puts programs, heaps and
 * libraries. ThreadSanitizer has shadow there, so its build uses the plan
 * KMEMU_PLAN_LOW below 512 GiB.
 */
#pragma once

#include "core/os/compiler.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(n) (((n) + PAGE_SIZE - 1) & PAGE_MASK)

#ifdef KMEMU_PLAN_LOW
#define PLAN_BITS 37 /* 128 GiB of direct map */
#define PERCPU_BASE 0x1000000000UL
#define FRAMETAB_BASE 0x1100000000UL
#define VMAPTAB_BASE 0x1200000000UL
#define VMEMMAP_BASE 0x1400000000UL
#define PAGE_OFFSET 0x2000000000UL
#define VMALLOC_START 0x4000000000UL
#define VMALLOC_BITS 37
#else
#define PLAN_BITS 44
#define PERCPU_BASE 0x108000000000UL
#define FRAMETAB_BASE 0x109000000000UL
#define VMEMMAP_BASE 0x10a000000000UL
#define VMAPTAB_BASE 0x10f000000000UL
#define PAGE_OFFSET 0x110000000000UL
#define VMALLOC_START 0x2c0000000000UL
#define VMALLOC_BITS 44
#endif

/* AddressSanitizer's shadow lies where the mark table would. */
#if defined(KMEMU_SANITIZE) && !defined(KMEMU_PLAN_LOW)
#define MARK_OFFSET 0x300000000000UL
#else
#define MARK_OFFSET 0UL
#endif
#define MARK_SHIFT 4
#define MARKTAB_BASE ((PAGE_OFFSET >> MARK_SHIFT) + MARK_OFFSET)
#define MARKS_PER_PAGE (PAGE_SIZE >> MARK_SHIFT)

#define PLAN_BYTES (1UL << PLAN_BITS)
#define MAX_PLAN_PFN (PLAN_BYTES >> PAGE_SHIFT)
#define VMALLOC_END (VMALLOC_START + (1UL << VMALLOC_BITS))
