/* SPDX-License-Identifier: MIT */
/*
 * <linux/jump_label.h> of Linux 6.12 without CONFIG_JUMP_LABEL: a key is a count, and
 * a branch looks at it.
 */
#ifndef _LINUX_JUMP_LABEL_H
#define _LINUX_JUMP_LABEL_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

struct static_key {
	atomic_t enabled;
};
struct static_key_true {
	struct static_key key;
};
struct static_key_false {
	struct static_key key;
};

#define STATIC_KEY_INIT_TRUE { ATOMIC_INIT(1) }
#define STATIC_KEY_INIT_FALSE { ATOMIC_INIT(0) }
#define STATIC_KEY_INIT STATIC_KEY_INIT_FALSE
#define STATIC_KEY_TRUE_INIT (struct static_key_true){ STATIC_KEY_INIT_TRUE }
#define STATIC_KEY_FALSE_INIT (struct static_key_false){ STATIC_KEY_INIT_FALSE }

#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = { STATIC_KEY_INIT_TRUE }
#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = { STATIC_KEY_INIT_FALSE }
#define DEFINE_STATIC_KEY_TRUE_RO(name) DEFINE_STATIC_KEY_TRUE(name)
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DEFINE_STATIC_KEY_ARRAY_FALSE(name, count) struct static_key_false name[count]
#define DEFINE_STATIC_KEY_ARRAY_TRUE(name, count) \
	struct static_key_true name[count] = { [0 ...(count)-1] = { STATIC_KEY_INIT_TRUE } }
#define DEFINE_STATIC_KEY_MAYBE_RO(cfg, name) DEFINE_STATIC_KEY_MAYBE(cfg, name)
#define DECLARE_STATIC_KEY_MAYBE(cfg, name) \
	__kmemu_paste(__kmemu_declare_static_key_, IS_ENABLED(cfg))(name)
#define __kmemu_declare_static_key_1(name) DECLARE_STATIC_KEY_TRUE(name)
#define __kmemu_declare_static_key_0(name) DECLARE_STATIC_KEY_FALSE(name)
#define DEFINE_STATIC_KEY_MAYBE(cfg, name) \
	__kmemu_paste(__kmemu_static_key_, IS_ENABLED(cfg))(name)
#define __kmemu_static_key_1(name) DEFINE_STATIC_KEY_TRUE(name)
#define __kmemu_static_key_0(name) DEFINE_STATIC_KEY_FALSE(name)

static __always_inline int static_key_count(struct static_key *key)
{
	return atomic_read(&key->enabled);
}

/* Any of the three. */
#define __kmemu_key(x) ((struct static_key *)(void *)(x))
#define static_key_enabled(x) (static_key_count(__kmemu_key(x)) > 0)
#define static_branch_likely(x) likely(static_key_enabled(x))
#define static_branch_unlikely(x) unlikely(static_key_enabled(x))
#define static_branch_maybe(config, x) static_key_enabled(x)

static __always_inline bool static_key_false(struct static_key *key)
{
	return unlikely(static_key_count(key) > 0);
}

static __always_inline bool static_key_true(struct static_key *key)
{
	return likely(static_key_count(key) > 0);
}

/* The kernel's change code under a mutex: they may sleep, but for the _cpuslocked of it. */
static __always_inline bool __kmemu_key_add(struct static_key *key, int n)
{
	might_sleep();
	return !WARN_ON(atomic_add_return(n, &key->enabled) < 0);
}

static __always_inline void __kmemu_key_set(struct static_key *key, int n)
{
	int was;

	might_sleep();
	was = atomic_read(&key->enabled);
	if (was != n)
		WARN_ON_ONCE(was != !n);
	atomic_set(&key->enabled, n);
}

static __always_inline bool static_key_slow_inc(struct static_key *key)
{
	return __kmemu_key_add(key, 1);
}

static __always_inline void static_key_slow_dec(struct static_key *key)
{
	__kmemu_key_add(key, -1);
}

static __always_inline void static_key_enable(struct static_key *key)
{
	__kmemu_key_set(key, 1);
}

static __always_inline void static_key_disable(struct static_key *key)
{
	__kmemu_key_set(key, 0);
}

#define static_branch_inc(x) __kmemu_key_add(__kmemu_key(x), 1)
#define static_branch_dec(x) __kmemu_key_add(__kmemu_key(x), -1)
#define static_branch_enable(x) __kmemu_key_set(__kmemu_key(x), 1)
#define static_branch_disable(x) __kmemu_key_set(__kmemu_key(x), 0)
#define static_branch_inc_cpuslocked(x) static_branch_inc(x)
#define static_branch_dec_cpuslocked(x) static_branch_dec(x)
#define static_branch_enable_cpuslocked(x) static_branch_enable(x)
#define static_branch_disable_cpuslocked(x) static_branch_disable(x)

static __always_inline void jump_label_init(void)
{
}

static __always_inline void jump_label_lock(void)
{
}

static __always_inline void jump_label_unlock(void)
{
}

#endif /* __cplusplus */

#endif /* _LINUX_JUMP_LABEL_H */
