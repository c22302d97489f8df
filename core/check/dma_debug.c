/*
 * dma_debug.c - the checks of the DMA API (kernel: kernel/dma/debug.c, with
 * CONFIG_DMA_API_DEBUG and CONFIG_DMA_API_DEBUG_SG).
 *
 * Each mapping is an entry: who mapped what, for which device, in which
 * direction. What is unmapped, freed or synced is looked up by device and
 * address, and what differs is told: the kernel's questions in its order, with
 * its texts. Device addresses are physical ones, so one address may be mapped
 * many times: then the entry that fits best counts, as there.
 *
 *	cache lines	the first line of each mapping that the device may write is
 *			remembered; the same one again is an overlap
 *	in flight	ours: memory that is freed while it is mapped. From the first
 *			mapping on the allocator's slow ways tell of each free
 *			(armed.h), so hits know nothing of it. A free() that was a hit
 *			is found out about when the memory is synced or unmapped.
 *	owners	ours: memory is mapped that is free, or more of it than its object has
 *
 * Different from the kernel:
 *   - memory beside the direct map has no physical address here. It is refused
 *     whatever the policy: the stack as vmalloc memory (the kernel's stacks are,
 *     with VMAP_STACK), constants as "text or rodata", all else as "invalid area";
 *   - an entry is removed before it is told of, and reports are made outside of
 *     the lock;
 *   - a pool that is out of memory does not turn everything off: what could not
 *     be noted makes unknown addresses no finding any more (nr_lost);
 *   - each finding is told once, not the first one alone;
 *   - radix tree and tags are a count of entries with the same line.
 *
 * Invariant: an entry is in one list of by_address[] and one of by_page[], or in
 * the free list.
 *
 * Locks: dma_debug_lock, below it nothing. A handler that interrupted its holder
 * notes nothing (nr_lost).
 *
 * Cost: off, a test for each call of the DMA API. On, a stack trace of five
 * frames and two list operations for each mapping; a free is looked up by page
 * once something was mapped.
 */
#include "core/check/buffers.h"
#include "core/check/dma_debug.h"

#include <string.h>

#include "core/lib/list.h"
#include "core/lib/preempt.h"
#include "core/lib/stackdepot.h"
#include "core/mm/armed.h"
#include "core/mm/slab.h"
#include "core/mm/vmap_page.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "core/report/unwind_stack.h"

#include <link.h>

#define HASH_SIZE 16384U /* kernel: the same, and HASH_FN_SHIFT 13 */
#define PAGE_HASH_SIZE 4096U
#define STACK_ENTRIES 5
#define CACHELINE_SHIFT 6
#define MAX_OVERLAP 7 /* kernel: (1 << RADIX_TREE_MAX_TAGS) - 1 */
#define ENTRIES_AT_ONCE 512

enum map_err { MAP_ERR_NOT_APPLICABLE, MAP_ERR_NOT_CHECKED, MAP_ERR_CHECKED };

struct dma_debug_entry {
	struct list_head list; /* of by_address[], or free_entries */
	struct list_head page; /* of by_page[] */
	struct dma_mapping m;
	enum map_err map_err;
	u32 stack; /* in the depot: where it was mapped */
	bool freed; /* told of: its memory is gone */
};

kmemu_lock_t dma_debug_lock = KMEMU_LOCK_INIT(LOCK_DMA_DEBUG);
static struct list_head *by_address, *by_page; /* HASH_SIZE, PAGE_HASH_SIZE */
static struct list_head free_entries = LIST_HEAD_INIT(free_entries);
static unsigned long nr_entries; /* mapped now */
static unsigned long nr_lost; /* mappings that could not be noted */

static const char *const type_name[] = {
	[dma_debug_single] = "single",
	[dma_debug_sg] = "scatter-gather",
	[dma_debug_coherent] = "coherent",
	[dma_debug_resource] = "resource",
	[dma_debug_noncoherent] = "noncoherent",
};

static const char *dir_name(int dir)
{
	static const char *const name[] = { "DMA_BIDIRECTIONAL", "DMA_TO_DEVICE",
					    "DMA_FROM_DEVICE", "DMA_NONE" };

	return name[dir & 3];
}

static bool is_off(void)
{
	return kmemu_opts.dma_debug == POLICY_OFF;
}

