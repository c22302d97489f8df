// SPDX-License-Identifier: MIT
/*
 * Objects by numbers: an XArray that hands them out, an IDA, an IDR, references.
 */
#include <linux/module.h>
#include <linux/xarray.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/kref.h>
#include <linux/cleanup.h>

struct session {
	u32 id;
	struct kref ref;
	struct rcu_head rcu;
	char name[16];
};

static DEFINE_XARRAY_ALLOC1(sessions);
static DEFINE_IDA(minors);
static DEFINE_IDR(idr);
#define MARK_IDLE XA_MARK_1
static u32 next;
static atomic_t alive;

static void session_release(struct kref *ref)
{
	struct session *s = container_of(ref, struct session, ref);

	atomic_dec(&alive);
	kfree_rcu(s, rcu);
}

static void session_put(struct session *s)
{
	kref_put(&s->ref, session_release);
}
DEFINE_FREE(session, struct session *, if (!IS_ERR_OR_NULL(_T)) session_put(_T))

static struct session *session_get(u32 id)
{
	struct session *s;

	rcu_read_lock();
	s = xa_load(&sessions, id);
	if (s && !kref_get_unless_zero(&s->ref))
		s = NULL;
	rcu_read_unlock();
	return s;
}

static int session_new(void)
{
	struct session *s __free(kfree) = kzalloc(sizeof(*s), GFP_KERNEL);
	int ret;

	if (!s)
		return -ENOMEM;
	kref_init(&s->ref);
	ret = xa_alloc_cyclic(&sessions, &s->id, s, XA_LIMIT(1, 1000), &next, GFP_KERNEL);
	if (ret < 0)
		return ret;
	snprintf(s->name, sizeof(s->name), "s%u", s->id);
	atomic_inc(&alive);
	return no_free_ptr(s)->id;
}

static int use(u32 id)
{
	struct session *s __free(session) = session_get(id);

	if (!s)
		return -ENOENT;
	xa_set_mark(&sessions, id, MARK_IDLE);
	return s->name[0] == 's' ? 0 : -EINVAL;
}

static int __init ids_init(void)
{
	struct session *s;
	unsigned long index, n = 0;
	int i, a, b, ret, id;
	XA_STATE(xas, &sessions, 0);

	for (i = 1; i <= 300; i++)
		if (session_new() != i)
			return -EINVAL;
	for (i = 1; i <= 300; i += 3)
		if (use(i))
			return -EINVAL;
	if (use(301) != -ENOENT)
		return -EINVAL;
	xa_for_each_marked(&sessions, index, s, MARK_IDLE)
	{
		if (xa_erase(&sessions, index) != s)
			return -EINVAL;
		session_put(s);
		n++;
	}
	if (n != 100 || session_new() != 301)
		return -EINVAL;
	xas_lock(&xas);
	xas_for_each(&xas, s, ULONG_MAX)
	{
		if (xas_retry(&xas, s))
			continue;
		xas_store(&xas, NULL);
		session_put(s);
	}
	xas_unlock(&xas);
	if (!xa_empty(&sessions) || atomic_read(&alive))
		return -EINVAL;
	xa_destroy(&sessions);
	a = ida_alloc_range(&minors, 5, 6, GFP_KERNEL);
	b = ida_alloc_min(&minors, 5, GFP_KERNEL);
	ret = ida_alloc_range(&minors, 5, 6, GFP_KERNEL);
	if (a != 5 || b != 6 || ret != -ENOSPC)
		return -EINVAL;
	ida_free(&minors, 5);
	ida_destroy(&minors);
	idr_preload(GFP_KERNEL);
	id = idr_alloc(&idr, &a, 1, 0, GFP_NOWAIT);
	idr_preload_end();
	if (id != 1 || idr_find(&idr, 1) != &a || idr_replace(&idr, &b, 1) != &a)
		return -EINVAL;
	idr_for_each_entry(&idr, s, id) if ((void *)s != &b) return -EINVAL;
	idr_remove(&idr, 1);
	idr_destroy(&idr);
	rcu_barrier();
	return 0;
}
module_init(ids_init);
MODULE_LICENSE("GPL");
