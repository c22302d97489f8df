/*
 * plan.h - the address plan: where the emulated kernel's areas lie in this
 * process. Mirrors Documentation/arch/x86/x86_64/mm.rst in intent: a direct
 * map, a vmemmap and a vmalloc area at constant addresses.
 *
 *   TABLES_BASE   what the hit paths read, so that one register with this
 *                 constant addresses all of it: struct class_table (slab.h); at
 *                 PERCPU_OFFSET the slots of the per-CPU sheaves; and byte
 *                 tables, the byte of an address at TABLES_BASE + (address >>
 *                 shift): shift 12 the class of each frame, that free() looks
 *                 up; 4, 6 and 9 the marks of objects (slab.h)
 *   VMEMMAP_BASE  mem_map: one struct page (64 bytes) for each frame
 *   VMAPTAB_BASE  one u32 for each page of the vmalloc area
 *   PAGE_OFFSET   direct map, virt = PAGE_OFFSET + phys, up to 16 TiB
 *   VMALLOC_START vmalloc areas, 16 TiB
 *   PCPU_BASE     per-CPU memory of kernel code (pcpu.c): units of
 *                 1 << PCPU_UNIT_SHIFT bytes, one for each CPU, and the tables
 *   TAGS_BASE     with leak= only: a u32 for each mark, who allocated the object,
 *                 at TAGS_BASE + 4 * (address >> shift)
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
#define TABLES_BASE 0x1000000000UL
#define VMEMMAP_BASE 0x1400000000UL
#define VMAPTAB_BASE 0x1500000000UL
#define PAGE_OFFSET 0x2000000000UL
#define VMALLOC_START 0x4000000000UL
#define VMALLOC_BITS 37
#define TAGS_BASE 0x6000000000UL
#define PCPU_BASE 0x1600000000UL
#define PCPU_UNIT_SHIFT 23
#define PCPU_MAX_CPUS 1024U
#else
#define PLAN_BITS 44
#define TABLES_BASE 0x101000000000UL
#define VMEMMAP_BASE 0x126000000000UL
#define VMAPTAB_BASE 0x12b000000000UL
#define PAGE_OFFSET 0x140000000000UL
#define VMALLOC_START 0x2c0000000000UL
#define VMALLOC_BITS 44
#define TAGS_BASE 0x3d0000000000UL
#define PCPU_BASE 0x130000000000UL
#define PCPU_UNIT_SHIFT 27
#define PCPU_MAX_CPUS 4096U
#endif

#define PERCPU_OFFSET 0x10000 /* a displacement of instructions */
#define PERCPU_BASE (TABLES_BASE + PERCPU_OFFSET)
#define FRAMETAB_BASE (TABLES_BASE + (PAGE_OFFSET >> PAGE_SHIFT))
#define TAGTAB_BASE(shift) (TAGS_BASE + 4 * (PAGE_OFFSET >> (shift)))
#define MARKTAB_BASE(shift) (TABLES_BASE + (PAGE_OFFSET >> (shift)))

/*
 * TABLES_BASE in a register, once for all that is addressed by it: gcc would
 * load each sum anew.
 */
static __always_inline unsigned long tables_base(void)
{
	unsigned long base = TABLES_BASE;

	__asm__("" : "+r"(base));
	return base;
}

#define PLAN_BYTES (1UL << PLAN_BITS)
#define MAX_PLAN_PFN (PLAN_BYTES >> PAGE_SHIFT)
#define VMALLOC_END (VMALLOC_START + (1UL << VMALLOC_BITS))
