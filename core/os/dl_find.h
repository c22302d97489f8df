/*
 * dl_find.h - which loaded object an address lies in, for code that may take
 * no lock: signal handlers, the allocator. dl_find.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

struct os_dl_object {
	uintptr_t start, end;	/* what the loader mapped for it, or a segment of that */
	uintptr_t base;		/* what its addresses are relative to */
	uintptr_t eh_frame_hdr; /* its PT_GNU_EH_FRAME, 0: none */
};

/*
 * Looks for _dl_find_object; without it, reads the list of objects. Takes the
 * loader's lock: at start, never in a handler. Idempotent.
 */
void os_dl_find_init(void);
/* Any context, no lock. False: in no object, or os_dl_find_init() was not called. */
bool os_dl_find(uintptr_t addr, struct os_dl_object *object);
/* The program headers of the program itself, where the kernel put them. */
struct os_program {
	uintptr_t headers; /* 0: not known */
	size_t nr;
};
struct os_program os_dl_program(void);

/*
 * After dlopen and dlclose: reads the list again where it is in use. Takes the
 * loader's lock then; never in a handler.
 */
void os_dl_find_refresh(void);
/* For tests: as on a glibc before 2.35. */
void os_dl_find_by_list(bool list);

/*
 * True when the aligned eight bytes at p can be read now. One system call that
 * sandboxes let pass; errno stays.
 */
bool os_readable(const void *p);
/* The process runs on valgrind, whose tools replace functions by their names. x86-64. */
bool os_is_valgrind(void);
