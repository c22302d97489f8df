// SPDX-License-Identifier: MIT
/*
 * Shows that the per-CPU stacks of both ways, sequences and guarded slots, are
 * stacks within their limits; that no pointer is lost or comes twice whatever
 * threads, migrations, signals, stops and vforks do meanwhile.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sched.h>
#include <sys/time.h>

#define CLS 200U /* any class: there is no heap in these tests */
#define OTHER 201U
#define OBJECTS 256
#define WORDS 32

static const struct percpu_stack st = { 1000, 1000 + WORDS };
static const struct percpu_stack st_other = { 1001 + WORDS, 1005 + WORDS };

/* owner[i] != 0: somebody has the pointer &objs[i] in hand. */
static char objs[OBJECTS];
static u32 owner[OBJECTS];

static void pin(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* As the heap does it: a hit of either way, else the slow path. */
static void *pop(unsigned int cls)
{
	void *p = percpu_pop(cls);

	if (!p)
		p = percpu_pop_guarded(cls);
	return p || percpu_bytes ? p : percpu_pop_slow(cls);
}

static bool push(unsigned int cls, const struct percpu_stack *s, void *p)
{
	if (percpu_push(cls, p) || percpu_push_guarded(cls, p))
		return true;
	return percpu_fill(cls, s, &p, 1) == 1;
}

/* Each test runs on both ways, in a child each. */
static bool guarded;
static void (*way_body)(void);

static void way_main(void)
{
	pin(0);
	percpu_init(guarded);
	if (guarded)
		OK(!percpu_uses_rseq());
	way_body();
}

static void both_ways(void (*body)(void))
{
	way_body = body;
	for (int i = 0; i < 2; i++) {
		guarded = i;
		in_child(way_main);
	}
}

#define BOTH_WAYS(name)                \
	static void name##_body(void); \
	static void name(void)         \
	{                              \
		both_ways(name##_body); \
	}                              \
	static void name##_body(void)

/* --- one thread on one CPU: exactly a stack --- */

BOTH_WAYS(a_class_that_is_not_set_up_misses)
{
	OK(!percpu_pop(CLS));
	OK(!percpu_pop_slow(CLS));
	OK(!percpu_push(CLS, objs));
	OK(!percpu_push_guarded(CLS, objs));
	UNIT_EQ(percpu_take(CLS, (void *[1]){ NULL }, 1), 0);
	UNIT_EQ(percpu_count(CLS), 0);
	OK(!percpu_holds(CLS, objs));
}

BOTH_WAYS(last_in_first_out_up_to_the_limit)
{
	for (int i = 0; i < WORDS; i++)
		OK(push(CLS, &st, &objs[i]));
	OK(!push(CLS, &st, &objs[WORDS]));
	OK(!percpu_push(CLS, &objs[WORDS]));
	OK(!percpu_push_guarded(CLS, &objs[WORDS]));
	OK(!guarded || !percpu_push_slow(CLS, &st, &objs[WORDS]));
	UNIT_EQ(percpu_count(CLS), WORDS);
	for (int i = WORDS - 1; i >= 0; i--)
		OK(pop(CLS) == &objs[i]);
	OK(!pop(CLS));
	OK(!pop(CLS));
	UNIT_EQ(percpu_count(CLS), 0);
}

BOTH_WAYS(fill_and_take_move_what_fits)
{
	void *ptrs[64], *got[64];

	for (int i = 0; i < 64; i++)
		ptrs[i] = &objs[i];
	UNIT_EQ(percpu_fill(CLS, &st, ptrs, 0), 0);
	UNIT_EQ(percpu_fill(CLS, &st, ptrs, 20), 20);
	UNIT_EQ(percpu_fill(CLS, &st, ptrs + 20, 40), 12);
	UNIT_EQ(percpu_fill(CLS, &st, ptrs + 32, 1), 0);
	UNIT_EQ(percpu_take(CLS, got, 0), 0);
	UNIT_EQ(percpu_take(CLS, got, 10), 10);
	for (int i = 0; i < 10; i++)
		OK(got[i] == &objs[31 - i]);
	UNIT_EQ(percpu_take(CLS, got, 64), 22);
	OK(got[21] == &objs[0]);
	UNIT_EQ(percpu_take(CLS, got, 64), 0);
}

BOTH_WAYS(a_lower_limit_only_stops_pushes)
{
	const struct percpu_stack low = { st.base, (u16)(st.base + 4) };
	void *ptrs[16];

	for (int i = 0; i < 16; i++)
		ptrs[i] = &objs[i];
	UNIT_EQ(percpu_fill(CLS, &st, ptrs, 16), 16);
	UNIT_EQ(percpu_fill(CLS, &low, ptrs, 1), 0);
	OK(!percpu_push(CLS, &objs[20]));
	OK(!percpu_push_guarded(CLS, &objs[20]));
	for (int i = 15; i >= 0; i--)
		OK(pop(CLS) == &objs[i]);
	OK(!pop(CLS));
	UNIT_EQ(percpu_fill(CLS, &low, ptrs, 16), 4);
	UNIT_EQ(percpu_fill(CLS, &st, ptrs + 4, 1), 1); /* and up again */
}

BOTH_WAYS(classes_do_not_touch_each_other)
{
	for (int i = 0; i < WORDS; i++)
		OK(push(CLS, &st, &objs[i]));
	for (int i = 0; i < 4; i++)
		OK(push(OTHER, &st_other, &objs[100 + i]));
	OK(!push(OTHER, &st_other, &objs[104]));
	OK(percpu_holds(CLS, &objs[0]));
	OK(percpu_holds(CLS, &objs[WORDS - 1]));
	OK(!percpu_holds(OTHER, &objs[31]));
	OK(percpu_holds(OTHER, &objs[103]));
	OK(!percpu_holds(OTHER, &objs[104]));
	for (int i = 3; i >= 0; i--)
		OK(pop(OTHER) == &objs[100 + i]);
	OK(!pop(OTHER));
	for (int i = WORDS - 1; i >= 0; i--)
		OK(pop(CLS) == &objs[i]);
}

struct model {
	u64 rng;
	unsigned int nr;
	void *at[WORDS];
};

static bool model_fill(struct model *m, unsigned int n)
{
	unsigned int limit = 1 + (unsigned int)(rnd(&m->rng) % WORDS);
	unsigned int want = m->nr < limit ? min(n, limit - m->nr) : 0;
	struct percpu_stack s = { st.base, (u16)(st.base + limit) };
	void *ptrs[40];
	bool right;

	for (unsigned int i = 0; i < n; i++)
		ptrs[i] = &objs[rnd(&m->rng) % OBJECTS];
	memcpy(m->at + m->nr, ptrs, want * sizeof(void *));
	m->nr += want;
	right = percpu_fill(CLS, &s, ptrs, n) == want;
	percpu_fill(CLS, &st, ptrs, 0); /* the highest limit again */
	return right;
}

static bool model_take(struct model *m, unsigned int n)
{
	unsigned int want = min(n, m->nr);
	void *ptrs[40];

	if (percpu_take(CLS, ptrs, n) != want)
		return false;
	for (unsigned int i = 0; i < want; i++)
		if (ptrs[i] != m->at[--m->nr])
			return false;
	return true;
}

static bool model_step(struct model *m)
{
	unsigned int n = (unsigned int)(rnd(&m->rng) % 40);
	void *p = &objs[rnd(&m->rng) % OBJECTS];

	switch (rnd(&m->rng) % 8) {
	case 0:
		return model_fill(m, n);
	case 1:
		return model_take(m, n);
	case 2 ... 4:
		return pop(CLS) == (m->nr ? m->at[--m->nr] : NULL);
	default:
		if (m->nr == WORDS)
			return !push(CLS, &st, p);
		m->at[m->nr++] = p;
		return push(CLS, &st, p);
	}
}

BOTH_WAYS(random_operations_match_an_array)
{
	struct model m = { .rng = unit_seed() * 2 + 1 };
	int i;

	for (i = 0; i < 200000; i++)
		if (!model_step(&m) || (i % 1000 == 0 && percpu_count(CLS) != m.nr))
			break;
	UNIT_EQ(i, 200000);
}

/* --- stopping --- */

static void count_one(void *ctx, void *p)
{
	u32 *n = ctx;

	OK((char *)p >= objs && (char *)p < objs + OBJECTS);
	(*n)++;
}

BOTH_WAYS(while_stopped_all_miss_and_drain_empties)
{
	u32 n = 0;

	for (int i = 0; i < 10; i++)
		OK(push(CLS, &st, &objs[i]));
	OK(percpu_stop());
	OK(!percpu_stop()); /* this thread is inside already */
	UNIT_EQ(percpu_bytes, 0);
	OK(!percpu_pop(CLS));
	OK(!percpu_push(CLS, &objs[10]));
	OK(!percpu_pop_guarded(CLS));
	OK(!percpu_push_guarded(CLS, &objs[10]));
	OK(!percpu_pop_slow(CLS));
	OK(!percpu_push_slow(CLS, &st, &objs[10]));
	UNIT_EQ(percpu_count(CLS), 10);
	percpu_drain(CLS, count_one, &n);
	UNIT_EQ(n, 10);
	UNIT_EQ(percpu_count(CLS), 0);
	percpu_start();
	OK(!pop(CLS));
	OK(push(CLS, &st, &objs[0]));
	OK(pop(CLS) == &objs[0]);
}

BOTH_WAYS(reset_looks_never_set_up)
{
	u32 n = 0;

	OK(push(CLS, &st, &objs[0]));
	OK(percpu_stop());
	percpu_drain(CLS, count_one, &n);
	percpu_reset(CLS);
	percpu_start();
	OK(!percpu_push(CLS, &objs[0]));
	OK(!percpu_push_guarded(CLS, &objs[0]));
	OK(!pop(CLS));
	OK(push(CLS, &st, &objs[0]));
	OK(pop(CLS) == &objs[0]);
	OK(!pop(CLS));
}

static void refused_body(void)
{
	percpu_init(false);
	if (!percpu_uses_rseq())
		return;
	os_fail_nth = 1;
	OK(!percpu_stop());
	OK(percpu_bytes != 0);
	OK(percpu_stop()); /* nothing was left locked */
	percpu_start();
}

static void a_refused_fence_stops_nothing(void)
{
	in_child(refused_body);
}

static void no_fence_body(void)
{
	os_fail_nth = 1; /* registering for the fence */
	percpu_init(false);
	OK(!percpu_uses_rseq() || os_fail_nth > 0);
	OK(push(CLS, &st, &objs[0]));
	OK(pop(CLS) == &objs[0]);
}

static void without_the_fence_the_guarded_way_serves(void)
{
	in_child(no_fence_body);
}

static void no_memory_body(void)
{
	percpu_init(true);
	os_nr_cpus(); /* asked for once */
	os_fail_nth = 1; /* no guarded slots to be had */
	OK(!push(CLS, &st, &objs[0]));
	OK(push(CLS, &st, &objs[0])); /* later they are */
	OK(pop(CLS) == &objs[0]);
}

static void without_memory_all_miss(void)
{
	in_child(no_memory_body);
}

/* --- before percpu_init, another thread's slot --- */

static void early_body(void)
{
	OK(!percpu_pop(CLS));
	OK(!percpu_push(CLS, objs));
	OK(push(CLS, &st, &objs[0])); /* the guarded way works at once */
	OK(pop(CLS) == &objs[0]);
}

static void before_init_sequences_miss(void)
{
	in_child(early_body);
}

/* --- nothing is lost: threads --- */

struct worker {
	pthread_t thread;
	u64 rng;
	unsigned long errors, ops;
	int held;
	bool migrate;
	void *hand[64];
};

static u32 workers_stop;

static void take_in_hand(struct worker *w, void *p)
{
	w->errors += __atomic_exchange_n(&owner[(char *)p - objs], 1, __ATOMIC_ACQUIRE);
	w->hand[w->held++] = p;
}

static void *out_of_hand(struct worker *w)
{
	void *p = w->hand[--w->held];

	__atomic_store_n(&owner[(char *)p - objs], 0, __ATOMIC_RELEASE);
	return p;
}

static void put_one(struct worker *w)
{
	void *p = out_of_hand(w);

	if (!push(CLS, &st, p))
		take_in_hand(w, p);
}

static void take_some(struct worker *w)
{
	void *ptrs[16];
	unsigned int i, n = percpu_take(CLS, ptrs, min(16, 64 - w->held));

	for (i = 0; i < n; i++)
		take_in_hand(w, ptrs[i]);
}

static void put_some(struct worker *w)
{
	unsigned int i, n = (unsigned int)min(w->held, 16), done;
	void *ptrs[16];

	for (i = 0; i < n; i++)
		ptrs[i] = out_of_hand(w);
	done = percpu_fill(CLS, &st, ptrs, n);
	for (i = done; i < n; i++)
		take_in_hand(w, ptrs[i]);
}

static void worker_step(struct worker *w)
{
	u64 r = rnd(&w->rng);
	void *p;

	if (w->migrate && r % 64 == 0)
		pin((unsigned int)(r >> 8) % os_nr_cpus());
	if (r % 8 == 1) {
		take_some(w);
	} else if (r % 8 == 2) {
		put_some(w);
	} else if (w->held && r & 8) {
		put_one(w);
	} else if (w->held < 64) {
		p = pop(CLS);
		if (p)
			take_in_hand(w, p);
	}
	__atomic_store_n(&w->ops, w->ops + 1, __ATOMIC_RELAXED);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	while (!__atomic_load_n(&workers_stop, __ATOMIC_RELAXED))
		worker_step(w);
	while (w->held)
		put_one(w);
	return NULL;
}

/* Once at the end, with all slots: each pointer exactly once. */
static void note_object(void *ctx, void *p)
{
	u32 *seen = ctx;

	seen[(char *)p - objs]++;
}

static void expect_all_objects(int nr)
{
	u32 seen[OBJECTS] = { 0 };
	int missing = 0, twice = 0;

	OK(percpu_stop());
	percpu_drain(CLS, note_object, seen);
	percpu_start();
	for (int i = 0; i < nr; i++) {
		missing += !seen[i];
		twice += seen[i] > 1;
	}
	UNIT_EQ(missing, 0);
	UNIT_EQ(twice, 0);
}

#define WORKERS 4

static struct worker workers[WORKERS];

/* Few enough that those of all workers fit into one slot at the end. */
#define SHARED 24

static void workers_start(bool migrate)
{
	cpu_set_t all;

	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
	for (int i = 0; i < WORKERS; i++) {
		struct worker *w = &workers[i];

		*w = (struct worker){ .rng = (unit_seed() + (u64)i) * 2 + 1, .migrate = migrate };
		for (int j = 0; j < SHARED / WORKERS; j++)
			take_in_hand(w, &objs[i * (SHARED / WORKERS) + j]);
	}
	for (int i = 0; i < WORKERS; i++)
		pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]);
}

