/*
 * view_slab.c - slabinfo (kernel: slab_show of mm/slab_common.c, get_slabinfo of
 * mm/slub.c).
 *
 * As in the kernel active objects are all but those that are free in slabs of
 * the node's partial list: an object that waits in a sheaf or in the barn
 * counts as active, like one in a CPU's slab there. The counters of a cache are
 * not read in one instant, so active never exceeds all but what it says.
 *
 * Order: newest cache first, the list's.
 *
 * A cache that is destroyed while a stranger looks: its struct may be another
 * one's memory by then. `prev` of each is compared with where we come from; in
 * the own process slab_mutex is held.
 */
#include <errno.h>
#include <string.h>

#include "core/mm/slab.h"
#include "core/mm/view.h"

#define MAX_CACHES 65536

static void read_cache(const struct kmem_cache *s, struct view_cache *c)
{
	unsigned int i;

	*c = (struct view_cache){ .num_objs = s->node.total_objects,
				  .num_slabs = s->node.nr_slabs,
				  .objsize = s->size,
				  .objperslab = s->objects,
				  .pagesperslab = 1U << (s->order & 31),
				  .flags = s->flags };
	c->active_objs = c->num_objs - min(s->node.free_objects, c->num_objs);
	memcpy(c->name, s->name, min(sizeof(c->name), sizeof(s->name)));
	c->name[sizeof(c->name) - 1] = '\0';
	for (i = 0; c->name[i]; i++)
		if ((unsigned char)c->name[i] < ' ')
			c->name[i] = '?';
}

int view_caches(const struct view_reader *r, const struct view_roots *roots,
		void (*fn)(void *arg, const struct view_cache *c), void *arg)
{
	u64 head = roots->slab_caches, prev = head, at;
	struct view_cache c;
	struct kmem_cache s;
	struct list_head list;
	int i;

	if (!view_read(r, &list, head, sizeof(list)))
		return -EFAULT;
	for (i = 0; i < MAX_CACHES; i++) {
		at = (u64)list.next;
		if (at == head)
			return 0;
		if (!view_read(r, &s, at - offsetof(struct kmem_cache, list), sizeof(s)))
			return -EAGAIN;
		if ((u64)s.list.prev != prev || !s.size)
			return -EAGAIN;
		read_cache(&s, &c);
		fn(arg, &c);
		prev = at;
		list = s.list;
	}
	return -EAGAIN;
}

static void show_cache(void *arg, const struct view_cache *c)
{
	view_printf(arg, "%-17s %6lu %6lu %6u %4u %4u", c->name, c->active_objs, c->num_objs,
		    c->objsize, c->objperslab, c->pagesperslab);
	view_printf(arg, " : tunables %4u %4u %4u : slabdata %6lu %6lu %6lu\n", 0, 0, 0,
		    c->num_slabs, c->num_slabs, 0UL);
}

int view_slabinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o)
{
	view_printf(o, "slabinfo - version: 2.1\n"
		       "# name            <active_objs> <num_objs> <objsize> <objperslab> "
		       "<pagesperslab> : tunables <limit> <batchcount> <sharedfactor>"
		       " : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	return view_caches(r, roots, show_cache, o);
}

static void add_pages(void *arg, const struct view_cache *c)
{
	unsigned long *pages = arg;

	pages[!!(c->flags & KMEMU_SLAB_RECLAIM_ACCOUNT)] += c->num_slabs * c->pagesperslab;
}

int view_slab_pages(const struct view_reader *r, const struct view_roots *roots,
		    unsigned long pages[2])
{
	pages[0] = pages[1] = 0;
	return view_caches(r, roots, add_pages, pages);
}
