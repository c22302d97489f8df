/*
 * swiotlb.c - bounce buffers (kernel: kernel/dma/swiotlb.c, "software IO TLB").
 *
 * A device that does not reach a buffer gets a copy of it below 4 GiB: written
 * when it is mapped (in every direction, so that what the device leaves alone
 * survives), synced when the driver syncs, copied back when it is unmapped, if
 * the device may have written. So a driver that reads its buffer before the sync
 * reads what was there before, here as there.
 *
 * Slots are 2 KiB. A mapping has consecutive ones of a segment of 128, so that
 * 256 KiB is the most, page aligned from a page on, or keeps the address bits
 * that dma_parms.min_align_mask names, and crosses no segment_boundary_mask. 64 MiB in all.
 *
 * Different from the kernel: the pool is made in blocks of 4 MiB (of a segment where
 * memory is fragmented) when it is used, not at boot; one list for all CPUs instead of
 * areas; a small device is as badly off as there: below 4 GiB is not below 16 MiB.
 * Active where there is memory beyond 4 GiB, or with swiotlb=force.
 *
 * Invariant: used slots = the sum of slots[].nr over starts of mappings.
 *
 * Locks: swiotlb_lock; below it the page allocator's. A copy is made without it.
 * Cost: none for devices that reach all.
 */
#include <string.h>

#include "core/kernel/dma/direct.h"
#include "core/os/os.h"

#define SEGMENT_BYTES ((u64)IO_TLB_SEGSIZE << IO_TLB_SHIFT)
#define SEGMENT_ORDER 6U /* 256 KiB */
#define NR_SEGMENTS (IO_TLB_SLOTS / IO_TLB_SEGSIZE)
#define BLOCK_SEGMENTS ((unsigned int)((PAGE_SIZE << MAX_PAGE_ORDER) / SEGMENT_BYTES))

/* Of a mapping's first slot; all others of it are `used` alone. */
struct io_tlb_slot {
	u64 orig; /* physical address of the buffer; 0: no mapping starts here */
	u64 size;
	u16 nr; /* slots */
	bool used;
};

kmemu_lock_t swiotlb_lock = KMEMU_LOCK_INIT(LOCK_SWIOTLB);
static struct io_tlb_slot *slots; /* IO_TLB_SLOTS */
static u64 segment_at[NR_SEGMENTS]; /* physical; 0: not made yet */
static unsigned int nr_segments; /* made, the first ones */
static unsigned int used_slots;

bool swiotlb_is_active(void)
{
	if (kmemu_opts.swiotlb == SWIOTLB_NOFORCE)
		return false;
	return kmemu_opts.swiotlb == SWIOTLB_FORCE ||
	       dma_max_pfn() > (1UL << (32 - PAGE_SHIFT));
}

static u64 min_align_mask(const struct device *dev)
{
	return dev->dma_parms ? dev->dma_parms->min_align_mask : 0;
}

static u64 seg_boundary(const struct device *dev)
{
	u64 mask = dev->dma_parms ? dev->dma_parms->segment_boundary_mask : 0;

	return mask ? mask : ~0UL;
}

size_t swiotlb_max_mapping_size(const struct device *dev)
{
	return IO_TLB_SIZE * IO_TLB_SEGSIZE - ALIGN(min_align_mask(dev), IO_TLB_SIZE);
}

static u64 slot_addr(unsigned int i)
{
	return segment_at[i / IO_TLB_SEGSIZE] + ((u64)(i % IO_TLB_SEGSIZE) << IO_TLB_SHIFT);
}

/* The slot that holds a device address; IO_TLB_SLOTS: none. */
static unsigned int slot_of(u64 addr)
{
	unsigned int nr = __atomic_load_n(&nr_segments, __ATOMIC_ACQUIRE);

	for (unsigned int s = 0; s < nr; s++)
		if (addr - segment_at[s] < SEGMENT_BYTES)
			return s * IO_TLB_SEGSIZE +
			       (unsigned int)((addr - segment_at[s]) >> IO_TLB_SHIFT);
	return IO_TLB_SLOTS;
}