/* A busy machine may have let a worker wait so far: each has its turn. */
static void await_steps(const struct worker *w)
{
	while (__atomic_load_n(&w->ops, __ATOMIC_RELAXED) <= 100)
		usleep(1000);
}

static void workers_join(void)
{
	for (int i = 0; i < WORKERS; i++)
		await_steps(&workers[i]);
	__atomic_store_n(&workers_stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < WORKERS; i++) {
		pthread_join(workers[i].thread, NULL);
		UNIT_EQ(workers[i].errors, 0);
	}
}

BOTH_WAYS(threads_that_migrate_lose_nothing)
{
	workers_start(true);
	usleep((unsigned int)property_ms(6) * 1000);
	workers_join();
	expect_all_objects(SHARED);
}

/* Back into a slot, one by one: a stop must not make them vanish. */
static void put_back(void **drained, int n)
{
	while (n) {
		if (push(CLS, &st, drained[n - 1]))
			n--;
		else
			sched_yield();
	}
}

struct drained {
	void *p[OBJECTS];
	int n;
};

static void drain_to(void *ctx, void *p)
{
	struct drained *d = ctx;

	d->p[d->n++] = p;
}

BOTH_WAYS(stopping_under_load_loses_nothing)
{
	u64 end = os_monotonic_ms() + property_ms(6);
	unsigned long stops = 0, first, second;
	struct drained d;

	workers_start(false);
	while (os_monotonic_ms() < end || stops < 4) {
		d.n = 0;
		OK(percpu_stop());
		first = percpu_count(CLS);
		for (int i = 0; i < 2000; i++)
			cpu_relax();
		second = percpu_count(CLS);
		if (first != second)
			UNIT_EQ(second, first); /* somebody was still inside */
		if (++stops % 2)
			percpu_drain(CLS, drain_to, &d);
		percpu_start();
		put_back(d.p, d.n);
	}
	workers_join();
	expect_all_objects(SHARED);
}

