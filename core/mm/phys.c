// SPDX-License-Identifier: MIT
/*
 * phys.c - what a buffer is, and its physically contiguous runs.
 *
 * In the kernel these are questions about an address's place: the linear map
 * (virt_addr_valid, arch/x86/mm/physaddr.c), the vmalloc range
 * (is_vmalloc_addr, mm/vmalloc.c vmalloc_to_page), the stack
 * (object_is_on_stack), the kernel's image (mm/usercopy.c check_kernel_text_object).
 * The same here, in the order of what is most often asked:
 *
 *   direct map   slab object, block of pages, or free; contiguous throughout,
 *                as long as frames are valid (a hole ends the run)
 *   vmalloc      the area; its frames by vmap_pfn.c, in general not contiguous
 *   stack        no frames here. The kernel's stacks are vmalloc memory
 *                (CONFIG_VMAP_STACK), so no device could have them either
 *   static       a loaded object of the program. The kernel's image is
 *                contiguous, a program's is not: no frames
 *   foreign      everything else, about which nothing is known but its address
 *
 * The program's own memory has no emulated frames: whoever wants to know about
 * the machine's asks pagemap.c.
 *
 * Stacks. The main thread's is known to everybody: the kernel keeps the space
 * below its top free of other mappings. The thread's own lies between its
 * descriptor and what can be read below it; where it runs on a stack that libc did
 * not give it (an alternate one, a coroutine's), what lies within THREAD_SIZE above
 * its stack pointer is known. Other threads' are found by thread_stack.c.
 *
 * A buffer is judged by its first byte, as the kernel does; its runs are those
 * of all of it.
 *
 * Locks: none; vmap_lock while an area's frames get their numbers.
 * Cost: linear memory some 20 ns; a system call for each page of a stack that
 * was not seen before.
 */
#include "core/mm/phys.h"

#include "core/mm/slab.h"
#include "core/os/dl_find.h"
#include "core/os/modules.h"
#include "core/os/regs.h"
#include "core/report/unwind_stack.h"

#define MAIN_STACK_MAX (64UL << 20) /* as unwind_stack.c's */
#define MAIN_ABOVE_MAX (2UL << 20) /* arguments and environment lie above __libc_stack_end */
#define THREAD_SIZE    (4UL * PAGE_SIZE)

extern void *__libc_stack_end __attribute__((weak));

void phys_init(void)
{
	os_objects_init();
}

/* --- what owns an address --- */

static void lookup_linear(const void *p, struct phys_buffer *b)
{
	struct object_info info;

	object_lookup(p, &info);
	b->page = info.page;
	b->cache = info.cache;
	switch (info.kind) {
	case OBJECT_NONE:
		b->kind = KMEMU_PHYS_FOREIGN; /* a hole: somebody else's memory */
		return;
	case OBJECT_SLAB:
	case OBJECT_SLAB_INSIDE:
		b->kind = info.object ? KMEMU_PHYS_SLAB : KMEMU_PHYS_FREE;
		break;
	case OBJECT_LARGE:
	case OBJECT_LARGE_INSIDE:
		b->kind = KMEMU_PHYS_PAGES;
		break;
	default:
		b->kind = KMEMU_PHYS_FREE;
		return;
	}
	/* Behind an object's last byte and before the next one is nobody's. */
	if (info.object && (size_t)((const char *)p - (const char *)info.object) < info.size) {
		b->object = info.object;
		b->object_size = info.size;
	} else {
		b->kind = KMEMU_PHYS_FREE;
	}
}

static void lookup_vmalloc(const void *p, struct phys_buffer *b)
{
	b->object = vmalloc_area_start(p, &b->object_size);
	b->kind = b->object ? KMEMU_PHYS_VMALLOC : KMEMU_PHYS_VMALLOC_FREE;
}

