/* SPDX-License-Identifier: MIT */
/*
 * Lists of any length have as many entries as were asked for, chained where a
 * page is full; what is copied in comes out at the same place; a table that
 * cannot be had whole leaves nothing behind.
 */
#include "tests/unit/heap.h"

#include <errno.h>

#include "core/report/report.h"
#include "include/kmemu/scatterlist.h"

static struct page *page_of(const void *p)
{
	return pfn_to_page(virt_to_pfn(p));
}

static void set_buf(struct scatterlist *sg, void *p, unsigned int n)
{
	sg->page_link = (sg->page_link & 3) | (unsigned long)page_of(p);
	sg->offset = (unsigned long)p % PAGE_SIZE;
	sg->length = n;
}

static unsigned long used_pages(void)
{
	struct page_stats st;

	trim_all();
	page_stats_read(&st);
	return st.used;
}

HEAP_TEST(any_length, "mem=1G")
{
	static const unsigned int lengths[] = { 1, 2, 127, 128, 129, 255, 256, 383, 1000 };
	unsigned long before;
	struct sg_table t;

	for (int round = 0; round < 2; round++) {
		before = used_pages();
		for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
			UNIT_EQ(kmemu_sg_alloc_table(&t, lengths[i], GFP_KERNEL), 0);
			UNIT_EQ(t.nents, lengths[i]);
			UNIT_EQ(t.orig_nents, lengths[i]);
			UNIT_EQ(kmemu_sg_nents(t.sgl), lengths[i]);
			OK(kmemu_sg_last(t.sgl, lengths[i])->page_link & KMEMU_SG_END);
			kmemu_sg_free_table(&t);
			OK(!t.sgl);
		}
	}
	UNIT_EQ(used_pages(), before);
	UNIT_EQ(kmemu_sg_alloc_table(&t, 0, GFP_KERNEL), -EINVAL);
}

HEAP_TEST(chained_with_a_first_chunk, "mem=1G")
{
	struct scatterlist first[4];
	struct sg_table t;

	for (int n = 1; n < 300; n += 13) {
		UNIT_EQ(kmemu_sg_alloc_table_chained(&t, n, first, 4), 0);
		OK(t.sgl == first);
		UNIT_EQ(kmemu_sg_nents(t.sgl), n);
		kmemu_sg_free_table_chained(&t, 4);
		UNIT_EQ(kmemu_sg_alloc_table_chained(&t, n, NULL, 0), 0);
		UNIT_EQ(kmemu_sg_nents(t.sgl), n);
		kmemu_sg_free_table_chained(&t, 0);
	}
}

static int left;
static int given;

static struct scatterlist *few(unsigned int nents, kmemu_gfp_t flags)
{
	if (!left--)
		return NULL;
	given++;
	return kmalloc(nents * sizeof(struct scatterlist), flags);
}

static void give_back(struct scatterlist *sg, unsigned int nents)
{
	(void)nents;
	given--;
	kvfree(sg);
}

HEAP_TEST(no_memory_on_the_way, "mem=1G")
{
	struct sg_table t;

	for (int chunks = 0; chunks < 5; chunks++) {
		left = chunks;
		UNIT_EQ(kmemu___sg_alloc_table(&t, 50, 10, NULL, 0, GFP_KERNEL, few), -ENOMEM);
		kmemu___sg_free_table(&t, 10, 0, give_back, t.orig_nents);
		UNIT_EQ(given, 0);
	}
	left = 100;
	UNIT_EQ(kmemu___sg_alloc_table(&t, 50, 10, NULL, 0, GFP_KERNEL, few), 0);
	UNIT_EQ(kmemu_sg_nents(t.sgl), 50);
	kmemu___sg_free_table(&t, 10, 0, give_back, t.orig_nents);
	UNIT_EQ(given, 0);
}

