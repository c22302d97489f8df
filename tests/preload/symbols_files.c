// SPDX-License-Identifier: MIT
// flags: -l:libkmemu.a -pthread
/*
 * For symbols_files.sh: what the ELF reader finds of a function.
 *	symbols_files FILE FUNCTION [DEBUGROOT]
 * prints where its symbols come from, and the function's size; or the error.
 */
#include <stdio.h>
#include <string.h>

#include "core/os/libelf.h"
#include "core/report/elf_file.h"

int main(int argc, char **argv)
{
	static const char *const sources[] = { "none", "symtab", "debug", "dynsym" };
	struct elf_symbols syms;
	int err;

	if (argc < 3)
		return 2;
	if (argc > 3)
		elf_debug_root = argv[3];
	if (!libelf_open())
		return 3;
	err = elf_symbols_load(argv[1], NULL, &syms);
	if (err) {
		printf("error %d\n", -err);
		return 0;
	}
	for (u32 i = 0; i < syms.nr; i++) {
		if (strcmp(syms.names + syms.entries[i].name, argv[2]))
			continue;
		printf("%s %u\n", sources[syms.source], syms.entries[i].bytes);
		return 0;
	}
	printf("%s -\n", sources[syms.source]);
	return 0;
}