/* --- reports --------------------------------------------------------------- */

/* Kernel: driver_filter(). */
static bool is_filtered_out(const struct device *dev)
{
	const char *only = kmemu_opts.dma_debug_driver;

	if (!only || !only[0])
		return false;
	return !dev || !dev->driver || !dev->driver->name || strcmp(only, dev->driver->name) != 0;
}

/* b: what owns p, told with it; NULL: that is no matter. */
static bool say(enum report_kind kind, const struct dma_mapping *m, struct report_dma *facts,
		const void *p, const struct phys_buffer *b)
{
	const char *name = m->dev ? kmemu_dev_name(m->dev) : "NULL";
	const char *driver = m->dev ? kmemu_dev_driver_string(m->dev) : "NULL";
	struct report r = { .kind = kind, .func = m->func, .addr = p, .size = m->size,
			    .caller = m->caller, .dma = facts };

	if (is_off() || is_filtered_out(m->dev))
		return true;
	if (m->type == dma_debug_sg && kind != REPORT_DMA_SG_COUNT) {
		facts->entry = m->sg_entry;
		facts->entries = m->sg_call_ents;
	}
	facts->device = name ? name : "(null)";
	facts->driver = driver ? driver : "(null)";
	if (b) {
		facts->owner = phys_kind_name(b->kind);
		r.cache = b->cache ? b->cache->name : NULL;
		r.object = b->object;
		r.object_size = b->object_size;
		buffer_allocation(&r, b);
	}
	return report_submit(&r) != POLICY_FAIL;
}

bool debug_dma_say(enum report_kind kind, const struct dma_mapping *m, struct report_dma *facts,
		   const void *p)
{
	return say(kind, m, facts, p, NULL);
}

/* Of a mapping that is known, and what a call says of it now (NULL: nothing). */
static bool say_of(enum report_kind kind, enum dma_text text, const struct dma_debug_entry *e,
		   const struct dma_mapping *now, const void *p)
{
	struct report_dma facts = {
		.text = text,
		.dev_addr = text == DMA_SYNC_RANGE ? e->m.dev_addr : now->dev_addr,
		.size = e->m.size,
		.other = now->size,
		.paddr = e->m.paddr,
		.other_paddr = now->paddr,
		.count = e->m.sg_call_ents,
		.other_count = now->sg_call_ents,
		.type = type_name[e->m.type],
		.other_type = type_name[now->type],
		.dir = dir_name(e->m.direction),
		.other_dir = dir_name(now->direction),
		.mapped = e->stack,
	};

	return debug_dma_say(kind, now, &facts, p);
}

/* --- entries --------------------------------------------------------------- */

static struct list_head *address_list(u64 dev_addr)
{
	return &by_address[(dev_addr >> 13) & (HASH_SIZE - 1)];
}

static struct list_head *page_list(u64 paddr)
{
	return &by_page[(paddr >> PAGE_SHIFT) & (PAGE_HASH_SIZE - 1)];
}

/* False: a handler that interrupted the holder, or nothing was ever mapped. */
static bool lock_entries(void)
{
	return READ_ONCE(by_address) && spin_lock(&dma_debug_lock);
}

static struct list_head *new_lists(unsigned int n)
{
	struct list_head *lists = os_map_any(PAGE_ALIGN(n * sizeof(*lists)));

	for (unsigned int i = 0; lists && i < n; i++)
		INIT_LIST_HEAD(&lists[i]);
	return lists;
}

static void memory_is_freed(const void *p);

/* Under the lock. Frees are told of from now on. */
static bool lists_exist(void)
{
	struct list_head *lists;

	if (by_address)
		return true;
	if (!by_page)
		by_page = new_lists(PAGE_HASH_SIZE);
	lists = by_page ? new_lists(HASH_SIZE) : NULL;
	__atomic_store_n(&by_address, lists, __ATOMIC_RELEASE);
	if (lists) {
		WRITE_ONCE(armed_mapped, memory_is_freed);
		armed_refresh();
		slab_arm();
	}
	return lists;
}

static struct dma_debug_entry *entry_alloc(void)
{
	struct dma_debug_entry *e;

