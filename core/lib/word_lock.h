/*
 * word_lock.h - locks of one word that wait on a futex. word_lock.c has the
 * protocol. No ranks and no refusal: who may run in a handler that interrupted
 * the owner uses lock.h.
 */
#pragma once

#include "core/os/os.h"

/* In the word: somebody waits. The rest is the owner's tid, 0: free (word_owner()). */
#define WORD_WAITERS 0x80000000U
/* In a word of readers and one writer: the writer has it. */
#define WORD_WRITER 0x40000000U
/* The lock was set up (kernel: .magic). Stays as it is; without it a lock is as good. */
#define WORD_SET_UP 0x20000000U

/* Of a static word, or a lock that is one, that a fork's child finds free. */
#define __own_word __attribute__((section("kmemu_words")))

static __always_inline u32 word_set_up(const u32 *word)
{
	return READ_ONCE(*word) & WORD_SET_UP;
}

/* Who has it, or how many read, or WORD_WRITER. */
static __always_inline u32 word_owner(const u32 *word)
{
	return READ_ONCE(*word) & ~(WORD_WAITERS | WORD_SET_UP);
}

static __always_inline bool __word_try(u32 *word, u32 expected, u32 value)
{
	return __atomic_compare_exchange_n(word, &expected, expected | value, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __always_inline void __word_unlock(u32 *word, u32 value)
{
	if (unlikely(__atomic_exchange_n(word, value, __ATOMIC_RELEASE) & WORD_WAITERS))
		os_futex_wake(word, 1);
}

static __always_inline bool word_try(u32 *word, u32 value)
{
	return __word_try(word, word_set_up(word), value);
}

static __always_inline void word_unlock(u32 *word)
{
	__word_unlock(word, word_set_up(word));
}

/* The same of a word that nobody sets up. */
static __always_inline bool word_try_own(u32 *word, u32 value)
{
	return __word_try(word, 0, value);
}

static __always_inline void word_unlock_own(u32 *word)
{
	__word_unlock(word, 0);
}

/* Tries for about as long as a slow path takes. */
bool word_spin(u32 *word, u32 tid);
/* Sleeps until the word is the caller's. */
void word_wait(u32 *word, u32 tid);
/* All of it. */
void word_lock(u32 *word, u32 tid);

/* What ends a wait before the word is had: must(), which is asked again when *news moves. */
struct word_stop {
	u32 *news;
	bool (*must)(const struct word_stop *stop);
};
/* false: it did. */
bool word_lock_unless(u32 *word, u32 tid, const struct word_stop *stop);

/*
 * Readers and one writer (kernel: rwlock_t). Readers pass waiting writers, as in
 * handlers they must.
 */
bool word_read_trylock(u32 *word);
void word_read_lock(u32 *word);
bool word_read_lock_unless(u32 *word, const struct word_stop *stop);
void word_read_unlock(u32 *word);
bool word_write_trylock(u32 *word);
void word_write_lock(u32 *word);
bool word_write_lock_unless(u32 *word, const struct word_stop *stop);
void word_write_unlock(u32 *word);
/* The writer becomes a reader (kernel: downgrade_write). */
void word_downgrade(u32 *word);
