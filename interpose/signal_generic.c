/*
 * signal_generic.c - signal_x86_64.S in plain C: a function for each stub. What
 * the assembly knows of its frame is asked of a handler that is called once, at
 * start: where it would return to, and how far its caller's stack pointer is from
 * the frame's address. An exception that leaves a handler is noticed late, by the
 * walk over the stack (core/check/context.c).
 */
#include "interpose/signal.h"

#define GENERIC_STUBS 128

typedef void (*handler_fn)(int, siginfo_t *, void *);

#define PROBE GENERIC_STUBS

static struct {
	const void *ret; /* in call(), behind the handler's call */
	unsigned long sp; /* of call() there */
	unsigned long offset; /* from the frame's address of body() to that */
} probed;

static __noinline void probe(int signo, siginfo_t *info, void *ucontext)
{
	(void)signo;
	(void)info;
	(void)ucontext;
	probed.ret = __builtin_return_address(0);
	probed.sp = (unsigned long)__builtin_dwarf_cfa();
}

/* The one place that handlers return to. */
static __noinline void call(handler_fn handler, int signo, siginfo_t *info, void *ucontext)
{
	handler(signo, info, ucontext);
	__atomic_signal_fence(__ATOMIC_SEQ_CST); /* no jump instead of the call */
}

static __noinline void body(u32 stub, int signo, siginfo_t *info, void *ucontext)
{
	unsigned long frame = (unsigned long)__builtin_frame_address(0);
	unsigned long sp = frame + probed.offset;
	handler_fn volatile handler = probe; /* volatile: call() is not made anew for it */

	if (stub != PROBE)
		handler = (handler_fn)signal_enter(signo, info, ucontext, stub, sp);
	call(handler, signo, info, ucontext);
	if (stub == PROBE)
		probed.offset = probed.sp - frame;
	else
		signal_leave(sp);
}

const void *signal_return(void)
{
	volatile u32 stub = PROBE; /* no constant: there shall be one body() */

	if (!probed.ret)
		body(stub, 0, NULL, NULL);
	return probed.ret;
}

#define STUB(n)                                                       \
	static void stub_##n(int signo, siginfo_t *info, void *uc)    \
	{                                                             \
		body(0##n - 01000, signo, info, uc);                  \
	}
/* Octal digits: 128 names by four macros. */
#define EIGHT(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7)
#define SIXTY_FOUR(X, n)                                                              \
	EIGHT(X, n##0) EIGHT(X, n##1) EIGHT(X, n##2) EIGHT(X, n##3) EIGHT(X, n##4)    \
	EIGHT(X, n##5) EIGHT(X, n##6) EIGHT(X, n##7)
SIXTY_FOUR(STUB, 10)
SIXTY_FOUR(STUB, 11)

#define ADDRESS(n) stub_##n,
static void (*const stubs[GENERIC_STUBS])(int, siginfo_t *, void *) = {
	SIXTY_FOUR(ADDRESS, 10) SIXTY_FOUR(ADDRESS, 11)
};

void *signal_stub(u32 i)
{
	return i < GENERIC_STUBS ? (void *)stubs[i] : NULL;
}

int signal_stub_at(const void *at)
{
	for (int i = 0; i < GENERIC_STUBS; i++)
		if ((const void *)stubs[i] == at)
			return i;
	return -1;
}
