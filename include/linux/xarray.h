/* SPDX-License-Identifier: MIT */
/*
 * <linux/xarray.h> of Linux 6.12 over <kmemu/xarray.h>. The kernel's own
 * lib/xarray.c compiles against it, and its functions then take the place of the
 * library's.
 */
#ifndef _LINUX_XARRAY_H
#define _LINUX_XARRAY_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#ifndef CONFIG_XARRAY_MULTI
#define CONFIG_XARRAY_MULTI 1
#endif

#include <linux/spinlock.h>

#define KMEMU_XA_LOCK spinlock_t
#include <kmemu/xarray.h>

#include <linux/bitmap.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/string.h>
#include <linux/types.h>

_Static_assert(sizeof(spinlock_t) == sizeof(struct kmemu_spinlock), "one layout for all");

#define BITS_PER_XA_VALUE (BITS_PER_LONG - 1)

static inline void *xa_tag_pointer(void *p, unsigned long tag)
{
	return (void *)((unsigned long)p | tag);
}

static inline void *xa_untag_pointer(void *entry)
{
	return (void *)((unsigned long)entry & ~3ul);
}

static inline unsigned int xa_pointer_tag(void *entry)
{
	return (unsigned long)entry & 3;
}

#define XA_LIMIT(_min, _max) (struct xa_limit) { .min = _min, .max = _max }
#define xa_limit_32b XA_LIMIT(0, UINT_MAX)
#define xa_limit_31b XA_LIMIT(0, INT_MAX)
#define xa_limit_16b XA_LIMIT(0, USHRT_MAX)

enum xa_lock_type { XA_LOCK_IRQ = 1, XA_LOCK_BH = 2 };

#define XA_FLAGS_ALLOC (XA_FLAGS_TRACK_FREE | XA_FLAGS_MARK(XA_FREE_MARK))
#define XA_FLAGS_ALLOC1 (XA_FLAGS_TRACK_FREE | XA_FLAGS_ZERO_BUSY)

#define XARRAY_INIT(name, flags)                                \
	{                                                       \
		.xa_lock = __SPIN_LOCK_UNLOCKED(name.xa_lock),  \
		.xa_flags = flags,                              \
		.xa_head = NULL,                                \
	}
#define DEFINE_XARRAY_FLAGS(name, flags) struct xarray name = XARRAY_INIT(name, flags)
#define DEFINE_XARRAY(name) DEFINE_XARRAY_FLAGS(name, 0)
#define DEFINE_XARRAY_ALLOC(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC)
#define DEFINE_XARRAY_ALLOC1(name) DEFINE_XARRAY_FLAGS(name, XA_FLAGS_ALLOC1)

static __always_inline void xa_init_flags(struct xarray *xa, gfp_t flags)
{
	spin_lock_init(&xa->xa_lock);
	xa->xa_flags = flags;
	xa->xa_head = NULL;
}

static inline void xa_init(struct xarray *xa)
{
	xa_init_flags(xa, 0);
}

static inline bool xa_empty(const struct xarray *xa)
{
	return !xa->xa_head;
}

/* --- functions of the library */

#define __kmemu_xa(ret, name, ...) __kmemu_c ret name(__VA_ARGS__) __kmemu_is(kmemu_##name)