bool swiotlb_holds(u64 addr)
{
	return READ_ONCE(slots) && slot_of(addr) < IO_TLB_SLOTS;
}

/* --- under the lock ----------------------------------------------------------- */

static struct page *new_block(unsigned int order)
{
	return alloc_pages(__GFP_DMA32 | __GFP_NOWARN, order);
}

/* The next segments; one alone where memory is fragmented. False: no memory. */
static bool make_segments(void)
{
	unsigned int n = nr_segments % BLOCK_SEGMENTS ? 1 : BLOCK_SEGMENTS;
	struct page *page = NULL;

	if (!slots)
		slots = os_map_any(PAGE_ALIGN(IO_TLB_SLOTS * sizeof(*slots)));
	if (slots && n > 1)
		page = new_block(MAX_PAGE_ORDER);
	if (slots && !page) {
		n = 1;
		page = new_block(SEGMENT_ORDER);
	}
	if (!page)
		return false;
	for (unsigned int i = 0; i < n; i++)
		segment_at[nr_segments + i] = ((u64)page_to_pfn(page) << PAGE_SHIFT) +
					      i * SEGMENT_BYTES;
	__atomic_store_n(&nr_segments, nr_segments + n, __ATOMIC_RELEASE);
	return true;
}

/* What slots a mapping may have. */
struct wanted {
	unsigned int nr;
	u64 mask, bits; /* the first one's address has these bits of the mask */
	u64 boundary; /* a mask: they lie on one side of such an address */
};

/* Consecutive free slots of the segment that begins at `first`; IO_TLB_SLOTS: none. */
static unsigned int find_in_segment(unsigned int first, const struct wanted *w)
{
	unsigned int i, n, nr = w->nr;

	for (i = 0; i + nr <= IO_TLB_SEGSIZE; i++) {
		u64 addr = slot_addr(first + i), last = addr + nr * IO_TLB_SIZE - 1;

		if ((addr & w->mask) != w->bits || (addr ^ last) & ~w->boundary)
			continue;
		for (n = 0; n < nr && !slots[first + i + n].used; n++)
			;
		if (n == nr)
			return first + i;
	}
	return IO_TLB_SLOTS;
}

static unsigned int find_slots(const struct wanted *w)
{
	unsigned int at, segment;

	for (segment = 0; segment < IO_TLB_SLOTS; segment += IO_TLB_SEGSIZE) {
		if (segment / IO_TLB_SEGSIZE == nr_segments && !make_segments())
			return IO_TLB_SLOTS;
		at = find_in_segment(segment, w);
		if (at < IO_TLB_SLOTS)
			return at;
	}
	return IO_TLB_SLOTS;
}

static void take_slots(unsigned int at, unsigned int nr, u64 orig, u64 size)
{
	for (unsigned int i = 0; i < nr; i++)
		slots[at + i] = (struct io_tlb_slot){ .used = true };
	slots[at].orig = orig;
	slots[at].size = size;
	slots[at].nr = (u16)nr;
	WRITE_ONCE(used_slots, used_slots + nr);
}

/* --- mappings ------------------------------------------------------------------- */

static void *virt(u64 phys)
{
	return (void *)(PAGE_OFFSET + phys);
}

static u64 say_full(const struct dma_mapping *m, u64 size, unsigned long attrs)
{
	struct report_dma facts = { .text = DMA_BOUNCE_FULL, .size = size,
				    .count = IO_TLB_SLOTS,
				    .other_count = (int)READ_ONCE(used_slots) };

	if (!(attrs & KMEMU_DMA_ATTR_NO_WARN))
		debug_dma_say(REPORT_DMA_MASK, m, &facts, NULL);
	return KMEMU_DMA_MAPPING_ERROR;
}

/*
 * Kernel: the masks of swiotlb_search_pool_area(). The lowest bits of min_align_mask are
 * kept inside of a slot, the others by the choice of the slot.
 */
