/*
 * Stacks that contexts are raised on: one that the program switches to by hand, of
 * which nothing is known, and the alternate one, where a handler in a coroutine
 * takes a lock that it leaves. For context_stacks.sh.
 */
#include <pthread.h>
#include <signal.h>
#include <ucontext.h>
#include "check.h"

static pthread_spinlock_t lock;
static char stack[64 << 10] __attribute__((aligned(16)));
static ucontext_t back, coroutine;

__attribute__((noinline)) static void allocate(void)
{
	free(opaque(malloc(40)));
}

#ifdef __x86_64__
static void *here, *there;

void switch_by_hand(void **from, void *to);
__asm__(".globl switch_by_hand\n"
	"switch_by_hand:\n\t"
	"pushq %rbx\n\tpushq %rbp\n\tpushq %r12\n\tpushq %r13\n\tpushq %r14\n\tpushq %r15\n\t"
	"movq %rsp, (%rdi)\n\tmovq %rsi, %rsp\n\t"
	"popq %r15\n\tpopq %r14\n\tpopq %r13\n\tpopq %r12\n\tpopq %rbp\n\tpopq %rbx\n\tret");

static void locks(void)
{
	pthread_spin_lock(&lock);
	allocate();
	switch_by_hand(&there, here);
	pthread_spin_unlock(&lock);
	switch_by_hand(&there, here);
}

/* What it holds is its own: neither there nor here is it believed. */
static void by_hand(void)
{
	void **sp = (void **)(stack + sizeof(stack) - 64);

	*--sp = NULL;
	*--sp = (void *)locks;
	sp -= 6;
	there = sp;
	switch_by_hand(&here, there);
	allocate();
	switch_by_hand(&here, there);
	allocate();
}
#else
static void by_hand(void)
{
}
#endif

static void takes(int signo)
{
	(void)signo;
	pthread_spin_lock(&lock);
	allocate();
}

/* Two: in the handler, and after it. */
static void in_coroutine(void)
{
	allocate();
	raise(SIGUSR1);
	allocate();
	pthread_spin_unlock(&lock);
	allocate();
}

static void on_alternate(void)
{
	static char alternate[64 << 10];
	stack_t alt = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction act = { .sa_handler = takes, .sa_flags = SA_ONSTACK };

	CHECK(!sigaltstack(&alt, NULL) && !sigaction(SIGUSR1, &act, NULL));
	CHECK(!getcontext(&coroutine));
	coroutine.uc_stack.ss_sp = stack;
	coroutine.uc_stack.ss_size = sizeof(stack);
	coroutine.uc_link = &back;
	makecontext(&coroutine, in_coroutine, 0);
	CHECK(!swapcontext(&back, &coroutine));
	allocate();
}

int main(int argc, char **argv)
{
	(void)argv;
	CHECK(!pthread_spin_init(&lock, 0));
	if (argc > 1)
		by_hand();
	else
		on_alternate();
	return 0;
}
