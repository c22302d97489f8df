/*
 * modules.c - the objects of the process. The kernel's counterpart is
 * kernel/module/kallsyms.c's look-up of the module around an address, and the
 * build-id that it keeps of each (kernel/module/kallsyms.c init_build_id).
 *
 * By address: _dl_find_object, which glibc has since 2.35 for unwinders. It
 * takes no lock and may be called anywhere. It is looked up by dlsym, since a
 * hard reference would keep this object from loading on an older glibc.
 *
 * Headers are read in memory, as the loader mapped them: the program's where
 * the kernel says (AT_PHDR), another object's behind its ELF header, which is
 * at the start of its mapping in everything that linkers make. Notes are read
 * where a segment of the object holds them.
 *
 * The loader's lock. dlopen waits for it, and its holder may be waiting for
 * us: a constructor that starts a thread and joins it, say. Nobody offers to
 * try it, so we look for it. It lies in _rtld_global, which ld.so exports, but
 * at an offset of its version. dl_iterate_phdr holds the mutex right behind
 * it while it calls us, so at that moment that mutex is known by its owner: our
 * tid. Before it lies the one that we want, a recursive mutex too. Both must
 * look exactly so, else the lock is not known and os_loader_trylock() is
 * false. With the lock ours, r_debug's state can't change, so "is this thread
 * in the middle of dlopen" has an exact answer as well.
 *
 * Behind it, the mutex that dl_iterate_phdr takes is tried before as well: it is
 * recursive too.
 *
 * In the child of a fork while another thread was in the loader, libc makes the
 * locks new, but what they guarded may be half done: dlopen was seen to crash
 * there. os_loader_forbid() ends all use of it but _dl_find_object, whose data
 * are changed in a way that a reader always finds a whole version.
 *
 * Invariant: loader_lock and list_lock are NULL or were seen to be what is said
 * above.
 *
 * Cost: some 100 ns for an address; nothing is done at start.
 */
#include "core/os/modules.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "core/os/dl.h"
#include "core/os/os.h"

#define LIST_PATIENCE_MS 100

/* glibc: struct dl_find_object, with room for what may be appended. */
struct found_object {
	unsigned long long flags;
	void *map_start, *map_end;
	struct link_map *link_map;
	void *rest[12];
};

typedef int (*find_object_fn)(void *, struct found_object *);

static find_object_fn find_object;
static struct r_debug *debug;
static pthread_mutex_t *loader_lock; /* of dlopen and dlclose */
static pthread_mutex_t *list_lock; /* of the list of objects */
static bool loader_is_broken; /* in a fork's child: see os_loader_forbid() */
static const char *rtld_start, *rtld_end; /* where it is searched for */

/* --- headers --- */

static void program_headers(struct os_object *o)
{
	const ElfW(Ehdr) *eh = (const void *)o->start;
	uintptr_t phdr = getauxval(AT_PHDR);

	if (phdr >= o->start && phdr < o->end) {
		o->phdr = (const void *)phdr;
		o->nr_phdr = (unsigned int)getauxval(AT_PHNUM);
	} else if (!memcmp(eh->e_ident, ELFMAG, SELFMAG) &&
		   eh->e_phentsize == sizeof(ElfW(Phdr)) && eh->e_phoff < o->end - o->start &&
		   eh->e_phnum <= (o->end - o->start - eh->e_phoff) / sizeof(ElfW(Phdr))) {
		o->phdr = (const char *)eh + eh->e_phoff;
		o->nr_phdr = eh->e_phnum;
	}
}

void os_objects_init(void)
{
	if (__atomic_load_n(&find_object, __ATOMIC_RELAXED))
		return;
	__atomic_store_n(&find_object, (find_object_fn)os_dlsym_default("_dl_find_object"),
			 __ATOMIC_RELEASE);
}