static struct wanted wanted_slots(const struct device *dev, u64 orig, u64 size)
{
	u64 mask = min_align_mask(dev) & ~(IO_TLB_SIZE - 1);
	struct wanted w = {
		.nr = (unsigned int)min(max(DIV_ROUND_UP(size, IO_TLB_SIZE), 1UL),
					(u64)IO_TLB_SLOTS),
		.mask = mask,
		.bits = orig & mask,
		.boundary = seg_boundary(dev),
	};

	if (!min_align_mask(dev) && size >= PAGE_SIZE)
		w.mask = PAGE_SIZE - 1;
	return w;
}

u64 swiotlb_map(const struct dma_mapping *m, u64 orig, unsigned long attrs)
{
	u64 keep = orig & min_align_mask(m->dev) & (IO_TLB_SIZE - 1), size = m->size + keep;
	struct wanted w = wanted_slots(m->dev, orig, size);
	unsigned int at = IO_TLB_SLOTS;

	if (spin_lock(&swiotlb_lock)) {
		at = w.nr <= IO_TLB_SEGSIZE ? find_slots(&w) : IO_TLB_SLOTS;
		if (at < IO_TLB_SLOTS)
			take_slots(at, w.nr, orig, m->size);
		spin_unlock(&swiotlb_lock);
	}
	if (at == IO_TLB_SLOTS)
		return say_full(m, size, attrs);
	memcpy(virt(slot_addr(at) + keep), virt(orig), m->size);
	return slot_addr(at) + keep;
}

/* The mapping that holds addr: its first slot, or IO_TLB_SLOTS. */
static unsigned int mapping_at(u64 addr)
{
	unsigned int i = READ_ONCE(slots) ? slot_of(addr) : IO_TLB_SLOTS;
	unsigned int segment = i & ~(IO_TLB_SEGSIZE - 1);

	if (i == IO_TLB_SLOTS || !slots[i].used)
		return IO_TLB_SLOTS;
	while (i > segment && !slots[i].nr)
		i--;
	return slots[i].nr ? i : IO_TLB_SLOTS;
}

/* Copies at most what the mapping has. */
static void bounce(unsigned int at, u64 addr, u64 size, u64 keep, bool to_buffer)
{
	u64 offset = addr - slot_addr(at) - keep;
	void *buffer = virt(slots[at].orig + offset);

	if (offset >= slots[at].size)
		return;
	if (!vmalloc_range_map(slots[at].orig + offset, min(size, slots[at].size - offset)))
		return; /* an area that is gone, which dma_debug.c tells of */
	size = min(size, slots[at].size - offset);
	if (to_buffer)
		memcpy(buffer, virt(addr), size);
	else
		memcpy(virt(addr), buffer, size);
}

static u64 kept(const struct dma_mapping *m, unsigned int at)
{
	return m->dev ? slots[at].orig & min_align_mask(m->dev) & (IO_TLB_SIZE - 1) : 0;
}

void swiotlb_sync(const struct dma_mapping *m, bool to_cpu)
{
	unsigned int at = mapping_at(m->dev_addr);
	int not_this = to_cpu ? DMA_TO_DEVICE : DMA_FROM_DEVICE;

	if (at < IO_TLB_SLOTS && m->direction != not_this)
		bounce(at, m->dev_addr, m->size, kept(m, at), to_cpu);
}

void swiotlb_unmap(const struct dma_mapping *m, unsigned long attrs)
{
	unsigned int at = mapping_at(m->dev_addr), nr;

	if (at == IO_TLB_SLOTS)
		return;
	if (!(attrs & KMEMU_DMA_ATTR_SKIP_CPU_SYNC))
		swiotlb_sync(m, true);
	if (!spin_lock(&swiotlb_lock))
		return; /* in a handler: 2 KiB or more are lost */
	nr = slots[at].nr;
	for (unsigned int i = 0; i < nr; i++)
		slots[at + i] = (struct io_tlb_slot){ .used = false };
	WRITE_ONCE(used_slots, used_slots - nr);
	spin_unlock(&swiotlb_lock);
}
