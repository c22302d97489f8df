/*
 * dl_next.c - the next definition of a function, without the loader's lock (no
 * kernel counterpart).
 *
 * dlsym(RTLD_NEXT) waits for the lock that dlopen holds while constructors run. A
 * constructor that starts a thread and joins it would wait for ever if that
 * thread's first read() had to be looked up by us. And a first call may be
 * made in a signal handler, or by the child of a fork. To look hundreds of
 * names up at each start would cost 0.2 ms and touch most of libc's tables. So
 * they are looked up when first called, in the objects' own hash tables: those of
 * objects that the program was started with never go away.
 *
 * The order is that of the loader: its list, from the object behind us to the
 * last one of the start. What dlopen adds later comes after libc, and would be
 * found by nobody who finds ours.
 *
 * Versions. Programs ask for NAME@GLIBC_x. A library before libc in the order may
 * define the name too (a preload, libpthread before 2.34, libbsd): it is meant
 * if it gives it no version, or one of libc's. The default version is taken,
 * which is what programs are linked to now, and one that is not the default if
 * there is no other (pthread_yield).
 *
 * Before we are relocated. Resolvers of IFUNCs of other objects run while the
 * loader relocates, and may call open() and read(), which lead to us by then. We
 * have no way to libc's functions yet, but the kernel tells where the program's
 * headers are, and these where the loader's list is. The auxiliary vector is
 * read from /proc then.
 *
 * Locks: none. Cost: some 0.3 us for a name, and 20 ns more for each object
 * before libc.
 */
#include "core/os/dl_next.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/syscall.h>

#include "core/os/os.h"

/* The loader's own word; weak, so that the loader is no library that is needed. */
#pragma weak _r_debug

/* By this name in every object: hidden, it is ours. */
extern __typeof__(_DYNAMIC) _DYNAMIC __attribute__((visibility("hidden")));

/* What a look-up reads of an object. */
struct table {
	uintptr_t base;
	const ElfW(Sym) * symtab;
	const char *strtab;
	const u32 *hash; /* DT_GNU_HASH */
	const u16 *versym;
	const ElfW(Verdef) * verdef;
};

static const struct link_map *first, *last; /* objects behind us at the start; NULL: not known */

static bool is_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* --- the objects --------------------------------------------------------- */

/* Its own address when this object is relocated; volatile, or the answer would be known. */
static void *volatile own_address = (void *)&own_address;

static const struct r_debug *debug_of(const ElfW(Phdr) * phdr, size_t n)
{
	const ElfW(Dyn) *dyn = NULL;
	uintptr_t bias = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (phdr[i].p_type == PT_PHDR)
			bias = (uintptr_t)phdr - phdr[i].p_vaddr;
	for (i = 0; i < n; i++)
		if (phdr[i].p_type == PT_DYNAMIC)
			dyn = (const void *)(bias + phdr[i].p_vaddr);
	for (; dyn && dyn->d_tag != DT_NULL; dyn++)
		if (dyn->d_tag == DT_DEBUG)
			return (const void *)dyn->d_un.d_ptr;
	return NULL;
}

static const struct r_debug *debug_by_headers(void)
{
	long fd = os_call(SYS_openat, AT_FDCWD, (long)"/proc/self/auxv", O_RDONLY | O_CLOEXEC, 0, 0,
			  0);
	const ElfW(Phdr) *phdr = NULL;
	ElfW(auxv_t) aux;
	size_t n = 0;

	if (fd < 0)
		return NULL;
	while (os_call(SYS_read, fd, (long)&aux, sizeof(aux), 0, 0, 0) == sizeof(aux)) {
		if (aux.a_type == AT_PHDR)
			phdr = (const void *)aux.a_un.a_val;
		else if (aux.a_type == AT_PHNUM)
			n = aux.a_un.a_val;
	}
	os_call(SYS_close, fd, 0, 0, 0, 0, 0);
	return phdr ? debug_of(phdr, n) : NULL;
}

bool os_dl_is_relocated(void)
{
	return own_address == (void *)&own_address;
}

/* Two threads may do it at once and store the same words. */
void os_dl_next_init(void)
{
	const struct r_debug *debug;
	const struct link_map *l;

	/* Not by dlsym, which is ours and asks here for the real one. */
	if (__atomic_load_n(&first, __ATOMIC_ACQUIRE))
		return;
	debug = os_dl_is_relocated() ? &_r_debug : debug_by_headers();
	for (l = debug ? debug->r_map : NULL; l && l->l_ld != _DYNAMIC; l = l->l_next)
		;
	if (!l || !l->l_next)
		return;
	first = l->l_next;
	for (l = first; l->l_next; l = l->l_next)
		;
	last = l;
	__atomic_store_n(&first, first, __ATOMIC_RELEASE);
}

