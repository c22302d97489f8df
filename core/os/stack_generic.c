/*
 * stack_generic.c - os_call_on_stack() in plain C (kernel: arch/x86 asm/irq_stack.h
 * call_on_stack): by libc's makecontext() and swapcontext(), which also set the
 * signal mask to what it is. In libkmemu.so they pass interpose/ucontext.c, which
 * keeps what is raised with the stack that is left.
 *
 * Locks: none; the contexts are static, since the stack that is left may have no room
 * for them: one call at a time. Cost: two system calls.
 */
#include <ucontext.h>

#include "core/os/files.h"

static ucontext_t left, entered;
static void (*called)(void *);
static void *with;

static void enter(void)
{
	called(with);
}

void os_call_on_stack(void *bottom, size_t size, void (*fn)(void *), void *arg)
{
	if (getcontext(&entered)) /* it never fails on glibc */
		return;
	entered.uc_stack.ss_sp = bottom;
	entered.uc_stack.ss_size = size;
	entered.uc_link = &left;
	called = fn;
	with = arg;
	makecontext(&entered, enter, 0);
	swapcontext(&left, &entered);
}
