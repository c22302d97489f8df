/*
 * modules.h - which object of the process holds an address, what its headers
 * say, and its jump slots. dl.h is about symbols; modules.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

#define BUILD_ID_BYTES_MAX 32

/* A loaded object as the loader tells it. Valid while it stays loaded. */
struct os_object {
	uintptr_t start, end; /* from its first to behind its last page */
	uintptr_t bias; /* address - bias is what the file's tables say */
	const char *name; /* the loader's: a path, "" for the program */
	const void *phdr; /* ElfW(Phdr) []; NULL: not known */
	unsigned int nr_phdr;
	const void *dynamic; /* ElfW(Dyn) []; NULL: not known */
};

/*
 * Looks up what the rest needs; takes the loader's lock, so not in a handler.
 * Idempotent.
 */
void os_objects_init(void);
/*
 * The object that holds addr, without a lock, in any context. False: in none,
 * or the loader can't tell (glibc before 2.35, or no os_objects_init()).
 */
bool os_object_find(uintptr_t addr, struct os_object *o);
/*
 * Calls fn for each object of this namespace, under the lock of the loader's
 * list: fn does not call the loader. Not in a handler. False: another thread
 * has the lock.
 */
bool os_objects_each(void (*fn)(const struct os_object *o, void *arg), void *arg);
/* How many objects were ever loaded; false: another thread has the list. Not in a handler. */
bool os_objects_added(u64 *added);
/*
 * Which of n names some object defines: the first such, -1 for none. Unlike
 * dlsym, which words its failure in the program's heap, it leaves no trace. Not
 * in a handler.
 */
int os_objects_first_defined(const char *const *names, int n);
/* The build-id's length, 0: it has none. id holds BUILD_ID_BYTES_MAX. */
unsigned int os_object_build_id(const struct os_object *o, u8 *id);
/* The same of notes in memory, as PT_NOTE or SHT_NOTE has them. */
unsigned int os_notes_build_id(const void *notes, size_t bytes, u8 *id);
/* The readable bytes that lie from `start` on and are the file's first. */
size_t os_object_head_bytes(const struct os_object *o);
/* From its first executable page to behind its last one; false: it has none. */
bool os_object_code(const struct os_object *o, uintptr_t *start, uintptr_t *end);
/* The object is the kernel's, which no file holds. */
bool os_object_is_vdso(const struct os_object *o);
/* The address lies in the loader. Any context. */
bool os_pc_in_loader(uintptr_t pc);
/* As the kernel ran it, NULL: unknown. For when /proc is not there. */
const char *os_program_name(void);

/* Whether o names a library of this file name among those that it needs. */
bool os_object_needs(const struct os_object *o, const char *file);
/* Whether o uses that variable or function of another object, or of one that it copied it from. */
bool os_object_uses(const struct os_object *o, const char *name);

/* --- jump slots --- */

struct os_slot {
	uintptr_t *at;
	uintptr_t to; /* what it is made to hold */
	bool read_only; /* after relocation */
	bool is_call; /* no address that a program could compare comes from here */
};

/* A set of names by their first two letters; most others are told from them by it. */
static inline u64 os_slot_set_of(const char *name)
{
	return 1UL << (((u8)name[0] * 3U + (u8)name[1]) & 63);
}

/* name may be another that is in the set. */
typedef void (*os_slot_fn)(const struct os_object *o, const char *name, const struct os_slot *slot,
			   void *arg);
/* The places of object o by which it calls the names of the set in others, in one walk. */
void os_object_slots(const struct os_object *o, u64 set, os_slot_fn fn, void *arg);
/* Makes the slot lead to slot->to. 0 or the -errno of mprotect. */
int os_slot_set(const struct os_slot *slot);

/* --- the loader's own lock --- */

/*
 * True: the lock is this thread's now, and the loader is in a state in which
 * dlopen may be called; it can't wait for anybody then. False: another thread
 * has it, or this one is in the middle of the loader, or it can't be told.
 */
bool os_loader_trylock(void);
/*
 * The same, and not in the middle of the loader's work either: it says that all is
 * consistent while it relocates, and its lock is recursive. Before slots are set.
 */
bool os_loader_trylock_outside(void);
void os_loader_unlock(void);
/* In the child of a fork that this thread made with the lock. */
void os_loader_unlock_child(void);
/* For a fork's child: its state may be half done; it is not used any more. */
void os_loader_forbid(void);
/* Nobody is in the middle of it. Says nothing of the next moment. */
bool os_loader_is_consistent(void);
