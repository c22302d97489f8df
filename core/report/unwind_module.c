/*
 * unwind_module.c - the module that a pc lies in, and which part of it can be
 * read (kernel: kernel/module/main.c __module_address).
 *
 * The loader says where a module's search table is and between which addresses
 * the module lies, but a module may have holes. So the bounds of the segment
 * that holds the table are taken from the program headers: the program's own
 * lie where the kernel says, others behind the ELF header where the module begins.
 * They are read once a module, and each page is asked for first. A module
 * whose ELF header is not mapped there has no call frame information for us.
 *
 * unwind_modules_learn() does so for all that are loaded, so that nothing has to be
 * asked when a sandbox has closed.
 *
 * Answers are kept in a small table without locks. An entry is three words and
 * the last is a checksum over all that it depends on; a reader that sees half
 * of one entry and half of another finds it wrong and looks again itself. The
 * generation is part of it, so that unwind_forget() voids all.
 *
 * A module that is unmapped while a thread reads its tables is a fault that
 * nothing here prevents: only a stack that holds addresses of a module in
 * dlclose leads there.
 *
 * Locks: none. Cost: 30 ns, some microseconds for a new module.
 */
#include <link.h>
#include <string.h>

#include "core/os/dl_find.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "core/report/unwind_module.h"

#define SLOTS	    512 /* power of two */
#define MAX_HEADERS 64
#define MAX_OFFSET  (64 * PAGE_SIZE)

u64 unwind_generation = 1;

struct slot {
	u64 lo, hi, check;
};
static struct slot slots[SLOTS];

/* --- program headers --- */

static bool copy_readable(void *to, uintptr_t from, size_t bytes)
{
	for (uintptr_t at = ALIGN_DOWN(from, 8); at < from + bytes; at += 8)
		if ((at == ALIGN_DOWN(from, 8) || at % PAGE_SIZE == 0) &&
		    !os_readable((const void *)at))
			return false;
	memcpy(to, (const void *)from, bytes);
	return true;
}

/* Where one mapping's headers are, and what they are relative to. */
struct headers {
	uintptr_t at, base;
	size_t nr;
};

/* The readable segment that the search table lies in. */
static bool find_segment(const struct headers *h, uintptr_t table, struct cfi_module *m)
{
	ElfW(Phdr) ph;
	uintptr_t at;

	for (size_t i = 0; i < h->nr && i < MAX_HEADERS; i++) {
		if (!copy_readable(&ph, h->at + i * sizeof(ph), sizeof(ph)))
			return false;
		at = h->base + ph.p_vaddr;
		if (ph.p_type != PT_LOAD || !(ph.p_flags & PF_R) || table - at >= ph.p_filesz)
			continue;
		*m = (struct cfi_module){ at, at + ph.p_filesz, table };
		/* a file that is shorter than it says cannot be read there */
		return m->lo < m->hi && os_readable((const void *)((m->hi - 1) & ~7UL));
	}
	return false;
}

/* By the ELF header at this address, if there is one. */
static bool headers_at(uintptr_t at, uintptr_t base, struct headers *h)
{
	ElfW(Ehdr) eh;

	if (at % PAGE_SIZE || !copy_readable(&eh, at, sizeof(eh)) ||
	    memcmp(eh.e_ident, ELFMAG, SELFMAG) || eh.e_phentsize != sizeof(ElfW(Phdr)) ||
	    eh.e_phoff > MAX_OFFSET)
		return false;
	*h = (struct headers){ at + eh.e_phoff, base, eh.e_phnum };
	return true;
}

/* The program's own, if that is the one with this search table. */
static bool headers_of_program(uintptr_t base, uintptr_t table, struct headers *h)
{
	struct os_program program = os_dl_program();
	ElfW(Phdr) ph;

	*h = (struct headers){ program.headers, base, program.nr };
	for (size_t i = 0; program.headers && i < h->nr && i < MAX_HEADERS; i++) {
		if (!copy_readable(&ph, h->at + i * sizeof(ph), sizeof(ph)))
			return false;
		if (ph.p_type == PT_GNU_EH_FRAME)
			return base + ph.p_vaddr == table;
	}
	return false;
}

static bool read_segment(const struct os_dl_object *o, struct cfi_module *m)
{
	struct headers h;

	if (headers_of_program(o->base, o->eh_frame_hdr, &h))
		return find_segment(&h, o->eh_frame_hdr, m);
	return (headers_at(o->base, o->base, &h) && find_segment(&h, o->eh_frame_hdr, m)) ||
	       (headers_at(o->start, o->base, &h) && find_segment(&h, o->eh_frame_hdr, m));
}

/* --- the table --- */

static u64 mix(u64 h, u64 v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 29;
}

static u64 checksum(const struct os_dl_object *o, u64 lo, u64 hi)
{
	u64 h = mix(READ_ONCE(unwind_generation), o->base);

	return mix(mix(mix(h, o->eh_frame_hdr), lo), hi);
}

static bool slot_read(const struct slot *s, const struct os_dl_object *o, struct cfi_module *m)
{
	*m = (struct cfi_module){ READ_ONCE(s->lo), READ_ONCE(s->hi), o->eh_frame_hdr };
	return m->lo && READ_ONCE(s->check) == checksum(o, m->lo, m->hi);
}

bool unwind_module_find(uintptr_t pc, struct cfi_module *m)
{
	struct os_dl_object o;
	struct slot *s;

	if (!os_dl_find(pc, &o) || !o.eh_frame_hdr)
		return false;
	s = &slots[mix(0, o.eh_frame_hdr) >> 40 & (SLOTS - 1)];
	if (slot_read(s, &o, m))
		return true;
	if (!read_segment(&o, m))
		return false;
	WRITE_ONCE(s->lo, m->lo);
	WRITE_ONCE(s->hi, m->hi);
	WRITE_ONCE(s->check, checksum(&o, m->lo, m->hi));
	return true;
}

static void learn(const struct os_object *o, void *arg)
{
	struct cfi_module m;

	(void)arg;
	unwind_module_find(o->start, &m);
}

void unwind_modules_learn(void)
{
	os_objects_each(learn, NULL);
}
