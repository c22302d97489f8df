/*
 * calls_generic.c - the entries of calls that may sleep, in plain C (ARCH=generic;
 * calls.c has the theory). Each name of core/check/calls.def is a function of
 * eight words that asks calls.c what is behind and calls that in last place, so
 * that the compiler makes it a jump. No function of libc's that is an entry takes
 * more words, or a floating point number before the variadic part; a word that
 * the caller did not give is whatever is in its place, as in libc's own syscall.
 *
 * printf and scanf may be given floating point numbers and go on to the function
 * that takes a va_list.
 *
 * The names are given to the linker only: to the compiler these would be
 * functions that it knows other types of.
 */
#include <stdarg.h>

#include "core/check/context.h"
#include "core/mm/mm.h"
#include "interpose/calls.h"
#include "interpose/interpose.h"

typedef long (*call_fn)(long, long, long, long, long, long, long, long);

static __always_inline void *behind(unsigned int id, const void *caller, long second)
{
	void *real = __atomic_load_n(&calls_real[id], __ATOMIC_RELAXED);

	if (likely(real && context_is_task() && !READ_ONCE(trim_deadline_ms)))
		return real;
	return call_enter(id, caller, (const void *)second);
}

#define ENTRY(name)                                                                            \
	KMEMU_EXPORT long entry_##name(long a, long b, long c, long d, long e, long f, long g, \
				       long h) __asm__(#name);                                 \
	KMEMU_EXPORT long entry_##name(long a, long b, long c, long d, long e, long f, long g, \
				       long h)                                                 \
	{                                                                                      \
		call_fn real = (call_fn)behind(ID_##name, __builtin_return_address(0), b);     \
                                                                                               \
		return real(a, b, c, d, e, f, g, h);                                           \
	}

/* What is called takes a va_list where the variadic part was. */
#define VENTRY(name, va, fn, params, last, args)                                 \
	KMEMU_EXPORT int entry_##name params __asm__(#name);                     \
	KMEMU_EXPORT int entry_##name params                                     \
	{                                                                        \
		fn real = (fn)behind(ID_##name, __builtin_return_address(0), 0); \
		va_list ap;                                                      \
		int ret;                                                         \
                                                                                 \
		if ((void *)real == calls_real[ID_##name])                       \
			real = (fn)call_behind(ID_##va);                         \
		va_start(ap, last);                                              \
		ret = real args;                                                 \
		va_end(ap);                                                      \
		return ret;                                                      \
	}

typedef int (*va_1)(long, va_list);
typedef int (*va_2)(long, long, va_list);
typedef int (*va_3)(long, long, long, va_list);

#define VENTRY_1(name, va) VENTRY(name, va, va_1, (long a, ...), a, (a, ap))
#define VENTRY_2(name, va) VENTRY(name, va, va_2, (long a, long b, ...), b, (a, b, ap))
#define VENTRY_3(name, va) VENTRY(name, va, va_3, (long a, long b, long c, ...), c, (a, b, c, ap))

#define CALL(name, where, fail, reason)		    ENTRY(name)
#define SPELT(name, base)			    ENTRY(name)
#define VCALL(name, fixed, va, where, fail, reason) VENTRY_##fixed(name, va)
#define VSPELT(name, fixed, va, base)		    VENTRY_##fixed(name, va)
#define WRAPPED(name, where, fail, reason)
#define WRAPPED_SPELT(name, base)
#define NATIVE(name, where, fail, reason)
#define NATIVE_SPELT(name, base)
#include "core/check/calls.def"