bool os_object_find(uintptr_t addr, struct os_object *o)
{
	find_object_fn find = __atomic_load_n(&find_object, __ATOMIC_ACQUIRE);
	struct found_object found;

	if (!find || find((void *)addr, &found) || !found.link_map)
		return false;
	*o = (struct os_object){ .start = (uintptr_t)found.map_start,
				 .end = ALIGN((uintptr_t)found.map_end, PAGE_SIZE),
				 .bias = found.link_map->l_addr,
				 .name = found.link_map->l_name ? found.link_map->l_name : "",
				 .dynamic = found.link_map->l_ld };
	program_headers(o);
	return true;
}

/* [at, at + bytes) lies in what the object has mapped readable. */
static bool is_readable(const struct os_object *o, uintptr_t at, size_t bytes)
{
	const ElfW(Phdr) *ph = o->phdr;

	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++) {
		uintptr_t start = o->bias + ph->p_vaddr;

		if (ph->p_type == PT_LOAD && (ph->p_flags & PF_R) && at >= start &&
		    at - start < ph->p_filesz && bytes <= ph->p_filesz - (at - start))
			return true;
	}
	return false;
}

unsigned int os_notes_build_id(const void *notes, size_t bytes, u8 *id)
{
	const char *at = notes, *end = at + bytes;

	while ((size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *n = (const void *)at;
		size_t left = (size_t)(end - at) - sizeof(*n);
		size_t name = ALIGN((size_t)n->n_namesz, 4), desc = ALIGN((size_t)n->n_descsz, 4);

		if (name > left || n->n_descsz > left - name)
			return 0;
		at += sizeof(*n);
		if (n->n_type == NT_GNU_BUILD_ID && n->n_namesz == 4 && !memcmp(at, "GNU", 4)) {
			unsigned int length = min(n->n_descsz, (u32)BUILD_ID_BYTES_MAX);

			memcpy(id, at + name, length);
			return length;
		}
		at += name + min(desc, left - name);
	}
	return 0;
}

unsigned int os_object_build_id(const struct os_object *o, u8 *id)
{
	const ElfW(Phdr) *ph = o->phdr;

	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++) {
		uintptr_t at = o->bias + ph->p_vaddr;
		unsigned int n;

		if (ph->p_type != PT_NOTE || !IS_ALIGNED(at, 4) ||
		    !is_readable(o, at, ph->p_filesz))
			continue;
		n = os_notes_build_id((const void *)at, ph->p_filesz, id);
		if (n)
			return n;
	}
	return 0;
}

size_t os_object_head_bytes(const struct os_object *o)
{
	const ElfW(Phdr) *ph = o->phdr;

	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++)
		if (ph->p_type == PT_LOAD && ph->p_offset == 0 && (ph->p_flags & PF_R) &&
		    o->bias + ph->p_vaddr == o->start)
			return ph->p_filesz;
	return 0;
}

bool os_object_code(const struct os_object *o, uintptr_t *start, uintptr_t *end)
{
	const ElfW(Phdr) *ph = o->phdr;

	*start = UINTPTR_MAX;
	*end = 0;
	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++) {
		uintptr_t at = o->bias + ph->p_vaddr;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
			continue;
		*start = min(*start, at & PAGE_MASK);
		*end = max(*end, ALIGN(at + ph->p_memsz, PAGE_SIZE));
	}
	return *start < *end;
}

bool os_object_is_vdso(const struct os_object *o)
{
	return o->start && getauxval(AT_SYSINFO_EHDR) == o->start;
}

bool os_pc_in_loader(uintptr_t pc)
{
	struct os_object o;

	return os_object_find(pc, &o) && o.start == getauxval(AT_BASE);
}

const char *os_program_name(void)
{
	return (const char *)getauxval(AT_EXECFN);
}

/* --- jump slots --- */

struct relocations {
	const ElfW(Rela) *rela;
	size_t n;
};

struct dynamic {
	const ElfW(Sym) *symtab;
	const char *strtab;
	size_t strtab_bytes;
	struct relocations table[2]; /* DT_JMPREL, DT_RELA */
};