/* Pieces of any size at any place in pages, against a flat copy. */
HEAP_TEST(copies_are_right, "mem=1G")
{
	u64 seed = unit_seed() | 1;
	static u8 flat[1 << 16], out[1 << 16];

	for (int round = 0; round < 50; round++) {
		unsigned int n = 1 + rnd(&seed) % 40, total = 0;
		struct scatterlist *sg;
		struct sg_table t;
		size_t skip, len;

		OK(!kmemu_sg_alloc_table(&t, n, GFP_KERNEL));
		sg = t.sgl;
		for (unsigned int i = 0; i < n; i++, sg = kmemu_sg_next(sg)) {
			unsigned int size = 1 + rnd(&seed) % 1600;

			set_buf(sg, (char *)kmalloc(12000, GFP_KERNEL) + rnd(&seed) % 9000, size);
			total += size;
		}
		for (unsigned int i = 0; i < total; i++)
			flat[i] = (u8)rnd(&seed);
		UNIT_EQ(kmemu_sg_copy_buffer(t.sgl, n, flat, sizeof(flat), 0, false), total);
		skip = rnd(&seed) % total;
		len = 1 + rnd(&seed) % sizeof(out);
		UNIT_EQ(kmemu_sg_copy_buffer(t.sgl, n, out, len, (off_t)skip, true),
			min(len, total - skip));
		UNIT_EQ(memcmp(out, flat + skip, min(len, total - skip)), 0);
		UNIT_EQ(kmemu_sg_nents_for_len(t.sgl, total), n);
		UNIT_EQ(kmemu_sg_nents_for_len(t.sgl, total + 1UL), -EINVAL);
		UNIT_EQ(kmemu_sg_zero_buffer(t.sgl, n, total, 0), total);
		UNIT_EQ(kmemu_sg_copy_buffer(t.sgl, n, out, total, 0, true), total);
		for (unsigned int i = 0; i < total; i++)
			if (out[i])
				UNIT_EQ(out[i], 0);
		kmemu_sg_free_table(&t);
	}
}

HEAP_TEST(neighbouring_pages_are_one_entry, "mem=1G")
{
	struct page *block = alloc_pages(GFP_KERNEL, 3), *other = alloc_pages(GFP_KERNEL, 0);
	struct page *pages[6] = { block, block + 1, block + 2, block + 5, block + 6, other };
	struct sg_table t;

	UNIT_EQ(kmemu_sg_alloc_table_from_pages_segment(&t, pages, 6, 100, 6 * PAGE_SIZE - 300,
							~0U, GFP_KERNEL), 0);
	UNIT_EQ(t.orig_nents, 3);
	UNIT_EQ(t.sgl[0].offset, 100);
	UNIT_EQ(t.sgl[0].length, 3 * PAGE_SIZE - 100);
	UNIT_EQ(t.sgl[1].length, 2 * PAGE_SIZE);
	UNIT_EQ(t.sgl[2].length, PAGE_SIZE - 200);
	kmemu_sg_free_table(&t);
	UNIT_EQ(kmemu_sg_alloc_table_from_pages_segment(&t, pages, 6, 0, 6 * PAGE_SIZE,
							2 * PAGE_SIZE, GFP_KERNEL), 0);
	UNIT_EQ(t.orig_nents, 4);
	kmemu_sg_free_table(&t);
	UNIT_EQ(kmemu_sg_alloc_table_from_pages_segment(&t, pages, 6, 0, PAGE_SIZE, 100,
							GFP_KERNEL), -EINVAL);
}

HEAP_TEST(page_by_page, "mem=1G")
{
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	struct scatterlist sg[2];
	struct sg_page_iter it;
	int n = 0;

	kmemu_sg_init_table(sg, 2);
	set_buf(&sg[0], (char *)page_address(block) + 4000, 5000);
	set_buf(&sg[1], (char *)page_address(block) + 3 * PAGE_SIZE, 1);
	kmemu___sg_page_iter_start(&it, sg, 2, 0);
	while (kmemu___sg_page_iter_next(&it))
		n++;
	UNIT_EQ(n, 4);
}

HEAP_TEST(lists_with_pages, "mem=1G")
{
	unsigned long before = used_pages();
	unsigned int n = 0;
	struct scatterlist *sgl = kmemu_sgl_alloc_order(100000, 1, false, GFP_KERNEL, &n);

	OK(sgl);
	UNIT_EQ(n, 13);
	UNIT_EQ(kmemu_sg_nents_for_len(sgl, 100000), 13);
	kmemu_sgl_free_n_order(sgl, 0x7fffffff, 1);
	UNIT_EQ(used_pages(), before);
}