/* --- vfork --- */

BOTH_WAYS(vfork_parks_the_sequences)
{
	u32 nr = percpu_bytes;

	OK(push(CLS, &st, &objs[0]));
	percpu_vfork_enter();
	UNIT_EQ(percpu_bytes, 0);
	OK(!percpu_pop(CLS));
	OK(!percpu_push(CLS, &objs[1]));
	OK(push(CLS, &st, &objs[1])); /* the guarded way */
	percpu_vfork_enter(); /* two threads at once */
	percpu_vfork_leave();
	UNIT_EQ(percpu_bytes, 0);
	OK(percpu_stop());
	percpu_start();
	UNIT_EQ(percpu_bytes, 0); /* a stop within does not wake them */
	percpu_vfork_leave();
	UNIT_EQ(percpu_bytes, nr);
	UNIT_EQ(percpu_count(CLS), 2);
	expect_all_objects(2);
}

BOTH_WAYS(vforks_under_load_lose_nothing)
{
	u64 end = os_monotonic_ms() + property_ms(6);

	workers_start(true);
	while (os_monotonic_ms() < end) {
		percpu_vfork_enter();
		sched_yield();
		percpu_vfork_leave();
	}
	workers_join();
	expect_all_objects(SHARED);
}

/* --- signals: handlers on the same slots --- */

