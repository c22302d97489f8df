// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Rate limits as kernel code sets them: the interval is in jiffies, 0 of it is no limit, and
 * the members have the kernel's names; so do those of a completion and a semaphore.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/semaphore.h>

#include <stdio.h>

#define CHECK(x)                                                      \
	do {                                                          \
		if (!(x)) {                                           \
			fprintf(stderr, "%d: %s\n", __LINE__, #x);    \
			failed = 1;                                   \
		}                                                     \
	} while (0)

static DEFINE_RATELIMIT_STATE(limit, 5000 * HZ, 2);
static int failed;

static int try(struct ratelimit_state *rs)
{
	return ___ratelimit(rs, "try");
}

int main(void)
{
	DECLARE_COMPLETION_ONSTACK(done);
	DEFINE_SEMAPHORE(sem, 3);
	struct ratelimit_state none;

	CHECK(limit.interval == 5000 * HZ && limit.burst == 2);
	CHECK(try(&limit) && try(&limit) && !try(&limit));
	CHECK(limit.missed == 1 && limit.printed == 2 && limit.begin);
	/* HZ jiffies are a second, not HZ ms: most of the interval is over, not all. */
	limit.begin = jiffies - 4500 * HZ;
	CHECK(!try(&limit) && limit.missed == 2);
	ratelimit_set_flags(&limit, RATELIMIT_MSG_ON_RELEASE);
	limit.begin = jiffies - 5001 * HZ;
	CHECK(try(&limit) && limit.missed == 2 && limit.printed == 1);
	limit.missed = 0;
	ratelimit_state_exit(&limit);

	ratelimit_state_init(&none, 0, 1);
	CHECK(try(&none) && try(&none) && try(&none) && !none.missed);
	ratelimit_default_init(&none);
	CHECK(none.interval == DEFAULT_RATELIMIT_INTERVAL && none.burst == 10);
	CHECK(DEFAULT_RATELIMIT_INTERVAL == 5 * HZ);

	CHECK(!done.done);
	complete(&done);
	CHECK(done.done == 1);
	down(&sem);
	CHECK(sem.count == 2);
	return failed;
}
