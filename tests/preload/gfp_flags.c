// flags: -ldl -rdynamic
/*
 * What a malloc's flags are, seen from outside: the zone of what each function
 * here allocated, as gfp= and gfp.rules= say. For gfp_flags.sh.
 * (Asks for kmemu.)
 */
#include <pthread.h>

#include "kmemu_api.h"

static void show(const char *name, void *p)
{
	int area = p && is_vmalloc_addr(p);
	uint64_t at = area ? (uint64_t)vmalloc_to_pfn(p) << 12 : p ? virt_to_phys(p) : 0;
	const char *zone = at < 16UL << 20 ? "DMA" : at < 4UL << 30 ? "DMA32" : "NORMAL";

	printf("%s: %s%s\n", name, area ? "vmalloc " : "", p ? zone : "NULL");
	free(p);
}

/* Static, so that only the symbol table has its name. */
__attribute__((noinline)) static void *dma_alloc(size_t size)
{
	return opaque(malloc(size));
}

__attribute__((noinline)) static void *dma_zeroed(void)
{
	char *dirty = malloc(500), *p;

	memset(dirty, 1, 500);
	free(opaque(dirty));
	p = opaque(calloc(5, 100));
	for (int i = 0; p && i < 500; i++)
		CHECK(!p[i]);
	return p;
}

__attribute__((noinline)) static void *dma_aligned(void)
{
	char *p = opaque(aligned_alloc(256, 512));

	CHECK((uintptr_t)p % 256 == 0);
	return p;
}

__attribute__((noinline)) static void *dma_grown(size_t size)
{
	char *p = malloc(100);

	memset(p, 'x', 100);
	p = opaque(realloc(p, size));
	for (int i = 0; p && i < 100; i++)
		CHECK(p[i] == 'x');
	return p;
}

__attribute__((noinline)) static void *other_alloc(size_t size)
{
	return opaque(malloc(size));
}

/* One after the other, many times: they stay apart. */
__attribute__((noinline)) static void dma_many(void)
{
	for (int i = 0; i < 100000; i++) {
		void *p = malloc(64), *q = other_alloc(64);

		CHECK(p && q && virt_to_phys(p) < 16UL << 20 && virt_to_phys(q) >= 16UL << 20);
		free(opaque(p));
		free(q);
	}
}

/* With __GFP_ZERO every malloc is a calloc. */
static void all_zero(void)
{
	static const size_t size[] = { 16, 100, 4000, 60000, 1 << 20 };

	for (int i = 0; i < 500; i++) {
		size_t n = size[i % 5];
		char *p = malloc(n);

		for (size_t at = 0; at < n; at++)
			CHECK(!p[at]);
		memset(p, 1, n);
		free(opaque(p));
	}
}

/* Hands on, as libc's strdup does. */
__attribute__((noinline)) static void *xmalloc(size_t size)
{
	void *p = malloc(size);

	CHECK(p);
	return opaque(p);
}

__attribute__((noinline)) static void *dma_wrapped(void)
{
	return opaque(xmalloc(100));
}

__attribute__((noinline)) static void *other_wrapped(void)
{
	return opaque(xmalloc(100));
}

__attribute__((noinline)) static void *dma_copied(void)
{
	return opaque(strdup("text"));
}

static void through(void)
{
	show("wrapped", dma_wrapped());
	show("other wrapped", other_wrapped());
	show("copied", dma_copied());
}

/* More than the zone has: what another thread frees now and then is waited for. */
#define PATIENT 2000
static void *kept[PATIENT];
static int given, enough;

static void *free_now_and_then(void *arg)
{
	for (int i = 0; !__atomic_load_n(&enough, __ATOMIC_ACQUIRE); usleep(200))
		while (i < __atomic_load_n(&given, __ATOMIC_ACQUIRE) - 1000)
			free(kept[i++]);
	return arg;
}

static void wait_for_free(void)
{
	pthread_t thread;

	CHECK(!pthread_create(&thread, NULL, free_now_and_then, NULL));
	for (int i = 0; i < PATIENT; i++) {
		kept[i] = malloc(16384);
		CHECK(kept[i] && virt_to_phys(kept[i]) < 16UL << 20);
		__atomic_store_n(&given, i + 1, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&enough, 1, __ATOMIC_RELEASE);
	CHECK(!pthread_join(thread, NULL));
}

static void plugin(void)
{
	void *handle = dlopen("plugin_gfp.so", RTLD_NOW);
	void *(*alloc)(void);

	CHECK(handle);
	alloc = (void *(*)(void))dlsym(handle, "plugin_alloc");
	show("plugin's first", *(void **)dlsym(handle, "plugin_first"));
	show("plugin", alloc());
	dlclose(handle);
}

int main(int argc, char **argv)
{
	kmemu_find();
	if (argc > 1 && !strcmp(argv[1], "many")) {
		dma_many();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "wait")) {
		wait_for_free();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "zero")) {
		all_zero();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "through")) {
		through();
		return 0;
	}
	if (argc > 1)
		plugin();
	show("small", dma_alloc(100));
	show("large", dma_alloc(60000));
	show("zeroed", dma_zeroed());
	show("aligned", dma_aligned());
	show("grown", dma_grown(9000));
	show("over the cap", dma_alloc(1 << 20));
	show("grown over the cap", dma_grown(1 << 20));
	show("other", other_alloc(100));
	show("other over the cap", other_alloc(1 << 20));
	CHECK(validate() == 0);
	return 0;
}