/* Relocations without a symbol stand first in DT_RELA; a large program has 10^5: left out. */
static void read_dynamic(const struct os_object *o, struct dynamic *d)
{
	size_t relative = 0;

	for (const ElfW(Dyn) *dyn = o->dynamic; dyn->d_tag != DT_NULL; dyn++) {
		uintptr_t value = dyn->d_un.d_val;
		void *at = (void *)(value < o->bias ? value + o->bias : value);

		if (dyn->d_tag == DT_SYMTAB)
			d->symtab = at;
		else if (dyn->d_tag == DT_STRTAB)
			d->strtab = at;
		else if (dyn->d_tag == DT_STRSZ)
			d->strtab_bytes = value;
		else if (dyn->d_tag == DT_JMPREL)
			d->table[0].rela = at;
		else if (dyn->d_tag == DT_PLTRELSZ)
			d->table[0].n = value / sizeof(ElfW(Rela));
		else if (dyn->d_tag == DT_RELA)
			d->table[1].rela = at;
		else if (dyn->d_tag == DT_RELASZ)
			d->table[1].n = value / sizeof(ElfW(Rela));
		else if (dyn->d_tag == DT_RELACOUNT)
			relative = value;
	}
	if (d->table[1].rela && relative <= d->table[1].n) {
		d->table[1].rela += relative;
		d->table[1].n -= relative;
	}
}

bool os_object_needs(const struct os_object *o, const char *file)
{
	struct dynamic d = { 0 };

	if (!o->dynamic)
		return false;
	read_dynamic(o, &d);
	for (const ElfW(Dyn) *dyn = o->dynamic; d.strtab && dyn->d_tag != DT_NULL; dyn++)
		if (dyn->d_tag == DT_NEEDED && dyn->d_un.d_val < d.strtab_bytes &&
		    !strcmp(d.strtab + dyn->d_un.d_val, file))
			return true;
	return false;
}

static bool names(const struct dynamic *d, const ElfW(Rela) *r, const char *name)
{
	const ElfW(Sym) *sym = d->symtab + ELF64_R_SYM(r->r_info);

	return ELF64_R_SYM(r->r_info) && sym->st_name < d->strtab_bytes &&
	       !strcmp(d->strtab + sym->st_name, name);
}

bool os_object_uses(const struct os_object *o, const char *name)
{
	struct dynamic d = { 0 };

	if (!o->dynamic)
		return false;
	read_dynamic(o, &d);
	for (int t = 0; d.symtab && d.strtab && t < 2; t++) {
		const ElfW(Rela) *r = d.table[t].rela, *end = r + d.table[t].n;

		for (; r && r < end; r++)
			if (names(&d, r, name))
				return true;
	}
	return false;
}

#if defined(__x86_64__)
#define IS_SLOT(type) ((type) == R_X86_64_JUMP_SLOT || (type) == R_X86_64_GLOB_DAT)
#define IS_CALL(type) ((type) == R_X86_64_JUMP_SLOT)
#elif defined(__aarch64__)
#define IS_CALL(type) ((type) == R_AARCH64_JUMP_SLOT)
#define IS_SLOT(type) ((type) == R_AARCH64_JUMP_SLOT || (type) == R_AARCH64_GLOB_DAT)
#else
#define IS_CALL(type) false
#define IS_SLOT(type) false /* then libelf is not used */
#endif

/* The symbol that a slot is for, if its name may be one of the set; NULL: no. */
static const char *slot_name(const struct dynamic *d, const ElfW(Rela) *r, u64 set)
{
	const ElfW(Sym) *sym = d->symtab + ELF64_R_SYM(r->r_info);
	const char *name;

	if (!IS_SLOT(ELF64_R_TYPE(r->r_info)) || !ELF64_R_SYM(r->r_info) ||
	    sym->st_name + 1UL >= d->strtab_bytes)
		return NULL;
	name = d->strtab + sym->st_name;
	return set & os_slot_set_of(name) ? name : NULL;
}

