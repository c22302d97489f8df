/* SPDX-License-Identifier: MIT */
/*
 * fuzz_elf: whatever an ELF file holds, elf_symbols_load() ends, stays in
 * bounds, keeps to its limits, and what it gives is a sorted table whose names
 * end. Names are demangled as well. The input is read twice: as a file, and in
 * a block of memory of just that size, where a sanitizer sees what is behind.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/os/libelf.h"
#include "core/report/demangle.h"
#include "core/report/elf_file.h"

#define MAX_INPUT (8u << 20)
#define FUZZ_WHOLE_INPUT
#include "tests/fuzz/fuzz.h"

static void check_name(const struct elf_symbols *syms, u32 at)
{
	static char name[512];

	CHECK(at < syms->names_bytes);
	CHECK(memchr(syms->names + at, 0, syms->names_bytes - at));
	if (demangle(syms->names + at, name, sizeof(name)))
		CHECK(strlen(name) < sizeof(name));
}

static void check_table(const struct elf_symbols *syms)
{
	struct elf_symbol found;

	for (u32 i = 0; i < syms->nr; i++) {
		const struct elf_entry *e = &syms->entries[i];
		u64 addr = syms->base + e->start;

		CHECK(i == 0 || e[-1].start < e->start);
		check_name(syms, e->name);
		CHECK(!e->bytes || elf_symbols_find(syms, addr, &found));
		CHECK(!e->bytes || (found.start == addr && found.bytes == e->bytes));
	}
	elf_symbols_find(syms, syms->base - 1, &found);
	elf_symbols_find(syms, ~0UL, &found);
}

static void check_result(int err, struct elf_symbols *syms)
{
	CHECK(err == 0 || err == -ENOEXEC || err == -EFBIG || err == -ENOMEM);
	CHECK(!err || (!syms->nr && !syms->map_bytes));
	CHECK((syms->nr != 0) == (syms->source != ELF_NONE));
	check_table(syms);
	elf_symbols_free(syms);
}

/* A file that has no name any more. */
static const char *input_path(const unsigned char *data, size_t size)
{
	static char path[64], name[] = "/tmp/kmemu-fuzz-XXXXXX";
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(name);
		unlink(name);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		elf_debug_root = "/nowhere";
	}
	CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	return path;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct elf_symbols syms;
	void *exact = malloc(size);

	CHECK(libelf_open());
	memcpy(exact, data, size);
	check_result(elf_symbols_load_memory(exact, size, &syms), &syms);
	free(exact);
	check_result(elf_symbols_load(input_path(data, size), NULL, &syms), &syms);
	return 0;
}

#ifndef KMEMU_LIBFUZZER
/* --- the small file --- */

#define SECTIONS 9

static struct small_file {
	Elf64_Ehdr eh;
	Elf64_Shdr sh[SECTIONS];
	Elf64_Sym sym[8], dynsym[2];
	char names[128], dynamic_names[32], section_names[128];
	struct {
		Elf64_Nhdr head;
		char name[4], id[20];
	} note;
	char link[16];
	u32 link_crc;
	char code[64];
} small;

static u32 put_name(char *names, size_t size, const char *s)
{
	size_t at = 1;

	while (names[at])
		at += strlen(names + at) + 1;
	CHECK(at + strlen(s) + 2 < size);
	strcpy(names + at, s);
	return (u32)at;
}

static void put_section(int i, const char *name, u32 type, const void *at, size_t size, u32 link)
{
	small.sh[i] = (Elf64_Shdr){
		.sh_name = put_name(small.section_names, sizeof(small.section_names), name),
		.sh_type = type,
		.sh_offset = (size_t)((const char *)at - (char *)&small),
		.sh_size = size,
		.sh_link = link,
		.sh_addralign = 8,
	};
}

static void put_symbol(Elf64_Sym *to, u32 name, u64 value, u64 size, int bind, int type)
{
	*to = (Elf64_Sym){ .st_name = name,
			   .st_value = value,
			   .st_size = size,
			   .st_info = ELF64_ST_INFO(bind, type),
			   .st_shndx = 1 };
}

