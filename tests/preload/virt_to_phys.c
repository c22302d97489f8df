// flags: -ldl -fno-builtin -pthread
/*
 * virt_to_phys(p) - p is one constant for every kmalloc'ed block, in all
 * threads and after a fork; a block's frames are consecutive; phys_to_virt
 * is the way back; powers of two are aligned to themselves. (Asks for kmemu.)
 */
#include <pthread.h>
#include <sys/wait.h>
#include "kmemu_api.h"

static void *(*phys_to_virt)(uint64_t);
static uint64_t offset;

static void look_at(char *p, size_t size)
{
	CHECK(p && !is_vmalloc_addr(p));
	CHECK(virt_to_phys(p) - (uint64_t)(uintptr_t)p == offset);
	for (size_t at = 0; at < size; at += KMEMU_PAGE)
		CHECK(virt_to_phys(p + at) == virt_to_phys(p) + at);
	CHECK(virt_to_phys(p + size - 1) == virt_to_phys(p) + size - 1);
	CHECK(phys_to_virt(virt_to_phys(p)) == p);
}

static void *worker(void *unused)
{
	for (size_t size = 1; size <= 131072; size += size / 9 + 1) {
		char *p = malloc(size);

		look_at(p, size);
		free(p);
	}
	return unused;
}

int main(void)
{
	char *first = malloc(100), *block[18], on_stack;
	pthread_t thread;
	int status;
	pid_t pid;

	kmemu_find();
	phys_to_virt = (void *(*)(uint64_t))dlsym(RTLD_DEFAULT, "kmemu_phys_to_virt");
	CHECK(phys_to_virt);
	offset = virt_to_phys(first) - (uint64_t)(uintptr_t)first;
	for (int order = 0; order < 18; order++) {
		block[order] = malloc((size_t)1 << order);
		look_at(block[order], (size_t)1 << order);
		CHECK((uintptr_t)block[order] % ((uintptr_t)1 << order) == 0);
	}
	worker(NULL);
	CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
	pthread_join(thread, NULL);
	pid = fork();
	if (pid == 0) {
		look_at(first, 100);
		worker(NULL);
		_exit(0);
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(virt_to_phys(&on_stack) == UINT64_MAX);
	CHECK(vmalloc_to_pfn(first) == ~0UL);
	for (int order = 0; order < 18; order++)
		free(block[order]);
	free(first);
	return 0;
}
