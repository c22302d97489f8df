/*
 * symbols.h - from an address in the program to words (kernel: kallsyms.h,
 * %pS). symbols.c has the theory.
 *
 * symbol_lookup() and symbol_print() load what they lack (open libelf, read a
 * file), unless symbols_no_load() or symbols_seal() says no. In a signal handler
 * (symbols_in_handler(), or an alternate signal stack) files are read, but
 * libelf is not opened. Without loading they give what is known: names of
 * modules that were read before, else the module, its offset and its build-id.
 * That much works in any context.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/os/modules.h"

struct symbol {
	const char *name; /* demangled, in the caller's buffer; NULL: not known */
	unsigned long offset, size; /* of pc in the function; its bytes */
	const char *module; /* file name without directory */
	const char *path;
	unsigned long module_offset; /* pc - load bias: what addr2line takes */
	u8 build_id[BUILD_ID_BYTES_MAX];
	u8 build_id_bytes; /* 0: it has none */
	bool is_program; /* the module is the program itself */
};

/*
 * pc as in stacktrace entries: pc - 1 is looked up, offsets are pc's. With
 * size 0 no name is looked for, nothing is read and nothing noted. module and
 * path stay valid as long as the module is loaded, and for good when it was
 * noted. False: in no module.
 */
bool symbol_lookup(unsigned long pc, struct symbol *sym, char *name, size_t size);
/*
 * As the kernel's %pS: "func+0x1d/0x60 [libfoo.so.1]"; without symbols
 * "libfoo.so.1+0x1189 (build-id)"; in no module "0x..." of 16 digits. Returns
 * the length written.
 */
int symbol_print(char *buf, size_t size, unsigned long pc);
/* The same of a variable, and of what begins at p: "lock+0x0/0x4 [program]". */
int symbol_print_data(char *buf, size_t size, const void *p);

/*
 * At start, when a check that reports is armed, so that a look-up in a handler
 * needs nothing of the loader. Not in a handler.
 */
void symbols_init(void);
/*
 * Opens libelf and reads the modules that are loaded now: for a program that is
 * about to forbid it (seccomp), or whose handlers' reports are to have names.
 * Not in a handler, no lock of ours held; allocates by libc.
 */
void symbols_prepare(void);
/* Remembers what is loaded. Before dlclose; not in a handler. */
void symbols_note_modules(void);

/* --- whole modules, for funcs.c --- */

/* A module that is loaded now and has code. */
struct symbols_module {
	const char *name, *path; /* file name, path; kept for good */
	uintptr_t start, end; /* of its code */
	uintptr_t bias;
	bool is_program;
	bool is_ours; /* this library, preloaded */
	struct module *record;
};

/*
 * Up to max of them, in the loader's order; their number, or -EAGAIN: not now.
 * Not in a handler.
 */
int symbols_modules(struct symbols_module *m, unsigned int max);
/*
 * Its functions; addresses are the module's, without bias. NULL: it has none, or
 * (*pending is true) they cannot be read just now. Not in a handler.
 */
struct elf_symbols;
const struct elf_symbols *symbols_functions(const struct symbols_module *m, bool *pending);
/* False: this thread must not read files now, by what is said below or a lock it holds. */
bool symbols_may_load(void);

/* Of this thread: nothing is loaded from true until false. Calls nest. */
void symbols_no_load(bool on);
/*
 * Of this thread: it runs in a signal handler, from HANDLER_... until
 * HANDLER_NONE. In the loader: it may have interrupted it, which therefore is
 * not called, not even for the memory that libelf needs in each thread.
 */
enum symbols_handler { HANDLER_NONE, HANDLER_IN_LOADER, HANDLER_ELSEWHERE };
void symbols_in_handler(enum symbols_handler where);
/* For good, of the process: files can't be opened any more. */
void symbols_seal(void);
/*
 * Around fork. prepare takes the loader's lock if it is free, so that the child
 * may open libelf; without prepare, or where it was not free, the child of a
 * process with threads opens nothing. Before and after the heap's locks.
 */
void symbols_fork_prepare(void);
void symbols_fork_parent(void);
void symbols_fork_child(void);
