/*
 * percpu.c - set-up, the guarded way, and stopping. percpu.h has the layout
 * and the two ways; this file is all but the hit path.
 *
 * Which slot a sequence uses: rseq's mm_cid where the kernel fills it in
 * (os_rseq_has_mm_cid): a compact id per process, so that a process of
 * one thread uses one slot on any machine; else cpu_id. Slots are mapped when
 * an id is first seen (percpu_grow), so a machine of 256 CPUs pays for what it
 * uses.
 *
 * Where rseq is absent or not yet found percpu_bytes is 0 and all sequences miss.
 *
 * Stopping: percpu_bytes = 0, then the membarrier that restarts sequences on
 * every CPU. A process that cannot have that membarrier never uses sequences,
 * so that every slot can always be emptied. Guarded slots are stopped by
 * taking their busy words.
 *
 * State: percpu_bytes == (stopped || vforks ? 0 : mapped) << PERCPU_SLOT_SHIFT,
 * changed under drain_lock (rank LOCK_DRAIN) only.
 *
 * A vfork child shares our memory but is not registered with rseq: its
 * sequences would never be restarted. Hence percpu_vfork_enter/leave. A child
 * killed with a guarded slot in hand takes that slot with it; others remain.
 *
 * Cost: the guarded way is an exchange (about 20 cycles) dearer than a
 * sequence.
 */
#include <errno.h>

#include "core/lib/lock.h"
#include "core/lib/preempt.h"
#include "core/os/os.h"
#include "core/os/percpu.h"

#define GUARDED_MAX  64

u32 percpu_bytes;
static u32 percpu_mapped; /* slots that exist for sequences */
static u32 guarded_nr;	  /* guarded slots that exist */
static u32 vforks, stopped;
static u64 guarded_locked; /* while stopped: guarded slots that we hold */
static kmemu_lock_t drain_lock = KMEMU_LOCK_INIT(LOCK_DRAIN);
static u32 guarded_next;
static bool fork_locked; /* prepare took drain_lock; under it */
__thread struct percpu_slot *percpu_guarded_mine __initial_exec; /* plain C build */

long percpu_rseq_offset = TCB_NO_RSEQ;
long percpu_id_offset = TCB_NO_RSEQ + 24;

static struct percpu_slot *rseq_slot(u32 i)
{
	return (struct percpu_slot *)(PERCPU_BASE + ((u64)i << PERCPU_SLOT_SHIFT));
}

static struct percpu_slot *guarded_slot(u32 i)
{
	return (struct percpu_slot *)(GUARDED_BASE + ((u64)i << PERCPU_SLOT_SHIFT));
}

/* --- set-up --- */

static void update_nr(void)
{
	u32 nr = vforks || stopped ? 0 : percpu_mapped;

	__atomic_store_n(&percpu_bytes, nr << PERCPU_SLOT_SHIFT, __ATOMIC_RELEASE);
}

/* Maps slots up to and including id; false when that cannot be. */
static bool percpu_grow(u32 id)
{
	u32 have;

	if (id >= os_nr_cpus() || !spin_lock(&drain_lock))
		return false;
	have = percpu_mapped;
	if (id >= have &&
	    !os_map(rseq_slot(have), (size_t)(id + 1 - have) << PERCPU_SLOT_SHIFT))
		WRITE_ONCE(percpu_mapped, id + 1);
	have = percpu_mapped;
	update_nr();
	spin_unlock(&drain_lock);
	return id < have;
}

