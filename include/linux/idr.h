/* SPDX-License-Identifier: MIT */
/*
 * <linux/idr.h> of Linux 6.12: numbers for pointers (IDR) and numbers alone (IDA), in
 * an xarray. As in the kernel an IDR is its user's to lock, an IDA is not; NULL has a
 * number, too, and idr_find() answers it. idr_preload() puts nothing by: what is under a
 * spinlock asks with GFP_NOWAIT or GFP_ATOMIC, and may fail.
 */
#ifndef __IDR_H__
#define __IDR_H__

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/xarray.h>

struct idr {
	struct xarray idr_rt;
	unsigned int idr_base, idr_next;
	spinlock_t kmemu_lock; /* idr_lock()'s: here the xarray's own is taken by each call */
};

#define IDR_INIT_BASE(name, base) \
	{ .idr_rt = XARRAY_INIT((name).idr_rt, XA_FLAGS_ALLOC), .idr_base = (base), .idr_next = 0, \
	  .kmemu_lock = __SPIN_LOCK_UNLOCKED((name).kmemu_lock) }
#define IDR_INIT(name) IDR_INIT_BASE(name, 0)
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static __always_inline void idr_init_base(struct idr *idr, int base)
{
	xa_init_flags(&idr->idr_rt, XA_FLAGS_ALLOC);
	kmemu_lock_set_class(&idr->idr_rt.xa_lock, "idr", NULL, 0); /* not there in the kernel */
	idr->idr_base = (unsigned int)base;
	idr->idr_next = 0;
	spin_lock_init(&idr->kmemu_lock);
}

static inline void idr_init(struct idr *idr)
{
	idr_init_base(idr, 0);
}

static __always_inline void idr_preload(gfp_t gfp)
{
	might_alloc(gfp);
	preempt_disable();
}

static inline void idr_preload_end(void)
{
	preempt_enable();
}

static inline unsigned int idr_get_cursor(const struct idr *idr)
{
	return READ_ONCE(idr->idr_next);
}

static inline void idr_set_cursor(struct idr *idr, unsigned int val)
{
	WRITE_ONCE(idr->idr_next, val);
}

/*
 * An IDR takes any pointer, an xarray none whose last bits are 10: those are its nodes. Such a
 * one is kept as a value, with one bit of the address that no address has.
 */
#define __KMEMU_IDR_ODD (1UL << 62)

static __always_inline void *__kmemu_idr_in(const void *ptr)
{
	unsigned long v = (unsigned long)ptr;

	return (void *)((v & 3) == 2 ? (v | 1) ^ __KMEMU_IDR_ODD : v);
}

static __always_inline void *__kmemu_idr_out(const void *entry)
{
	unsigned long v = (unsigned long)entry;

	if ((v & 3) == 3 && ((v ^ v << 1) >> 63))
		v = (v ^ __KMEMU_IDR_ODD) & ~1UL;
	return (void *)v;
}

/* From *id to max, as unsigned: 0, -ENOSPC, -ENOMEM. */
static __always_inline int idr_alloc_u32(struct idr *idr, void *ptr, u32 *nextid, unsigned long max,
					 gfp_t gfp)
{
	u32 base = idr->idr_base, id = *nextid < base ? base : *nextid;
	int err;

	if (id > max)
		return -ENOSPC;
	ptr = __kmemu_idr_in(ptr);
	err = xa_alloc(&idr->idr_rt, &id, ptr, XA_LIMIT(id - base, (u32)max - base), gfp);
	if (err)
		return err == -EBUSY ? -ENOSPC : err;
	*nextid = id + base;
	return 0;
}

/* From start up to end - 1, end <= 0: INT_MAX. */
static __always_inline int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 id = (u32)start;
	int err;

	if (WARN_ON_ONCE(start < 0))
		return -EINVAL;
	err = idr_alloc_u32(idr, ptr, &id, end > 0 ? (unsigned long)(end - 1) : INT_MAX, gfp);
	return err ? err : (int)id;
}

static __always_inline int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end,
					    gfp_t gfp)
{
	u32 id = idr->idr_next;
	unsigned long max = end > 0 ? (unsigned long)(end - 1) : INT_MAX;
	int err;

	if ((int)id < start)
		id = (u32)start;
	err = idr_alloc_u32(idr, ptr, &id, max, gfp);
	if (err == -ENOSPC && id > (u32)start) {
		id = (u32)start;
		err = idr_alloc_u32(idr, ptr, &id, max, gfp);
	}
	if (err)
		return err;
	idr->idr_next = id + 1;
	return (int)id;
}

static __always_inline void *idr_find(const struct idr *idr, unsigned long id)
{
	return __kmemu_idr_out(xa_load((struct xarray *)&idr->idr_rt, id - idr->idr_base));
}

static __always_inline void *idr_remove(struct idr *idr, unsigned long id)
{
	return __kmemu_idr_out(xa_erase(&idr->idr_rt, id - idr->idr_base));
}

/* The old one; -ENOENT: the number is not given out. */
static __always_inline void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	struct xarray *xa = &idr->idr_rt;
	XA_STATE(xas, xa, id - idr->idr_base);
	void *old;

	xa_lock(xa);
	old = xas_load(&xas);
	if (old)
		xas_store(&xas, ptr ? __kmemu_idr_in(ptr) : XA_ZERO_ENTRY);
	xa_unlock(xa);
	if (!old)
		return ERR_PTR(-ENOENT);
	return xa_is_zero(old) ? NULL : __kmemu_idr_out(old);
}

