/*
 * foreign.c - a pointer that is in none of our areas comes to free, realloc or
 * malloc_usable_size. Whose is it?
 *
 * It may be glibc's: from __libc_malloc and its family, called directly; from a
 * library that was bound to libc's malloc (RTLD_DEEPBIND); from before us. Then
 * glibc's own free is the right one. It may be a jemalloc's (jemalloc.c). Or it is
 * nobody's: a bad pointer, a static object, memory of the program's own pool, of the
 * malloc of another namespace (dlmopen loads a second libc with a heap of its own).
 * Given one of these, glibc's free aborts or, worse, believes it. So a pointer is passed
 * on only when it is proven to be glibc's; everything else the caller reports and drops.
 *
 * The proof reads glibc's chunk header (two words before the block: size of the
 * block before, own size with three flag bits) and what must hold around it,
 * as glibc's _int_free and munmap_chunk check it - but by os_read_safe, since
 * the pointer may point anywhere, and without abort.
 *
 *   main heap   no flag for arena or mmap: the chunk lies between the program's
 *               first break and the present one, and so does the chunk behind
 *               it, whose flag says that this one is in use. glibc only uses
 *               brk in the base namespace, so this is our glibc.
 *   arena       NON_MAIN_ARENA: the 64 MiB aligned area that holds the chunk
 *               begins with a heap_info of plausible sizes; its arena's own
 *               heap_info points to the same arena; the chunk behind is in the
 *               heap. The arenas of one glibc are linked in a ring with its
 *               main arena, which is a variable of libc: following the ring
 *               into our libc's data is the proof of the namespace. The ring's
 *               link moved between versions, so it is searched for.
 *   mmap        IS_MMAPPED: chunk and size make whole pages, the block starts
 *               as munmap_chunk wants it, first and last byte are mapped. Such
 *               a chunk doesn't tell which libc made it, so while there is
 *               another namespace it is not proven.
 *
 * A layout that glibc has not invented yet fails the proof: then blocks leak
 * and a line is printed, nothing breaks. With other heap sizes (tunable
 * glibc.malloc.hugetlb) arenas are not recognised either.
 *
 * A double free of glibc's block is glibc's to find: it aborts as it would have
 * without us.
 *
 * Locks: none; arenas that were proven are remembered (glibc never frees one).
 * May be called in a handler once foreign_init() has run. Cost: a system call
 * for each header; this is nobody's hot path.
 */
#include <string.h>
#include <unistd.h>

#include "core/os/dl.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

#define CHUNK_HEADER 16UL
#define MIN_CHUNK 32UL
#define PREV_INUSE 1UL
#define IS_MMAPPED 2UL
#define NON_MAIN_ARENA 4UL
#define CHUNK_FLAGS 7UL
/* glibc: HEAP_MAX_SIZE, 2 * DEFAULT_MMAP_THRESHOLD_MAX */
#define HEAP_BYTES (64UL << 20)
/* An arena lies right behind the first heap_info, within: */
#define ARENA_OFFSET_MAX 256UL
/* struct malloc_state has about 2200 bytes in glibc 2.34 to 2.41. */
#define ARENA_WORDS 288
#define ARENAS_MAX 4096 /* glibc makes 8 for each CPU */
#define PROVEN_ARENAS 64

/* glibc: struct malloc_chunk, the part that a live chunk has */
struct chunk {
	size_t prev_size, size;
};

/* glibc: heap_info */
struct heap_info {
	uintptr_t ar_ptr, prev;
	size_t size, mprotect_size;
};

static void (*real_free)(void *);
static size_t (*real_usable_size)(void *);
static uintptr_t heap_start; /* the break when we first looked; 0: not yet */
static unsigned long passed;
static uintptr_t proven[PROVEN_ARENAS]; /* arenas of our glibc, by hash */

void foreign_init(void)
{
	const struct os_module *libc = os_dl_libc();

	/* Not RTLD_NEXT "free": that may be another preloaded allocator's. */
	real_usable_size = os_module_symbol(libc, "malloc_usable_size");
	__atomic_store_n(&real_free, os_module_symbol(libc, "__libc_free"), __ATOMIC_RELEASE);
	if (!heap_start)
		heap_start = os_program_break();
}

unsigned long foreign_passed(void)
{
	return __atomic_load_n(&passed, __ATOMIC_RELAXED);
}

static bool is_ready(void)
{
	if (!__atomic_load_n(&real_free, __ATOMIC_ACQUIRE))
		foreign_init();
	return real_free && real_usable_size;
}

static size_t chunk_size(const struct chunk *c)
{
	return c->size & ~CHUNK_FLAGS;
}

static bool read_chunk(uintptr_t at, struct chunk *c)
{
	return os_read_safe(c, (const void *)at, sizeof(*c));
}

/* Within [at, end): this chunk and the next one, which calls this one used. */
static bool is_chunk_in_use(uintptr_t at, const struct chunk *c, uintptr_t end)
{
	size_t size = chunk_size(c), next_size;
	struct chunk next;

	if (size < MIN_CHUNK || !IS_ALIGNED(size, 16UL) || size > end - at ||
	    end - at - size < CHUNK_HEADER || !read_chunk(at + size, &next))
		return false;
	next_size = chunk_size(&next);
	return (next.size & PREV_INUSE) && next_size >= CHUNK_HEADER &&
	       next_size <= end - at - size;
}

static bool is_main(uintptr_t at, const struct chunk *c)
{
	uintptr_t end = os_program_break();

	return at >= heap_start && at < end && is_chunk_in_use(at, c, end);
}

