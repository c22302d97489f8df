/*
 * resource.c - what a test gives back at its end (kernel: lib/kunit/resource.c,
 * static_stub.c, and kunit_kmalloc_array() of test.c).
 *
 * A test has a list of resources with references; the list itself holds one. At the
 * end they are freed newest first, each outside of the lock, since a free function
 * may add and remove others.
 *
 * Actions are resources whose free function calls them; a static stub is one that
 * is found by the address of the function it replaces.
 *
 * Locks: test->lock, a word; threads of one test meet here, no handler does.
 */
#include <errno.h>
#include <string.h>

#include "core/kunit/kunit.h"
#include "core/lib/kunit_hooks.h"
#include "core/lib/list.h"
#include "core/os/os.h"
#include "include/kmemu/kmemu.h"

#define to_resource(n) container_of(n, struct kunit_resource, node)

static void lock(struct kunit *test)
{
	while (__atomic_exchange_n(&test->lock, 1, __ATOMIC_ACQUIRE))
		os_yield();
}

static void unlock(struct kunit *test)
{
	__atomic_store_n(&test->lock, 0, __ATOMIC_RELEASE);
}

KMEMU_EXPORT void kmemu_kunit_get_resource(struct kunit_resource *res)
{
	__atomic_fetch_add(&res->refcount, 1, __ATOMIC_RELAXED);
}

KMEMU_EXPORT void kmemu_kunit_put_resource(struct kunit_resource *res)
{
	bool owned = res->should_kfree;

	if (__atomic_sub_fetch(&res->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	if (res->free)
		res->free(res);
	if (owned)
		kmemu_kfree(res);
}

static int add(struct kunit *test, kunit_resource_init_t init, kunit_resource_free_t free,
	       struct kunit_resource *res, void *data)
{
	int err;

	res->free = free;
	res->refcount = 1;
	if (init) {
		err = init(res, data);
		if (err)
			return err;
	} else {
		res->data = data;
	}
	lock(test);
	list_add_tail(&res->node, &test->resources);
	unlock(test);
	return 0;
}

KMEMU_EXPORT int kmemu_kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
					  kunit_resource_free_t free, struct kunit_resource *res,
					  void *data)
{
	res->should_kfree = false;
	return add(test, init, free, res, data);
}

KMEMU_EXPORT bool kmemu_kunit_name_match(struct kunit *test, struct kunit_resource *res,
					 void *match_name)
{
	(void)test;
	return res->name && !strcmp(res->name, match_name);
}

KMEMU_EXPORT struct kunit_resource *
kmemu_kunit_find_resource(struct kunit *test, kunit_resource_match_t match, void *match_data)
{
	struct kunit_resource *found = NULL;

	lock(test);
	for (struct list_head *n = test->resources.prev; n != &test->resources; n = n->prev) {
		if (!match(test, to_resource(n), match_data))
			continue;
		found = to_resource(n);
		kmemu_kunit_get_resource(found);
		break;
	}
	unlock(test);
	return found;
}

KMEMU_EXPORT int kmemu_kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
						kunit_resource_free_t free,
						struct kunit_resource *res, const char *name,
						void *data)
{
	struct kunit_resource *other;

	if (!name)
		return -EINVAL;
	other = kmemu_kunit_find_resource(test, kmemu_kunit_name_match, (void *)name);
	if (other) {
		kmemu_kunit_put_resource(other);
		return -EEXIST;
	}
	res->name = name;
	return kmemu_kunit_add_resource(test, init, free, res, data);
}

KMEMU_EXPORT struct kunit_resource *
kmemu_kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
			   kunit_resource_free_t free, unsigned int gfp, void *context, bool get)
{
	struct kunit_resource *res = kmemu_kzalloc(sizeof(*res), gfp);

	if (!res)
		return NULL;
	res->should_kfree = true;
	if (add(test, init, free, res, context)) {
		kmemu_kfree(res); /* what init() did not make free() shall not see */
		return NULL;
	}
	if (get)
		kmemu_kunit_get_resource(res);
	return res;
}

KMEMU_EXPORT void kmemu_kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
{
	bool linked;

	lock(test);
	linked = res->node.next != NULL;
	if (linked)
		list_del(&res->node);
	res->node.next = res->node.prev = NULL;
	unlock(test);
	if (linked)
		kmemu_kunit_put_resource(res);
}

KMEMU_EXPORT int kmemu_kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match,
					      void *match_data)
{
	struct kunit_resource *res = kmemu_kunit_find_resource(test, match, match_data);

	if (!res)
		return -ENOENT;
	kmemu_kunit_remove_resource(test, res);
	kmemu_kunit_put_resource(res);
	return 0;
}

KMEMU_EXPORT void kmemu_kunit_cleanup(struct kunit *test)
{
	for (;;) {
		struct kunit_resource *res;

		lock(test);
		res = list_empty(&test->resources) ? NULL : to_resource(test->resources.prev);
		unlock(test);
		if (!res)
			break;
		kmemu_kunit_remove_resource(test, res);
	}
	kunit_set_current_test(NULL);
}

