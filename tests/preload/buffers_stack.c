// flags: -fno-builtin
/*
 * Memory on stacks of all kinds, by pwrite: this thread's, another's, a coroutine's in
 * memory by mmap or malloc (linear, or vmalloc); "heap": a coroutine that writes what
 * malloc gave, and what lies below its stack in the same block; "area": vmalloc memory that
 * is no stack; "tls", "others": a thread's own variable, which lies above its stack, by the
 * thread or by another. For buffers_stack.sh and phys_real.sh.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "check.h"

static int null;
static ucontext_t there, here;
static char *block;

__attribute__((noinline)) static void write_own(void)
{
	char own[256];

	memset(own, 1, sizeof(own));
	CHECK(pwrite(null, opaque(own), sizeof(own), 0) == sizeof(own));
}

static void write_heap(void)
{
	char *p = malloc(100);

	CHECK(pwrite(null, p, 100, 0) == 100);
	CHECK(pwrite(null, block, 100, 0) == 100);
}

static void *thread(void *arg)
{
	write_own();
	return arg;
}

static __thread char of_thread[256];

static void write_tls(void *p)
{
	CHECK(pwrite(null, p, sizeof(of_thread), 0) == sizeof(of_thread));
}

static void *write_others(void *p)
{
	write_tls(p);
	return NULL;
}

static void *tls_thread(void *others)
{
	pthread_t t;

	memset(of_thread, 1, sizeof(of_thread));
	if (others)
		CHECK(!pthread_create(&t, NULL, write_others, opaque(of_thread)) &&
		      !pthread_join(t, NULL));
	else
		write_tls(opaque(of_thread));
	return NULL;
}

static void on_stack(void *stack, size_t size, void (*fn)(void))
{
	CHECK(stack && stack != MAP_FAILED && getcontext(&there) == 0);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = size;
	there.uc_link = &here;
	makecontext(&there, fn, 0);
	CHECK(swapcontext(&here, &there) == 0);
}

int main(int argc, char **argv)
{
	pthread_t t;

	null = open("/dev/null", O_WRONLY);
	CHECK(argc > 1 && null >= 0);
	if (!strcmp(argv[1], "own"))
		write_own();
	else if (!strcmp(argv[1], "thread"))
		CHECK(!pthread_create(&t, NULL, thread, NULL) && !pthread_join(t, NULL));
	else if (!strcmp(argv[1], "tls") || !strcmp(argv[1], "others"))
		CHECK(!pthread_create(&t, NULL, tls_thread,
				      strcmp(argv[1], "tls") ? argv : NULL) &&
		      !pthread_join(t, NULL));
	else if (!strcmp(argv[1], "mmap"))
		on_stack(mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			      0), 65536, write_own);
	else if (!strcmp(argv[1], "area"))
		CHECK(pwrite(null, memset(malloc(200000), 1, 200000), 16384, 0) == 16384);
	else if (!strcmp(argv[1], "heap"))
		on_stack(block = malloc(65536), 65536, write_heap);
	else
		on_stack(malloc(strtoul(argv[1], NULL, 0)), strtoul(argv[1], NULL, 0), write_own);
	puts("done");
	return 0;
}