static bool is_mmapped(uintptr_t at, const struct chunk *c)
{
	size_t total = c->prev_size + chunk_size(c);
	size_t in_page = (at + CHUNK_HEADER) & ~PAGE_MASK;
	uintptr_t start = at - c->prev_size;
	u8 byte;

	return c->prev_size < total && total >= PAGE_SIZE && IS_ALIGNED(total, PAGE_SIZE) &&
	       IS_ALIGNED(start, PAGE_SIZE) && start <= at && start + total > start &&
	       (!in_page || is_power_of_2(in_page)) && !(c->size & (PREV_INUSE | NON_MAIN_ARENA)) &&
	       os_read_safe(&byte, (const void *)start, 1) &&
	       os_read_safe(&byte, (const void *)(start + total - 1), 1);
}

/* --- arenas --- */

static bool read_heap(uintptr_t heap, struct heap_info *h)
{
	return os_read_safe(h, (const void *)heap, sizeof(*h)) && h->size <= HEAP_BYTES &&
	       h->size >= PAGE_SIZE && IS_ALIGNED(h->size, PAGE_SIZE) &&
	       h->mprotect_size >= h->size && h->mprotect_size <= HEAP_BYTES;
}

/* Could an arena be there? It lies in a heap whose heap_info names it. */
static bool is_arena(uintptr_t arena)
{
	uintptr_t heap = ALIGN_DOWN(arena, HEAP_BYTES);
	struct heap_info h;

	return heap && arena - heap >= sizeof(h) && arena - heap <= ARENA_OFFSET_MAX &&
	       IS_ALIGNED(arena, 8UL) && read_heap(heap, &h) && h.ar_ptr == arena;
}

static bool in_libc_data(uintptr_t p)
{
	const struct os_module *libc = os_dl_libc();

	return libc && p >= libc->data_start && p < libc->data_end;
}

/* Follows the words at `offset` from arena to arena, to libc's own or not. */
static bool ring_reaches_libc(uintptr_t arena, size_t offset)
{
	uintptr_t at = arena;
	int hops;

	for (hops = 0; hops < ARENAS_MAX; hops++) {
		if (!os_read_safe(&at, (const void *)(at + offset), sizeof(at)))
			return false;
		if (in_libc_data(at))
			return true;
		if (at == arena || !is_arena(at))
			return false;
	}
	return false;
}

static bool search_ring(uintptr_t arena)
{
	uintptr_t words[ARENA_WORDS];
	size_t i;

	if (!os_read_safe(words, (const void *)arena, sizeof(words)))
		return false;
	for (i = 0; i < ARENA_WORDS; i++) {
		/* Another arena lies as far behind its heap_info as this one. */
		bool other = words[i] != arena && ((words[i] ^ arena) & (HEAP_BYTES - 1)) == 0;

		if (in_libc_data(words[i]) || (other && ring_reaches_libc(arena, i * 8)))
			return true;
	}
	return false;
}

static bool is_arena_of_our_libc(uintptr_t arena)
{
	uintptr_t *slot = &proven[arena / HEAP_BYTES % PROVEN_ARENAS];

	if (__atomic_load_n(slot, __ATOMIC_RELAXED) == arena)
		return true;
	if (!search_ring(arena))
		return false;
	__atomic_store_n(slot, arena, __ATOMIC_RELAXED);
	return true;
}

static enum foreign_kind classify_arena(uintptr_t at, const struct chunk *c)
{
	uintptr_t heap = ALIGN_DOWN(at, HEAP_BYTES);
	struct heap_info h;

	if (!read_heap(heap, &h) || !is_arena(h.ar_ptr) || at - heap >= h.size ||
	    !is_chunk_in_use(at, c, heap + h.size))
		return FOREIGN_UNKNOWN;
	return is_arena_of_our_libc(h.ar_ptr) ? FOREIGN_GLIBC_ARENA : FOREIGN_OTHER_LIBC;
}

/* --- for malloc.c --- */

enum foreign_kind foreign_classify(const void *p)
{
	uintptr_t at = (uintptr_t)p - CHUNK_HEADER;
	struct chunk c;

	if (!IS_ALIGNED((uintptr_t)p, 16UL) || (uintptr_t)p < PAGE_SIZE || !is_ready() ||
	    !read_chunk(at, &c))
		return FOREIGN_UNKNOWN;
	if (c.size & IS_MMAPPED) {
		if (!is_mmapped(at, &c))
			return FOREIGN_UNKNOWN;
		return os_dl_other_namespaces() ? FOREIGN_OTHER_LIBC : FOREIGN_GLIBC_MMAP;
	}
	if (c.size & NON_MAIN_ARENA)
		return classify_arena(at, &c);
	return is_main(at, &c) ? FOREIGN_GLIBC_MAIN : FOREIGN_UNKNOWN;
}

static bool is_glibcs(const void *p)
{
	enum foreign_kind kind = foreign_classify(p);

	return kind == FOREIGN_GLIBC_MAIN || kind == FOREIGN_GLIBC_ARENA ||
	       kind == FOREIGN_GLIBC_MMAP;
}

bool foreign_free(void *p)
{
	if (jemalloc_free(p))
		return true;
	if (!is_glibcs(p))
		return false;
	real_free(p);
	__atomic_fetch_add(&passed, 1, __ATOMIC_RELAXED);
	return true;
}

bool foreign_usable_size(void *p, size_t *n)
{
	if (jemalloc_usable_size(p, n))
		return true;
	if (!is_glibcs(p))
		return false;
	*n = real_usable_size(p);
	return true;
}