__kmemu_xa(void *, xa_load, struct xarray *xa, unsigned long index);
__kmemu_xa(void *, xa_store, struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
__kmemu_xa(void *, xa_erase, struct xarray *xa, unsigned long index);
__kmemu_xa(void *, xa_store_range, struct xarray *xa, unsigned long first, unsigned long last,
	   void *entry, gfp_t gfp);
__kmemu_xa(bool, xa_get_mark, struct xarray *xa, unsigned long index, xa_mark_t mark);
__kmemu_xa(void, xa_set_mark, struct xarray *xa, unsigned long index, xa_mark_t mark);
__kmemu_xa(void, xa_clear_mark, struct xarray *xa, unsigned long index, xa_mark_t mark);
__kmemu_xa(void *, xa_find, struct xarray *xa, unsigned long *index, unsigned long max,
	   xa_mark_t filter);
__kmemu_xa(void *, xa_find_after, struct xarray *xa, unsigned long *index, unsigned long max,
	   xa_mark_t filter);
__kmemu_xa(unsigned int, xa_extract, struct xarray *xa, void **dst, unsigned long start,
	   unsigned long max, unsigned int n, xa_mark_t filter);
__kmemu_xa(void, xa_destroy, struct xarray *xa);
__kmemu_xa(void *, __xa_erase, struct xarray *xa, unsigned long index);
__kmemu_xa(void *, __xa_store, struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
__kmemu_xa(void *, __xa_cmpxchg, struct xarray *xa, unsigned long index, void *old, void *entry,
	   gfp_t gfp);
__kmemu_xa(int, __xa_insert, struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
__kmemu_xa(int, __xa_alloc, struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
	   gfp_t gfp);
__kmemu_xa(int, __xa_alloc_cyclic, struct xarray *xa, u32 *id, void *entry, struct xa_limit limit,
	   u32 *next, gfp_t gfp);
__kmemu_xa(void, __xa_set_mark, struct xarray *xa, unsigned long index, xa_mark_t mark);
__kmemu_xa(void, __xa_clear_mark, struct xarray *xa, unsigned long index, xa_mark_t mark);
__kmemu_xa(void *, xas_load, struct xa_state *xas);
__kmemu_xa(void *, xas_store, struct xa_state *xas, void *entry);
__kmemu_xa(void *, xas_find, struct xa_state *xas, unsigned long max);
__kmemu_xa(void *, xas_find_conflict, struct xa_state *xas);
__kmemu_xa(bool, xas_get_mark, const struct xa_state *xas, xa_mark_t mark);
__kmemu_xa(void, xas_set_mark, const struct xa_state *xas, xa_mark_t mark);
__kmemu_xa(void, xas_clear_mark, const struct xa_state *xas, xa_mark_t mark);
__kmemu_xa(void *, xas_find_marked, struct xa_state *xas, unsigned long max, xa_mark_t mark);
__kmemu_xa(void, xas_init_marks, const struct xa_state *xas);
__kmemu_xa(bool, xas_nomem, struct xa_state *xas, gfp_t gfp);
__kmemu_xa(void, xas_destroy, struct xa_state *xas);
__kmemu_xa(void, xas_pause, struct xa_state *xas);
__kmemu_xa(void, xas_create_range, struct xa_state *xas);
__kmemu_xa(int, xa_get_order, struct xarray *xa, unsigned long index);
__kmemu_xa(int, xas_get_order, struct xa_state *xas);
__kmemu_xa(void, xas_split, struct xa_state *xas, void *entry, unsigned int order);
__kmemu_xa(void, xas_split_alloc, struct xa_state *xas, void *entry, unsigned int order, gfp_t gfp);
__kmemu_xa(void *, __xas_next, struct xa_state *xas);
__kmemu_xa(void *, __xas_prev, struct xa_state *xas);
__kmemu_xa(void, xa_delete_node, struct xa_node *node, xa_update_node_t update);

/* A function: the declaration of a variable in the kernel's lib/radix-tree.h becomes its. */
#define radix_tree_node_cachep kmemu_radix_tree_node_cache()
__kmemu_c void radix_tree_node_rcu_free(struct rcu_head *head)
	__kmemu_is(kmemu_radix_tree_node_rcu_free);

/* --- loops */

#define xa_for_each_range(xa, index, entry, start, last)                                \
	for (index = start, entry = xa_find(xa, &index, last, XA_PRESENT); entry;       \
	     entry = xa_find_after(xa, &index, last, XA_PRESENT))
#define xa_for_each_start(xa, index, entry, start) \
	xa_for_each_range (xa, index, entry, start, ULONG_MAX)
#define xa_for_each(xa, index, entry) xa_for_each_start (xa, index, entry, 0)
#define xa_for_each_marked(xa, index, entry, filter)                                    \
	for (index = 0, entry = xa_find(xa, &index, ULONG_MAX, filter); entry;          \
	     entry = xa_find_after(xa, &index, ULONG_MAX, filter))

#define xas_for_each(xas, entry, max) \
	for (entry = xas_find(xas, max); entry; entry = xas_next_entry(xas, max))
#define xas_for_each_marked(xas, entry, max, mark)              \
	for (entry = xas_find_marked(xas, max, mark); entry;    \
	     entry = xas_next_marked(xas, max, mark))
#define xas_for_each_conflict(xas, entry) while ((entry = xas_find_conflict(xas)))

enum { XA_CHECK_SCHED = 4096 };

/* --- locks */

#define xa_trylock(xa) spin_trylock(&(xa)->xa_lock)
#define xa_lock(xa) spin_lock(&(xa)->xa_lock)
#define xa_unlock(xa) spin_unlock(&(xa)->xa_lock)
#define xa_lock_bh(xa) spin_lock_bh(&(xa)->xa_lock)
#define xa_unlock_bh(xa) spin_unlock_bh(&(xa)->xa_lock)
#define xa_lock_irq(xa) spin_lock_irq(&(xa)->xa_lock)
#define xa_unlock_irq(xa) spin_unlock_irq(&(xa)->xa_lock)
#define xa_lock_irqsave(xa, flags) spin_lock_irqsave(&(xa)->xa_lock, flags)
#define xa_unlock_irqrestore(xa, flags) spin_unlock_irqrestore(&(xa)->xa_lock, flags)
#define xa_lock_nested(xa, subclass) spin_lock_nested(&(xa)->xa_lock, subclass)
#define xa_lock_bh_nested(xa, subclass) spin_lock_bh_nested(&(xa)->xa_lock, subclass)
#define xa_lock_irq_nested(xa, subclass) __kmemu_spin_lock_irq_nested(&(xa)->xa_lock, subclass)
#define xa_lock_irqsave_nested(xa, flags, subclass) \
	spin_lock_irqsave_nested(&(xa)->xa_lock, flags, subclass)

#define xas_marked(xas, mark) xa_marked((xas)->xa, (mark))
#define xas_trylock(xas) xa_trylock((xas)->xa)
#define xas_lock(xas) xa_lock((xas)->xa)
#define xas_unlock(xas) xa_unlock((xas)->xa)
#define xas_lock_bh(xas) xa_lock_bh((xas)->xa)
#define xas_unlock_bh(xas) xa_unlock_bh((xas)->xa)
#define xas_lock_irq(xas) xa_lock_irq((xas)->xa)
#define xas_unlock_irq(xas) xa_unlock_irq((xas)->xa)
#define xas_lock_irqsave(xas, flags) xa_lock_irqsave((xas)->xa, flags)
#define xas_unlock_irqrestore(xas, flags) xa_unlock_irqrestore((xas)->xa, flags)

/*
 * name(), name_bh() and name_irq(): __name() with the lock. Who allocates might
 * sleep, if gfp says so, before the lock is taken.
 */
#define __KMEMU_XA_LOCKED(ret, attr, name, suffix, params, args, before)        \
	static __always_inline attr ret name##suffix params                     \
	{                                                                       \
		ret curr;                                                       \
		before;                                                         \
		xa_lock##suffix(xa);                                            \
		curr = __##name args;                                           \
		xa_unlock##suffix(xa);                                          \
		return curr;                                                    \
	}
#define __KMEMU_XA_IRQ_BH(ret, attr, name, params, args, before)                \
	__KMEMU_XA_LOCKED(ret, attr, name, _bh, params, args, before)           \
	__KMEMU_XA_LOCKED(ret, attr, name, _irq, params, args, before)
#define __KMEMU_XA_ALL(ret, attr, name, params, args, before)                   \
	__KMEMU_XA_LOCKED(ret, attr, name, , params, args, before)              \
	__KMEMU_XA_IRQ_BH(ret, attr, name, params, args, before)

__KMEMU_XA_IRQ_BH(void *, , xa_store,
		  (struct xarray *xa, unsigned long index, void *entry, gfp_t gfp),
		  (xa, index, entry, gfp), might_alloc(gfp))
__KMEMU_XA_IRQ_BH(void *, , xa_erase, (struct xarray *xa, unsigned long index), (xa, index), )
__KMEMU_XA_ALL(void *, , xa_cmpxchg,
	       (struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp),
	       (xa, index, old, entry, gfp), might_alloc(gfp))
__KMEMU_XA_ALL(int, __must_check, xa_insert,
	       (struct xarray *xa, unsigned long index, void *entry, gfp_t gfp),
	       (xa, index, entry, gfp), might_alloc(gfp))
__KMEMU_XA_ALL(int, __must_check, xa_alloc,
	       (struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp),
	       (xa, id, entry, limit, gfp), might_alloc(gfp))
__KMEMU_XA_ALL(int, , xa_alloc_cyclic,
	       (struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
		gfp_t gfp),
	       (xa, id, entry, limit, next, gfp), might_alloc(gfp))

#define __KMEMU_XA_RESERVE(suffix)                                                              \
	static inline __must_check int xa_reserve##suffix(struct xarray *xa, unsigned long index, \
							  gfp_t gfp)                            \
	{                                                                                       \
		return xa_err(xa_cmpxchg##suffix(xa, index, NULL, XA_ZERO_ENTRY, gfp));         \
	}
__KMEMU_XA_RESERVE()
__KMEMU_XA_RESERVE(_bh)
__KMEMU_XA_RESERVE(_irq)

static __always_inline void xa_release(struct xarray *xa, unsigned long index)
{
	xa_cmpxchg(xa, index, XA_ZERO_ENTRY, NULL, 0);
}

/* --- for tests of it */

#ifdef XA_DEBUG
#define XA_BUG_ON(xa, x) BUG_ON(x)
#define XA_NODE_BUG_ON(node, x) BUG_ON(x)
#else
#define XA_BUG_ON(xa, x) do { } while (0)
#define XA_NODE_BUG_ON(node, x) do { } while (0)
#endif
void xa_dump(const struct xarray *xa);
void xa_dump_node(const struct xa_node *node);

/* --- states */

static inline void xas_advance(struct xa_state *xas, unsigned long index)
{
	unsigned int shift = xas_is_node(xas) ? xas->xa_node->shift : 0;

	xas->xa_index = index;
	xas->xa_offset = (unsigned char)(index >> shift & XA_CHUNK_MASK);
}

static inline void xas_set_update(struct xa_state *xas, xa_update_node_t update)
{
	xas->xa_update = update;
}

static inline void xas_set_lru(struct xa_state *xas, struct list_lru *lru)
{
	xas->xa_lru = lru;
}

/* The neighbours in a leaf are at hand; all else is a call. */
static inline void *xas_next_entry(struct xa_state *xas, unsigned long max)
{
	struct xa_node *node = xas->xa_node;

	if (xas_not_node(node) || node->shift ||
	    xas->xa_offset != (xas->xa_index & XA_CHUNK_MASK))
		return xas_find(xas, max);
	while (xas->xa_index < max && xas->xa_offset < XA_CHUNK_MASK) {
		void *entry = xa_entry(xas->xa, node, xas->xa_offset + 1u);

		if (xa_is_internal(entry))
			break;
		xas->xa_offset++;
		xas->xa_index++;
		if (entry)
			return entry;
	}
	return xas_find(xas, max);
}

static inline unsigned int xas_find_chunk(struct xa_state *xas, bool advance, xa_mark_t mark)
{
	unsigned int from = xas->xa_offset + advance;
	unsigned long bits = from < XA_CHUNK_SIZE ?
				     xas->xa_node->marks[mark][0] & ~0ul << from : 0;

	return bits ? __ffs(bits) : XA_CHUNK_SIZE;
}

static inline void *xas_next_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	struct xa_node *node = xas->xa_node;
	void *entry = NULL;

	if (!xas_not_node(node) && !node->shift) {
		xas->xa_offset = (unsigned char)xas_find_chunk(xas, true, mark);
		xas->xa_index = (xas->xa_index & ~XA_CHUNK_MASK) + xas->xa_offset;
		if (xas->xa_index > max)
			return NULL;
		if (xas->xa_offset < XA_CHUNK_SIZE)
			entry = xa_entry(xas->xa, node, xas->xa_offset);
	}
	return entry ? entry : xas_find_marked(xas, max, mark);
}

static inline void *xas_prev(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;

	if (xas_not_node(node) || node->shift || !xas->xa_offset)
		return __xas_prev(xas);
	xas->xa_index--;
	return xa_entry(xas->xa, node, --xas->xa_offset);
}

static inline void *xas_next(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;

	if (xas_not_node(node) || node->shift || xas->xa_offset == XA_CHUNK_MASK)
		return __xas_next(xas);
	xas->xa_index++;
	return xa_entry(xas->xa, node, ++xas->xa_offset);
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/percpu_counter.h>
#endif

#endif /* _LINUX_XARRAY_H */
