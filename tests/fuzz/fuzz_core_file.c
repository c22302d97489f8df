/* flags: cmd/target.c cmd/target_core.c */
/* SPDX-License-Identifier: MIT */
/*
 * fuzz_core_file: whatever a core file holds, in its headers or in the memory that
 * it keeps, `kmemu show --core` ends, stays in bounds, and prints or complains.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/target.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/slab.h"
#include "core/mm/vmalloc.h"
#include "core/mm/zone.h"

#define MAX_INPUT (8u << 20)
#define FUZZ_WHOLE_INPUT
#include "tests/fuzz/fuzz.h"

/* --- what cmd/util.c has; what is said is counted --- */

static unsigned long said;

void say(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	said++;
}

void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

void *xrealloc(void *p, size_t size)
{
	CHECK(size <= 1UL << 30);
	p = realloc(p, size ? size : 1);
	CHECK(p);
	return p;
}

char *xstrdup(const char *s)
{
	return strcpy(xmalloc(strlen(s) + 1), s);
}

/* --- one input --- */

static void look(struct target *t)
{
	for (unsigned int i = 0; view_name(i); i++) {
		unsigned long before = said;
		size_t len;
		char *text = target_view(t, view_name(i), &len);

		CHECK(!text == (said == before + 1));
		CHECK(!text || strlen(text) <= len);
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static int fd = -1;
	unsigned long before = said;
	struct target *t;
	char path[64];

	if (fd < 0)
		fd = memfd_create("core", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, data, size, 0) == (ssize_t)size);
	t = target_open_core(path);
	CHECK(!t == (said == before + 1));
	if (t)
		look(t);
	target_close(t);
	return 0;
}

#ifndef KMEMU_LIBFUZZER
/* --- the small core: one cache, the zones, two areas, one slot --- */

#define BASE 0x10000UL
#define AT(member) (BASE + offsetof(struct small_core, member))

static struct small_core {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[3];
	struct {
		Elf64_Nhdr head;
		char name[8];
		u32 words[2 * (2 + 3 * 2)];
		char names[40];
	} note;
	struct view_roots roots;
	struct list_head slab_caches;
	struct kmem_cache cache[2];
	struct zone zones[MAX_NR_ZONES];
	struct vmap vmap;
	struct vmap_area areas[4];
	struct alloc_tag_roots tags;
} small;

static void put_word(unsigned int i, u64 word)
{
	memcpy(&small.note.words[2 * i], &word, sizeof(word));
}

static void make_headers(void)
{
	memcpy(small.eh.e_ident, ELFMAG "\2\1\1", 7);
	small.eh.e_type = ET_CORE;
	small.eh.e_phoff = offsetof(struct small_core, ph);
	small.eh.e_phentsize = sizeof(Elf64_Phdr);
	small.eh.e_phnum = 3;
	small.ph[0] = (Elf64_Phdr){ .p_type = PT_NOTE,
				    .p_offset = offsetof(struct small_core, note),
				    .p_filesz = sizeof(small.note) };
	/* Two segments, side by side; the second comes first. */
	small.ph[1] = (Elf64_Phdr){ .p_type = PT_LOAD,
				    .p_offset = 0x1000,
				    .p_vaddr = BASE + 0x1000,
				    .p_filesz = sizeof(small) - 0x1000,
				    .p_memsz = 0x100000 };
	small.ph[2] = (Elf64_Phdr){
		.p_type = PT_LOAD, .p_vaddr = BASE, .p_filesz = 0x1000, .p_memsz = 0x1000
	};
	small.note.head = (Elf64_Nhdr){ 5, sizeof(small.note) - sizeof(Elf64_Nhdr) - 8, NT_FILE };
	memcpy(small.note.name, "CORE", 5);
	put_word(0, 2);
	put_word(1, 4096);
	put_word(2, BASE);
	put_word(3, BASE + 0x1000);
	put_word(5, BASE);
	put_word(6, BASE + 0x1000);
	memcpy(small.note.names, "/bin/x\0/lib/libkmemu.so", 24);
}

