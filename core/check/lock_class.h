/*
 * lock_class.h - which locks are of one class (kernel: include/linux/lockdep_types.h
 * struct lock_class, struct lockdep_map). Shared by lock_class.c, which has the theory,
 * and lock_order.c.
 */
#pragma once

#include "core/check/lock.h"
#include "core/lib/lock.h"
#include "core/report/report.h"

#define LOCK_CLASSES 4096 /* kernel: MAX_LOCKDEP_KEYS, 8192 */
#define LOCK_DEPENDENCIES 16384 /* kernel: MAX_LOCKDEP_ENTRIES, 32768 */

#define LOCK_USAGE_STATES 8

struct lock_class {
	const void *key; /* NULL: free; a lock of no other's class: the lock itself */
	u16 next; /* in the hash's chain, or of free ones */
	u16 after, before; /* dependencies, first of a list: on classes taken under it; above it */
	u8 subclass;
	u8 kind; /* enum raise_kind of one of its locks */
	bool is_static; /* the key lies in a module */
	u8 version; /* from 1: how many have this name */
	u8 usage; /* a bit for each state of lock_irq.c */
	char name[LOCK_NAME_BYTES]; /* "": by site, or by the address of the lock */
	unsigned long site; /* where the lock was set up, 0: nowhere */
	int (*cmp_fn)(const struct lockdep_map *a, const struct lockdep_map *b); /* or NULL */
	u32 usage_stack[LOCK_USAGE_STATES]; /* in the depot: where it got that one */
};

/* A dependency: `to` was taken with `from` held (kernel: struct lock_list). */
struct lock_dep {
	u16 from, to;
	u16 next_after, next_before;
	u8 how; /* of DEP_*, a bit each; 0: free */
	bool closes_circle; /* it was told, and no search goes along it */
	u32 stack; /* in the depot: how `to` was taken */
};

/* The lock of all that is here; only tried where a handler may have interrupted its holder. */
extern __hidden kmemu_lock_t lockdep_lock;
/* By numbers from 1 on; 0 is none. Under lockdep_lock. */
extern __hidden struct lock_class *lock_classes;
extern __hidden struct lock_dep *lock_deps;
/* Grows when what is known of a lock, or of an order, becomes void. */
extern __hidden u32 lock_generation;

/* False: no memory. */
bool lock_class_init(void);
/* Under lockdep_lock. 0: the lock has no class that is known, or there is no room. */
u16 lock_class_of(const void *lock, enum raise_kind kind, unsigned int how);
/* Under lockdep_lock. 0: there is no room. It is in no list yet. */
u16 lock_dep_new(void);
void lock_class_name(u16 class, const void *lock, struct report_lock *name);
/* A table is full, from now on not all is looked at: the verdict says so. No lock held. */
void lock_tables_told(void);

/* --- lock_graph.c, under lockdep_lock ---------------------------------------- */

/* False: no memory. */
bool lock_graph_init(void);
/* How the end of a dependency was taken with the other held: which bit of lock_dep.how. */
unsigned int lock_dep_of(unsigned int prev_how, unsigned int how);
bool lock_dep_is_exclusive(unsigned int dep);
/* 0: there is none. */
u16 lock_dep_find(u16 from, u16 to);

/*
 * Kernel: __bfs(). From a state on, the nearest that fn says true of; 0: none. A state
 * is a class, and whether only some of its dependencies make it a path: a lock that
 * will be taken, and what may come after; one that is held, and what was before it.
 */
u32 lock_search(u32 from, bool forwards, bool (*fn)(u32 state, void *arg), void *arg);
/* Of the last search: the dependency that led there, 0: it began there; the state before. */
u16 lock_search_by(u32 state);
u32 lock_search_before(u32 state);

static inline u32 lock_state_after(u16 class, unsigned int how)
{
	return 2U * class + !!(how & LOCK_RECURSIVE);
}

static inline u32 lock_state_before(u16 class, unsigned int how)
{
	return 2U * class + !!(how & LOCK_READ);
}

/* --- lock_irq.c ---------------------------------------------------------------- */

/* Under lockdep_lock. True: what was before prev must not come before what is after next. */
bool lock_irq_usage(u32 prev, u32 next, struct report_order *facts);
