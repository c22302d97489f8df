/*
 * jump.c - longjmp in all its spellings. A handler that is left by siglongjmp
 * does not return to its stub, so its context is dropped here, by where the
 * jump goes (core/lib/preempt.c). The kernel has no such jump. What a jump does
 * not end stays: a lock that was taken is held behind it as well.
 *
 * The look-ups take no lock: a jump may be made in a handler.
 *
 * Locks: none. Cost: nothing raised, a test and a call.
 */
#include <setjmp.h>

#include "core/lib/preempt.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "core/os/regs.h"
#include "interpose/interpose.h"

typedef __attribute__((noreturn)) void (*longjmp_fn)(struct __jmp_buf_tag *, int);

void __longjmp_chk(struct __jmp_buf_tag env[1], int value) __attribute__((noreturn));

static longjmp_fn real_longjmp, real__longjmp, real_siglongjmp, real___longjmp_chk;

void jump_resolve(void)
{
	real_longjmp = (longjmp_fn)os_dl_next("longjmp");
	real__longjmp = (longjmp_fn)os_dl_next("_longjmp");
	real_siglongjmp = (longjmp_fn)os_dl_next("siglongjmp");
	real___longjmp_chk = (longjmp_fn)os_dl_next("__longjmp_chk");
}

static void jump(const struct __jmp_buf_tag *env)
{
	if (unlikely(context_hint))
		context_jump(os_jmpbuf_sp(env));
	if (unlikely(!real_longjmp))
		jump_resolve();
}

#define JUMP(name)                                                        \
	KMEMU_EXPORT void name(struct __jmp_buf_tag env[1], int value)     \
	{                                                                 \
		jump(env);                                                \
		real_##name(env, value);                                  \
	}
JUMP(longjmp)
JUMP(_longjmp)
JUMP(siglongjmp)
JUMP(__longjmp_chk)
