/*
 * elf_table.h - makes the compact table of elf_file.h. For elf_file.c only.
 */
#pragma once

#include "core/report/elf_file.h"

/* What a symbol is, in a word that orders them: the greater is taken. */
#define ELF_RANK_FUNC 16u /* not a bare label */
#define ELF_RANK_SIZED 8u
#define ELF_RANK_GLOBAL 2u
#define ELF_RANK_WEAK 1u

/* One mapping for this many; 0 or -ENOMEM. */
int elf_table_map(struct elf_symbols *syms, u32 nr, u32 names_bytes);
/* Adds one: room for it was asked for, start >= base and within 4 GiB. */
void elf_table_add(struct elf_symbols *syms, const struct elf_entry *e, const char *name,
		   size_t length);
/* Sorts, keeps one at each place, ends those without size. 0 or -ENOMEM. */
int elf_table_finish(struct elf_symbols *syms);
