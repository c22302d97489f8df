/*
 * physaddr.c - virt_to_phys() of what is not in the direct map (kernel:
 * arch/x86/mm/physaddr.c, arch/arm64/mm/physaddr.c, with CONFIG_DEBUG_VIRTUAL).
 *
 * Without the option the kernel subtracts PAGE_OFFSET from whatever it is given,
 * and the device reads some other page. x86-64 then says BUG() for what lies
 * below PAGE_OFFSET or beyond the machine's memory; arm64 has a WARN with words
 * and goes on, and that is what is mirrored. Different: there is no address to go
 * on with, so the answer is that of kmemu_virt_to_phys(), all ones.
 *
 * The same question is asked of what is put into a scatter list
 * (CONFIG_DEBUG_SG, include/linux/scatterlist.h sg_set_buf): lists are for memory
 * that has pages.
 *
 * Locks: none. Cost: a range test.
 */
#include "core/check/dma_debug.h"
#include "core/mm/mm.h"
#include "core/report/unwind_stack.h"

static const char *what_is(const void *p)
{
	if (is_vmalloc_addr(p))
		return "a vmalloc address";
	return stack_is_own((unsigned long)p) ? "on the stack" : "no heap memory";
}

static void say(const void *p, const char *func, enum dma_text text, const void *caller)
{
	struct report_dma facts = { .text = text, .driver = "", .device = "", .why = what_is(p) };
	struct report r = { .kind = REPORT_NOT_LINEAR, .func = func, .addr = p, .caller = caller,
			    .dma = &facts };

	report_submit(&r);
}

void debug_sg_buf(const void *p, const void *caller)
{
	say(p, "sg_set_buf", DMA_SG_NOT_LINEAR, caller);
}

u64 debug_virt_to_phys(const void *p, const void *caller)
{
	if (likely(in_direct_map(p)))
		return (u64)p - PAGE_OFFSET;
	say(p, "virt_to_phys", DMA_NOT_LINEAR, caller);
	return ~0UL;
}