/* The first at *nextid or behind it that is not NULL. */
static __always_inline void *idr_get_next_ul(struct idr *idr, unsigned long *nextid)
{
	unsigned long base = idr->idr_base, at = *nextid < base ? 0 : *nextid - base;
	void *entry = xa_find(&idr->idr_rt, &at, ULONG_MAX, XA_PRESENT);

	if (entry)
		*nextid = at + base;
	return __kmemu_idr_out(entry);
}

static __always_inline void *idr_get_next(struct idr *idr, int *nextid)
{
	unsigned long id = (unsigned long)*nextid;
	void *entry = idr_get_next_ul(idr, &id);

	if (WARN_ON_ONCE(entry && id > INT_MAX))
		return NULL;
	*nextid = (int)id;
	return entry;
}

static inline int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data),
			       void *data)
{
	unsigned long id = 0;
	void *entry;
	int ret = 0;

	while (!ret && (entry = idr_get_next_ul((struct idr *)idr, &id)))
		ret = fn((int)id++, entry, data);
	return ret;
}

static inline bool idr_is_empty(const struct idr *idr)
{
	return xa_empty(&idr->idr_rt);
}

/* The numbers; what they are of is the user's. */
static __always_inline void idr_destroy(struct idr *idr)
{
	xa_destroy(&idr->idr_rt);
	idr->idr_next = 0;
}

#define idr_lock(idr) spin_lock(&(idr)->kmemu_lock)
#define idr_lock_bh(idr) spin_lock_bh(&(idr)->kmemu_lock)
#define idr_unlock_bh(idr) spin_unlock_bh(&(idr)->kmemu_lock)
#define idr_lock_irq(idr) spin_lock_irq(&(idr)->kmemu_lock)
#define idr_unlock_irq(idr) spin_unlock_irq(&(idr)->kmemu_lock)
#define idr_lock_irqsave(idr, flags) spin_lock_irqsave(&(idr)->kmemu_lock, flags)
#define idr_unlock_irqrestore(idr, flags) spin_unlock_irqrestore(&(idr)->kmemu_lock, flags)
#define idr_unlock(idr) spin_unlock(&(idr)->kmemu_lock)

#define idr_for_each_entry(idr, entry, id) \
	for (id = 0; ((entry) = idr_get_next(idr, &(id))) != NULL; id += 1U)
#define idr_for_each_entry_ul(idr, entry, tmp, id)                                            \
	for (tmp = 0, id = 0;                                                                 \
	     ((entry) = tmp <= id ? idr_get_next_ul(idr, &(id)) : NULL) != NULL;              \
	     tmp = id, ++id)
#define idr_for_each_entry_continue(idr, entry, id) \
	for ((entry) = idr_get_next((idr), &(id)); entry; \
	     ++id, (entry) = idr_get_next((idr), &(id)))
#define idr_for_each_entry_continue_ul(idr, entry, tmp, id)                                   \
	for (tmp = id;                                                                        \
	     ((entry) = tmp <= id ? idr_get_next_ul(idr, &(id)) : NULL) != NULL;              \
	     tmp = id, ++id)

/* --- numbers alone; the kernel keeps a bit for each, here it is an entry */

struct ida {
	struct xarray xa;
};

#define IDA_CHUNK_SIZE 128
#define IDA_BITMAP_LONGS (IDA_CHUNK_SIZE / sizeof(long))
#define IDA_BITMAP_BITS (IDA_BITMAP_LONGS * sizeof(long) * 8)

#define IDA_INIT_FLAGS (XA_FLAGS_LOCK_IRQ | XA_FLAGS_ALLOC)
#define IDA_INIT(name) { .xa = XARRAY_INIT(name, IDA_INIT_FLAGS) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	xa_init_flags(&ida->xa, IDA_INIT_FLAGS);
}

/* min to max (0 to INT_MAX): the number, -ENOSPC, -ENOMEM. Any context that gfp allows. */
static __always_inline int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max,
					   gfp_t gfp)
{
	unsigned long flags;
	u32 id;
	int err;

	if ((int)min < 0)
		return -ENOSPC;
	if ((int)max < 0)
		max = INT_MAX;
	if (min > max)
		return -ENOSPC;
	xa_lock_irqsave(&ida->xa, flags);
	err = __xa_alloc(&ida->xa, &id, xa_mk_value(0), XA_LIMIT(min, max), gfp);
	xa_unlock_irqrestore(&ida->xa, flags);
	if (err)
		return err == -EBUSY ? -ENOSPC : err;
	return (int)id;
}

static __always_inline void ida_free(struct ida *ida, unsigned int id)
{
	unsigned long flags;
	void *entry;

	if ((int)id < 0)
		return;
	xa_lock_irqsave(&ida->xa, flags);
	entry = __xa_erase(&ida->xa, id);
	xa_unlock_irqrestore(&ida->xa, flags);
	WARN(!entry, "ida_free called for id=%d which is not allocated.\n", (int)id);
}

static __always_inline int ida_alloc(struct ida *ida, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, ~0u, gfp);
}

static __always_inline int ida_alloc_min(struct ida *ida, unsigned int min, gfp_t gfp)
{
	return ida_alloc_range(ida, min, ~0u, gfp);
}

static __always_inline int ida_alloc_max(struct ida *ida, unsigned int max, gfp_t gfp)
{
	return ida_alloc_range(ida, 0, max, gfp);
}

static __always_inline void ida_destroy(struct ida *ida)
{
	xa_destroy(&ida->xa);
}

static inline bool ida_is_empty(const struct ida *ida)
{
	return xa_empty(&ida->xa);
}

#endif /* __cplusplus */

#endif /* __IDR_H__ */