static bool rseq_find(void)
{
	long *offset = os_dlsym_default("__rseq_offset");
	unsigned int *size = os_dlsym_default("__rseq_size");
	long id_offset;
	s64 cpu;

	if (!PERCPU_HAS_SEQUENCES || !offset || !size || !*size)
		return false;
	/* A registered thread has a real CPU here, others -1 or -2. */
	cpu = *(int *)((char *)__builtin_thread_pointer() + *offset + 4);
	if (cpu < 0 || os_rseq_fence_init() || os_rseq_fence())
		return false;
	id_offset = *offset + (os_rseq_has_mm_cid() ? 24 : 4);
	/* A sequence reads these two bytes with the id, and wants them 0. */
	if (*(u16 *)((char *)__builtin_thread_pointer() + id_offset - 2))
		return false;
	percpu_id_offset = id_offset;
	__atomic_store_n(&percpu_rseq_offset, *offset, __ATOMIC_RELEASE);
	return true;
}

void percpu_init(bool guarded)
{
	if (guarded || !rseq_find())
		return;
	percpu_grow(percpu_this_slot());
}

bool percpu_uses_rseq(void)
{
	return READ_ONCE(percpu_mapped) != 0;
}

/* True when a sequence may work now; maps this CPU's slot if it must. */
static bool rseq_ready(void)
{
	u32 nr = __atomic_load_n(&percpu_bytes, __ATOMIC_RELAXED) >> PERCPU_SLOT_SHIFT;
	u32 id;

	if (!nr)
		return false;
	id = percpu_this_slot();
	return id < nr || percpu_grow(id);
}

/* --- the guarded way --- */

static bool guarded_map(void)
{
	u32 n = min(os_nr_cpus() * 4, (u32)GUARDED_MAX);
	bool ok;

	if (!spin_lock(&drain_lock))
		return guarded_nr != 0;
	ok = guarded_nr || !os_map(guarded_slot(0), (size_t)n << PERCPU_SLOT_SHIFT);
	if (ok && !guarded_nr)
		__atomic_store_n(&guarded_nr, n, __ATOMIC_RELEASE);
	spin_unlock(&drain_lock);
	return ok;
}

static u32 guarded_index(const struct percpu_slot *slot)
{
	return (u32)(((u64)slot - GUARDED_BASE) >> PERCPU_SLOT_SHIFT);
}

u32 percpu_slot_id(void)
{
	struct percpu_slot *mine = guarded_mine();

	if (READ_ONCE(percpu_bytes))
		return percpu_this_slot();
	return mine ? guarded_index(mine) : 0;
}

/* A thread that has no slot yet, or whose slot is taken: looks for another. */
static __noinline struct percpu_slot *guarded_find(void)
{
	struct percpu_slot *mine = guarded_mine();
	u32 i, first, nr = __atomic_load_n(&guarded_nr, __ATOMIC_ACQUIRE);

	if (!nr && !guarded_map())
		return NULL;
	nr = __atomic_load_n(&guarded_nr, __ATOMIC_ACQUIRE);
	if (!mine) {
		first = __atomic_fetch_add(&guarded_next, 1, __ATOMIC_RELAXED) % nr;
		guarded_mine_set(guarded_slot(first));
	} else {
		first = guarded_index(mine);
	}
	for (i = 0; i < nr; i++)
		if (slot_trylock(guarded_slot((first + i) % nr)))
			return guarded_slot((first + i) % nr);
	return NULL;
}

static struct percpu_slot *guarded_get(void)
{
	struct percpu_slot *slot = guarded_mine();

	return slot && slot_trylock(slot) ? slot : guarded_find();
}

static void slot_setup(struct percpu_slot *slot, unsigned int cls, const struct percpu_stack *st)
{
	if (!slot->hdr[cls].cur)
		WRITE_ONCE(slot->hdr[cls].cur, st->base);
	slot->hdr[cls].end = st->end;
}

void *percpu_pop_slow(unsigned int cls)
{
	struct percpu_slot *slot = guarded_get();
	void *p;

	if (unlikely(!slot))
		return NULL;
	p = slot_pop(slot, cls);
	slot_unlock(slot);
	return p;
}

