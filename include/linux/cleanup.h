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
	static inline void __free_##_name(void *p)                      \
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
	static inline void class_##_name##_destructor(_type *p)                 \
	{                                                                       \
		_type _T = *p;                                                  \
		_exit;                                                          \
	}                                                                       \
	static inline _type class_##_name##_constructor(_init_args)             \
	{                                                                       \
		_type t = _init;                                                \
		return t;                                                       \
	}
#define CLASS(_name, var)                                                       \
	class_##_name##_t var __maybe_unused __cleanup(class_##_name##_destructor) = \
		class_##_name##_constructor

/* A lock that is held to the end of the scope, or of the statement. */
#define DEFINE_GUARD(_name, _type, _lock, _unlock)                              \
	DEFINE_CLASS(_name, _type, if (_T) { _unlock; }, ({ _lock; _T; }), _type _T) \
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T)     \
	{                                                                       \
		return (void *)*_T;                                             \
	}
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...)                         \
	typedef struct {                                                        \
		void *lock;                                                     \
		__VA_ARGS__;                                                    \
	} class_##_name##_t;                                                    \
	static inline void class_##_name##_destructor(class_##_name##_t *_T)    \
	{                                                                       \
		(void)_T;                                                       \
		_unlock;                                                        \
	}                                                                       \
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T)     \
	{                                                                       \
		return _T->lock;                                                \
	}                                                                       \
	static inline class_##_name##_t class_##_name##_constructor(void)       \
	{                                                                       \
		class_##_name##_t _t = { .lock = (void *)1 }, *_T = &_t;        \
		(void)_T;                                                       \
		_lock;                                                          \
		return _t;                                                      \
	}
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)                  \
	typedef struct {                                                        \
		_type *lock;                                                    \
		__VA_ARGS__;                                                    \
	} class_##_name##_t;                                                    \
	static inline void class_##_name##_destructor(class_##_name##_t *_T)    \
	{                                                                       \
		if (_T->lock) {                                                 \
			_unlock;                                                \
		}                                                               \
	}                                                                       \
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T)     \
	{                                                                       \
		return _T->lock;                                                \
	}                                                                       \
	static inline class_##_name##_t class_##_name##_constructor(_type *l)   \
	{                                                                       \
		class_##_name##_t _t = { .lock = l }, *_T = &_t;                \
		_lock;                                                          \
		return _t;                                                      \
	}
#define guard(_name) CLASS(_name, __kmemu_paste(__guard_, __COUNTER__))
#define scoped_guard(_name, args...)                                            \
	for (CLASS(_name, scope)(args), *done = NULL;                           \
	     class_##_name##_lock_ptr(&scope) && !done; done = (void *)1)

#endif /* __cplusplus */

#endif /* _LINUX_CLEANUP_H */