	if (!lists_exist())
		return NULL;
	if (list_empty(&free_entries)) {
		e = os_map_any(PAGE_ALIGN(ENTRIES_AT_ONCE * sizeof(*e)));
		for (int i = 0; e && i < ENTRIES_AT_ONCE; i++)
			list_add_tail(&e[i].list, &free_entries);
	}
	if (list_empty(&free_entries))
		return NULL;
	e = list_first_entry(&free_entries, struct dma_debug_entry, list);
	list_del(&e->list);
	return e;
}

static void entry_drop(struct dma_debug_entry *e)
{
	list_del(&e->list);
	list_del(&e->page);
	list_add(&e->list, &free_entries);
	WRITE_ONCE(nr_entries, nr_entries - 1);
}

unsigned long debug_dma_entries(void)
{
	return READ_ONCE(nr_entries);
}

static u64 cacheline_of(const struct dma_debug_entry *e)
{
	return e->m.paddr >> CACHELINE_SHIFT;
}

/* Kernel: active_cacheline_insert(): mappings that have this one's line already. */
static int count_overlaps(const struct dma_debug_entry *e)
{
	const struct dma_debug_entry *other;
	int n = 0;

	if (e->m.direction == DMA_TO_DEVICE)
		return 0;
	list_for_each_entry(other, page_list(e->m.paddr), page)
		n += other->m.direction != DMA_TO_DEVICE && cacheline_of(other) == cacheline_of(e);
	return n;
}

/* A mapping is noted; a copy of it, and how many have its cache line already. */
static bool entry_add(const struct dma_mapping *m, bool freed, struct dma_debug_entry *copy,
		      int *overlaps)
{
	struct dma_debug_entry *e = NULL;
	struct stacktrace st;

	*copy = (struct dma_debug_entry){ .m = *m, .freed = freed };
	stacktrace_save(&st, STACK_ENTRIES, m->caller);
	copy->stack = stack_depot_save(st.entries, st.nr);
	if (m->type == dma_debug_single || m->type == dma_debug_resource)
		copy->map_err = MAP_ERR_NOT_CHECKED;
	if (spin_lock(&dma_debug_lock)) {
		e = entry_alloc();
		if (e) {
			*e = *copy;
			*overlaps = count_overlaps(e);
			list_add_tail(&e->list, address_list(m->dev_addr));
			list_add_tail(&e->page, page_list(m->paddr));
			WRITE_ONCE(nr_entries, nr_entries + 1);
		}
		spin_unlock(&dma_debug_lock);
	}
	if (!e)
		__atomic_fetch_add(&nr_lost, 1, __ATOMIC_RELAXED);
	return e;
}

/* Kernel: exact_match(), containing_match(). */
static bool matches(const struct dma_debug_entry *e, const struct dma_mapping *m, bool containing)
{
	if (e->m.dev != m->dev)
		return false;
	if (!containing)
		return e->m.dev_addr == m->dev_addr;
	return e->m.dev_addr <= m->dev_addr &&
	       e->m.dev_addr + e->m.size >= m->dev_addr + m->size;
}

/* Kernel: __hash_bucket_find(): the one that fits, or the only one. */
static struct dma_debug_entry *list_find(struct list_head *list, const struct dma_mapping *m,
					 bool containing)
{
	struct dma_debug_entry *e, *found = NULL;
	int n = 0;

	list_for_each_entry(e, list, list) {
		if (!matches(e, m, containing))
			continue;
		if (e->m.size == m->size && e->m.type == m->type &&
		    e->m.direction == m->direction && e->m.sg_call_ents == m->sg_call_ents)
			return e;
		found = e;
		n++;
	}
	return n == 1 ? found : NULL;
}

/* Kernel: bucket_find_contain(): it may have begun in any bucket before. */
static struct dma_debug_entry *find_containing(const struct dma_mapping *m)
{
	u64 limit = min((u64)HASH_SIZE, (m->dev_addr >> 13) + 1);
	struct dma_debug_entry *e = NULL;

	for (u64 i = 0; !e && i < limit; i++)
		e = list_find(address_list(m->dev_addr - (i << 13)), m, true);
	return e;
}

/* --- maps ------------------------------------------------------------------ */

static bool say_memory(enum dma_text text, const struct dma_mapping *m, const void *p,
		       const char *why)
{
	struct report_dma facts = { .text = text, .why = why };

	return debug_dma_say(REPORT_DMA_MEMORY, m, &facts, p);
}