static void make_caches(void)
{
	u64 head = AT(slab_caches), first = AT(cache[0].list), last = AT(cache[1].list);

	small.slab_caches = (struct list_head){ (void *)first, (void *)last };
	for (int i = 0; i < 2; i++) {
		snprintf(small.cache[i].name, sizeof(small.cache[i].name), "kmalloc-%d", i);
		small.cache[i].size = 64;
		small.cache[i].objects = 64;
		small.cache[i].node.nr_slabs = 2;
		small.cache[i].node.total_objects = 128;
	}
	small.cache[0].list = (struct list_head){ (void *)last, (void *)head };
	small.cache[1].list = (struct list_head){ (void *)head, (void *)first };
}

static void make_zones(void)
{
	for (u64 i = 0; i < MAX_NR_ZONES; i++) {
		u64 absent = AT(zones) + i * sizeof(struct zone) + offsetof(struct zone, absent);
		struct zone *z = &small.zones[i];

		z->start_pfn = z->first_pfn = 1000 * i;
		z->next_pfn = z->first_pfn + 100;
		z->end_pfn = z->limit_pfn = 1000 * (i + 1);
		z->committed = z->free_buddy = 100;
		z->absent = (struct list_head){ (void *)absent, (void *)absent };
	}
}

static void make_areas(void)
{
	small.vmap.started = true;
	small.vmap.nr_areas = 4;
	for (u32 i = 1; i < 4; i++)
		small.areas[i] = (struct vmap_area){ .start = 100 * i,
						     .span = 10,
						     .pages = 9,
						     .prev = i - 1,
						     .next = (i + 1) % 4,
						     .guard = GUARD_HOLE,
						     .state = i == 2 ? VMAP_LAZY : VMAP_LIVE };
	small.tags = (struct alloc_tag_roots){ .vmap = AT(vmap), .areas = AT(areas) };
}

static void make_small_core(void)
{
	make_headers();
	make_caches();
	make_zones();
	make_areas();
	small.roots = kmemu_view_roots;
	small.roots.self = AT(roots);
	small.roots.slab_caches = AT(slab_caches);
	small.roots.zones = AT(zones);
	small.roots.vmap = AT(vmap);
	small.roots.areas = AT(areas);
	small.roots.slots = small.roots.guarded_slots = BASE;
	small.roots.tags = AT(tags);
}

/* The core that all others come from is whole, so that its parts are reached. */
static void check_small_core(void)
{
	unsigned long before = said;

	CHECK(sizeof(small) > 0x1000);
	LLVMFuzzerTestOneInput((const unsigned char *)&small, sizeof(small));
	CHECK(said == before);
}

static void run_known(void)
{
	for (size_t n = 0; n <= sizeof(small); n += n < 2048 ? 1 : 61)
		LLVMFuzzerTestOneInput((const unsigned char *)&small, n);
}

/* --- random ones --- */

static u64 random_value(size_t size)
{
	static const u64 edges[] = { 0,		1,	    8,		 PN_XNUM,   0x7fffffff,
				     0xffffffff, 1UL << 32, ~0UL >> 1, ~0UL, ~0UL - 23,
				     BASE,	BASE + 0xff8, BASE + 0x1000 };

	switch (random() % 4) {
	case 0:
		return (u64)random() % (size + 1);
	case 1:
		return BASE + (u64)random() % size / 8 * 8;
	case 2:
		return (u64)random() << 32 ^ (u64)random();
	default:
		return edges[(size_t)random() % ARRAY_SIZE(edges)];
	}
}

/* One to eight fields become something else, half of them in the headers. */
static size_t break_it(unsigned char *buf)
{
	size_t size = sizeof(small);

	for (long i = random() % 8; i >= 0; i--) {
		bool head = random() % 2;
		size_t end = head ? offsetof(struct small_core, roots) : size;
		size_t at = (size_t)random() % end, width = 1UL << random() % 4;
		u64 value = random_value(size);

		at = at / width * width;
		if (at + width <= size)
			memcpy(buf + at, &value, width);
	}
	return random() % 8 ? size : (size_t)random() % (size + 1);
}

static void make_whole_input(void)
{
	make_small_core();
	check_small_core();
}

static size_t whole_input(unsigned char *buf)
{
	memcpy(buf, &small, sizeof(small));
	return sizeof(small);
}

static size_t random_input(unsigned char *buf)
{
	whole_input(buf);
	return break_it(buf);
}
#endif