/* Most loaders relocate the dynamic section in place, some cannot. */
static const void *at(const struct link_map *l, const ElfW(Dyn) * dyn)
{
	uintptr_t p = dyn->d_un.d_ptr;

	return (const void *)(p < l->l_addr ? p + l->l_addr : p);
}

static bool read_tables(const struct link_map *l, struct table *t)
{
	__builtin_memset(t, 0, sizeof(*t));
	t->base = l->l_addr;
	for (const ElfW(Dyn) *dyn = l->l_ld; dyn && dyn->d_tag != DT_NULL; dyn++) {
		if (dyn->d_tag == DT_SYMTAB)
			t->symtab = at(l, dyn);
		else if (dyn->d_tag == DT_STRTAB)
			t->strtab = at(l, dyn);
		else if (dyn->d_tag == DT_GNU_HASH)
			t->hash = at(l, dyn);
		else if (dyn->d_tag == DT_VERSYM)
			t->versym = at(l, dyn);
		else if (dyn->d_tag == DT_VERDEF)
			t->verdef = at(l, dyn);
	}
	return t->symtab && t->strtab && t->hash;
}

/* --- a symbol ------------------------------------------------------------ */

#define HIDDEN 0x8000

static const char *version_name(const struct table *t, u16 index)
{
	const ElfW(Verdef) *vd = t->verdef;

	for (; vd; vd = vd->vd_next ? (const void *)((const char *)vd + vd->vd_next) : NULL)
		if ((vd->vd_ndx & ~HIDDEN) == index)
			return t->strtab +
			       ((const ElfW(Verdaux) *)((const char *)vd + vd->vd_aux))->vda_name;
	return "";
}

static bool is_libc_version(const struct table *t, u16 version)
{
	static const char wanted[] = "GLIBC_";
	const char *name;

	if ((version & ~HIDDEN) <= VER_NDX_GLOBAL)
		return true;
	name = version_name(t, version & ~HIDDEN);
	for (size_t i = 0; i < sizeof(wanted) - 1; i++)
		if (name[i] != wanted[i])
			return false;
	return true;
}

static bool is_function(const struct table *t, u32 i, const char *name)
{
	const ElfW(Sym) *sym = &t->symtab[i];
	unsigned int type = ELF64_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && sym->st_value &&
	       (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE) &&
	       is_same(t->strtab + sym->st_name, name);
}

/* How much it is what a program means: 0 not at all, hidden ones by age, the default. */
static u32 rank(const struct table *t, u32 i)
{
	u16 version = t->versym && t->verdef ? t->versym[i] : VER_NDX_GLOBAL;

	if (!is_libc_version(t, version))
		return 0;
	return version & HIDDEN ? version & ~HIDDEN : HIDDEN;
}

/* The table: nbuckets, first symbol, bloom words, shift; bloom, buckets, chains. */
static u32 find(const struct table *t, const char *name, u32 hash)
{
	const u32 *h = t->hash;
	const ElfW(Addr) *bloom = (const ElfW(Addr) *)(h + 4);
	const u32 *buckets = (const u32 *)(bloom + h[2]), *chain = buckets + h[0];
	const unsigned int bits = 8 * sizeof(*bloom);
	ElfW(Addr) word = bloom[hash / bits % h[2]];
	u32 best = 0, best_rank = 0;

	if (!(word >> hash % bits & word >> (hash >> h[3]) % bits & 1))
		return 0;
	for (u32 i = buckets[hash % h[0]]; i >= h[1]; i++) {
		if ((chain[i - h[1]] | 1) == (hash | 1) && is_function(t, i, name) &&
		    rank(t, i) > best_rank) {
			best = i;
			best_rank = rank(t, i);
		}
		if (chain[i - h[1]] & 1)
			break;
	}
	return best;
}

static void *address(const struct table *t, u32 i)
{
	const ElfW(Sym) *sym = &t->symtab[i];
	void *p = (void *)(t->base + sym->st_value);

	return ELF64_ST_TYPE(sym->st_info) == STT_GNU_IFUNC ? ((void *(*)(void))p)() : p;
}

static u32 hash_of(const char *name)
{
	u32 hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (u8)*name;
	return hash;
}

void *os_dl_next(const char *name)
{
	const struct link_map *l;
	u32 hash = hash_of(name), i;
	struct table t;

	os_dl_next_init();
	for (l = first; l; l = l == last ? NULL : l->l_next) {
		i = read_tables(l, &t) ? find(&t, name, hash) : 0;
		if (i)
			return address(&t, i);
	}
	return NULL;
}
