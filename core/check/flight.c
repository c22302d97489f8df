/*
 * flight.c - memory that a device still uses (kernel: kernel/dma/debug.c's table of
 * active mappings, active_cacheline_insert).
 *
 * A request of aio, libaio or liburing is in flight from its submission until its
 * completion is seen. Freed or moved meanwhile, its memory may be somebody else's when
 * the device writes: in-flight. Two that share a cache line while one is
 * written by the device spoil each other where caches are not coherent:
 * contig-cacheline.
 *
 * The end of a request is a call for aio_return, io_getevents and io_destroy. A
 * program may also see it without a call: aio_error, the ring of completions of
 * io_uring or of libaio. So a flight that would be a finding is looked up there
 * first, and what has completed is none.
 *
 *	aio		the control block's error is not EINPROGRESS any more
 *	libaio		an event of its iocb lies between the ring's tail at submission
 *			and now; or as many requests came since as the ring has places
 *	liburing	as many completions of its user_data as requests had it and had not
 *			ended, or came since; one that another follows (zero copy, multishot)
 *			is none; or a completion that the buffer was chosen for; or its group
 *			is gone. In a chain
 *			with IOSQE_CQE_SKIP_SUCCESS the completion of the next that has one,
 *			or of the one that failed: async.c
 *
 * Frees are seen by core/mm/armed.h, where the watch is put at the first request: a
 * program that makes none pays nothing.
 *
 * Invariants: a slot's state is FREE, taken by compare-and-swap, then LIVE when
 * its fields are there; only who makes LIVE to FREE counts it down.
 *
 * Locks: none. Memory: 256 flights; more are forgotten. Cost: while something is
 * in flight a free looks through the slots.
 */
#include <aio.h>
#include <errno.h>

#include "core/check/buffers.h"
#include "core/check/rings.h"
#include "core/mm/armed.h"
#include "core/mm/phys.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

#define NR_FLIGHTS 256u
#define LINE_BYTES 64ul /* kernel: L1_CACHE_BYTES */

enum { FREE, TAKEN, LIVE };

static struct flight flights[NR_FLIGHTS];
static u32 nr_live, slots_used; /* slots_used: never less again */
static u32 submissions, swept; /* swept: submissions when the table was last cleared */

/* What is known of a user_data: requests that have not ended, as of its ring's tail. */
#define NR_NAMES 64u
static struct ring_name {
	const void *ring;
	u64 user_data;
	u32 tail, nr; /* nr 0: free */
} ring_names[NR_NAMES];
static u32 next_name;

static struct ring_name *name_of(const void *ring, u64 user_data)
{
	for (u32 i = 0; i < NR_NAMES; i++)
		if (ring_names[i].nr && ring_names[i].ring == ring &&
		    ring_names[i].user_data == user_data)
			return &ring_names[i];
	return NULL;
}

static void forget_names(const void *ring)
{
	for (u32 i = 0; i < NR_NAMES; i++)
		if (!ring || ring_names[i].ring == ring)
			ring_names[i].nr = 0;
}

/* --- begin and end ----------------------------------------------------------- */

