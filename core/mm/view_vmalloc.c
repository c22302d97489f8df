/*
 * view_vmalloc.c - vmallocinfo (kernel: vmalloc_info_show of mm/vmalloc.c).
 *
 * The kernel prints the busy areas by address, then the "unpurged" ones: freed,
 * their addresses not to be used again yet. Here that is what vmalloc_lazy=1
 * keeps, and what a signal handler has freed and the lock's holder will take.
 * Warm areas (vmap_warm.c) are free memory to a program and are not shown.
 *
 * An area's size is the request's pages and the guard, as in the kernel, though
 * it may have some slack between them here. Addresses are printed as they are:
 * they are the user's own. There is no page array (`vpages`), all memory is of
 * node 0, and callers are kept with leak= only.
 *
 * The walk goes from neighbour to neighbour by index. A stranger's must see
 * addresses rise and `prev` be where it came from.
 */
#include <errno.h>
#include <string.h>

#include "core/lib/vsprintf.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/view.h"
#include "core/mm/vmalloc.h"
#include "include/kmemu/mm.h"

#define MAX_AREAS (1U << 28)

struct walk {
	const struct view_reader *r;
	u64 areas;
	u32 nr, unpurged;
	struct alloc_tag_roots tags;
};

/* What is read may be no bool at all. */
static bool is_set(const bool *flag)
{
	u8 byte;

	memcpy(&byte, flag, sizeof(byte));
	return byte != 0;
}

static bool read_area(const struct walk *w, u32 index, struct vmap_area *a)
{
	return view_read(w->r, a, w->areas + (u64)index * sizeof(*a), sizeof(*a));
}

/* The lowest: the only one of the row without a neighbour below. 0: none. */
static u32 first_area(const struct walk *w, struct vmap_area *a)
{
	u32 i;

	for (i = 1; i < w->nr && read_area(w, i, a); i++)
		if (!a->prev && !is_set(&a->alone) && a->state != VMAP_UNUSED)
			return i;
	return 0;
}

/* " func+0x1d/0x60", as %pS has it; nothing where it is not known. */
static void show_caller(const struct walk *w, u32 tag, struct view_out *o)
{
	u64 pc = alloc_tag_site(w->r, &w->tags, tag);
	char who[512];

	if (!pc)
		return;
	if (w->r->caller)
		w->r->caller(w->r->ctx, pc, who, sizeof(who));
	else
		kmemu_scnprintf(who, sizeof(who), "0x%lx", (unsigned long)pc);
	view_printf(o, " %s", who);
}

static void show_area(struct walk *w, const struct vmap_area *a, struct view_out *o)
{
	unsigned long start = (unsigned long)vmap_addr(a);
	unsigned long bytes = vmap_bytes(a->pages + (a->guard != GUARD_NONE));

	w->unpurged += a->state == VMAP_LAZY || a->state == VMAP_DYING;
	if (a->state != VMAP_LIVE || !a->pages)
		return;
	view_printf(o, "0x%016lx-0x%016lx %7lu", start, start + bytes, bytes);
	if (a->kind != VMAP_KIND_VMALLOC) {
		view_printf(o, " %s\n", a->kind == VMAP_KIND_RAM		? "vm_map_ram" :
				     a->vm_flags & KMEMU_VM_IOREMAP ? "ioremap" :
								      "vmap");
		return;
	}
	show_caller(w, a->tag, o);
	view_printf(o, " pages=%u vmalloc%s N0=%u\n", a->pages,
		    a->vm_flags & KMEMU_VM_USERMAP ? " user" : "", a->pages);
}

static void show_unpurged(struct walk *w, const struct vmap_area *a, struct view_out *o)
{
	unsigned long start = (unsigned long)vmap_addr(a);
	unsigned long bytes = vmap_bytes(a->span);

	(void)w;
	if (a->state == VMAP_LAZY || a->state == VMAP_DYING)
		view_printf(o, "0x%016lx-0x%016lx %7lu unpurged vm_area\n", start, start + bytes,
			    bytes);
}

typedef void (*show_fn)(struct walk *w, const struct vmap_area *a, struct view_out *o);

static int walk_row(struct walk *w, show_fn show, struct view_out *o)
{
	struct vmap_area a = { .start = 0 };
	u32 i = first_area(w, &a), prev = 0, start = 0, n;

	for (n = 0; i; n++) {
		if (n >= w->nr || i >= w->nr || !read_area(w, i, &a))
			return -EAGAIN;
		if (a.prev != prev || (prev && a.start <= start))
			return -EAGAIN;
		show(w, &a, o);
		prev = i;
		start = a.start;
		i = a.next;
	}
	return 0;
}

/* Areas that were made in handlers have no neighbours. */
static int walk_alone(struct walk *w, show_fn show, struct view_out *o)
{
	struct vmap_area a;
	u32 i;

	for (i = 1; i < w->nr; i++) {
		if (!read_area(w, i, &a))
			return -EAGAIN;
		if (is_set(&a.alone))
			show(w, &a, o);
	}
	return 0;
}

static int walk_all(struct walk *w, show_fn show, struct view_out *o)
{
	int err = walk_row(w, show, o);

	return err ? err : walk_alone(w, show, o);
}

int view_vmallocinfo(const struct view_reader *r, const struct view_roots *roots,
		     struct view_out *o)
{
	struct walk w = { .r = r, .areas = roots->areas };
	u64 started_at = roots->vmap + offsetof(struct vmap, started);
	u64 nr_at = roots->vmap + offsetof(struct vmap, nr_areas);
	u8 started;
	int err;

	if (!view_read(r, &w.tags, roots->tags, sizeof(w.tags)) ||
	    !view_read(r, &started, started_at, sizeof(started)) ||
	    !view_read(r, &w.nr, nr_at, sizeof(w.nr)))
		return -EFAULT;
	if (!started)
		return 0;
	if (w.nr > MAX_AREAS)
		return -EAGAIN;
	err = walk_all(&w, show_area, o);
	if (!err && w.unpurged)
		err = walk_all(&w, show_unpurged, o);
	return err;
}
