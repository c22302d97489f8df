// flags: -ldl -fno-builtin -Wno-free-nonheap-object -Wno-use-after-free -rdynamic
/*
 * One misuse, named by the argument, or with a second argument its twin: the
 * same program with the mistake mended, about which nothing is said. For
 * report_kinds.sh, which compares the whole report.
 * (Asks for kmemu.)
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kmemu_api.h"

static char static_bytes[256];
static int mended;

/* An object that is not the first of its slab, with a neighbour of ours before it. */
static char *second_object(size_t size)
{
	char *block[8], *best = NULL;

	for (int i = 0; i < 8; i++) {
		block[i] = malloc(size);
		CHECK(block[i]);
		memset(block[i], 'a' + i, size);
	}
	for (int i = 0; i < 8; i++)
		if (block[i] > best)
			best = block[i];
	for (size_t i = 0; i < size; i++)
		best[i] = (char)(i * 3);
	return best;
}

__attribute__((noinline)) static void release(char *p)
{
	free(opaque(p));
}

__attribute__((noinline)) static void double_free(void)
{
	char *p = second_object(64);

	release(p);
	if (!mended)
		release(p);
}

__attribute__((noinline)) static void double_free_large(void)
{
	char *p = malloc(60000);

	release(p);
	if (!mended)
		release(p);
}

__attribute__((noinline)) static void double_free_area(void)
{
	char *p = malloc(300000);

	release(p);
	if (!mended)
		release(p);
}

__attribute__((noinline)) static void inside_object(void)
{
	char *p = second_object(64);

	release(mended ? p : p + 16);
}

__attribute__((noinline)) static void inside_area(void)
{
	char *p = malloc(300000);

	release(mended ? p : p + 16);
}

static void *volatile kept;

__attribute__((noinline)) static void allocates(int signo)
{
	(void)signo;
	kept = malloc(100);
}

__attribute__((noinline)) static void allocates_large(int signo)
{
	(void)signo;
	kept = malloc(200000);
}

__attribute__((noinline)) static void frees_large(int signo)
{
	(void)signo;
	free(kept);
}

__attribute__((noinline)) static void interrupt(int signo, void (*handler)(int))
{
	if (mended) {
		handler(signo);
		return;
	}
	signal(signo, handler);
	raise(signo);
}

__attribute__((noinline)) static void sleep_in_atomic(void)
{
	interrupt(SIGALRM, allocates);
	free(kept);
}

#if defined(__x86_64__)
#define TRAP_FLAG 0x100

static void *(*malloc_of_all)(size_t size);
static volatile int stepped;

/* After each instruction, until it is malloc's first one that would be next. */
static void steps(int signo, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)info;
	if (regs[REG_RIP] != (greg_t)malloc_of_all)
		return;
	regs[REG_EFL] &= ~TRAP_FLAG;
	stepped = signo;
	if (!mended)
		kept = malloc_of_all(100);
}

__attribute__((noinline)) static void reentrant_malloc(void)
{
	struct sigaction act = { .sa_sigaction = steps, .sa_flags = SA_SIGINFO };
	void *p;

	malloc_of_all = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "malloc");
	sigaction(SIGTRAP, &act, NULL);
	__asm__ __volatile__("lea -128(%%rsp), %%rsp; pushfq; orq %0, (%%rsp); popfq;"
			     "lea 128(%%rsp), %%rsp"
			     :
			     : "i"(TRAP_FLAG)
			     : "memory", "cc");
	p = malloc_of_all(40);
	CHECK(stepped && p && !kept == !!mended);
	free(p);
	free(kept);
}
#else
static void reentrant_malloc(void)
{
}
#endif

__attribute__((noinline)) static void vmalloc_in_atomic(void)
{
	interrupt(SIGUSR1, allocates_large);
	free(kept);
}

__attribute__((noinline)) static void vfree_in_atomic(void)
{
	kept = malloc(200000);
	interrupt(SIGUSR1, frees_large);
}

