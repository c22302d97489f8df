/*
 * elf_file.h - the symbols of an ELF file: its functions in one compact table.
 * For symbols.c, which makes them names in a report, and for the `kmemu`
 * command.
 *
 * Native 64-bit files only; anything else is -ENOEXEC, and so is a file that is
 * broken, truncated or made to harm: nothing in it is believed beyond limits.
 * All need libelf (core/os/libelf.h): libelf_open() comes before.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/os/modules.h"

enum elf_source { ELF_NONE, ELF_SYMTAB, ELF_DEBUG_FILE, ELF_DYNSYM };

/* In a rank: a variable, no function. */
#define ELF_RANK_DATA 32u

struct elf_entry {
	u32 start; /* from elf_symbols.base on */
	u32 bytes; /* of the function */
	u32 name; /* offset in elf_symbols.names */
	u32 rank; /* which of two at one place is taken; 0 in a finished table */
};

/*
 * Sorted by start, which is distinct; behind the nr entries lie those of further
 * names at the same starts. One mapping holds entries and names.
 */
struct elf_symbols {
	u64 base;
	const struct elf_entry *entries;
	const char *names;
	u32 nr, nr_aliases, names_bytes;
	size_t map_bytes; /* 0: nothing to free */
	enum elf_source source;
};

/* What the file must be, so that its symbols are those of a loaded module. */
struct elf_identity {
	u8 build_id[BUILD_ID_BYTES_MAX];
	u32 build_id_bytes; /* 0: it has none; then its first bytes count */
	u32 head_bytes; /* 0: not looked at */
	u64 head_hash;
};

/* Where separate debug files are, "/usr/lib/debug"; for tests and --sysroot. */
extern const char *elf_debug_root;

/*
 * Reads the functions of the file: of its .symtab, else of its separate debug
 * file (build-id, .gnu_debuglink), else of its .dynsym. want: NULL for any
 * file. 0, also when there are no symbols; -ENOENT and the like from open;
 * -ESTALE the file is not what is wanted; -ENOEXEC; -EFBIG; -ENOMEM; -ENOSYS
 * without libelf; -EAGAIN another thread reads and this one must not wait. Not
 * in a handler. Allocates by mmap only.
 */
int elf_symbols_load(const char *path, const struct elf_identity *want, struct elf_symbols *syms);
/* The same of a file in memory, without separate debug file. */
int elf_symbols_load_memory(const void *image, size_t bytes, struct elf_symbols *syms);
void elf_symbols_free(struct elf_symbols *syms);

struct elf_symbol {
	const char *name;
	u64 start, bytes;
};

/* The function around this address of the file. Any context. */
bool elf_symbols_find(const struct elf_symbols *syms, u64 addr, struct elf_symbol *found);

/* What elf_identity.head_hash is of a file's or module's first bytes. */
u64 elf_head_hash(const void *head, size_t bytes);
/* The CRC of .gnu_debuglink (zlib's crc32), going on from crc; 0 begins. */
u32 elf_crc32(u32 crc, const u8 *buf, size_t n);

/* For fork's child: nobody reads any more. */
void elf_fork_child(void);
