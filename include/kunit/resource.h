/* SPDX-License-Identifier: MIT */
/* <kunit/resource.h> of Linux 6.12: what is given back when a test ends. */
#ifndef _KUNIT_RESOURCE_H
#define _KUNIT_RESOURCE_H

#include <kunit/test.h>
#include <linux/slab.h>

__kmemu_c void kunit_get_resource(struct kunit_resource *res) __kmemu_is(kmemu_kunit_get_resource);
__kmemu_c void kunit_put_resource(struct kunit_resource *res) __kmemu_is(kmemu_kunit_put_resource);
__kmemu_c int kunit_add_resource(struct kunit *test, kunit_resource_init_t init,
				 kunit_resource_free_t free, struct kunit_resource *res,
				 void *data) __kmemu_is(kmemu_kunit_add_resource);
__kmemu_c int kunit_add_named_resource(struct kunit *test, kunit_resource_init_t init,
				       kunit_resource_free_t free, struct kunit_resource *res,
				       const char *name, void *data)
	__kmemu_is(kmemu_kunit_add_named_resource);

static __always_inline struct kunit_resource *
kunit_alloc_and_get_resource(struct kunit *test, kunit_resource_init_t init,
			     kunit_resource_free_t free, gfp_t gfp, void *context)
{
	return kmemu_kunit_alloc_resource(test, init, free, gfp, context, true);
}

static __always_inline void *kunit_alloc_resource(struct kunit *test, kunit_resource_init_t init,
						  kunit_resource_free_t free, gfp_t gfp,
						  void *context)
{
	struct kunit_resource *res =
		kmemu_kunit_alloc_resource(test, init, free, gfp, context, false);

	return res ? res->data : NULL;
}

__kmemu_c bool kunit_resource_name_match(struct kunit *test, struct kunit_resource *res,
					 void *match_name) __kmemu_is(kmemu_kunit_name_match);
__kmemu_c struct kunit_resource *kunit_find_resource(struct kunit *test,
						     kunit_resource_match_t match,
						     void *match_data)
	__kmemu_is(kmemu_kunit_find_resource);

static __always_inline struct kunit_resource *kunit_find_named_resource(struct kunit *test,
									const char *name)
{
	return kunit_find_resource(test, kunit_resource_name_match, (void *)name);
}

__kmemu_c int kunit_destroy_resource(struct kunit *test, kunit_resource_match_t match,
				     void *match_data) __kmemu_is(kmemu_kunit_destroy_resource);

static __always_inline int kunit_destroy_named_resource(struct kunit *test, const char *name)
{
	return kunit_destroy_resource(test, kunit_resource_name_match, (void *)name);
}

__kmemu_c void kunit_remove_resource(struct kunit *test, struct kunit_resource *res)
	__kmemu_is(kmemu_kunit_remove_resource);

#define KUNIT_DEFINE_ACTION_WRAPPER(wrapper, orig, arg_type) \
	static void wrapper(void *in)                        \
	{                                                    \
		arg_type arg = (arg_type)in;                 \
		orig(arg);                                   \
	}

__kmemu_c int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx)
	__kmemu_is(kmemu_kunit_add_action);
__kmemu_c int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *ctx)
	__kmemu_is(kmemu_kunit_add_action_or_reset);
__kmemu_c void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *ctx)
	__kmemu_is(kmemu_kunit_remove_action);
__kmemu_c void kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx)
	__kmemu_is(kmemu_kunit_release_action);

#endif /* _KUNIT_RESOURCE_H */
