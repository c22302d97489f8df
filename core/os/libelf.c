/*
 * libelf.c - libelf as a guest. The kernel's counterpart is the table that
 * scripts/kallsyms builds: it has its symbols in itself, a process has not.
 *
 * Why dlopen: libkmemu.so must load where there is only libc, and libelf.a
 * cannot be linked into a shared object on Debian. Why not at the start of each
 * process: the numbers are below.
 *
 * dlopen waits for the loader's lock, and who holds it may wait for us; it may
 * be called in the middle of the loader, as malloc is. os_loader_trylock()
 * answers both, so a late dlopen never waits: it takes place or it does not.
 *
 * Memory. libelf calls malloc, which is the very heap that is broken, or
 * locked by this thread. Its jump slots for malloc, calloc, realloc and free
 * are led here. While this thread is between enter and leave they serve from
 * the arena: a reservation that is handed out by a rising mark and forgotten at
 * leave. All other calls, those of programs that use the same libelf for
 * themselves among them, are handed on to the malloc that the process uses. A
 * pointer into the arena that is freed by anybody is ignored, and a realloc of
 * one outside copies, so it doesn't matter who frees what when.
 *
 * The slots are looked at on each enter: a thread that was just binding one
 * lazily may have written it again. If one can't be set (mprotect refused) or
 * none is found, libelf is not used: better no names than a deadlock.
 *
 * libelf keeps its errno in a thread local variable, which the loader may
 * allocate on first use: that is the process's malloc. It is touched before, not
 * inside, and not where memory is out: the loader ends the process then ("cannot
 * allocate memory for thread-local data: ABORT"). So malloc is tried first.
 *
 * Invariants: arena.used <= arena.bytes; the arena's content is meaningful
 * between enter and leave only.
 *
 * Locks: the loader's, by trylock. enter and leave are guarded by the caller
 * (core/report/elf_file.c).
 *
 * Cost, measured on the development machine: see core/report/symbols.c.
 */
#include "core/os/libelf.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "core/os/dl.h"
#include "core/os/modules.h"
#include "core/os/os.h"

#define ARENA_BYTES (2UL << 20) /* for 4096 sections; usually some 10 KiB are used */
#define ARENA_KEEP (64UL << 10) /* stays with us between two uses */
#define SLOTS_MAX 16

enum libelf_state { LIBELF_CLOSED, LIBELF_OPENING, LIBELF_OPEN, LIBELF_MISSING };

struct block {
	size_t bytes;
	size_t pad; /* keeps what follows aligned to 16 */
};

static struct libelf elf;
static u32 state; /* enum libelf_state */

static struct {
	char *start;
	size_t bytes, used;
} arena;

static __thread bool inside __initial_exec;

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	void (*free)(void *);
} real;

static struct os_slot slots[SLOTS_MAX];
static unsigned int nr_slots;

/* --- memory --- */

static bool in_arena(const void *p)
{
	size_t bytes = __atomic_load_n(&arena.bytes, __ATOMIC_ACQUIRE);

	return (uintptr_t)p - (uintptr_t)arena.start < bytes;
}

static void *arena_alloc(size_t n)
{
	size_t bytes = ALIGN(n, 16) + sizeof(struct block);
	struct block *b;

	if (bytes < n || bytes > arena.bytes - arena.used) {
		errno = ENOMEM;
		return NULL;
	}
	b = (struct block *)(arena.start + arena.used);
	arena.used += bytes;
	b->bytes = n;
	return b + 1;
}

static void *guest_malloc(size_t n)
{
	return inside ? arena_alloc(n) : real.malloc(n);
}

static void *guest_calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (!inside)
		return real.calloc(n, size);
	if (__builtin_mul_overflow(n, size, &bytes))
		bytes = SIZE_MAX;
	p = arena_alloc(bytes);
	return p ? memset(p, 0, bytes) : NULL;
}

static void *guest_realloc(void *old, size_t n)
{
	void *p;

	if (!inside && !in_arena(old))
		return real.realloc(old, n);
	p = guest_malloc(n);
	if (p && old) /* inside, what is not the arena's was never libelf's */
		memcpy(p, old, in_arena(old) ? min(n, ((struct block *)old)[-1].bytes) : 0);
	return p;
}

static void guest_free(void *p)
{
	if (!in_arena(p))
		real.free(p);
}

static const struct {
	const char *name;
	uintptr_t to;
} redirected[] = {
	{ "malloc", (uintptr_t)guest_malloc },
	{ "calloc", (uintptr_t)guest_calloc },
	{ "realloc", (uintptr_t)guest_realloc },
	{ "free", (uintptr_t)guest_free },
};

/* In the order in which struct libelf has them. */
static const char *const functions[] = {
	"elf_version", "elf_memory",   "elf_end",      "elf_getshdrnum", "elf_getshdrstrndx",
	"elf_getscn",  "gelf_getshdr", "elf_getdata",  "gelf_getsym",	 "elf_errno",
};