/* Kernel: slab_add_kunit_errors(), for every rank. */
static bool count(const char *name)
{
	struct kunit *test = kmemu_kunit_current_test();
	struct kunit_resource *res;

	if (!test)
		return false;
	res = kmemu_kunit_find_resource(test, kmemu_kunit_name_match, (void *)name);
	if (!res)
		return false;
	__atomic_fetch_add((int *)res->data, 1, __ATOMIC_RELAXED);
	kmemu_kunit_put_resource(res);
	return true;
}

KMEMU_EXPORT void kmemu_kunit_init_test(struct kunit *test, const char *name)
{
	test->name = name;
	test->status = KUNIT_SUCCESS;
	test->status_comment[0] = '\0';
	test->lock = 0;
	INIT_LIST_HEAD(&test->resources);
	__atomic_store_n(&kunit_count_hook, count, __ATOMIC_RELEASE);
}

/* --- actions ------------------------------------------------------------- */

struct action {
	struct kunit_resource res;
	kunit_action_t *func;
	void *ctx;
};

static void action_free(struct kunit_resource *res)
{
	struct action *a = container_of(res, struct action, res);

	a->func(a->ctx);
	kmemu_kfree(a);
}

static bool action_match(struct kunit *test, struct kunit_resource *res, void *match_data)
{
	const struct action *a = container_of(res, struct action, res), *want = match_data;

	(void)test;
	return res->free == action_free && a->func == want->func && a->ctx == want->ctx;
}

KMEMU_EXPORT int kmemu_kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct action *a = kmemu_kzalloc(sizeof(*a), KMEMU_GFP_KERNEL);

	if (!a)
		return -ENOMEM;
	a->func = action;
	a->ctx = ctx;
	return add(test, NULL, action_free, &a->res, NULL);
}

KMEMU_EXPORT int kmemu_kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action,
						 void *ctx)
{
	int err = kmemu_kunit_add_action(test, action, ctx);

	if (err)
		action(ctx);
	return err;
}

static struct kunit_resource *find_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct action want = { .func = action, .ctx = ctx };

	return kmemu_kunit_find_resource(test, action_match, &want);
}

static void nothing(void *ctx)
{
	(void)ctx;
}

KMEMU_EXPORT void kmemu_kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct kunit_resource *res = find_action(test, action, ctx);

	if (!res)
		return;
	container_of(res, struct action, res)->func = nothing;
	kmemu_kunit_remove_resource(test, res);
	kmemu_kunit_put_resource(res);
}

KMEMU_EXPORT void kmemu_kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct kunit_resource *res = find_action(test, action, ctx);

	if (!res)
		return;
	kmemu_kunit_remove_resource(test, res);
	kmemu_kunit_put_resource(res);
}

/* --- memory -------------------------------------------------------------- */

static void kfree_action(void *p)
{
	kmemu_kfree(p);
}

KMEMU_EXPORT void *kmemu_kunit_kmalloc_array(struct kunit *test, size_t n, size_t size,
					     unsigned int gfp)
{
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	p = kmemu_kmalloc(bytes, gfp);
	if (!p || kmemu_kunit_add_action_or_reset(test, kfree_action, p))
		return NULL;
	return p;
}

KMEMU_EXPORT void kmemu_kunit_kfree(struct kunit *test, const void *p)
{
	if (p)
		kmemu_kunit_release_action(test, kfree_action, (void *)p);
}

/* --- static stubs -------------------------------------------------------- */

struct stub {
	void *real, *replacement;
};

static void stub_free(struct kunit_resource *res)
{
	kmemu_kfree(res->data);
}

static bool stub_match(struct kunit *test, struct kunit_resource *res, void *real)
{
	(void)test;
	return res->free == stub_free && ((struct stub *)res->data)->real == real;
}

KMEMU_EXPORT void *kmemu_kunit_static_stub(struct kunit *test, void *real)
{
	struct kunit_resource *res = kmemu_kunit_find_resource(test, stub_match, real);
	void *replacement;

	if (!res)
		return NULL;
	replacement = ((struct stub *)res->data)->replacement;
	kmemu_kunit_put_resource(res);
	return replacement;
}

KMEMU_EXPORT void kmemu_kunit_deactivate_static_stub(struct kunit *test, void *real)
{
	kmemu_kunit_destroy_resource(test, stub_match, real);
}

KMEMU_EXPORT void kmemu_kunit_activate_static_stub(struct kunit *test, void *real,
						   void *replacement)
{
	struct stub *stub;

	kmemu_kunit_deactivate_static_stub(test, real);
	if (!replacement)
		return;
	stub = kmemu_kzalloc(sizeof(*stub), KMEMU_GFP_KERNEL);
	if (!stub)
		return;
	stub->real = real;
	stub->replacement = replacement;
	if (!kmemu_kunit_alloc_resource(test, NULL, stub_free, KMEMU_GFP_KERNEL, stub, false))
		kmemu_kfree(stub);
}
