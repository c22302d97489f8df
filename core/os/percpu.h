/*
 * percpu.h - per-CPU arrays of pointers: the storage of the sheaves (kernel:
 * struct slub_percpu_sheaves, mm/slub.c of 6.18) and of the per-CPU page lists.
 *
 * A slot is what one CPU owns: for each class a stack of pointers. Layout, in
 * words of 8 bytes: word 0 is NULL for ever; at byte 64 an array of headers
 * {cur, end}, one for each class; behind it the stacks. A stack of class c
 * occupies words base .. base + cap, where the word `base` is NULL for ever;
 * cur is the index of the top pointer, end that of the last word in use.
 *   empty: cur == base, the word there is NULL: pop misses
 *   full:  cur >= end: push misses
 *   never set up: cur == end == 0: both miss
 * So one compare finds every rare case and the slow path sorts them out.
 * cur is read back right after it was written, by the next call: processors of
 * today pass a word of 32 or 64 bits on for nothing there, one of 16 takes 8
 * cycles (Zen 5; a pair has two of them).
 *
 * Two ways into a slot:
 *  - restartable sequences (percpu_x86_64.h): the slot is that of the CPU (or
 *    mm_cid) that runs the sequence; the kernel restarts it after preemption
 *    or a signal, so one plain store commits. percpu_bytes is the size of all slots
 *    that sequences may use; 0 turns all of them into misses. It is compared
 *    inside the sequence, so that after percpu_bytes = 0 and a fence no sequence
 *    can commit: that is how all slots are emptied (percpu_stop()).
 *  - the guarded way (percpu.c): slots of the same shape in another place,
 *    taken by an exchange on their busy word. Used where rseq is absent, while
 *    a vfork child lives, and while the sequences are stopped. A handler that
 *    meets a busy slot takes the next one.
 */
#pragma once

#include "core/os/os.h"

#define PERCPU_SLOT_SHIFT 16
#define PERCPU_SLOT_BYTES (1UL << PERCPU_SLOT_SHIFT)
#define PERCPU_NR_CLASSES 256
#define PERCPU_HDR_BYTES  64
#define PERCPU_FIRST_WORD ((PERCPU_HDR_BYTES + PERCPU_NR_CLASSES * 8) / 8)
#define PERCPU_WORDS	  (PERCPU_SLOT_BYTES / 8)
#define PERCPU_BATCH_MAX  128
/* The guarded slots, behind those of sequences and the barns (slub.c). */
#define GUARDED_BASE	  (PERCPU_BASE + 0x60000000UL)

struct percpu_slot {
	u64 null; /* word 0, NULL for ever */
	u32 busy; /* guarded way: bit 0 taken */
	u32 pad[13];
	struct {
		u32 cur, end;
	} hdr[PERCPU_NR_CLASSES];
};

/* Bytes of all slots that restartable sequences may use now; 0: none. */
extern __hidden u32 percpu_bytes;
/* Offsets from the thread pointer: struct rseq, and its field for the slot. */
extern __hidden long percpu_rseq_offset;
extern __hidden long percpu_id_offset;
/* The guarded slot of this thread, where the thread control block has no room. */
extern __thread struct percpu_slot *percpu_guarded_mine __initial_exec;

static __always_inline void **slot_word(struct percpu_slot *slot, u32 i)
{
	return (void **)slot + i;
}

static __always_inline bool slot_trylock(struct percpu_slot *slot)
{
	return !(__atomic_fetch_or(&slot->busy, 1, __ATOMIC_ACQUIRE) & 1);
}

static __always_inline void slot_unlock(struct percpu_slot *slot)
{
	__atomic_store_n(&slot->busy, 0, __ATOMIC_RELEASE);
}

/* The store to cur commits, for a fork's child and a racing reader. */
static __always_inline bool slot_push(struct percpu_slot *slot, unsigned long cls, void *p)
{
	u32 cur = slot->hdr[cls].cur;

	if (unlikely(cur >= slot->hdr[cls].end))
		return false;
	cur++;
	WRITE_ONCE(*slot_word(slot, cur), p);
	__atomic_store_n(&slot->hdr[cls].cur, cur, __ATOMIC_RELEASE);
	return true;
}

/* NULL: the stack is empty. */
static __always_inline void *slot_pop(struct percpu_slot *slot, unsigned long cls)
{
	u32 cur = slot->hdr[cls].cur;
	void *p = *slot_word(slot, cur);

	if (likely(p))
		WRITE_ONCE(slot->hdr[cls].cur, cur - 1);
	return p;
}

#if defined(__x86_64__) && !defined(KMEMU_ARCH_GENERIC)
#include "core/os/percpu_x86_64.h"
#else
#include "core/os/percpu_generic.h"
#endif

/* base is tables_base() for all; hit paths have it in a register. */
static __always_inline void *percpu_pop(unsigned long cls)
{
	return percpu_pop_at(tables_base(), cls);
}

static __always_inline bool percpu_push(unsigned long cls, void *p)
{
	return percpu_push_at(tables_base(), cls, p);
}

/* Finds rseq; guarded: do not use it. Safe to call before anything else. */
void percpu_init(bool guarded);
bool percpu_uses_rseq(void);

/*
 * Slow paths, either way. base and cap describe the class's stack, end its
 * present limit (base <= end <= base + cap); they set up the header.
 */
struct percpu_stack {
	u16 base, end;
};

/* Which slot this thread uses now: a hint. */
u32 percpu_slot_id(void);
/* Takes one pointer by the guarded way, NULL when there is none. */
void *percpu_pop_slow(unsigned int cls);
/* Pushes p; false when the stack is full. */
bool percpu_push_slow(unsigned int cls, const struct percpu_stack *st, void *p);
/* Pushes up to n pointers, returns how many. */
unsigned int percpu_fill(unsigned int cls, const struct percpu_stack *st, void **ptrs,
			 unsigned int n);
/* Pops up to n pointers, returns how many. */
unsigned int percpu_take(unsigned int cls, void **ptrs, unsigned int n);

/*
 * Stops all sequences and guarded users and gives the caller every slot, until
 * percpu_start(). False when this thread is already inside, or the fence is
 * refused: nothing is stopped then. Never from a handler.
 */
bool percpu_stop(void);
void percpu_start(void);
/* While stopped: calls fn for each pointer of class cls and empties it. */
void percpu_drain(unsigned int cls, void (*fn)(void *ctx, void *ptr), void *ctx);
/*
 * While stopped: the class's stacks look never set up. What was in them stays
 * in their words, so a class keeps its words for ever: another class's first
 * word must be one that was never written.
 */
void percpu_reset(unsigned int cls);
/* Whether p lies in a stack of class cls; exact only for a p that stays. */
bool percpu_holds(unsigned int cls, const void *p);
/*
 * Calls fn for each pointer now cached in class cls, all slots (racy unless stopped);
 * here: in the slot that this thread uses.
 */
void percpu_peek(unsigned int cls, void (*fn)(void *ctx, const void *ptr, bool here), void *ctx);

/* Around vfork: both sides use the guarded way meanwhile. */
void percpu_vfork_enter(void);
void percpu_vfork_leave(void);
/* The same for a child that runs beside us, on a stack of its own. */
void percpu_shared_enter(void);
void percpu_shared_leave(void);
/* Whether a child now runs in our memory (vfork and the like), or we are such a child. */
bool percpu_is_shared(void);
/* fork: prepare holds the state, child frees what dead threads held. */
void percpu_fork_prepare(void);
void percpu_fork_parent(void);
void percpu_fork_child(void);