__attribute__((noinline)) static void cant_sleep(void)
{
	void (*preempt_disable)(void) =
		(void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_disable");
	void (*preempt_enable)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_enable");
	void (*assume)(const char *, int) =
		(void (*)(const char *, int))dlsym(RTLD_DEFAULT, "kmemu_cant_sleep");

	if (mended)
		preempt_disable();
	assume("drivers/net/nic.c", 4711);
	if (mended)
		preempt_enable();
}

__attribute__((noinline)) static void foreign(void)
{
	release(mended ? malloc(64) : static_bytes + 32);
}

__attribute__((noinline)) static void resized(void)
{
	char *p = second_object(64);

	if (!mended)
		free(opaque(p));
	p = realloc(opaque(p), 100);
	CHECK(!p == !mended);
}

typedef struct kmem_cache *(*create_fn)(const char *, unsigned int, unsigned int, unsigned int,
					void (*)(void *));
static void construct(void *object)
{
	*(int *)object = 1;
}

typedef void *(*alloc_fn)(struct kmem_cache *, unsigned int);
typedef void (*free_fn)(struct kmem_cache *, void *);

__attribute__((noinline)) static void wrong_cache(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");
	alloc_fn alloc = (alloc_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_alloc");
	free_fn release_to = (free_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_free");
	struct kmem_cache *inodes = create("inodes", 200, 0, 0, NULL);
	struct kmem_cache *names = create("names", 200, 0, 0, NULL);

	release_to(mended ? inodes : names, alloc(inodes, 0xcc0));
}

__attribute__((noinline)) static void slab_corruption(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");
	alloc_fn alloc = (alloc_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_alloc");
	int (*validate)(struct kmem_cache *) =
		(int (*)(struct kmem_cache *))dlsym(RTLD_DEFAULT, "kmemu_validate_slab_cache");
	struct kmem_cache *names = create("names", 16, 0, 0x10c00, NULL); /* Z, P, U */
	char *p = opaque(alloc(names, 0xcc0));

	memset(p, 1, mended ? 16 : 17);
	CHECK(validate(names) == !mended);
}

typedef int (*destroy_fn)(struct kmem_cache *);
__attribute__((noinline)) static void objects_remaining(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");
	alloc_fn alloc = (alloc_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_alloc");
	destroy_fn destroy = (destroy_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_destroy");
	struct kmem_cache *names = create("names", 16, 0, 0x10000, NULL); /* U */
	void *p = alloc(names, 0xcc0);

	if (mended)
		((free_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_free"))(names, p);
	CHECK((destroy(names) == 0) == !!mended);
}

__attribute__((noinline)) static void destroyed_cache(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");
	alloc_fn alloc = (alloc_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_alloc");
	destroy_fn destroy = (destroy_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_destroy");
	struct kmem_cache *names = create("names", 16, 0, 0, NULL);

	if (!mended)
		destroy(names);
	CHECK(!alloc(names, 0xcc0) == !mended);
}

__attribute__((noinline)) static void cache_create(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");

	CHECK(!create("names", 16, mended ? 8 : 24, 0, NULL) == !mended);
}

__attribute__((noinline)) static void large(void)
{
	char *p = malloc(mended ? 100 * 1024 : 200 * 1024);

	free(p);
}

/* Uses up mem=64M. Each time it fails is the same finding. */
__attribute__((noinline)) static void use_up(size_t size)
{
	static void *block[1 << 15];
	int n = 0;

	do
		block[n] = malloc(size);
	while (block[n] && (mended ? n < 100 : n < (1 << 15) - 1) && ++n);
	CHECK(!block[n] == !mended);
	while (n-- > 0)
		free(block[n]);
}

__attribute__((noinline)) static void out_of_memory(void)
{
	for (volatile int i = 0; i < 3; i++) /* one call site */
		use_up(64 * 1024);
}

__attribute__((noinline)) static void out_of_pages(void)
{
	for (volatile int i = 0; i < 3; i++) /* one call site */
		use_up(3000);
}

/* No slab of the class is there yet, so one is made. */
__attribute__((noinline)) static void gfp_unexpected(void)
{
	void *(*kmalloc)(size_t, unsigned int) =
		(void *(*)(size_t, unsigned int))dlsym(RTLD_DEFAULT, "kmemu_kmalloc");
	char *p = kmalloc(5000, mended ? 0xcc0 : 0xcc4);

	CHECK(p);
	free(p);
}

/* __GFP_ZERO would undo the constructor's work. */
__attribute__((noinline)) static void gfp_warning(void)
{
	create_fn create = (create_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_create");
	alloc_fn alloc = (alloc_fn)dlsym(RTLD_DEFAULT, "kmemu_kmem_cache_alloc");
	struct kmem_cache *inodes = create("inodes", 200, 0, 0, construct);

	CHECK(alloc(inodes, mended ? 0xcc0 : 0xdc0));
}

/* What WARN() of kernel code is. */
__attribute__((noinline)) static void kernel_warning(void)
{
	void (*warn)(const char *, int, unsigned int, const char *, ...) =
		(void (*)(const char *, int, unsigned int, const char *, ...))dlsym(
			RTLD_DEFAULT, "kmemu_warn");

	CHECK(warn);
	for (volatile int i = 0; i < 3 && !mended; i++) /* one call site */
		warn("driver.c", 42, 9, "%d requests left\n", 7);
}

/* What BUG() of kernel code is: the process ends, here that of a child. */
__attribute__((noinline)) static void kernel_bug(void)
{
	void (*bug)(const char *, int) =
		(void (*)(const char *, int))dlsym(RTLD_DEFAULT, "kmemu_bug");
	int status = 0;

	CHECK(bug);
	fflush(stdout);
	if (fork() == 0) {
		if (!mended)
			bug("driver.c", 43);
		_exit(0);
	}
	wait(&status);
	CHECK(mended ? status == 0 : WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void bad_page(void)
{
	typedef void *(*pages_fn)(unsigned int flags, unsigned int order);
	typedef void (*put_fn)(void *page, unsigned int order);
	pages_fn get = (pages_fn)dlsym(RTLD_DEFAULT, "kmemu_alloc_pages");
	put_fn put = (put_fn)dlsym(RTLD_DEFAULT, "kmemu_free_pages");
	void *page = get(0xcc0, 2);

	put(page, 2);
	if (!mended)
		put(page, 2);
}

static void in_handler(int sig)
{
	(void)sig;
	double_free();
}

/* On the smallest stack that a careful program gives its handlers. */
__attribute__((noinline)) static void handler(void)
{
	char *memory = mmap(NULL, 16384 + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t stack = { .ss_sp = memory + 4096, .ss_size = 16384 };
	struct sigaction action = { .sa_handler = in_handler, .sa_flags = SA_ONSTACK };

	CHECK(mprotect(stack.ss_sp, stack.ss_size, PROT_READ | PROT_WRITE) == 0);
	CHECK(sigaltstack(&stack, NULL) == 0);
	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "double-free", double_free },
	{ "double-free-large", double_free_large },
	{ "double-free-area", double_free_area },
	{ "inside-object", inside_object },
	{ "inside-area", inside_area },
	{ "foreign", foreign },
	{ "resized", resized },
	{ "wrong-cache", wrong_cache },
	{ "slab-corruption", slab_corruption },
	{ "objects-remaining", objects_remaining },
	{ "destroyed-cache", destroyed_cache },
	{ "cache-create", cache_create },
	{ "large", large },
	{ "out-of-memory", out_of_memory },
	{ "out-of-pages", out_of_pages },
	{ "gfp-unexpected", gfp_unexpected },
	{ "gfp-warning", gfp_warning },
	{ "bad-page", bad_page },
	{ "kernel-warning", kernel_warning },
	{ "kernel-bug", kernel_bug },
	{ "handler", handler },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "reentrant-malloc", reentrant_malloc },
	{ "vmalloc-in-atomic", vmalloc_in_atomic },
	{ "vfree-in-atomic", vfree_in_atomic },
	{ "cant-sleep", cant_sleep },
};

int main(int argc, char **argv)
{
	CHECK(argc > 1);
	mended = argc > 2;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		printf("went on\n");
		return 0;
	}
	fprintf(stderr, "no case %s\n", argv[1]);
	return 2;
}