static void put_symbols(void)
{
	static const char *const names[] = { "main", "_Z3addIiET_S0_S0_", "alias", "_start",
					     "read@@V_1", "inner", ".Lx" };

	for (int i = 0; i < 7; i++)
		put_symbol(&small.sym[i + 1], put_name(small.names, sizeof(small.names), names[i]),
			   0x1000 + (u64)(i / 2) * 8, i == 3 ? 0 : 8, i % 3, i == 6 ? 0 : STT_FUNC);
	put_symbol(&small.dynsym[1],
		   put_name(small.dynamic_names, sizeof(small.dynamic_names), "exported"), 0x1010,
		   16, STB_GLOBAL, STT_FUNC);
}

static void make_small_file(void)
{
	memcpy(small.eh.e_ident, ELFMAG "\2\1\1", 7);
	small.eh.e_type = ET_DYN;
	small.eh.e_machine = EM_X86_64;
	small.eh.e_version = EV_CURRENT;
	small.eh.e_shoff = offsetof(struct small_file, sh);
	small.eh.e_ehsize = sizeof(small.eh);
	small.eh.e_shentsize = sizeof(Elf64_Shdr);
	small.eh.e_shnum = SECTIONS;
	small.eh.e_shstrndx = 8;
	put_section(1, ".text", SHT_PROGBITS, small.code, sizeof(small.code), 0);
	small.sh[1].sh_addr = 0x1000;
	small.sh[1].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
	put_section(2, ".symtab", SHT_SYMTAB, small.sym, sizeof(small.sym), 3);
	put_section(3, ".strtab", SHT_STRTAB, small.names, sizeof(small.names), 0);
	put_section(4, ".dynsym", SHT_DYNSYM, small.dynsym, sizeof(small.dynsym), 5);
	put_section(5, ".dynstr", SHT_STRTAB, small.dynamic_names, sizeof(small.dynamic_names), 0);
	small.sh[2].sh_entsize = small.sh[4].sh_entsize = sizeof(Elf64_Sym);
	put_section(6, ".note", SHT_NOTE, &small.note, sizeof(small.note), 0);
	small.note.head = (Elf64_Nhdr){ 4, 20, NT_GNU_BUILD_ID };
	memcpy(small.note.name, "GNU", 4);
	put_section(7, ".gnu_debuglink", SHT_PROGBITS, small.link, 20, 0);
	strcpy(small.link, "x.debug");
	put_section(8, ".shstrtab", SHT_STRTAB, small.section_names, sizeof(small.section_names),
		    0);
	put_symbols();
}

/* --- the evil ones: one field of the small file each --- */

#define FIELD(f) offsetof(struct small_file, f), sizeof(small.f)

static const struct {
	size_t at, size;
	u64 value;
} evil[] = {
	{ FIELD(eh.e_shnum), 0xfeff },
	{ FIELD(eh.e_shnum), 0 }, /* the number is in section 0: 0 */
	{ FIELD(eh.e_shoff), ~0UL },
	{ FIELD(eh.e_shoff), ~0UL - 7 },
	{ FIELD(eh.e_shoff), sizeof(small) - 8 },
	{ FIELD(eh.e_shoff), 8 }, /* over the header */
	{ FIELD(eh.e_shoff), 1 },
	{ FIELD(eh.e_shstrndx), 0xffff },
	{ FIELD(eh.e_shstrndx), 200 },
	{ FIELD(eh.e_shentsize), 0 },
	{ FIELD(sh[2].sh_size), ~0UL },
	{ FIELD(sh[2].sh_size), 23 },
	{ FIELD(sh[2].sh_size), sizeof(small) },
	{ FIELD(sh[2].sh_offset), ~0UL - 23 },
	{ FIELD(sh[2].sh_offset), 3 },
	{ FIELD(sh[2].sh_entsize), 0 },
	{ FIELD(sh[2].sh_entsize), ~0UL },
	{ FIELD(sh[2].sh_link), 2 }, /* its own strings */
	{ FIELD(sh[2].sh_link), 0xffffffff },
	{ FIELD(sh[2].sh_flags), SHF_COMPRESSED },
	{ FIELD(sh[2].sh_type), SHT_NOBITS },
	{ FIELD(sh[3].sh_size), 1 },
	{ FIELD(sh[3].sh_size), 0 },
	{ FIELD(sh[3].sh_offset), sizeof(small) },
	{ FIELD(sh[3].sh_offset), 0x7fffffffffffffff },
	{ FIELD(sh[3].sh_flags), SHF_COMPRESSED },
	{ FIELD(sh[1].sh_addr), ~0UL },
	{ FIELD(sh[1].sh_size), ~0UL },
	{ FIELD(sym[1].st_name), 0xffffffff },
	{ FIELD(sym[1].st_name), sizeof(small.names) - 1 },
	{ FIELD(sym[1].st_size), ~0UL },
	{ FIELD(sym[1].st_value), ~0UL },
	{ FIELD(sym[1].st_shndx), 0xffff },
	{ FIELD(sym[1].st_shndx), 300 },
	{ FIELD(note.head.n_namesz), 0xffffffff },
	{ FIELD(note.head.n_descsz), 0xfffffffd },
	{ FIELD(sh[6].sh_size), 4 },
	{ FIELD(sh[7].sh_size), 8 },
};

