// flags: -Iinclude -l:libkmemu.a -pthread
/* jiffies is a variable that goes by itself: while code waits for it, in callbacks, in a child. */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <sys/wait.h>

#include "check.h"

#define TIMERS 50

struct sample {
	unsigned long jiffies;
	struct timer_list timer;
	struct completion done;
	bool early;
};

static unsigned long later(unsigned long jiffies)
{
	return jiffies + 2;
}

static void names(void)
{
	struct sample s = { .jiffies = later(5) };
	const volatile void *there = &jiffies;

	CHECK(s.jiffies == 7 && there == &jiffies_64);
	{
		unsigned long jiffies = s.jiffies;

		CHECK(jiffies == 7);
	}
	CHECK(jiffies >= INITIAL_JIFFIES && jiffies - INITIAL_JIFFIES < 100 * HZ);
}

static void busy(void)
{
	unsigned long end = jiffies + 3;

	while (time_before(jiffies, end))
		cpu_relax();
	CHECK(get_jiffies_64() >= end);
	end = jiffies + 3;
	while (time_before(jiffies, end))
		;
	CHECK(jiffies_64 >= end);
}

/* To seconds that are not over yet. */
static void rounded(void)
{
	unsigned long second = (jiffies / HZ + 100) * HZ;
	unsigned long j;

	CHECK(round_jiffies(second + HZ / 4 - 1) == second);
	CHECK(round_jiffies(second + HZ / 4) == second + HZ);
	CHECK(round_jiffies_up(second + 1) == second + HZ);
	CHECK(round_jiffies_up(second) == second + HZ);
	for (j = 1; j < 2 * HZ; j++)
		CHECK((long)round_jiffies_relative(j) > 0 && round_jiffies_relative(j) <= j + HZ);
}

static void fired(struct timer_list *t)
{
	struct sample *s = from_timer(s, t, timer);

	s->early = time_before(jiffies, t->expires);
	s->jiffies = jiffies;
	complete(&s->done);
}

static void timers(void)
{
	static struct sample s;
	int i;

	timer_setup(&s.timer, fired, 0);
	for (i = 0; i < TIMERS; i++) {
		init_completion(&s.done);
		mod_timer(&s.timer, jiffies + 1);
		wait_for_completion(&s.done);
		CHECK(!s.early && time_after_eq(jiffies, s.jiffies));
	}
	del_timer_sync(&s.timer);
}

/* At least what has gone by for sure. */
static void sleeps(void)
{
	static DECLARE_WAIT_QUEUE_HEAD(queue);
	static DECLARE_COMPLETION(never);
	int i;

	for (i = 0; i < 10; i++) {
		unsigned long begin = jiffies;

		msleep(10);
		CHECK(time_after_eq(jiffies, begin + 2));
		begin = jiffies;
		usleep_range(8000, 8000);
		CHECK(time_after_eq(jiffies, begin + 2));
		begin = jiffies;
		mdelay(8);
		CHECK(time_after_eq(jiffies, begin + 2));
		begin = jiffies;
		CHECK(!schedule_timeout_uninterruptible(2));
		CHECK(time_after_eq(jiffies, begin + 2));
		begin = jiffies;
		CHECK(!wait_event_timeout(queue, false, 2));
		CHECK(time_after_eq(jiffies, begin + 2));
		begin = jiffies;
		CHECK(!wait_for_completion_timeout(&never, 2));
		CHECK(time_after_eq(jiffies, begin + 2));
	}
}

static void in_child(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		unsigned long begin = jiffies;

		busy();
		msleep(10);
		_exit(time_before(jiffies, begin + 8));
	}
	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && !status);
	busy();
}

int main(void)
{
	names();
	busy();
	rounded();
	timers();
	sleeps();
	in_child();
	return 0;
}