HEAP_TEST(tables_grow, "mem=1G bug=count")
{
	struct page *block = alloc_pages(GFP_KERNEL, 10), *pages[300];
	unsigned long before = used_pages();
	struct sg_append_table t = { 0 };
	struct scatterlist *sg;
	int i = 0;

	/* Pairs of neighbours, some of which come by two calls. */
	for (int n = 0; n < 300; n++)
		pages[n] = block + n / 2 * 3 + n % 2;
	for (unsigned int at = 0; at < 300; at += 15)
		UNIT_EQ(kmemu_sg_alloc_append_table_from_pages(&t, pages + at, 15, 0,
							       15 * PAGE_SIZE, 2 * PAGE_SIZE,
							       300 - at - 15, GFP_KERNEL), 0);
	UNIT_EQ(t.sgt.orig_nents, 150);
	UNIT_EQ(t.sgt.nents, 150);
	UNIT_EQ(kmemu_sg_nents(t.sgt.sgl), 150);
	for (sg = t.sgt.sgl; sg; sg = kmemu_sg_next(sg), i++) {
		UNIT_EQ(sg->page_link & ~3UL, (unsigned long)pages[2 * i]);
		UNIT_EQ(sg->length, 2 * PAGE_SIZE);
	}
	UNIT_EQ(kmemu_sg_alloc_append_table_from_pages(&t, pages, 1, 8, PAGE_SIZE, ~0U, 0,
						       GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_sg_alloc_append_table_from_pages(&t, pages, 1, 0, PAGE_SIZE, ~0U, 0,
						       GFP_KERNEL), -EINVAL);
	kmemu_sg_free_append_table(&t);
	OK(!t.sgt.sgl);
	UNIT_EQ(used_pages(), before);
	UNIT_EQ(report_count(REPORT_KERNEL_WARNING), 1);
}

static bool is_part(struct scatterlist *sg, const struct scatterlist *in, unsigned int skip,
		    unsigned int length, bool last)
{
	return (sg->page_link & ~3UL) == (in->page_link & ~3UL) &&
	       sg->offset == in->offset + skip && sg->length == length &&
	       !!(sg->page_link & KMEMU_SG_END) == last;
}

HEAP_TEST(lists_are_split, "mem=1G")
{
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	struct scatterlist in[3], *out[3] = { NULL, NULL, NULL };
	size_t sizes[3] = { 500, 1000, 900 };
	int mapped[3];

	kmemu_sg_init_table(in, 3);
	for (int i = 0; i < 3; i++)
		set_buf(&in[i], (char *)page_address(block) + 2 * i * PAGE_SIZE + 8, 1000);
	UNIT_EQ(kmemu_sg_split(in, 0, 600, 3, sizes, out, mapped, GFP_KERNEL), 0);
	OK(mapped[0] == 2 && mapped[1] == 2 && mapped[2] == 1);
	OK(is_part(&out[0][0], &in[0], 600, 400, false));
	OK(is_part(&out[0][1], &in[1], 0, 100, true));
	OK(is_part(&out[1][0], &in[1], 100, 900, false));
	OK(is_part(&out[1][1], &in[2], 0, 100, true));
	OK(is_part(&out[2][0], &in[2], 100, 900, true));
	for (int i = 0; i < 3; i++)
		kvfree(out[i]);
	/* Two of them are one for the device. */
	in[0].dma_address = 0x1000;
	in[0].dma_length = 2000;
	in[1].dma_address = 0x8000;
	in[1].dma_length = 1000;
	UNIT_EQ(kmemu_sg_split(in, 2, 1000, 2, sizes, out, mapped, GFP_KERNEL), 0);
	OK(mapped[0] == 1 && mapped[1] == 2);
	OK(is_part(&out[0][0], &in[1], 0, 500, true) && out[0][0].dma_address == 0x1000 + 1000 &&
	   out[0][0].dma_length == 500);
	OK(out[1][0].dma_address == 0x1000 + 1500 && out[1][0].dma_length == 500);
	OK(out[1][1].dma_address == 0x8000 && out[1][1].dma_length == 500);
	kvfree(out[0]);
	kvfree(out[1]);
	UNIT_EQ(kmemu_sg_split(in, 0, 601, 3, sizes, out, NULL, GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_sg_split(in, 0, 3000, 1, sizes, out, NULL, GFP_KERNEL), -EINVAL);
	UNIT_EQ(kmemu_sg_split(in, 1, 1000, 3, sizes, out, NULL, GFP_KERNEL), -EINVAL);
}

UNIT_MAIN("scatterlist", UNIT_TEST(tables_grow), UNIT_TEST(lists_are_split),
	  UNIT_TEST(any_length), UNIT_TEST(chained_with_a_first_chunk),
	  UNIT_TEST(no_memory_on_the_way), UNIT_TEST(copies_are_right),
	  UNIT_TEST(neighbouring_pages_are_one_entry), UNIT_TEST(page_by_page),
	  UNIT_TEST(lists_with_pages));
