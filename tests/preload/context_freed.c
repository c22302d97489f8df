// flags: -pthread
/*
 * Memory with a lock in it is freed, by its word: an object, a large block, an area,
 * what realloc leaves; held by this thread, or by nobody. For context_freed.sh.
 */
#include <pthread.h>
#include "check.h"

struct counted {
	char name[24];
	pthread_spinlock_t lock;
};

static struct counted *made(size_t size, int held)
{
	struct counted *p = malloc(size);

	CHECK(p && pthread_spin_init(&p->lock, 0) == 0);
	pthread_spin_lock(&p->lock);
	if (!held)
		pthread_spin_unlock(&p->lock);
	return p;
}

int main(int argc, char **argv)
{
	int held = argc > 2 && !strcmp(argv[2], "held");
	pthread_spinlock_t beside;
	struct counted *p;

	CHECK(argc > 2 && pthread_spin_init(&beside, 0) == 0);
	if (!strcmp(argv[1], "other")) { /* a lock elsewhere is held */
		p = malloc(100);
		pthread_spin_lock(&beside);
		free(p);
		pthread_spin_unlock(&beside);
		return 0;
	}
	p = made((size_t)atol(argv[1]), held);
	if (!strcmp(argv[2], "moved"))
		pthread_spin_lock(&p->lock);
	if (!strcmp(argv[2], "moved"))
		p = realloc(p, 5000);
	free(p);
	if (!strcmp(argv[2], "held"))
		free(malloc((size_t)atol(argv[1]))); /* another's, at its place */
	if (!strcmp(argv[2], "held"))
		free(made((size_t)atol(argv[1]), 0));
	return 0;
}