static struct worker handler_worker;

static void on_alarm(int sig)
{
	(void)sig;
	for (int i = 0; i < 8; i++)
		worker_step(&handler_worker);
}

BOTH_WAYS(handlers_lose_nothing)
{
	struct itimerval every = { { 0, 150 }, { 0, 150 } }, off = { { 0, 0 }, { 0, 0 } };
	u64 end = os_monotonic_ms() + property_ms(6);
	struct worker w = { .rng = unit_seed() * 2 + 1 };

	handler_worker.rng = unit_seed() * 2 + 3;
	for (int i = 0; i < SHARED; i++)
		take_in_hand(&w, &objs[i]);
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &every, NULL);
	while (os_monotonic_ms() < end)
		for (int i = 0; i < 1000; i++)
			worker_step(&w);
	await_steps(&handler_worker);
	setitimer(ITIMER_REAL, &off, NULL);
	UNIT_EQ(w.errors, 0);
	UNIT_EQ(handler_worker.errors, 0);
	while (w.held)
		put_one(&w);
	while (handler_worker.held)
		put_one(&handler_worker);
	expect_all_objects(SHARED);
}

/* --- fork: the child has what was there, and can go on --- */

static void fork_child_body(void)
{
	percpu_fork_child();
	os_tid_reset();
	UNIT_EQ(percpu_count(CLS), 3);
	OK(push(CLS, &st, &objs[3]));
	expect_all_objects(4);
}

