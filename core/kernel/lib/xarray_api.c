/*
 * xarray_api.c - the XArray without states (kernel: lib/xarray.c, "the normal API").
 * Names with two underscores are called with the lock held, and drop it while they
 * get memory, if that may sleep, the way the flags say that it is taken.
 *
 * What is reserved (XA_ZERO_ENTRY) reads as NULL here. In an array that tracks what
 * is free, storing NULL reserves: only erasing frees.
 */
#include "core/kernel/lib/xarray.h"

#include <errno.h>

static void lock(struct xarray *xa, bool by_type)
{
	if (by_type && (xa->xa_flags & XA_FLAGS_LOCK_IRQ))
		kmemu_spin_irq_save();
	else if (by_type && (xa->xa_flags & XA_FLAGS_LOCK_BH))
		kmemu_local_bh_disable();
	kmemu_spin_lock(&xa->xa_lock);
}

static void unlock(struct xarray *xa, bool by_type)
{
	kmemu_spin_unlock(&xa->xa_lock);
	if (by_type && (xa->xa_flags & XA_FLAGS_LOCK_IRQ))
		kmemu_spin_irq_enable();
	else if (by_type && (xa->xa_flags & XA_FLAGS_LOCK_BH))
		kmemu_local_bh_enable();
}

/* kmemu_xas_nomem() with the lock held. */
static bool get_memory(struct xa_state *xas, unsigned int gfp)
{
	bool drop = xas->xa_node == XA_ERROR(-ENOMEM) && (gfp & KMEMU___GFP_DIRECT_RECLAIM);
	bool again;

	if (drop)
		unlock(xas->xa, true);
	again = kmemu_xas_nomem(xas, gfp);
	if (drop)
		lock(xas->xa, true);
	return again;
}

static void *result(const struct xa_state *xas, void *entry)
{
	if (xa_is_zero(entry))
		return NULL;
	return xas_error(xas) ? xas->xa_node : entry;
}

KMEMU_EXPORT void *kmemu_xa_load(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);
	void *entry;

	kmemu_rcu_read_lock();
	while (xa_is_retry(entry = kmemu_xas_load(&xas)))
		xas_reset(&xas);
	kmemu_rcu_read_unlock();
	return xa_is_zero(entry) ? NULL : entry;
}

KMEMU_EXPORT void *kmemu___xa_erase(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);
	void *old = kmemu_xas_store(&xas, NULL);

	return result(&xas, old);
}

KMEMU_EXPORT void *kmemu_xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	xa_check_set_up(xa);
	lock(xa, false);
	old = kmemu___xa_erase(xa, index);
	unlock(xa, false);
	return old;
}

KMEMU_EXPORT void *kmemu___xa_store(struct xarray *xa, unsigned long index, void *entry,
				    unsigned int gfp)
{
	XA_STATE(xas, xa, index);
	void *old;

	if (refused(CALLER, xa_is_advanced(entry)))
		return XA_ERROR(-EINVAL);
	if (!entry && tracks_free(xa))
		entry = XA_ZERO_ENTRY;
	do {
		old = kmemu_xas_store(&xas, entry);
		if (tracks_free(xa))
			kmemu_xas_clear_mark(&xas, XA_FREE_MARK);
	} while (get_memory(&xas, gfp));
	return result(&xas, old);
}

KMEMU_EXPORT void *kmemu_xa_store(struct xarray *xa, unsigned long index, void *entry,
				  unsigned int gfp)
{
	void *old;

	xa_check_set_up(xa);
	lock(xa, false);
	old = kmemu___xa_store(xa, index, entry, gfp);
	unlock(xa, false);
	return old;
}

KMEMU_EXPORT void *kmemu___xa_cmpxchg(struct xarray *xa, unsigned long index, void *old,
				      void *entry, unsigned int gfp)
{
	XA_STATE(xas, xa, index);
	void *found;

	if (refused(CALLER, xa_is_advanced(entry)))
		return XA_ERROR(-EINVAL);
	do {
		found = kmemu_xas_load(&xas);
		if (found != old)
			continue;
		kmemu_xas_store(&xas, entry);
		if (tracks_free(xa) && entry && !found)
			kmemu_xas_clear_mark(&xas, XA_FREE_MARK);
	} while (get_memory(&xas, gfp));
	return result(&xas, found);
}

KMEMU_EXPORT int kmemu___xa_insert(struct xarray *xa, unsigned long index, void *entry,
				   unsigned int gfp)
{
	XA_STATE(xas, xa, index);

	if (refused(CALLER, xa_is_advanced(entry)))
		return -EINVAL;
	do {
		if (kmemu_xas_load(&xas)) {
			xas_set_err(&xas, -EBUSY);
			continue;
		}
		kmemu_xas_store(&xas, entry ? entry : XA_ZERO_ENTRY);
		if (tracks_free(xa))
			kmemu_xas_clear_mark(&xas, XA_FREE_MARK);
	} while (get_memory(&xas, gfp));
	return xas_error(&xas);
}

/* --- indices that are given out */

KMEMU_EXPORT int kmemu___xa_alloc(struct xarray *xa, uint32_t *id, void *entry,
				  struct xa_limit limit, unsigned int gfp)
{
	XA_STATE(xas, xa, 0);

	if (refused(CALLER, xa_is_advanced(entry) || !tracks_free(xa)))
		return -EINVAL;
	do {
		xas.xa_index = limit.min;
		kmemu_xas_find_marked(&xas, limit.max, XA_FREE_MARK);
		if (xas.xa_node == XAS_RESTART)
			xas_set_err(&xas, -EBUSY);
		else
			*id = (uint32_t)xas.xa_index;
		kmemu_xas_store(&xas, entry ? entry : XA_ZERO_ENTRY);
		kmemu_xas_clear_mark(&xas, XA_FREE_MARK);
	} while (get_memory(&xas, gfp));
	return xas_error(&xas);
}