/* A slot there is read-only once it is bound: the loader protects whole pages. */
static bool in_relro(const struct os_object *o, uintptr_t at)
{
	const ElfW(Phdr) *ph = o->phdr;

	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++) {
		uintptr_t start = (o->bias + ph->p_vaddr) & PAGE_MASK;
		uintptr_t end = (o->bias + ph->p_vaddr + ph->p_memsz) & PAGE_MASK;

		if (ph->p_type == PT_GNU_RELRO && at >= start && at < end)
			return true;
	}
	return false;
}

void os_object_slots(const struct os_object *o, u64 set, os_slot_fn fn, void *arg)
{
	struct dynamic d = { 0 };

	if (!o->dynamic)
		return;
	read_dynamic(o, &d);
	for (int t = 0; d.symtab && d.strtab && t < 2; t++) {
		const ElfW(Rela) *r = d.table[t].rela, *end = r + d.table[t].n;

		for (; r && r < end; r++) {
			const char *name = slot_name(&d, r, set);
			uintptr_t at = o->bias + r->r_offset;

			if (likely(!name))
				continue;
			fn(o, name,
			   &(struct os_slot){ (uintptr_t *)at, 0, in_relro(o, at),
					      IS_CALL(ELF64_R_TYPE(r->r_info)) },
			   arg);
		}
	}
}

static int protect(const struct os_slot *slot, int prot)
{
	return (int)os_call(SYS_mprotect, (long)((uintptr_t)slot->at & PAGE_MASK), PAGE_SIZE, prot,
			    0, 0, 0);
}

int os_slot_set(const struct os_slot *slot)
{
	int err = 0;

	if (__atomic_load_n(slot->at, __ATOMIC_RELAXED) == slot->to)
		return 0;
	if (slot->read_only)
		err = protect(slot, PROT_READ | PROT_WRITE);
	if (err)
		return err;
	__atomic_store_n(slot->at, slot->to, __ATOMIC_RELEASE);
	if (slot->read_only)
		err = protect(slot, PROT_READ);
	return err;
}

/* --- the loader's lock --- */

/* A recursive mutex of this kind, in the state that is told by its fields. */
static bool is_mutex(const pthread_mutex_t *m, int owner)
{
	return m->__data.__kind == PTHREAD_MUTEX_RECURSIVE_NP &&
	       (!owner || (m->__data.__lock && m->__data.__count == 1 &&
			   m->__data.__owner == owner));
}

/* Called with the mutex behind it held. */
static int search_lock(struct dl_phdr_info *info, size_t size, void *arg)
{
	const pthread_mutex_t *found = NULL;
	const char *at = rtld_start;

	(void)info;
	(void)size;
	(void)arg;
	for (; at + sizeof(pthread_mutex_t) <= rtld_end; at += 8) {
		if (!is_mutex((const void *)at, (int)os_tid()))
			continue;
		if (found)
			return 1; /* two of them: it can't be told which */
		found = (const void *)at;
	}
	if (found && (const char *)(found - 1) >= rtld_start && is_mutex(found - 1, 0)) {
		__atomic_store_n(&list_lock, (pthread_mutex_t *)found, __ATOMIC_RELEASE);
		__atomic_store_n(&loader_lock, (pthread_mutex_t *)(found - 1), __ATOMIC_RELEASE);
	}
	return 1;
}

static void find_loader_lock(void)
{
	const ElfW(Sym) *sym = NULL;
	Dl_info info;

	rtld_start = os_dlsym_default("_rtld_global");
	if (!rtld_start || !dladdr1(rtld_start, &info, (void **)&sym, RTLD_DL_SYMENT) || !sym ||
	    info.dli_saddr != rtld_start || sym->st_size > (1UL << 20))
		return;
	rtld_end = rtld_start + sym->st_size;
	dl_iterate_phdr(search_lock, NULL);
}

/* The first who comes looks for it; others go without it meanwhile. */
static void loader_init(void)
{
	static u32 done;

	if (__atomic_load_n(&done, __ATOMIC_RELAXED) ||
	    __atomic_exchange_n(&done, 1, __ATOMIC_RELAXED))
		return;
	__atomic_store_n(&debug, os_dlsym_default("_r_debug"), __ATOMIC_RELEASE);
	find_loader_lock();
}

