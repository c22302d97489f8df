// flags: -O2 -Iinclude -l:libkmemu.a -pthread
/*
 * COUNT pairs of kmalloc(64) and kfree() through the header, or with `malloc` behind
 * COUNT of malloc(64) and free(). (kernel_api_cost.sh counts their instructions.)
 */
#include <linux/slab.h>
#include <stdlib.h>

static noinline void by_kmalloc(int n)
{
	while (n--) {
		void *p = kmalloc(64, GFP_KERNEL);

		__asm__ volatile("" : "+r"(p));
		kfree(p);
	}
}

static noinline void by_malloc(int n)
{
	while (n--) {
		void *p = malloc(64);

		__asm__ volatile("" : "+r"(p));
		free(p);
	}
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1000;

	if (argc > 2)
		by_malloc(n);
	else
		by_kmalloc(n);
	return 0;
}