/* 1: it began again at limit.min. */
KMEMU_EXPORT int kmemu___xa_alloc_cyclic(struct xarray *xa, uint32_t *id, void *entry,
					 struct xa_limit limit, uint32_t *next, unsigned int gfp)
{
	struct xa_limit rest = { .min = max(limit.min, *next), .max = limit.max };
	int error = kmemu___xa_alloc(xa, id, entry, rest, gfp);
	bool wrapped = !error && (xa->xa_flags & XA_FLAGS_ALLOC_WRAPPED);

	if (wrapped)
		xa->xa_flags &= ~XA_FLAGS_ALLOC_WRAPPED;
	if (error < 0 && rest.min > limit.min) {
		error = kmemu___xa_alloc(xa, id, entry, limit, gfp);
		wrapped = !error;
	}
	if (error < 0)
		return error;
	*next = *id + 1;
	if (!*next)
		xa->xa_flags |= XA_FLAGS_ALLOC_WRAPPED;
	return wrapped;
}

/* --- marks */

KMEMU_EXPORT void kmemu___xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (kmemu_xas_load(&xas))
		kmemu_xas_set_mark(&xas, mark);
}

KMEMU_EXPORT void kmemu___xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (kmemu_xas_load(&xas))
		kmemu_xas_clear_mark(&xas, mark);
}

KMEMU_EXPORT void kmemu_xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_check_set_up(xa);
	lock(xa, false);
	kmemu___xa_set_mark(xa, index, mark);
	unlock(xa, false);
}

KMEMU_EXPORT void kmemu_xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_check_set_up(xa);
	lock(xa, false);
	kmemu___xa_clear_mark(xa, index, mark);
	unlock(xa, false);
}

/* From the head down, as long as all above have it. */
KMEMU_EXPORT bool kmemu_xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);
	void *entry;
	bool has;

	kmemu_rcu_read_lock();
	entry = begin(&xas);
	while ((has = kmemu_xas_get_mark(&xas, mark)) && xa_is_node(entry))
		entry = step_down(&xas, xa_to_node(entry));
	kmemu_rcu_read_unlock();
	return has;
}

/* --- searches. filter: a mark, or any present entry */

static void *find(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	return filter < XA_MAX_MARKS ? kmemu_xas_find_marked(xas, max, filter) :
				       kmemu_xas_find(xas, max);
}

KMEMU_EXPORT void *kmemu_xa_find(struct xarray *xa, unsigned long *index, unsigned long max,
				 xa_mark_t filter)
{
	XA_STATE(xas, xa, *index);
	void *entry;

	kmemu_rcu_read_lock();
	do {
		entry = find(&xas, max, filter);
	} while (xas_retry(&xas, entry));
	kmemu_rcu_read_unlock();
	if (entry)
		*index = xas.xa_index;
	return entry;
}

/* The index is not the first of the entry. */
static bool within_entry(const struct xa_state *xas)
{
	const struct xa_node *node = xas->xa_node;

	return node && (xas->xa_index & reach(xa_mk_node(node))) >
			       (unsigned long)xas->xa_offset << node->shift;
}

KMEMU_EXPORT void *kmemu_xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max,
				       xa_mark_t filter)
{
	XA_STATE(xas, xa, *index + 1);
	void *entry = NULL;

	if (!xas.xa_index)
		return NULL;
	kmemu_rcu_read_lock();
	do {
		entry = find(&xas, max, filter);
	} while (!xas_invalid(&xas) && (within_entry(&xas) || xas_retry(&xas, entry)));
	kmemu_rcu_read_unlock();
	if (entry)
		*index = xas.xa_index;
	return entry;
}

KMEMU_EXPORT unsigned int kmemu_xa_extract(struct xarray *xa, void **dst, unsigned long start,
					   unsigned long max, unsigned int n, xa_mark_t filter)
{
	XA_STATE(xas, xa, start);
	unsigned int found = 0;
	void *entry;

	kmemu_rcu_read_lock();
	while (found < n && (entry = find(&xas, max, filter)))
		if (!xas_retry(&xas, entry))
			dst[found++] = entry;
	kmemu_rcu_read_unlock();
	return found;
}

KMEMU_EXPORT int kmemu_xa_get_order(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);
	int order;

	kmemu_rcu_read_lock();
	order = kmemu_xas_load(&xas) ? kmemu_xas_get_order(&xas) : 0;
	kmemu_rcu_read_unlock();
	return order;
}

/* The entries are the user's. */
KMEMU_EXPORT void kmemu_xa_destroy(struct xarray *xa)
{
	XA_STATE(xas, xa, 0);
	unsigned long flags = kmemu_spin_irq_save();

	xa_check_set_up(xa);
	kmemu_spin_lock(&xa->xa_lock);
	if (xa_is_node(xa->xa_head)) {
		xas.xa_node = NULL;
		xas.xa_shift = (unsigned char)(xa_to_node(xa->xa_head)->shift + XA_CHUNK_SHIFT);
	}
	xas.xa_node = NULL;
	kmemu_xas_store(&xas, NULL);
	xas.xa_node = NULL;
	kmemu_xas_init_marks(&xas);
	if (xa->xa_flags & XA_FLAGS_ZERO_BUSY)
		xa->xa_flags &= ~XA_FLAGS_MARK(XA_FREE_MARK);
	kmemu_spin_unlock(&xa->xa_lock);
	kmemu_spin_irq_restore(flags);
}