static bool on_main_stack(unsigned long addr)
{
	unsigned long top = &__libc_stack_end ? (unsigned long)__libc_stack_end : 0;

	return top && addr < top + MAIN_ABOVE_MAX && top - addr + MAIN_ABOVE_MAX < MAIN_STACK_MAX;
}

static bool on_this_stack(unsigned long addr)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);

	if (thread_tls_holds(os_thread_pointer(), addr))
		return false;
	if (addr >= sp && addr - sp < THREAD_SIZE)
		return true;
	return addr < os_thread_pointer() && os_thread_pointer() - addr < MAIN_STACK_MAX &&
	       stack_is_own(addr);
}

static void lookup_own(const void *p, struct phys_buffer *b)
{
	struct os_object o;

	b->kind = KMEMU_PHYS_FOREIGN;
	if (os_object_find((uintptr_t)p, &o)) {
		b->kind = KMEMU_PHYS_STATIC;
		b->object = (const void *)o.start;
		b->object_size = o.end - o.start;
		b->module = o.name;
		return;
	}
	/* What cannot be read must not be taken for the known part of a stack. */
	if (!os_readable((const void *)((unsigned long)p & ~7UL)))
		return;
	if (on_main_stack((unsigned long)p) || on_this_stack((unsigned long)p) ||
	    thread_stack_holds(p))
		b->kind = KMEMU_PHYS_STACK;
}

void phys_lookup(const void *p, struct phys_buffer *b)
{
	*b = (struct phys_buffer){ .kind = KMEMU_PHYS_FOREIGN };
	if (in_direct_map(p))
		lookup_linear(p, b);
	else if (is_vmalloc_addr(p))
		lookup_vmalloc(p, b);
	else
		lookup_own(p, b);
}

const char *phys_kind_name(enum kmemu_phys_kind kind)
{
	/* Where the kernel has a word for it (mm/usercopy.c), it is that. */
	static const char *const names[KMEMU_NR_PHYS_KINDS] = {
		[KMEMU_PHYS_SLAB] = "SLUB object",
		[KMEMU_PHYS_PAGES] = "page alloc",
		[KMEMU_PHYS_VMALLOC] = "vmalloc",
		[KMEMU_PHYS_FREE] = "free memory",
		[KMEMU_PHYS_VMALLOC_FREE] = "vmalloc 'no area'",
		[KMEMU_PHYS_STACK] = "process stack",
		[KMEMU_PHYS_STATIC] = "static data",
		[KMEMU_PHYS_FOREIGN] = "memory that is not emulated",
	};

	return (unsigned int)kind < KMEMU_NR_PHYS_KINDS ? names[kind] : "?";
}

/* --- runs --- */

/* The frame of one address; PFN_NONE: it has none. */
static unsigned long frame_at(const void *p)
{
	if (in_direct_map(p))
		return pfn_valid(virt_to_pfn(p)) ? virt_to_pfn(p) : PFN_NONE;
	return is_vmalloc_addr(p) ? vmalloc_to_pfn(p) : PFN_NONE;
}

bool phys_run_at(const void *p, size_t bytes, struct kmemu_phys_run *run)
{
	unsigned long at = (unsigned long)p, pfn = frame_at(p);

	if (!bytes || pfn == PFN_NONE)
		return false;
	run->phys = (pfn << PAGE_SHIFT) + (at & ~PAGE_MASK);
	run->bytes = PAGE_SIZE - (at & ~PAGE_MASK);
	while (run->bytes < bytes && frame_at((const char *)p + run->bytes) == ++pfn)
		run->bytes += PAGE_SIZE;
	run->bytes = min(run->bytes, bytes);
	return true;
}

size_t phys_count_runs(const void *p, size_t bytes, size_t *covered)
{
	const char *at = p, *end = at + bytes;
	struct kmemu_phys_run run;
	size_t n = 0;

	for (; phys_run_at(at, (size_t)(end - at), &run); at += run.bytes)
		n++;
	*covered = (size_t)(at - (const char *)p);
	return n;
}
