// flags: -fno-crossjumping
/*
 * An inline lock that no preload can see, annotated. An argument chooses what is
 * done under it. (annotate.sh reads the reports.)
 */
#include "include/kmemu/annotate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fast_lock {
	int word;
};
static struct fast_lock lock;

static inline void fast_lock(struct fast_lock *l)
{
	while (__atomic_exchange_n(&l->word, 1, __ATOMIC_ACQUIRE))
		;
	KMEMU_SPIN_LOCKED(l);
}

static inline void fast_unlock(struct fast_lock *l)
{
	KMEMU_SPIN_UNLOCKED(l);
	__atomic_store_n(&l->word, 0, __ATOMIC_RELEASE);
}

static void *volatile p;

static void allocate(void)
{
	p = malloc(100);
	free(p);
}

#define IN(name, enter, leave)            \
	do {                              \
		if (!strcmp(what, name)) { \
			enter;            \
			allocate();       \
			leave;            \
		}                         \
	} while (0)

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "none";

	IN("lock", fast_lock(&lock), fast_unlock(&lock));
	IN("atomic", KMEMU_ATOMIC_ENTER(&lock), KMEMU_ATOMIC_EXIT(&lock));
	IN("hardirq", KMEMU_HARDIRQ_ENTER(), KMEMU_HARDIRQ_EXIT());
	IN("softirq", KMEMU_SOFTIRQ_ENTER(), KMEMU_SOFTIRQ_EXIT());
	IN("non-block", KMEMU_NON_BLOCK_ENTER(), KMEMU_NON_BLOCK_EXIT());
	IN("ignored", fast_lock(&lock); KMEMU_IGNORE_ENTER(), KMEMU_IGNORE_EXIT();
	   fast_unlock(&lock));
	IN("after", fast_lock(&lock); fast_unlock(&lock), (void)0);
	IN("odd", KMEMU_HARDIRQ_EXIT(), KMEMU_IGNORE_EXIT());
	IN("left", (void)0, KMEMU_ATOMIC_ENTER(&lock));
	puts("went on");
	return 0;
}
