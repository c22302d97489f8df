// SPDX-License-Identifier: MIT
/*
 * zones.c - what zones= and frag= may be.
 *
 *	zones=DMA:16M,DMA32:4G	where the zones end; Normal is what lies above.
 *				One that is left out ends where it does on x86-64;
 *				size 0: there is no such zone.
 *	frag=PERCENT[,SEED]	0 to 100, and any number
 *
 * Ends are multiples of the largest block of pages (4 MiB), so that no block
 * could lie in two zones, and in rising order. The last wins of a zone named twice.
 *
 * Cost: some 100 ns at start.
 */
#include "config/zones.h"

#include "core/os/plan.h"

#define ZONE_ALIGN (4UL << 20)

static struct text next_item(struct text *t)
{
	struct text item = *t;

	for (item.n = 0; item.n < t->n && t->s[item.n] != ','; item.n++)
		;
	*t = text_skip(*t, item.n < t->n ? item.n + 1 : item.n);
	return item;
}

static bool parse_zone(struct text item, struct zones_ends *v)
{
	bool dma32 = text_starts(item, "DMA32:");
	u64 end;

	if (!dma32 && !text_starts(item, "DMA:"))
		return false;
	if (!text_size(text_skip(item, dma32 ? 6 : 4), &end) || !IS_ALIGNED(end, ZONE_ALIGN) ||
	    end > PLAN_BYTES)
		return false;
	*(dma32 ? &v->dma32 : &v->dma) = end;
	return true;
}

bool zones_parse(struct text t, struct zones_ends *v)
{
	*v = (struct zones_ends){ .dma = 16UL << 20, .dma32 = 4UL << 30 };
	while (t.n)
		if (!parse_zone(next_item(&t), v))
			return false;
	if (!v->dma32)
		v->dma32 = v->dma;
	return v->dma <= v->dma32;
}

bool frag_parse(struct text t, struct frag_value *v)
{
	size_t all = t.n;
	struct text percent = next_item(&t);
	u64 n;

	*v = (struct frag_value){ .percent = 0 };
	if (!percent.n)
		return !t.n;
	if (!text_number(percent, &n) || n > 100)
		return false;
	v->percent = (u32)n;
	return percent.n == all || text_number(t, &v->seed);
}
