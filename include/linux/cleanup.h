/* SPDX-License-Identifier: MIT */
/*
 * <linux/cleanup.h> of Linux 6.12: __free(), guard(), scoped_guard(). Each lock's
 * header defines its guards: mutex, rwsem_read, rwsem_write, spinlock,
 * spinlock_irq, spinlock_irqsave, raw_spinlock and rcu.
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>

#define DEFINE_FREE(_name, _type, _free)                 \
	static inline void __free_##_name(void *p)       \
	{                                                \
		_type _T = *(_type *)p;                  \
		_free;                                   \
	}
#define __free(_name) __attribute__((__cleanup__(__free_##_name)))

#define __get_and_null(p, nullvalue)                     \
	__extension__({                                  \
		__typeof__(p) *__kmemu_ptr = &(p);       \
		__typeof__(p) __kmemu_val = *__kmemu_ptr; \
		*__kmemu_ptr = nullvalue;                \
		__kmemu_val;                             \
	})
#define no_free_ptr(p) __get_and_null(p, NULL)
#define return_ptr(p) return no_free_ptr(p)

#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...)             \
	typedef _type class_##_name##_t;                                    \
	static inline void class_##_name##_destructor(_type *p)             \
	{                                                                   \
		_type _T = *p;                                              \
		_exit;                                                      \
	}                                                                   \
	static inline _type class_##_name##_constructor(_init_args)         \
	{                                                                   \
		_type t = _init;                                            \
		return t;                                                   \
	}
#define CLASS(_name, var)                                                   \
	class_##_name##_t var                                               \
		__attribute__((__unused__,                             \
			       __cleanup__(class_##_name##_destructor))) =  \
			class_##_name##_constructor

#define DEFINE_GUARD(_name, _type, _lock, _unlock)                          \
	DEFINE_CLASS(_name, _type, if (_T) { _unlock; },                    \
		     (__extension__({ _lock; _T; })), _type _T)

#define __kmemu_guard_id2(a, b) a##b
#define __kmemu_guard_id(a, b) __kmemu_guard_id2(a, b)
#define guard(_name) CLASS(_name, __kmemu_guard_id(__kmemu_guard_, __COUNTER__))
#define scoped_guard(_name, args...)                                        \
	for (CLASS(_name, __kmemu_scope)(args), *__kmemu_done = NULL;       \
	     !__kmemu_done; __kmemu_done = (class_##_name##_t *)1)

/* The object and what else the lock needs, as members of _T. */
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)              \
	typedef struct {                                                    \
		_type *lock;                                                \
		__VA_ARGS__;                                                \
	} class_##_name##_t;                                                \
	static inline void class_##_name##_destructor(class_##_name##_t *_T) \
	{                                                                   \
		if (_T->lock) {                                             \
			_unlock;                                            \
		}                                                           \
	}                                                                   \
	static inline class_##_name##_t class_##_name##_constructor(_type *l) \
	{                                                                   \
		class_##_name##_t t, *_T = &t;                              \
		t.lock = l;                                                 \
		_lock;                                                      \
		return t;                                                   \
	}
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock)                          \
	typedef struct {                                                    \
		void *lock;                                                 \
	} class_##_name##_t;                                                \
	static inline void class_##_name##_destructor(class_##_name##_t *_T) \
	{                                                                   \
		if (_T->lock) {                                             \
			_unlock;                                            \
		}                                                           \
	}                                                                   \
	static inline class_##_name##_t class_##_name##_constructor(void)   \
	{                                                                   \
		class_##_name##_t t = { (void *)1 };                        \
		_lock;                                                      \
		return t;                                                   \
	}

#endif /* _LINUX_CLEANUP_H */
