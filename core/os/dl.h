/*
 * dl.h - what the loader knows, beyond os_dlsym_default/next of os.h: symbols
 * by version, libc's own module, other namespaces. dl.c has the theory.
 *
 * None of these is called in a signal handler before its first success: the
 * first call takes the loader's lock. os_dl_libc() is remembered.
 */
#pragma once

#include "core/os/compiler.h"

/* A loaded object, by its dynamic section. Addresses in this process. */
struct os_module {
	uintptr_t base; /* what st_value is relative to */
	uintptr_t data_start, data_end; /* the writable segment, bss included */
	void *symtab; /* ElfW(Sym) [] */
	const char *strtab;
	const u32 *gnu_hash; /* DT_GNU_HASH, NULL: no look-ups */
	const u16 *versym; /* DT_VERSYM, NULL: no versions */
};

/* The libc that this object was bound to; NULL when it cannot be read. */
const struct os_module *os_dl_libc(void);
/* The address of a symbol that the module itself defines, or NULL. */
void *os_module_symbol(const struct os_module *m, const char *name);
/* A function that the kernel maps into each process; NULL: there is none. Any context. */
void *os_vdso_function(const char *name);
/* The object with this dynamic section defines and exports the symbol. No lock, no malloc. */
bool os_dl_defines(uintptr_t bias, const void *dynamic, const char *name);
/* The same; or it can't be told, without DT_GNU_HASH. */
bool os_dl_may_define(uintptr_t bias, const void *dynamic, const char *name);
/*
 * The function of this name, of the version that is linked to, that the object with this
 * dynamic section defines; NULL: none, or one that a resolver chooses. No lock, no malloc.
 */
void *os_dl_function(uintptr_t bias, const void *dynamic, const char *name);
/*
 * From now on every look-up that finds `name` in the module gives `to`. 0, or
 * -ENOENT, or the -errno of mprotect.
 */
int os_module_redirect(const struct os_module *m, const char *name, void *to);
/* True when a namespace besides the base one exists (dlmopen, LD_AUDIT). */
bool os_dl_other_namespaces(void);
/* True when p lies in this very object. */
bool os_dl_is_ours(const void *p);
/* True when this object is the program: the static library. */
bool os_dl_is_in_program(void);
/* True when p, a return address, lies in kmemu's code: a library, or a part of the program. */
bool os_dl_is_own_code(const void *p);
/* True when the program has kmemu inside (core/os/linked.h), this object or another. */
bool os_program_is_linked(void);