bool percpu_push_slow(unsigned int cls, const struct percpu_stack *st, void *p)
{
	struct percpu_slot *slot = guarded_get();
	bool done;

	if (unlikely(!slot))
		return false;
	done = slot_push(slot, cls, p);
	if (unlikely(!done)) {
		slot_setup(slot, cls, st);
		done = slot_push(slot, cls, p);
	}
	slot_unlock(slot);
	return done;
}

unsigned int percpu_fill(unsigned int cls, const struct percpu_stack *st, void **ptrs,
			 unsigned int n)
{
	struct percpu_slot *slot;
	unsigned int done = 0;

	if (rseq_ready())
		return percpu_rseq_fill(cls, st->base | (u32)st->end << 16, ptrs, n);
	slot = guarded_get();
	if (!slot)
		return 0;
	slot_setup(slot, cls, st);
	while (done < n && slot_push(slot, cls, ptrs[done]))
		done++;
	slot_unlock(slot);
	return done;
}

static unsigned int slot_take(struct percpu_slot *slot, unsigned int cls, void **ptrs,
			      unsigned int n)
{
	unsigned int done = 0;
	void *p;

	while (done < n && (p = slot_pop(slot, cls)))
		ptrs[done++] = p;
	return done;
}

unsigned int percpu_take(unsigned int cls, void **ptrs, unsigned int n)
{
	struct percpu_slot *slot;

	if (rseq_ready())
		return percpu_rseq_take(cls, ptrs, n);
	slot = guarded_get();
	if (!slot)
		return 0;
	n = slot_take(slot, cls, ptrs, n);
	slot_unlock(slot);
	return n;
}

/* --- stopping --- */

/*
 * A user holds a slot for some 20 cycles, but may be preempted in between, on a
 * busy machine for long: we yield, then sleep, up to 200 ms in all. A slot that
 * stays taken belongs to code that this very thread interrupted, or to a vfork
 * child that was killed: it is left out, and the next time it is not waited for
 * again.
 */
#define SPINS 64
#define YIELDS 64
#define SLEEPS 400
#define SLEEP_US 500

static bool guarded_lock_one(struct percpu_slot *slot, bool patient)
{
	int tries;

	for (tries = 0; tries < SPINS + YIELDS + SLEEPS; tries++) {
		if (slot_trylock(slot))
			return true;
		if (!patient)
			return false;
		if (tries < SPINS)
			cpu_relax();
		else if (tries < SPINS + YIELDS)
			os_yield();
		else
			os_sleep_us(SLEEP_US);
	}
	return false;
}

static void guarded_lock_all(void)
{
	static u64 dead;
	u32 i;

	guarded_locked = 0;
	for (i = 0; i < guarded_nr; i++) {
		u64 bit = 1UL << i;

		if (guarded_lock_one(guarded_slot(i), !(dead & bit))) {
			guarded_locked |= bit;
			dead &= ~bit;
		} else {
			dead |= bit;
		}
	}
}

static void guarded_unlock_all(void)
{
	u32 i;

	for (i = 0; i < guarded_nr; i++)
		if (guarded_locked >> i & 1)
			slot_unlock(guarded_slot(i));
	guarded_locked = 0;
}

bool percpu_stop(void)
{
	if (!spin_lock(&drain_lock))
		return false;
	stopped = 1;
	update_nr();
	if (percpu_mapped && os_rseq_fence()) {
		stopped = 0;
		update_nr();
		spin_unlock(&drain_lock);
		return false;
	}
	guarded_lock_all();
	return true;
}

void percpu_start(void)
{
	guarded_unlock_all();
	stopped = 0;
	update_nr();
	spin_unlock(&drain_lock);
}

static u32 nr_slots(void)
{
	return READ_ONCE(percpu_mapped) + __atomic_load_n(&guarded_nr, __ATOMIC_ACQUIRE);
}

static struct percpu_slot *any_slot(u32 i)
{
	u32 mapped = READ_ONCE(percpu_mapped);

	return i < mapped ? rseq_slot(i) : guarded_slot(i - mapped);
}

