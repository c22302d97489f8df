/*
 * dl.c - the loader: symbols of other objects, and libc's symbol table. There
 * is no kernel counterpart but kallsyms.
 *
 * dlsym may call malloc (dlerror's buffers). That is ours and works without
 * any symbol looked up before, so no bootstrap pool is needed: core asks the
 * loader for optional things only (__rseq_offset and the like).
 *
 * dlsym(RTLD_NEXT) means "next after the object of the caller", and the caller
 * is told by the return address: os_dlsym_next() is a function of this object
 * and not inlined elsewhere, so the answer is always "after libkmemu.so".
 *
 * libc's module. Two things need libc itself and not whatever comes next in
 * the search order (which may be another preloaded allocator): the real free
 * for blocks that are proven glibc's, and the redirection below. The module is
 * found by the address of a function that only libc defines, and its symbols
 * by its own DT_GNU_HASH, which takes no lock.
 *
 * Redirection. A library opened with RTLD_DEEPBIND finds libc's malloc and free
 * before ours, while strdup, getline and realpath, which live in libc, give it
 * blocks of ours: its first free() of one would crash. Changing libc's symbol
 * table in memory (st_value of eight or so symbols) makes every later look-up
 * find ours, whatever scope it is made in; the code of libc is not touched,
 * and nothing changes for other symbols, so RTLD_DEEPBIND keeps its meaning.
 * The table is a private file mapping: the pages written to become ours alone
 * (about 50 KiB), hence only when such a library comes. A sandbox that refuses
 * mprotect leaves things as they are without us.
 *
 * Locks: the loader's, in dlsym and dl_iterate_phdr. Cost: some microseconds, once.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "core/os/dl.h"
#include "core/os/linked.h"
#include "core/os/os.h"

/* Made by the linker: the first byte of this object, and the end of its bss. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char _end[] __attribute__((visibility("hidden")));
/* All code that came from libkmemu.a (own_text.ld); NULL in libkmemu.so. */
extern const char __start_kmemu_text[] __attribute__((weak, visibility("hidden")));
extern const char __stop_kmemu_text[] __attribute__((weak, visibility("hidden")));

__noinline void *os_dlsym_default(const char *name)
{
	return dlsym(RTLD_DEFAULT, name);
}

__noinline void *os_dlsym_next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

bool os_dl_is_ours(const void *p)
{
	return (const char *)p >= __ehdr_start && (const char *)p < _end;
}

bool os_dl_is_in_program(void)
{
	static u8 known; /* 1: no, 2: yes; every saved stack asks */
	u8 answer = READ_ONCE(known);

	if (unlikely(!answer)) {
		answer = os_dl_is_ours((const void *)getauxval(AT_PHDR)) ? 2 : 1;
		WRITE_ONCE(known, answer);
	}
	return answer == 2;
}

bool os_dl_is_own_code(const void *p)
{
	if (__start_kmemu_text)
		return (const char *)p > __start_kmemu_text && (const char *)p <= __stop_kmemu_text;
	return os_dl_is_ours(p) && !os_dl_is_in_program();
}

/* Its headers lie where the first of them says, or at its addresses as linked. */
static uintptr_t program_bias(const ElfW(Phdr) *ph, unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		if (ph[i].p_type == PT_PHDR)
			return (uintptr_t)ph - ph[i].p_vaddr;
	return 0;
}

bool os_program_is_linked(void)
{
	const ElfW(Phdr) *ph = (const void *)getauxval(AT_PHDR);
	unsigned long n = ph ? getauxval(AT_PHNUM) : 0;
	uintptr_t bias = program_bias(ph, n);

	for (unsigned long i = 0; i < n; i++)
		if (ph[i].p_type == PT_NOTE &&
		    os_linked_in((const void *)(bias + ph[i].p_vaddr), ph[i].p_memsz))
			return true;
	return false;
}

/*
 * Since 2.35 the loader's r_version is 2 while there are more namespaces. An
 * older one says 1 always: then we cannot tell and answer no.
 */