static bool virt_addr_valid(const void *p)
{
	return in_direct_map(p) && page_exists(virt_to_pfn(p));
}

/* In a segment of a loaded object that nobody may write. */
static bool is_text_or_rodata(const void *p)
{
	const ElfW(Phdr) *ph;
	struct os_object o;

	if (!context_in_handler())
		os_objects_init();
	if (!os_object_find((uintptr_t)p, &o) || !o.phdr)
		return false;
	ph = o.phdr;
	for (unsigned int i = 0; i < o.nr_phdr; i++, ph++)
		if (ph->p_type == PT_LOAD && (uintptr_t)p - o.bias - ph->p_vaddr < ph->p_memsz)
			return !(ph->p_flags & PF_W);
	return false;
}

bool debug_dma_map_single(const struct dma_mapping *m, const void *p)
{
	if (virt_addr_valid(p))
		return true;
	if (is_vmalloc_addr(p))
		say_memory(DMA_VMALLOC, m, p, NULL);
	else if (stack_is_own((unsigned long)p))
		say_memory(DMA_STACK_AREA, m, p, "it is on the stack");
	else if (is_text_or_rodata(p))
		say_memory(DMA_RODATA, m, p, NULL);
	else
		say_memory(DMA_INVALID_AREA, m, p, NULL);
	return false;
}

/* Kernel: check_for_stack(), of a stack in the direct map. */
static bool is_on_stack(const void *p)
{
	const void *sp = __builtin_frame_address(0);
	struct object_info stack, memory;

	if (likely(!in_direct_map(sp)) || !in_direct_map(p))
		return false;
	object_lookup(sp, &stack);
	object_lookup(p, &memory);
	return stack.object && stack.object == memory.object;
}

/* Pages of alloc_pages: each is mapped by itself, and neighbours may have come one by one. */
static bool ends_where_it_ends(const struct dma_mapping *m, const struct phys_buffer *b)
{
	if (b->kind != KMEMU_PHYS_PAGES || !b->page || !(b->page->flags & PAGE_FLAG_PAGES))
		return true;
	return b->page->flags & PAGE_FLAG_COMP && m->type != dma_debug_sg;
}

/*
 * What is wrong with the owner of [p, p + size), NR_REPORT_KINDS: nothing. b: that owner, or
 * what lies behind it where that is free.
 */
static enum report_kind owner_is_wrong(const struct dma_mapping *m, const char *p,
				       struct phys_buffer *b)
{
	struct phys_buffer first;
	size_t left = m->size, here;

	for (phys_lookup(p, b), first = *b;; phys_lookup(p, b)) {
		if (b->kind == KMEMU_PHYS_FREE)
			return REPORT_DMA_FREE;
		if (b->kind > KMEMU_PHYS_PAGES || !b->object)
			return NR_REPORT_KINDS;
		here = b->object_size - (size_t)(p - (const char *)b->object);
		if (left <= here)
			break;
		if (ends_where_it_ends(m, b))
			return REPORT_DMA_OBJECTS;
		p += here;
		left -= here;
	}
	if (b->object == first.object || !ends_where_it_ends(m, b))
		return NR_REPORT_KINDS;
	*b = first; /* which ends in another's */
	return REPORT_DMA_OBJECTS;
}

/*
 * Ours: to the kernel each byte of RAM is as good as any other. False: it must not be
 * mapped. told: the memory is known to be free.
 */
static bool owner_is_right(const struct dma_mapping *m, const void *p, bool *told)
{
	struct report_dma facts = { .text = DMA_BEHIND, .mend = "one object of the whole length" };
	struct phys_buffer b;
	enum report_kind kind;

	if (!m->size || !virt_addr_valid(p))
		return true;
	kind = owner_is_wrong(m, p, &b);
	if (kind == NR_REPORT_KINDS)
		return true;
	if (kind == REPORT_DMA_FREE) {
		*told = true;
		facts.text = DMA_NOBODYS;
		facts.mend = "memory that lives until it is unmapped";
	}
	return say(kind, m, &facts, p, &b);
}

