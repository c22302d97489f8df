/*
 * mem_dump.c - what is known of an address, for who found something wrong there (kernel:
 * mm/util.c mem_dump_obj, mm/slab_common.c kmem_dump_obj, mm/slub.c __kmem_obj_info,
 * mm/vmalloc.c vmalloc_dump_obj).
 *
 * The caller has printed the beginning of a line, and this is the rest.
 *
 * Different from the kernel: who allocated an object of no debug cache, or an area, is
 * known with leak= alone, and not said without.
 *
 * Locks: none. Memory: none. Cost: only when it is called.
 */
#include "core/kernel/task.h"
#include "core/lib/stackdepot.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/slub_debug.h"
#include "core/mm/vmalloc.h"
#include "core/report/report.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/printk.h"

#define pr_cont(fmt, ...)  kmemu_printk("\001c" fmt, ##__VA_ARGS__)
#define STACK_MAX 16 /* kernel: KS_ADDRS_COUNT */

static void print_allocated(u64 pc)
{
	if (pc)
		pr_cont(" allocated at %pS\n", (void *)pc);
	else
		pr_cont("\n");
}

static void print_stack(const struct report_track *track, const char *title)
{
	const unsigned long *entries;
	u32 nr = track ? stack_depot_fetch(track->handle, &entries) : 0;

	if (nr && title)
		pr_cont("%s", title);
	for (u32 i = 0; i < nr && i < STACK_MAX; i++)
		kmemu_printk("\0016    %pS\n", (void *)entries[i]);
}

static u64 allocated_at(const void *p, const struct report_track *track)
{
	if (track)
		return track->addr;
	return alloc_tags_on ? alloc_tag_pc(block_tag(alloc_tag_block(p))) : 0;
}

KMEMU_EXPORT int kmemu_kmem_dump_obj(const void *p)
{
	const struct kmem_cache *s;
	struct object_info info;
	struct report r = { 0 };

	object_lookup(p, &info);
	s = info.cache;
	if (!s)
		return 0;
	pr_cont(" slab %s", s->name);
	if (info.object) {
		debug_describe(&r, s, info.object);
		pr_cont(" start %px", (char *)info.object - s->red_left_pad);
		if (s->red_left_pad)
			pr_cont(" data offset %u", s->red_left_pad);
		pr_cont(" pointer offset %lu", (unsigned long)((char *)p - (char *)info.object));
	}
	pr_cont(" size %u", s->object_size);
	print_allocated(allocated_at(info.object, r.alloc_track));
	print_stack(r.alloc_track, NULL);
	print_stack(r.free_track, " Free path:\n");
	return 1;
}

static bool vmalloc_dump_obj(const void *p)
{
	const struct vmap_area *a = vmap_find(p);

	if (!a || READ_ONCE(a->state) != VMAP_LIVE)
		return false;
	pr_cont(" %u-page vmalloc region starting at %#lx", a->pages, (unsigned long)vmap_addr(a));
	print_allocated(alloc_tags_on && a->tag ? alloc_tag_pc(a->tag) : 0);
	return true;
}

KMEMU_EXPORT void kmemu_mem_dump_obj(const void *p)
{
	const char *type;

	if (kmemu_kmem_dump_obj(p) || vmalloc_dump_obj(p))
		return;
	if (is_vmalloc_addr(p))
		type = "vmalloc memory";
	else if (in_direct_map(p) && pfn_valid(virt_to_pfn(p)))
		type = "non-slab/vmalloc memory";
	else if (!p)
		type = "NULL pointer";
	else if (p == KMEMU_ZERO_SIZE_PTR)
		type = "zero-size pointer";
	else
		type = "non-paged memory";
	pr_cont(" %s\n", type);
}