bool os_dl_other_namespaces(void)
{
	static struct r_debug *cached;
	struct r_debug *debug = __atomic_load_n(&cached, __ATOMIC_RELAXED);

	if (!debug) {
		debug = os_dlsym_default("_r_debug");
		__atomic_store_n(&cached, debug, __ATOMIC_RELAXED);
	}
	return debug && READ_ONCE(debug->r_version) >= 2;
}

/* --- a module by its headers --- */

/* Most loaders relocate the dynamic section in place, some cannot. */
static void *dyn_ptr(const struct os_module *m, uintptr_t value)
{
	return (void *)(value < m->base ? value + m->base : value);
}

static void find_dynamic(struct os_module *m, const ElfW(Dyn) *dyn)
{
	for (; dyn->d_tag != DT_NULL; dyn++) {
		void *p = dyn_ptr(m, dyn->d_un.d_ptr);

		if (dyn->d_tag == DT_SYMTAB)
			m->symtab = p;
		else if (dyn->d_tag == DT_STRTAB)
			m->strtab = p;
		else if (dyn->d_tag == DT_GNU_HASH)
			m->gnu_hash = p;
		else if (dyn->d_tag == DT_VERSYM)
			m->versym = p;
	}
}

/* One object of the process: is it the one that holds libc's function? */
static int look_at_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t wanted = (uintptr_t)gnu_get_libc_version - info->dlpi_addr;
	const ElfW(Dyn) *dyn = NULL;
	struct os_module found = { .base = info->dlpi_addr };
	bool is_libc = false;
	unsigned int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_DYNAMIC)
			dyn = (const void *)(found.base + ph->p_vaddr);
		if (ph->p_type != PT_LOAD)
			continue;
		is_libc |= wanted - ph->p_vaddr < ph->p_memsz;
		if (ph->p_flags & PF_W) {
			found.data_start = found.base + ph->p_vaddr;
			found.data_end = found.data_start + ph->p_memsz;
		}
	}
	if (!is_libc || !dyn)
		return 0;
	find_dynamic(&found, dyn);
	*(struct os_module *)arg = found;
	return 1;
}

void *os_vdso_function(const char *name)
{
	const ElfW(Ehdr) *eh = (const void *)getauxval(AT_SYSINFO_EHDR);
	struct os_module m = { 0 };
	const ElfW(Dyn) *dyn = NULL;
	const ElfW(Phdr) * ph;

	if (!eh)
		return NULL;
	ph = (const void *)((uintptr_t)eh + eh->e_phoff);
	for (unsigned int i = 0; i < eh->e_phnum; i++, ph++) {
		if (ph->p_type == PT_LOAD && !m.base)
			m.base = (uintptr_t)eh + ph->p_offset - ph->p_vaddr;
		if (ph->p_type == PT_DYNAMIC)
			dyn = (const void *)((uintptr_t)eh + ph->p_offset);
	}
	if (dyn)
		find_dynamic(&m, dyn);
	return m.symtab && m.strtab && m.gnu_hash ? os_module_symbol(&m, name) : NULL;
}

/* Not by dladdr, which looks at each of libc's 3000 symbols. */
static bool find_libc(struct os_module *m)
{
	return dl_iterate_phdr(look_at_object, m) && m->data_end && m->symtab && m->strtab &&
	       m->gnu_hash;
}

const struct os_module *os_dl_libc(void)
{
	static struct os_module libc;
	static u32 state; /* 0 not asked, 1 not readable, 2 libc is set */
	struct os_module found = { 0 };
	u32 seen = __atomic_load_n(&state, __ATOMIC_ACQUIRE);

	if (!seen) {
		/* Two threads may both look; they write the same words. */
		seen = find_libc(&found) ? 2 : 1;
		libc = found;
		__atomic_store_n(&state, seen, __ATOMIC_RELEASE);
	}
	return seen == 2 ? &libc : NULL;
}

/* --- its symbols --- */

static u32 gnu_hash_of(const char *name)
{
	u32 h = 5381;

	for (; *name; name++)
		h = h * 33 + (u8)*name;
	return h;
}

