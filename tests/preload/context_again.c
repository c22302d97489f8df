/*
 * A place that swapcontext left is one that libc's swapcontext leaves: it may be gone
 * back to any number of times while its function lives, also by uc_link, and a jump on
 * the same stack spoils nothing of it. For context_again.sh: what is raised there is
 * there again each time. Prints how many allocations were under the lock.
 */
#include <pthread.h>
#include <ucontext.h>
#include "check.h"

static pthread_spinlock_t lock;
static char stack[2][64 << 10];
static ucontext_t home, coroutine[2], here, old;
static volatile int times, found;

__attribute__((noinline)) static void allocate(int locked)
{
	found += locked;
	free(opaque(malloc(40)));
}

/* Writes over what lay below its caller's frame. */
__attribute__((noinline)) static void deep(int n)
{
	char words[4096];

	fill(words, sizeof(words), (unsigned int)n);
	CHECK(filled(opaque(words), sizeof(words), (unsigned int)n));
}

static void ends(void)
{
	allocate(0);
	times++;
}

static void make(int i, ucontext_t *link)
{
	CHECK(!getcontext(&coroutine[i]));
	coroutine[i].uc_stack.ss_sp = stack[i];
	coroutine[i].uc_stack.ss_size = sizeof(stack[i]);
	coroutine[i].uc_link = link;
	makecontext(&coroutine[i], ends, 0);
}

/* Each coroutine ends there where the first one was switched to. */
__attribute__((noinline)) static void linked(void)
{
	volatile int kept = 4711;

	times = 0;
	make(0, &home);
	pthread_spin_lock(&lock);
	CHECK(!swapcontext(&home, &coroutine[0]));
	allocate(1);
	deep(times);
	CHECK(kept == 4711);
	if (times < 5) {
		make(times % 2, &home);
		setcontext(&coroutine[times % 2]);
		CHECK(0);
	}
	pthread_spin_unlock(&lock);
	CHECK(times == 5);
}

/* The same by setcontext, from the same stack. */
__attribute__((noinline)) static void by_hand(void)
{
	times = 0;
	make(0, &home);
	CHECK(!swapcontext(&home, &coroutine[0]));
	deep(times);
	if (times++ < 5) {
		setcontext(&home);
		CHECK(0);
	}
	allocate(0);
}

/* A switch to a place further up on the same stack, and back. */
__attribute__((noinline)) static void same_stack(void)
{
	volatile int step = 0;

	CHECK(!getcontext(&here));
	allocate(0);
	deep(step);
	switch (step++) {
	case 0:
		CHECK(!swapcontext(&old, &here));
		CHECK(step == 2);
		break;
	case 1:
		setcontext(&old);
		/* fall through */
	default:
		CHECK(0);
	}
	pthread_spin_lock(&lock);
	allocate(1);
	pthread_spin_unlock(&lock);
	allocate(0);
}

static void in_coroutine(void)
{
	same_stack();
	times = 1;
}

int main(void)
{
	CHECK(!pthread_spin_init(&lock, 0));
	linked();
	by_hand();
	same_stack();
	make(0, &home);
	makecontext(&coroutine[0], in_coroutine, 0);
	times = 0;
	CHECK(!swapcontext(&home, &coroutine[0]));
	CHECK(times == 1);
	printf("%d\n", found);
	return 0;
}