/* While stopped: nobody else is in this slot. */
static bool slot_is_ours(u32 i)
{
	return i < percpu_mapped || (guarded_locked >> (i - percpu_mapped) & 1);
}

void percpu_drain(unsigned int cls, void (*fn)(void *ctx, void *ptr), void *ctx)
{
	void *p;
	u32 i;

	for (i = 0; i < nr_slots(); i++)
		while (slot_is_ours(i) && slot_take(any_slot(i), cls, &p, 1))
			fn(ctx, p);
}

void percpu_reset(unsigned int cls)
{
	u32 i;

	for (i = 0; i < nr_slots(); i++) {
		WRITE_ONCE(any_slot(i)->hdr[cls].cur, 0);
		any_slot(i)->hdr[cls].end = 0;
	}
}

bool percpu_holds(unsigned int cls, const void *p)
{
	u32 i, cur;

	for (i = 0; i < nr_slots(); i++) {
		struct percpu_slot *slot = any_slot(i);
		const void *at;

		for (cur = READ_ONCE(slot->hdr[cls].cur); (at = READ_ONCE(*slot_word(slot, cur)));
		     cur--)
			if (at == p)
				return true;
	}
	return false;
}

/* The slot that this thread uses now, as any_slot() counts; nr_slots(): none yet. */
static u32 slot_here(void)
{
	struct percpu_slot *mine = guarded_mine();
	u32 i = READ_ONCE(percpu_bytes) ? percpu_this_slot() : 0;

	while (!READ_ONCE(percpu_bytes) && i < nr_slots() && any_slot(i) != mine)
		i++;
	return i;
}

void percpu_peek(unsigned int cls, void (*fn)(void *ctx, const void *ptr, bool here), void *ctx)
{
	u32 i, cur, here = slot_here();
	const void *p;

	for (i = 0; i < nr_slots(); i++) {
		struct percpu_slot *slot = any_slot(i);

		for (cur = READ_ONCE(slot->hdr[cls].cur); (p = READ_ONCE(*slot_word(slot, cur)));
		     cur--)
			fn(ctx, p, i == here);
	}
}

/* --- vfork and fork --- */

static void vforks_add(int delta)
{
	bool locked = spin_lock(&drain_lock);

	__atomic_fetch_add(&vforks, (u32)delta, __ATOMIC_SEQ_CST);
	update_nr();
	if (locked)
		spin_unlock(&drain_lock);
}

void percpu_shared_enter(void)
{
	vforks_add(1);
}

void percpu_shared_leave(void)
{
	vforks_add(-1);
}

bool percpu_is_shared(void)
{
	return READ_ONCE(vforks) != 0;
}

void percpu_vfork_enter(void)
{
	context_vfork_enter();
	percpu_shared_enter();
}

void percpu_vfork_leave(void)
{
	percpu_shared_leave();
	context_vfork_leave();
	os_tid_reset(); /* the child, in this thread's memory, may have looked at its own */
}

void percpu_fork_prepare(void)
{
	fork_locked = spin_lock_wait(&drain_lock);
}

void percpu_fork_parent(void)
{
	if (fork_locked)
		spin_unlock(&drain_lock);
}

/* Pushes and pops commit by one store: what dead threads left is whole. */
void percpu_fork_child(void)
{
	bool in_vfork = vforks != 0;

	/* A child of a vfork child is not registered with rseq either. */
	vforks = in_vfork;
	if (fork_locked) {
		stopped = 0;
		guarded_locked = guarded_nr == 64 ? ~0UL : (1UL << guarded_nr) - 1;
		guarded_unlock_all();
	}
	update_nr();
	if (fork_locked)
		spin_unlock(&drain_lock);
	else /* the handler that forked interrupted a drain, which goes on here */
		__atomic_store_n(&drain_lock.word, os_tid(), __ATOMIC_RELEASE);
}