static bool sym_is(const struct os_module *m, u32 i, const char *name)
{
	const ElfW(Sym) *sym = (const ElfW(Sym) *)m->symtab + i;

	return sym->st_shndx != SHN_UNDEF && !strcmp(m->strtab + sym->st_name, name);
}

/*
 * The first symbol at or after `from` in the chain of this name, 0: none; from
 * 0 begins. The table: nbuckets, first hashed symbol, bloom words, shift; then
 * bloom, buckets, and one hash for each symbol, bit 0 set at a chain's end.
 */
static u32 sym_find(const struct os_module *m, const char *name, u32 from)
{
	const u32 *h = m->gnu_hash;
	const u32 *buckets = h + 4 + h[2] * (sizeof(ElfW(Addr)) / 4);
	const u32 *chain = buckets + h[0];
	u32 hash = gnu_hash_of(name);
	u32 i = from ? from : buckets[hash % h[0]];

	if (i < h[1])
		return 0;
	if (from && (chain[from - 1 - h[1]] & 1))
		return 0;
	for (;; i++) {
		if ((chain[i - h[1]] | 1) == (hash | 1) && sym_is(m, i, name))
			return i;
		if (chain[i - h[1]] & 1)
			return 0;
	}
}

bool os_dl_defines(uintptr_t bias, const void *dynamic, const char *name)
{
	struct os_module m = { .base = bias };

	find_dynamic(&m, dynamic);
	return m.symtab && m.strtab && m.gnu_hash && m.gnu_hash[0] && sym_find(&m, name, 0);
}

#define VERSION_HIDDEN 0x8000 /* not the one that is linked to */

void *os_dl_function(uintptr_t bias, const void *dynamic, const char *name)
{
	struct os_module m = { .base = bias };
	u32 i;

	find_dynamic(&m, dynamic);
	if (!m.symtab || !m.strtab || !m.gnu_hash || !m.gnu_hash[0])
		return NULL;
	for (i = sym_find(&m, name, 0); i; i = sym_find(&m, name, i + 1)) {
		const ElfW(Sym) *sym = (const ElfW(Sym) *)m.symtab + i;

		if (ELF64_ST_TYPE(sym->st_info) == STT_FUNC &&
		    !(m.versym && m.versym[i] & VERSION_HIDDEN))
			return (void *)(bias + sym->st_value);
	}
	return NULL;
}

bool os_dl_may_define(uintptr_t bias, const void *dynamic, const char *name)
{
	struct os_module m = { .base = bias };

	find_dynamic(&m, dynamic);
	return !m.gnu_hash || os_dl_defines(bias, dynamic, name);
}

void *os_module_symbol(const struct os_module *m, const char *name)
{
	u32 i = m ? sym_find(m, name, 0) : 0;

	return i ? (void *)(m->base + ((ElfW(Sym) *)m->symtab)[i].st_value) : NULL;
}

static int protect(uintptr_t addr, int prot)
{
	return (int)os_call(SYS_mprotect, (long)(addr & PAGE_MASK), PAGE_SIZE, prot, 0, 0, 0);
}

static int redirect_one(const struct os_module *m, ElfW(Sym) *sym, void *to)
{
	uintptr_t value = (uintptr_t)to - m->base;
	uintptr_t at = (uintptr_t)&sym->st_value;
	int err;

	if (sym->st_value == value)
		return 0;
	err = protect(at, PROT_READ | PROT_WRITE);
	if (err)
		return err;
	/* Eight aligned bytes at once: a look-up sees the old or the new. */
	__atomic_store_n(&sym->st_value, value, __ATOMIC_RELEASE);
	return protect(at, PROT_READ);
}

int os_module_redirect(const struct os_module *m, const char *name, void *to)
{
	u32 i = sym_find(m, name, 0);
	int err = i ? 0 : -ENOENT;

	for (; i && !err; i = sym_find(m, name, i + 1)) /* one for each version */
		err = redirect_one(m, (ElfW(Sym) *)m->symtab + i, to);
	return err;
}
