/*
 * pcp.c - per-CPU page lists (kernel: struct per_cpu_pages in mm/page_alloc.c,
 * rmqueue_pcplist, free_unref_page), a file of its own here.
 *
 * Orders 0 to 5 have a stack each in every per-CPU slot (the kernel: 0 to 3 and
 * 9; with a cap of 128 KiB 5 is kmalloc's highest); what it holds are the
 * blocks' addresses. A block there looks allocated: state PAGE_LARGE, counted
 * as used, and from order 2 on frame_class of the head is the stack's own
 * class. So malloc(9000) on a hit is a pop from the same stack, with the same
 * instructions as an object's, and its free is a push.
 *
 * The kernel sizes its lists by zone (pcp->high); ours hold a few blocks, as
 * each is memory that nobody uses: some 64 KiB of each order, and more when
 * much memory is in use (pcp_stack). A full list gives half of it back at once.
 *
 * Locks: none but what the slot has. Cost: a sequence.
 */
#include <string.h>

#include "core/mm/slab.h"

static const u8 pcp_least[PCP_MAX_ORDER + 1] = { 8, 4, 4, 2, 1, 1 };
#define PCP_MOST 64
static const u8 pcp_most[PCP_MAX_ORDER + 1] = { PCP_MOST, 32, 32, 32, 16, 8 };
static u16 pcp_base[PCP_MAX_ORDER + 1];

void pcp_init(void)
{
	u16 word = PERCPU_FIRST_WORD;
	unsigned int o;

	for (o = 0; o <= PCP_MAX_ORDER; o++) {
		pcp_base[o] = word;
		word = (u16)(word + pcp_most[o] + 1);
		class_limit[CLASS_PCP + o] = o >= 2;
	}
}

void pcp_class_setup(void)
{
	unsigned int o;

	for (o = 0; o <= PCP_MAX_ORDER; o++) {
		CLASS_TABLE->mark_shift[CLASS_PCP + o] = MARK_SHIFT_LARGE;
		CLASS_TABLE->of[CLASS_PCP + o].mask = (u32)(PAGE_SIZE << o) - 1;
		CLASS_TABLE->of[CLASS_PCP + o].mul = 1;
		CLASS_TABLE->size[CLASS_PCP + o] = (u32)(PAGE_SIZE << o);
		CLASS_TABLE->limit[CLASS_PCP + o] = o >= 2 && !slab_armed;
	}
}

u16 pcp_words_end(void)
{
	return (u16)(pcp_base[PCP_MAX_ORDER] + pcp_most[PCP_MAX_ORDER] + 1);
}

/* A 32nd of the used pages for each order. */
static struct percpu_stack pcp_stack(unsigned int order)
{
	unsigned long grown = READ_ONCE(sheaf_short) ? 0 : pages_used() / 32 >> order;
	u16 limit = (u16)clamp(grown, (unsigned long)pcp_least[order],
			       (unsigned long)pcp_most[order]);

	return (struct percpu_stack){ pcp_base[order], (u16)(pcp_base[order] + limit) };
}

struct page *pcp_alloc(unsigned int order)
{
	unsigned int cls = CLASS_PCP + order;
	void *p = percpu_pop(cls);

	if (!p && !READ_ONCE(percpu_bytes))
		p = percpu_pop_slow(cls);
	if (!p)
		return NULL;
	mark_used(p, MARK_SHIFT_LARGE);
	return pfn_to_page(virt_to_pfn(p));
}

/* Half of a full list leaves (kernel: free_pcppages_bulk). */
static void pcp_make_room(unsigned int cls, const struct percpu_stack *st)
{
	void *blocks[PCP_MOST / 2];
	unsigned int n = (st->end - st->base + 1U) / 2;

	n = percpu_take(cls, blocks, min(n, (unsigned int)ARRAY_SIZE(blocks)));
	if (n)
		free_blocks(blocks, n);
}

bool pcp_free(struct page *page, unsigned int order)
{
	unsigned int cls = CLASS_PCP + order;
	unsigned long pfn = page_to_pfn(page);
	void *p = pfn_to_virt(pfn);
	u8 was = frame_class[pfn];
	struct percpu_stack st;

	memset(frame_class + pfn, FRAME_DIRTY, 1UL << order);
	if (order >= 2)
		frame_class[pfn] = (u8)cls;
	mark_free(p, MARK_SHIFT_LARGE);
	WRITE_ONCE(page->order, (u8)order);
	if (percpu_push(cls, p))
		return true;
	st = pcp_stack(order);
	if (percpu_fill(cls, &st, &p, 1))
		return true;
	pcp_make_room(cls, &st);
	if (percpu_fill(cls, &st, &p, 1))
		return true;
	frame_class[pfn] = was == cls ? FRAME_DIRTY : was;
	return false;
}

static void drain_block(void *ctx, void *p)
{
	(void)ctx;
	free_block(pfn_to_page(virt_to_pfn(p)), pfn_to_page(virt_to_pfn(p))->order);
}

void drain_pages(void)
{
	unsigned int o;

	for (o = 0; o <= PCP_MAX_ORDER; o++)
		percpu_drain(CLASS_PCP + o, drain_block, NULL);
}
