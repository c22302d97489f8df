/*
 * devres_group.c - resources that go together (kernel: drivers/base/devres.c
 * devres_open_group, remove_nodes).
 *
 * A group is two markers in the device's list: its beginning is there from opening on, its
 * end once it is closed. What lies between them, or is newer than the beginning of one
 * that is open, is the group's. Groups that lie wholly within go with it; one that only
 * overlaps stays, without what it has lost.
 *
 * Invariants: the end's memory is the group's also while it is in no list.
 * Locks: devres_lock().
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/devres.h"
#include "core/kernel/task.h"

struct group {
	void *id;
	struct devres *end;
	bool closed;
	u64 seen; /* the last walk that met its end */
};

static void begin_release(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
}

/* Another function than that of the beginning, also where equal ones are folded. */
static void end_release(struct device *dev, void *res)
{
	(void)dev;
	__asm__ volatile("" : : "r"(res));
}

static struct group *group_of(struct devres *begin)
{
	return (struct group *)begin->data;
}

bool devres_is_marker(const struct devres *dr)
{
	return dr->release == begin_release || dr->release == end_release;
}

void devres_free_marker(struct devres *dr, const void *caller)
{
	if (dr->release == begin_release && !group_of(dr)->closed)
		kfree_for(group_of(dr)->end, caller);
	kfree_for(dr, caller);
}

static struct devres **list_of(struct device *dev)
{
	return (struct devres **)&dev->kmemu_devres;
}

/* Where the beginning is linked; id NULL: the newest one that is open. */
static struct devres **find_group(struct device *dev, const void *id)
{
	struct devres **at = list_of(dev);

	for (; *at; at = &(*at)->next) {
		if ((*at)->release != begin_release)
			continue;
		if (id ? group_of(*at)->id == id : !group_of(*at)->closed)
			return at;
	}
	return NULL;
}

/* Takes the end off the list; what was linked behind it is linked where it was. */
static void take_end(struct device *dev, struct devres *end, struct devres ***at)
{
	struct devres **link = list_of(dev);

	while (*link != end)
		link = &(*link)->next;
	*link = end->next;
	if (*at == &end->next)
		*at = link;
}

KMEMU_EXPORT void *kmemu_devres_open_group(struct device *dev, void *id, kmemu_gfp_t flags)
{
	struct group *g = devres_new(begin_release, sizeof(*g), flags | __GFP_ZERO,
				     "devres_open_group", CALLER);
	void *end = NULL;

	if (g)
		end = devres_new(end_release, sizeof(g), flags, "devres_open_group", CALLER);
	if (!end) {
		kmemu_devres_free(g);
		return NULL;
	}
	g->id = id ? id : g;
	g->end = devres_of(end);
	*(struct group **)end = g;
	kmemu_devres_add(dev, g);
	return g->id;
}

static void warn_no_group(const void *caller, int line)
{
	kernel_warn(caller, "drivers/base/devres.c", line, "no such group of resources");
}

KMEMU_EXPORT void kmemu_devres_close_group(struct device *dev, void *id)
{
	u64 mask = devres_lock();
	struct devres **at = find_group(dev, id);
	bool found = at && !group_of(*at)->closed;

	if (found) {
		struct group *g = group_of(*at);

		g->closed = true;
		g->end->next = *list_of(dev);
		*list_of(dev) = g->end;
	}
	devres_unlock(mask);
	if (!found)
		warn_no_group(CALLER, 621);
}

KMEMU_EXPORT void kmemu_devres_remove_group(struct device *dev, void *id)
{
	u64 mask = devres_lock();
	struct devres **at = find_group(dev, id), *begin = NULL, *end = NULL;

	if (at) {
		begin = *at;
		end = group_of(begin)->end;
		if (group_of(begin)->closed)
			take_end(dev, end, &at);
		*at = begin->next;
	}
	devres_unlock(mask);
	if (!begin) {
		warn_no_group(CALLER, 651);
		return;
	}
	kfree_for(end, CALLER);
	kfree_for(begin, CALLER);
}

/* What is taken off the list, the newest first. */
struct taken {
	struct devres *resources, **last, *markers;
	int n;
};

static void take_resource(struct taken *t, struct devres **at)
{
	struct devres *dr = *at;

	*at = dr->next;
	dr->next = NULL;
	*t->last = dr;
	t->last = &dr->next;
	t->n++;
}

/* With its end, which lies between where the walk began and here, or is in no list. */
static void take_group(struct device *dev, struct taken *t, struct devres ***at)
{
	struct devres *begin = **at, *end = group_of(begin)->end;

	if (group_of(begin)->closed)
		take_end(dev, end, at);
	**at = begin->next;
	end->next = t->markers;
	begin->next = end;
	t->markers = begin;
}

/* From the group's newest to its beginning. */
static void take(struct device *dev, struct devres *begin, struct taken *t)
{
	static u64 walks;
	u64 walk = ++walks;
	struct devres **at = list_of(dev), *dr;
	bool last;

	while (group_of(begin)->closed && *at != group_of(begin)->end)
		at = &(*at)->next;
	do {
		dr = *at; /* cppcheck-suppress uninitvar; at is list_of(dev) */
		last = dr == begin;
		if (!devres_is_marker(dr)) {
			take_resource(t, at);
			continue;
		}
		if (dr->release == end_release)
			(*(struct group **)dr->data)->seen = walk;
		else if (!group_of(dr)->closed || group_of(dr)->seen == walk) {
			take_group(dev, t, &at);
			continue;
		}
		at = &dr->next;
	} while (!last);
}

KMEMU_EXPORT int kmemu_devres_release_group(struct device *dev, void *id)
{
	struct taken t = { .last = &t.resources };
	u64 mask = devres_lock();
	struct devres **at = find_group(dev, id), *dr;
	bool warn = !at && *list_of(dev);

	if (at)
		take(dev, *at, &t);
	devres_unlock(mask);
	if (warn)
		warn_no_group(CALLER, 698);
	while ((dr = t.resources)) {
		t.resources = dr->next;
		if (dr->release)
			dr->release(dev, dr->data);
		kfree_for(dr, CALLER);
	}
	while ((dr = t.markers)) {
		t.markers = dr->next;
		kfree_for(dr, CALLER);
	}
	return t.n;
}