/* Kernel: the end of add_dma_entry(). */
static bool overlap_is_right(const struct dma_debug_entry *e, int overlaps, unsigned long attrs)
{
	struct report_dma facts = { .text = DMA_EXCEEDED, .count = MAX_OVERLAP,
				    .paddr = cacheline_of(e) };

	if (overlaps > MAX_OVERLAP && !debug_dma_say(REPORT_DMA_OVERLAP, &e->m, &facts, NULL))
		return false;
	if (!overlaps || attrs & KMEMU_DMA_ATTR_SKIP_CPU_SYNC)
		return true;
	return say_of(REPORT_DMA_OVERLAP, DMA_OVERLAP, e, &e->m, NULL);
}

static void forget(const struct dma_mapping *m)
{
	struct dma_debug_entry *e;

	if (!lock_entries())
		return;
	e = list_find(address_list(m->dev_addr), m, false);
	if (e)
		entry_drop(e);
	spin_unlock(&dma_debug_lock);
}

bool debug_dma_map(const struct dma_mapping *m, const void *p, unsigned long attrs)
{
	struct dma_debug_entry copy;
	bool freed = false;
	int overlaps = 0;

	if (is_off())
		return true;
	if (p && m->type <= dma_debug_sg && is_on_stack(p) && !say_memory(DMA_STACK, m, p, NULL))
		return false;
	if (p && (m->type <= dma_debug_sg || m->type == dma_debug_resource) &&
	    !owner_is_right(m, p, &freed))
		return false;
	if (!entry_add(m, freed, &copy, &overlaps) || overlap_is_right(&copy, overlaps, attrs))
		return true;
	forget(m);
	return false;
}

bool debug_dma_sg_segment(const struct dma_mapping *m, unsigned int length)
{
	const struct device_dma_parameters *parms = m->dev->dma_parms;
	u64 boundary = parms && parms->segment_boundary_mask ? parms->segment_boundary_mask : ~0UL;
	unsigned int most = parms && parms->max_segment_size ? parms->max_segment_size : 65536;
	u64 end = m->dev_addr + m->size - 1;
	struct report_dma facts = { .text = DMA_SG_LONG, .dev_addr = m->dev_addr, .size = length,
				    .other = most };

	if (length > most && !debug_dma_say(REPORT_DMA_SEGMENT, m, &facts, NULL))
		return false;
	if (!((m->dev_addr ^ end) & ~boundary))
		return true;
	facts.text = DMA_SG_BOUNDARY;
	facts.paddr = end;
	facts.other = boundary;
	return debug_dma_say(REPORT_DMA_SEGMENT, m, &facts, NULL);
}

void debug_dma_mapping_error(const struct device *dev, u64 dev_addr)
{
	struct dma_debug_entry *e;

	if (is_off() || !lock_entries())
		return;
	list_for_each_entry(e, address_list(dev_addr), list) {
		if (e->m.dev != dev || e->m.dev_addr != dev_addr ||
		    e->map_err != MAP_ERR_NOT_CHECKED)
			continue;
		e->map_err = MAP_ERR_CHECKED;
		break;
	}
	spin_unlock(&dma_debug_lock);
}

/* --- memory that is freed -------------------------------------------------- */

static bool is_of_pages(const struct dma_debug_entry *e)
{
	return e->m.type != dma_debug_resource;
}

/* Under the lock: a mapping of memory in [start, start + size), told of now. */
static bool find_in_flight(u64 start, size_t size, struct dma_debug_entry *found)
{
	unsigned long pages = min(((start & ~PAGE_MASK) + size - 1) >> PAGE_SHIFT,
				  (unsigned long)PAGE_HASH_SIZE - 1);
	struct dma_debug_entry *e;

	for (unsigned long i = 0; i <= pages; i++) {
		list_for_each_entry(e, page_list(start + (i << PAGE_SHIFT)), page) {
			if (e->freed || !is_of_pages(e) || e->m.paddr - start >= size)
				continue;
			e->freed = true;
			*found = *e;
			return true;
		}
	}
	return false;
}

static size_t size_at(const void *p)
{
	struct object_info info;

	object_lookup(p, &info);
	return info.object == p && info.size ? info.size : 1;
}