static bool find_real(void)
{
	real.malloc = (void *(*)(size_t))os_dlsym_default("malloc");
	real.calloc = (void *(*)(size_t, size_t))os_dlsym_default("calloc");
	real.realloc = (void *(*)(void *, size_t))os_dlsym_default("realloc");
	real.free = (void (*)(void *))os_dlsym_default("free");
	return real.malloc && real.calloc && real.realloc && real.free;
}

static bool find_functions(void *handle)
{
	void **at = (void **)&elf;

	_Static_assert(sizeof(elf) == sizeof(functions), "a name for each function");
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		at[i] = dlsym(handle, functions[i]);
		if (!at[i])
			return false;
	}
	return true;
}

static void find_slot(const struct os_object *o, const char *name, const struct os_slot *slot,
		      void *found)
{
	(void)o;
	for (size_t i = 0; i < ARRAY_SIZE(redirected) && nr_slots < SLOTS_MAX; i++) {
		if (strcmp(name, redirected[i].name))
			continue;
		slots[nr_slots] = *slot;
		slots[nr_slots++].to = redirected[i].to;
		*(unsigned int *)found |= 1U << i;
	}
}

/* All of them, or libelf is not used. */
static bool find_slots(void)
{
	unsigned int found = 0;
	struct os_object o;
	u64 set = 0;

	if (!os_object_find((uintptr_t)elf.memory, &o))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(redirected); i++)
		set |= os_slot_set_of(redirected[i].name);
	os_object_slots(&o, set, find_slot, &found);
	return found == (1U << ARRAY_SIZE(redirected)) - 1;
}

static bool set_slots(void)
{
	for (unsigned int i = 0; i < nr_slots; i++)
		if (os_slot_set(&slots[i]))
			return false;
	return true;
}

/* At the first use: most runs have none, and all that is mapped counts for mlockall(). */
static bool map_arena(void)
{
	if (arena.bytes)
		return true;
	arena.start = os_map_any(ARENA_BYTES);
	if (arena.start) /* in_arena() may look at any time */
		__atomic_store_n(&arena.bytes, ARENA_BYTES, __ATOMIC_RELEASE);
	return arena.bytes != 0;
}

/* --- the library --- */

static bool use(void *handle)
{
	return find_real() && find_functions(handle) && elf.version(EV_CURRENT) != EV_NONE &&
	       find_slots() && set_slots();
}

/* By libc's own dlopen: a wrapper of the program's has no business here. */
static void *open_library(void)
{
	void *(*open_fn)(const char *, int) =
		(void *(*)(const char *, int))os_module_symbol(os_dl_libc(), "dlopen");

	return open_fn ? open_fn("libelf.so.1", RTLD_NOW | RTLD_LOCAL) : NULL;
}

/* As much as the loader may want: the variable, and a longer table of such. */
static bool memory_is_there(void)
{
	void *small = real.malloc(64), *large = real.malloc(4096);

	real.free(small);
	real.free(large);
	return small && large;
}

static __thread bool readying __initial_exec;

bool libelf_is_readying(void)
{
	return readying;
}

bool libelf_ready_thread(bool may_allocate)
{
	static __thread bool touched __initial_exec;
	bool enough;

	if (touched || !libelf_is_open())
		return touched;
	if (!may_allocate)
		return false;
	readying = true;
	enough = memory_is_there();
	if (enough)
		elf.error(0);
	readying = false;
	touched = enough;
	return touched;
}

/* Where the lock can't be found: nobody else can have it. */
static bool is_alone(void)
{
	return __libc_single_threaded && os_loader_is_consistent();
}

bool libelf_open(void)
{
	u32 seen = LIBELF_CLOSED;
	void *handle;
	int saved = errno;
	bool locked;

	if (!__atomic_compare_exchange_n(&state, &seen, LIBELF_OPENING, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_ACQUIRE))
		return seen == LIBELF_OPEN;
	os_objects_init();
	locked = os_loader_trylock();
	if (!locked && !is_alone()) {
		__atomic_store_n(&state, LIBELF_CLOSED, __ATOMIC_RELEASE);
		return false;
	}
	handle = open_library();
	seen = handle && use(handle) ? LIBELF_OPEN : LIBELF_MISSING;
	if (locked)
		os_loader_unlock();
	__atomic_store_n(&state, seen, __ATOMIC_RELEASE);
	libelf_ready_thread(true);
	errno = saved;
	return seen == LIBELF_OPEN;
}

void libelf_forbid(void)
{
	if (!libelf_is_open())
		__atomic_store_n(&state, LIBELF_MISSING, __ATOMIC_RELEASE);
}

bool libelf_is_open(void)
{
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == LIBELF_OPEN;
}

bool libelf_is_missing(void)
{
	return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == LIBELF_MISSING;
}

const struct libelf *libelf_enter(void)
{
	if (!libelf_is_open() || !map_arena() || !set_slots())
		return NULL;
	arena.used = 0;
	inside = true;
	return &elf;
}

void libelf_leave(void)
{
	inside = false;
	if (arena.used > ARENA_KEEP)
		os_discard(arena.start, ALIGN(arena.used, PAGE_SIZE));
}
