/*
 * signal_generic.c - signal_x86_64.S in plain C: a function for each stub. The
 * frame's address is the activation's name; the unwinder does not know the stubs
 * (signal_handler_return is no address of code), so handlers are told by where
 * the stack pointer is, and an exception that leaves one is noticed late
 * (core/lib/preempt.c).
 */
#include "interpose/signal.h"

#define GENERIC_STUBS 128

static __noinline void body(u32 stub, int signo, siginfo_t *info, void *ucontext)
{
	unsigned long sp = (unsigned long)__builtin_frame_address(0);
	void (*handler)(int, siginfo_t *, void *) = (void (*)(int, siginfo_t *, void *))
		signal_enter(signo, info, ucontext, stub, sp);

	handler(signo, info, ucontext);
	signal_leave(sp);
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