static void run_known(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(evil); i++) {
		struct small_file file = small;

		memcpy((char *)&file + evil[i].at, &evil[i].value, evil[i].size);
		LLVMFuzzerTestOneInput((const unsigned char *)&file, sizeof(file));
	}
	for (size_t n = 0; n <= sizeof(small); n++) /* cut everywhere */
		LLVMFuzzerTestOneInput((const unsigned char *)&small, n);
}

/* --- random ones --- */

static u64 random_value(size_t size)
{
	static const u64 edges[] = { 0, 1, 8, 24, 64, 0x7f, 0xff, 0xffff, 0x7fffffff, 0xffffffff,
				     1UL << 32, 1UL << 47, ~0UL >> 1, ~0UL, ~0UL - 23 };

	switch (random() % 4) {
	case 0:
		return (u64)random() % (size + 1);
	case 1:
		return size - (u64)random() % 64;
	case 2:
		return (u64)random() << 32 ^ (u64)random();
	default:
		return edges[(size_t)random() % ARRAY_SIZE(edges)];
	}
}

/* One to eight fields become something else, mostly in the headers. */
static size_t break_it(unsigned char *buf, size_t size)
{
	const Elf64_Ehdr *eh = (const void *)buf;

	for (long i = random() % 8; i >= 0; i--) {
		size_t at = (size_t)random() % size, width = 1UL << random() % 4;
		u64 value = random_value(size);

		if (random() % 2 && eh->e_shoff < size)
			at = eh->e_shoff + (size_t)random() % (SECTIONS * sizeof(Elf64_Shdr));
		else if (random() % 4 == 0)
			at = (size_t)random() % sizeof(*eh);
		if (at + width <= size)
			memcpy(buf + at, &value, width);
	}
	return random() % 8 ? size : (size_t)random() % (size + 1);
}

/* The file that all others come from is whole, so that its parts are reached. */
static void check_small_file(void)
{
	struct elf_symbols syms;
	struct elf_symbol found;

	CHECK(libelf_open() && !elf_symbols_load_memory(&small, sizeof(small), &syms));
	CHECK(syms.nr == 3 && syms.source == ELF_SYMTAB);
	CHECK(elf_symbols_find(&syms, 0x1010, &found) && !strcmp(found.name, "read"));
	elf_symbols_free(&syms);
}

static void make_whole_input(void)
{
	make_small_file();
	check_small_file();
}

static size_t whole_input(unsigned char *buf)
{
	memcpy(buf, &small, sizeof(small));
	return sizeof(small);
}

/* Mostly of the small file, now and then of this program. */
static size_t random_input(unsigned char *buf)
{
	static unsigned int calls;
	size_t size = 0;
	FILE *f = ++calls % 256 ? NULL : fopen("/proc/self/exe", "r");

	if (f) {
		size = fread(buf, 1, MAX_INPUT, f);
		fclose(f);
	}
	return break_it(buf, size ? size : whole_input(buf));
}
#endif