static void say_in_flight(const struct dma_debug_entry *e, const void *p, const char *func,
			  const void *caller, const char *why)
{
	struct dma_mapping m = e->m;
	struct report_dma facts = { .text = DMA_IN_FLIGHT, .dev_addr = m.dev_addr, .size = m.size,
				    .type = type_name[m.type], .dir = dir_name(m.direction),
				    .mapped = e->stack, .why = why };

	m.func = func;
	m.caller = caller;
	debug_dma_say(REPORT_DMA_IN_FLIGHT, &m, &facts, p);
}

static bool take_in_flight(u64 start, size_t size, struct dma_debug_entry *e)
{
	bool found;

	if (!lock_entries())
		return false;
	found = find_in_flight(start, size, e);
	spin_unlock(&dma_debug_lock);
	return found;
}

/* A page of it that is mapped was asked for by vmalloc_to_page(), which numbers all. */
static bool area_in_flight(const void *p, struct dma_debug_entry *e)
{
	size_t size = vmalloc_size(p), at;
	bool found = false;

	if (!size || vmalloc_known_pfn(p) == PFN_NONE)
		return false;
	for (at = 0; at < size && !found; at += PAGE_SIZE) {
		unsigned long pfn = vmalloc_known_pfn((const char *)p + at);

		found = pfn != PFN_NONE && take_in_flight((u64)pfn << PAGE_SHIFT, PAGE_SIZE, e);
	}
	return found;
}

/* armed.h: p is freed, or was just now. */
static __noinline void memory_is_freed(const void *p)
{
	struct dma_debug_entry e;
	bool found;

	if (is_off() || !READ_ONCE(nr_entries))
		return;
	if (is_vmalloc_addr(p))
		found = area_in_flight(p, &e);
	else
		found = in_direct_map(p) &&
			take_in_flight((u64)p - PAGE_OFFSET, size_at(p), &e);
	if (found)
		say_in_flight(&e, p, "kfree", NULL, NULL);
}

/* Was its memory freed by a hit? */
static bool is_freed(const struct dma_debug_entry *e)
{
	const void *p = (const void *)(PAGE_OFFSET + e->m.paddr);
	struct object_info info;

	if (e->freed || !is_of_pages(e) || !in_direct_map(p))
		return false;
	object_lookup(p, &info);
	return info.kind == OBJECT_FREE || info.kind == OBJECT_SLAB_FREE ||
	       info.kind == OBJECT_LARGE_FREE;
}

static void say_freed(const struct dma_debug_entry *e, const struct dma_mapping *now,
		      const char *why)
{
	say_in_flight(e, (const void *)(PAGE_OFFSET + e->m.paddr), now->func, now->caller, why);
}

/* --- unmaps and syncs ------------------------------------------------------ */

static bool say_unknown(const struct dma_mapping *m, enum dma_text text)
{
	struct report_dma facts = { .text = text, .dev_addr = m->dev_addr, .other = m->size };

	if (READ_ONCE(nr_lost))
		return true;
	if (text == DMA_FREE_UNKNOWN && m->dev_addr == KMEMU_DMA_MAPPING_ERROR)
		facts.text = DMA_FREE_INVALID;
	return debug_dma_say(REPORT_DMA_NOT_MAPPED, m, &facts, NULL);
}

static bool is_coherent(const struct dma_debug_entry *e)
{
	return e->m.type == dma_debug_coherent || e->m.type == dma_debug_noncoherent;
}

/* Kernel: check_unmap(), what differs. */
static void compare(const struct dma_debug_entry *e, const struct dma_mapping *m)
{
	if (m->size != e->m.size)
		say_of(REPORT_DMA_SIZE, DMA_FREE_SIZE, e, m, NULL);
	if (m->type != e->m.type)
		say_of(REPORT_DMA_FUNCTION, DMA_FREE_FUNCTION, e, m, NULL);
	else if (is_coherent(e) && m->paddr != e->m.paddr)
		say_of(REPORT_DMA_FUNCTION, DMA_FREE_CPU, e, m, NULL);
	if (m->sg_call_ents && m->type == dma_debug_sg && m->sg_call_ents != e->m.sg_call_ents)
		say_of(REPORT_DMA_SG_COUNT, DMA_FREE_SG, e, m, NULL);
	if (m->direction != e->m.direction)
		say_of(REPORT_DMA_DIRECTION, DMA_FREE_DIRECTION, e, m, NULL);
	if (e->map_err == MAP_ERR_NOT_CHECKED)
		say_of(REPORT_DMA_UNCHECKED, DMA_FREE_UNCHECKED, e, m, NULL);
}

