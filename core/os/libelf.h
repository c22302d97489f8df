/*
 * libelf.h - libelf.so.1 without being linked to it: opened by dlopen once,
 * and its memory kept apart from the heap that is being reported on.
 */
#pragma once

#include <gelf.h>
#include <libelf.h>

#include "core/os/compiler.h"

struct libelf {
	unsigned int (*version)(unsigned int);
	Elf *(*memory)(char *, size_t);
	int (*end)(Elf *);
	int (*get_shdrnum)(Elf *, size_t *);
	int (*get_shdrstrndx)(Elf *, size_t *);
	Elf_Scn *(*get_scn)(Elf *, size_t);
	GElf_Shdr *(*get_shdr)(Elf_Scn *, GElf_Shdr *);
	Elf_Data *(*get_data)(Elf_Scn *, Elf_Data *);
	GElf_Sym *(*get_sym)(Elf_Data *, int, GElf_Sym *);
	int (*error)(int);
};

/*
 * Opens the library when that is not done yet. True when it is there. Takes
 * the loader's lock if it is free and allocates by libc: not in a handler, nor
 * with a lock of ours held. Never waits; false and not missing: later, perhaps.
 */
bool libelf_open(void);
/* If it isn't open by now it never will be. For a fork's child. */
void libelf_forbid(void);
/* It has been opened, or never can be. */
bool libelf_is_open(void);
bool libelf_is_missing(void);

/*
 * Has what libelf allocates for each thread; false: without it the thread must
 * not enter. May allocate: no lock of ours is held, nor is it a handler.
 */
bool libelf_ready_thread(bool may_allocate);
/* What this thread allocates now is libelf's, for us. */
bool libelf_is_readying(void);
/*
 * From enter to leave this thread may call the library: it gets its memory from
 * the arena, and all of that is void at leave. One thread at a time. NULL: no
 * library, no memory.
 */
const struct libelf *libelf_enter(void);
void libelf_leave(void);