BOTH_WAYS(fork_child_goes_on)
{
	for (int i = 0; i < 3; i++)
		OK(push(CLS, &st, &objs[i]));
	percpu_vfork_enter(); /* another thread's, dead in the child */
	percpu_fork_prepare();
	in_child(fork_child_body);
	percpu_fork_parent();
	percpu_vfork_leave();
	expect_all_objects(3);
}

UNIT_MAIN("percpu",
	  UNIT_TEST(a_class_that_is_not_set_up_misses),
	  UNIT_TEST(last_in_first_out_up_to_the_limit),
	  UNIT_TEST(fill_and_take_move_what_fits),
	  UNIT_TEST(a_lower_limit_only_stops_pushes),
	  UNIT_TEST(classes_do_not_touch_each_other),
	  UNIT_TEST(random_operations_match_an_array),
	  UNIT_TEST(while_stopped_all_miss_and_drain_empties),
	  UNIT_TEST(reset_looks_never_set_up),
	  UNIT_TEST(a_refused_fence_stops_nothing),
	  UNIT_TEST(without_the_fence_the_guarded_way_serves),
	  UNIT_TEST(without_memory_all_miss),
	  UNIT_TEST(before_init_sequences_miss),
	  UNIT_TEST(threads_that_migrate_lose_nothing),
	  UNIT_TEST(stopping_under_load_loses_nothing),
	  UNIT_TEST(vfork_parks_the_sequences),
	  UNIT_TEST(vforks_under_load_lose_nothing),
	  UNIT_TEST(handlers_lose_nothing),
	  UNIT_TEST(fork_child_goes_on));