bool debug_dma_unmap(const struct dma_mapping *m)
{
	struct dma_debug_entry *found = NULL, e;

	if (is_off())
		return true;
	if (lock_entries()) {
		found = list_find(address_list(m->dev_addr), m, false);
		if (found) {
			e = *found;
			entry_drop(found);
		}
		spin_unlock(&dma_debug_lock);
	}
	if (!found)
		return say_unknown(m, DMA_FREE_UNKNOWN);
	compare(&e, m);
	if (is_freed(&e))
		say_freed(&e, m, "it was free when it was unmapped");
	return true;
}

/* Kernel: check_sync(). */
static void compare_sync(const struct dma_debug_entry *e, const struct dma_mapping *m, bool to_cpu)
{
	if (m->size > e->m.size)
		say_of(REPORT_DMA_SIZE, DMA_SYNC_RANGE, e, m, NULL);
	if (e->m.direction == DMA_BIDIRECTIONAL)
		return;
	if (m->direction != e->m.direction)
		say_of(REPORT_DMA_DIRECTION, DMA_SYNC_DIRECTION, e, m, NULL);
	if (to_cpu && e->m.direction != DMA_FROM_DEVICE && m->direction != DMA_TO_DEVICE)
		say_of(REPORT_DMA_SYNC, DMA_SYNC_READONLY, e, m, NULL);
	if (!to_cpu && e->m.direction != DMA_TO_DEVICE && m->direction != DMA_FROM_DEVICE)
		say_of(REPORT_DMA_SYNC, DMA_SYNC_WRITEONLY, e, m, NULL);
	if (m->sg_call_ents && m->type == dma_debug_sg && m->sg_call_ents != e->m.sg_call_ents)
		say_of(REPORT_DMA_SG_COUNT, DMA_SYNC_SG, e, m, NULL);
}

void debug_dma_sync(const struct dma_mapping *m, bool to_cpu)
{
	struct dma_debug_entry *found = NULL, e;
	bool freed = false;

	if (is_off())
		return;
	if (lock_entries()) {
		found = find_containing(m);
		if (found) {
			e = *found;
			freed = is_freed(found);
			found->freed |= freed;
		}
		spin_unlock(&dma_debug_lock);
	}
	if (!found) {
		say_unknown(m, DMA_SYNC_UNKNOWN);
		return;
	}
	compare_sync(&e, m, to_cpu);
	if (freed)
		say_freed(&e, m, "it was free when it was synced");
}

int debug_dma_mapped_ents(const struct dma_mapping *m)
{
	const struct dma_debug_entry *e;
	int n = 0;

	if (is_off() || !lock_entries())
		return 0;
	e = list_find(address_list(m->dev_addr), m, false);
	if (e)
		n = e->m.sg_mapped_ents;
	spin_unlock(&dma_debug_lock);
	return n;
}

/* --- the device's end ------------------------------------------------------ */

/* Under the lock. Kernel: device_dma_allocations(). */
static int take_entries(const struct device *dev, struct dma_debug_entry *last)
{
	struct dma_debug_entry *e, *tmp;
	int n = 0;

	for (unsigned int i = 0; i < HASH_SIZE; i++) {
		list_for_each_entry_safe(e, tmp, &by_address[i], list) {
			if (e->m.dev != dev)
				continue;
			*last = *e;
			entry_drop(e); /* the next struct device may lie here */
			n++;
		}
	}
	return n;
}

void debug_dma_device_released(const struct device *dev, const void *caller)
{
	struct dma_debug_entry e;
	struct report_dma facts;
	int n;

	if (is_off() || !READ_ONCE(nr_entries) || !lock_entries())
		return;
	n = take_entries(dev, &e);
	spin_unlock(&dma_debug_lock);
	if (!n)
		return;
	e.m.func = "device_release_driver";
	e.m.caller = caller;
	facts = (struct report_dma){ .text = DMA_LEAK, .count = n, .dev_addr = e.m.dev_addr,
				     .size = e.m.size, .dir = dir_name(e.m.direction),
				     .type = type_name[e.m.type], .mapped = e.stack };
	debug_dma_say(REPORT_DMA_LEAK, &e.m, &facts, NULL);
}