static struct flight *take_slot(void)
{
	for (u32 i = 0; i < NR_FLIGHTS; i++) {
		u32 state = FREE;

		if (!__atomic_compare_exchange_n(&flights[i].state, &state, TAKEN, false,
						 __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			continue;
		for (u32 used = READ_ONCE(slots_used); used <= i;)
			__atomic_compare_exchange_n(&slots_used, &used, i + 1, false,
						    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
		return &flights[i];
	}
	return NULL;
}

static void end_slot(struct flight *f)
{
	u32 state = LIVE;

	if (__atomic_compare_exchange_n(&f->state, &state, FREE, false, __ATOMIC_RELEASE,
					__ATOMIC_RELAXED))
		__atomic_fetch_sub(&nr_live, 1, __ATOMIC_RELAXED);
}

static bool is_live(const struct flight *f)
{
	return __atomic_load_n(&f->state, __ATOMIC_ACQUIRE) == LIVE;
}

void flight_end(enum flight_by by, const void *owner, u64 name)
{
	for (u32 i = 0; READ_ONCE(nr_live) && i < READ_ONCE(slots_used); i++) {
		struct flight *f = &flights[i];

		if (is_live(f) && f->by == by && (name ? f->name == name : f->owner == owner))
			end_slot(f);
	}
	if (by == FLIGHT_RING && !name)
		forget_names(owner);
}

void flight_end_group(const void *ring, u16 group)
{
	for (u32 i = 0; READ_ONCE(nr_live) && i < READ_ONCE(slots_used); i++) {
		struct flight *f = &flights[i];

		if (is_live(f) && f->by == FLIGHT_RING && f->owner == ring && f->end.buffer &&
		    f->end.group == group)
			end_slot(f);
	}
}

void flight_fork_child(void)
{
	for (u32 i = 0; i < READ_ONCE(slots_used); i++)
		flights[i].state = FREE;
	nr_live = 0;
	forget_names(NULL);
}

/* --- has it ended by itself? ----------------------------------------------------- */

static bool aio_is_over(const struct flight *f)
{
	struct aiocb cb;

	return !os_read_safe(&cb, (const void *)f->name, sizeof(cb)) ||
	       __atomic_load_n(&cb.__error_code, __ATOMIC_RELAXED) != EINPROGRESS;
}

static bool is_over(const struct flight *f)
{
	u32 since = READ_ONCE(submissions) - f->age;

	switch (f->by) {
	case FLIGHT_AIO:
		return aio_is_over(f);
	case FLIGHT_LIBAIO:
		return libaio_completed(f->owner, f->name, f->tail, since);
	default:
		return ring_completed(f->owner, &f->end, f->tail);
	}
}

/* A live one; what has ended is cleared away. */
static bool is_flying(struct flight *f)
{
	if (!is_live(f))
		return false;
	if (!is_over(f))
		return true;
	end_slot(f);
	return false;
}

/* Those that ended and were never looked at. Now and then: all may be in flight. */
static bool sweep(void)
{
	u32 now = READ_ONCE(submissions);

	if (now - READ_ONCE(swept) < NR_FLIGHTS)
		return false;
	WRITE_ONCE(swept, now);
	for (u32 i = 0; i < READ_ONCE(slots_used); i++)
		is_flying(&flights[i]);
	return true;
}

void flight_begin(const struct flight *f)
{
	struct flight *slot;

	u32 age = __atomic_fetch_add(&submissions, 1, __ATOMIC_RELAXED);

	flight_watch_frees();
	slot = take_slot();
	if (!slot && sweep())
		slot = take_slot();
	if (!slot)
		return;
	slot->by = f->by;
	slot->way = f->way;
	slot->call = f->call;
	slot->at = f->at;
	slot->bytes = f->bytes;
	slot->owner = f->owner;
	slot->name = f->name;
	slot->tail = f->tail;
	slot->end = f->end;
	slot->stack = f->stack;
	slot->age = age;
	__atomic_fetch_add(&nr_live, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->state, LIVE, __ATOMIC_RELEASE);
}

/* --- requests by user_data ------------------------------------------------------------ */

/* A program makes one submission to a ring at a time; of two rings' one may be forgotten. */
u32 flight_count_ring(const void *ring, u64 user_data, u32 tail)
{
	struct ring_name *n = name_of(ring, user_data);
	int ended = n ? ring_count_ends(ring, user_data, n->tail) : -1;
	u32 left = ended >= 0 ? n->nr - min(n->nr, (u32)ended) : 0;

	if (!n)
		n = &ring_names[__atomic_fetch_add(&next_name, 1, __ATOMIC_RELAXED) % NR_NAMES];
	*n = (struct ring_name){ ring, user_data, tail, left + 1 };
	for (u32 i = 0; READ_ONCE(nr_live) && i < READ_ONCE(slots_used); i++)
		if (is_live(&flights[i]) && flights[i].by == FLIGHT_RING &&
		    flights[i].owner == ring && flights[i].end.user_data == user_data)
			__atomic_fetch_add(&flights[i].end.expected, 1, __ATOMIC_RELAXED);
	return left + 1;
}

/* --- cache lines -------------------------------------------------------------------- */

static unsigned long line_of(const void *p)
{
	return (unsigned long)p / LINE_BYTES;
}

static bool share_line(const void *a, size_t a_bytes, const void *b, size_t b_bytes)
{
	return line_of(a) <= line_of((const char *)b + b_bytes - 1) &&
	       line_of(b) <= line_of((const char *)a + a_bytes - 1);
}

static const void *object_of(const void *p)
{
	struct phys_buffer b;

	phys_lookup(p, &b);
	return b.object ? b.object : p;
}

bool flight_shares_line(const void *at, size_t bytes, u8 way, struct flight *other)
{
	for (u32 i = 0; READ_ONCE(nr_live) && i < READ_ONCE(slots_used); i++) {
		struct flight *f = &flights[i];

		if (!is_live(f) || !((way | f->way) & WAY_IN) ||
		    !share_line(at, bytes, f->at, f->bytes) || object_of(at) == object_of(f->at))
			continue;
		if (!is_flying(f))
			continue;
		*other = *f;
		return true;
	}
	return false;
}

/* --- frees ------------------------------------------------------------------------------ */

static const char *mend_of(const struct flight *f)
{
	static const char *const mends[] = {
		[FLIGHT_AIO] = "aio_suspend() for the request's end before",
		[FLIGHT_LIBAIO] = "io_getevents() for the request's end before",
		[FLIGHT_RING] = "io_uring_wait_cqe() for the request's end before",
	};

	return mends[f->by];
}

/* func: NULL, it is freed. */
static void tell(const struct flight *f, const struct phys_buffer *b, const void *p,
		 const char *func, const void *caller)
{
	struct buffer_part part = { .call = func ? func : "kfree", .caller = caller, .fd = -1,
				    .way = f->way, .at = p, .bytes = b->object_size, .of = 1 };
	struct report_io io;
	struct report r;

	buffer_facts(&part, b, &r, &io);
	r.kind = REPORT_IN_FLIGHT;
	io.resized = func;
	io.mend = mend_of(f);
	io.other = f->at;
	io.other_bytes = f->bytes;
	io.other_call = f->call;
	io.other_stack = f->stack;
	report_submit(&r);
}

/* What lies in the first `kept` bytes of the object stays right. */
static void look_at_free(const void *p, size_t kept, const char *func, const void *caller)
{
	struct phys_buffer b;

	phys_lookup(p, &b);
	if (b.object != p)
		return;
	for (u32 i = 0; i < READ_ONCE(slots_used); i++) {
		struct flight *f = &flights[i];
		size_t offset = (size_t)((const char *)f->at - (const char *)p);

		if (!is_live(f) || offset >= b.object_size || offset + f->bytes <= kept ||
		    !is_flying(f))
			continue;
		tell(f, &b, p, func, caller);
		end_slot(f);
	}
}

static const struct armed_watch *before;

static void watch_alloc(const void *p, size_t size, enum alloc_how how, const void *caller)
{
	usercopy_note(p, size);
	if (before)
		before->alloc(p, size, how, caller);
	else if (alloc_tags_on)
		alloc_tag_set(p, caller);
}

static u64 watch_freeing(const void *p, size_t kept, const char *func, const void *caller)
{
	if (unlikely(READ_ONCE(nr_live)))
		look_at_free(p, kept, func, caller);
	usercopy_forget(p);
	return before ? before->freeing(p, kept, func, caller) : 0;
}

static void watch_free(u64 block)
{
	if (before)
		before->free(block);
}

static const struct armed_watch watch = { .alloc = watch_alloc, .freeing = watch_freeing,
					  .free = watch_free };

/* Two threads may come at once: the second finds it done. */
void flight_watch_frees(void)
{
	const struct armed_watch *was = READ_ONCE(armed_watch);

	if (was == &watch)
		return;
	before = was;
	__atomic_compare_exchange_n(&armed_watch, &was, &watch, false, __ATOMIC_RELEASE,
				    __ATOMIC_RELAXED);
	armed_refresh();
}