bool os_loader_is_consistent(void)
{
	const struct r_debug *d;

	if (loader_is_broken)
		return false;
	loader_init();
	d = __atomic_load_n(&debug, __ATOMIC_ACQUIRE);
	return d && READ_ONCE(d->r_state) == RT_CONSISTENT;
}

bool os_loader_trylock(void)
{
	pthread_mutex_t *lock;

	if (loader_is_broken)
		return false;
	loader_init();
	lock = __atomic_load_n(&loader_lock, __ATOMIC_ACQUIRE);
	if (!lock || pthread_mutex_trylock(lock))
		return false;
	if (os_loader_is_consistent())
		return true;
	pthread_mutex_unlock(lock);
	return false;
}

bool os_loader_trylock_outside(void)
{
	if (!os_loader_trylock())
		return false;
	if (loader_lock->__data.__count == 1)
		return true;
	pthread_mutex_unlock(loader_lock);
	return false;
}

void os_loader_forbid(void)
{
	loader_is_broken = true;
}

/* glibc 2.36 has made it new already; where it has not, it names a thread of the parent. */
void os_loader_unlock_child(void)
{
	static const pthread_mutex_t fresh = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

	*loader_lock = fresh;
}

void os_loader_unlock(void)
{
	pthread_mutex_unlock(loader_lock);
}

/* --- all objects --- */

struct each_arg {
	void (*fn)(const struct os_object *o, void *arg);
	void *arg;
};

static void extent(struct os_object *o)
{
	const ElfW(Phdr) *ph = o->phdr;

	o->start = UINTPTR_MAX;
	for (unsigned int i = 0; i < o->nr_phdr; i++, ph++) {
		uintptr_t at = o->bias + ph->p_vaddr;

		if (ph->p_type == PT_DYNAMIC)
			o->dynamic = (const void *)at;
		if (ph->p_type != PT_LOAD)
			continue;
		o->start = min(o->start, at & PAGE_MASK);
		o->end = max(o->end, ALIGN(at + ph->p_memsz, PAGE_SIZE));
	}
}

static int each_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	const struct each_arg *each = arg;
	struct os_object o = { .bias = info->dlpi_addr,
			       .name = info->dlpi_name ? info->dlpi_name : "",
			       .phdr = info->dlpi_phdr,
			       .nr_phdr = info->dlpi_phnum };

	(void)size;
	extent(&o);
	if (o.start < o.end)
		each->fn(&o, each->arg);
	return 0;
}

static bool iterate(int (*fn)(struct dl_phdr_info *, size_t, void *), void *arg)
{
	pthread_mutex_t *lock;

	if (loader_is_broken)
		return true; /* there is no sense in trying again */
	loader_init();
	lock = __atomic_load_n(&list_lock, __ATOMIC_ACQUIRE);
	if (lock && pthread_mutex_trylock(lock))
		return false;
	dl_iterate_phdr(fn, arg);
	if (lock)
		pthread_mutex_unlock(lock);
	return true;
}

bool os_objects_each(void (*fn)(const struct os_object *o, void *arg), void *arg)
{
	struct each_arg each = { fn, arg };

	return iterate(each_object, &each);
}

static int note_added(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	*(u64 *)arg = info->dlpi_adds;
	return 1;
}

bool os_objects_added(u64 *added)
{
	*added = 0;
	return iterate(note_added, added);
}

struct names {
	const char *const *name;
	int n, first; /* first: the least that is defined, n for none */
};

static void look_for_names(const struct os_object *o, void *arg)
{
	struct names *names = arg;

	for (int i = 0; o->dynamic && i < names->first; i++)
		if (os_dl_defines(o->bias, o->dynamic, names->name[i]))
			names->first = i;
}

int os_objects_first_defined(const char *const *name, int n)
{
	struct names names = { name, n, n };

	for (int i = 0; i < LIST_PATIENCE_MS && !os_objects_each(look_for_names, &names); i++)
		os_sleep_us(1000);
	return names.first < n ? names.first : -1;
}
