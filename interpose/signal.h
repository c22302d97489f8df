/*
 * signal.h - the stubs that stand for a program's handlers; for C and assembly.
 * signal.c has the theory.
 */
#define SIGNAL_STUBS	  512
#define SIGNAL_STUB_BYTES 16

#ifndef __ASSEMBLER__
#include <signal.h>

#include "core/os/compiler.h"

/* signal_x86_64.S: where stub i is entered is signal_stubs + i * SIGNAL_STUB_BYTES. */
extern __hidden const char signal_stubs[], signal_handler_return[];

/* A stub is entered: raises its context and gives the handler. sp names the activation. */
void *signal_enter(int signo, siginfo_t *info, void *ucontext, u32 stub, unsigned long sp);
void signal_leave(unsigned long sp);
/* The address of stub i, and the stub at an address: -1, none is. */
#if defined(__x86_64__) && !defined(KMEMU_ARCH_GENERIC)
static inline const void *signal_return(void)
{
	return signal_handler_return;
}

static inline void *signal_stub(u32 i)
{
	return (void *)(signal_stubs + (size_t)i * SIGNAL_STUB_BYTES);
}

static inline int signal_stub_at(const void *at)
{
	size_t offset = (size_t)((const char *)at - signal_stubs);

	return offset < SIGNAL_STUBS * SIGNAL_STUB_BYTES ? (int)(offset / SIGNAL_STUB_BYTES) : -1;
}
#else
const void *signal_return(void);
void *signal_stub(u32 i);
int signal_stub_at(const void *at);
#endif
#endif
