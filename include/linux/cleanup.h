/* SPDX-License-Identifier: MIT */
/*
 * <linux/cleanup.h> of Linux 6.12: what is undone where a variable's scope ends, in
 * reverse order.
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* __free(name): _free, in which _T is the variable, is done with it at the end. */
#define DEFINE_FREE(_name, _type, _free)                                \
	static __always_inline void __free_##_name(void *p) \
	{                                                               \
		_type _T = *(_type *)p;                                 \
		_free;                                                  \
	}
#define __free(_name) __cleanup(__free_##_name)

/* The value, and NULL from now on: it is not freed. */
#define no_free_ptr(p)                          \
	({                                      \
		__typeof__(p) __val = (p);      \
		(p) = NULL;                     \
		__val;                          \
	})
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))

/* A type with a constructor and a destructor; CLASS(name, var)(arguments). */
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...)                 \
	typedef _type class_##_name##_t;                                        \
	static __always_inline void class_##_name##_destructor(_type *p) \
	{                                                                       \
		_type _T = *p;                                                  \
		_exit;                                                          \
	}                                                                       \
	static __always_inline _type class_##_name##_constructor(_init_args) \
	{                                                                       \
		_type t = _init;                                                \
		return t;                                                       \
	}
/* The same type and destructor by another name, with a constructor of its own. */
#define EXTEND_CLASS(_name, ext, _init, _init_args...)                              \
	typedef class_##_name##_t class_##_name##ext##_t;                           \
	static __always_inline void class_##_name##ext##_destructor(class_##_name##_t *p) \
	{                                                                           \
		class_##_name##_destructor(p);                                      \
	}                                                                           \
	static __always_inline class_##_name##_t class_##_name##ext##_constructor(_init_args) \
	{                                                                           \
		class_##_name##_t t = _init;                                        \
		return t;                                                           \
	}
#define CLASS(_name, var)                                                       \
	class_##_name##_t var __maybe_unused __cleanup(class_##_name##_destructor) = \
		class_##_name##_constructor
#define scoped_class(_name, var, args...) \
	__kmemu_scoped_class(_name, var, __UNIQUE_ID(scope_end), args)
#define __kmemu_scoped_class(_name, var, end, args...)   \
	for (CLASS(_name, var)(args);; ({ goto end; }))  \
		if (0) {                                 \
end:                                                     \
			break;                           \
		} else

/*
 * A lock that is held to the end of the scope, or of the statement. _COND: one that may
 * not be had (mutex_try, mutex_intr), then there is nothing to undo; the others' statement
 * runs for certain, which the compiler knows.
 */
#define __kmemu_guard(_name, cond)                                              \
	static const bool class_##_name##_is_conditional __maybe_unused = (cond);
#define __guard_ptr(_name) class_##_name##_lock_ptr
#define __is_cond_ptr(_name) class_##_name##_is_conditional
#define DEFINE_GUARD(_name, _type, _lock, _unlock)                              \
	__kmemu_guard(_name, false)                                             \
	DEFINE_CLASS(_name, _type, if (_T) { _unlock; }, ({ _lock; _T; }), _type _T) \
	static __always_inline void *class_##_name##_lock_ptr(class_##_name##_t *_T) \
	{                                                                       \
		return (void *)*_T;                                             \
	}
/* ext's constructor; lock_ptr is that of the class it extends. */
#define __kmemu_guard_ext(_name, _ext, _init, _arg)                             \
	__kmemu_guard(_name##_ext, true)                                        \
	EXTEND_CLASS(_name, _ext, _init, _arg)                                  \
	static __always_inline void *class_##_name##_ext##_lock_ptr(class_##_name##_t *_T) \
	{                                                                       \
		return class_##_name##_lock_ptr(_T);                            \
	}
#define DEFINE_GUARD_COND(_name, _ext, _condlock)                               \
	__kmemu_guard_ext(_name, _ext, _T && (_condlock) ? _T : NULL, class_##_name##_t _T)

/* Those without a type of their own (_0), or with more than the lock (_1). */
#define __kmemu_lock_guard(_name, _type, _lock, _unlock, _init, _arg, ...)      \
	__kmemu_guard(_name, false)                                             \
	typedef struct {                                                        \
		_type *lock;                                                    \
		__VA_ARGS__;                                                    \
	} class_##_name##_t;                                                    \
	static __always_inline void class_##_name##_destructor(class_##_name##_t *_T) \
	{                                                                       \
		if (_T->lock) {                                                 \
			_unlock;                                                \
		}                                                               \
	}                                                                       \
	static __always_inline void *class_##_name##_lock_ptr(class_##_name##_t *_T) \
	{                                                                       \
		return (void *)_T->lock;                                        \
	}                                                                       \
	static __always_inline class_##_name##_t class_##_name##_constructor(_arg) \
	{                                                                       \
		class_##_name##_t _t = { .lock = (_init) }, *_T = &_t;          \
		(void)_T;                                                       \
		_lock;                                                          \
		return _t;                                                      \
	}
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...) \
	__kmemu_lock_guard(_name, void, _lock, _unlock, (void *)1, void, __VA_ARGS__)
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...) \
	__kmemu_lock_guard(_name, _type, _lock, _unlock, l, _type *l, __VA_ARGS__)
#define DEFINE_LOCK_GUARD_1_COND(_name, _ext, _condlock)                        \
	__kmemu_guard_ext(_name, _ext, ({                                       \
		class_##_name##_t _t = { .lock = l }, *_T = &_t;                \
									        \
		if (_T->lock && !(_condlock))                                   \
			_T->lock = NULL;                                        \
		_t;                                                             \
	}), __typeof__(((class_##_name##_t *)0)->lock) l)

#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))
#define scoped_guard(_name, args...) __kmemu_scoped_guard(_name, __UNIQUE_ID(scope_end), args)
#define __kmemu_scoped_guard(_name, end, args...)                         \
	for (CLASS(_name, scope)(args);                                   \
	     __guard_ptr(_name)(&scope) || !__is_cond_ptr(_name);         \
	     ({ goto end; }))                                             \
		if (0) {                                                  \
end:                                                                      \
			break;                                            \
		} else
/* fail: a statement, for when the lock is not had. */
#define scoped_cond_guard(_name, fail, args...) \
	__kmemu_scoped_cond_guard(_name, fail, __UNIQUE_ID(scope_end), args)
#define __kmemu_scoped_cond_guard(_name, fail, end, args...)         \
	for (CLASS(_name, scope)(args);; ({ goto end; }))            \
		if (!__guard_ptr(_name)(&scope)) {                   \
			fail;                                        \
end:                                                                 \
			break;                                       \
		} else

#endif /* __cplusplus */

#endif /* _LINUX_CLEANUP_H */
