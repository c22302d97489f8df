/*
 * slub_text.c - whole reports of mm/slub.c and mm/slab_common.c, as 6.12 prints them.
 *
 *	double-free, invalid-free  object_err() and slab_err() under free_debug_processing()
 *	slab-corruption	   check_bytes_and_report(), object_err(), slab_err(), slab_fix()
 *	objects-remaining  list_slab_objects(), then kmem_cache_destroy()'s WARN
 *	(no finding)	   SLAB_TRACE: trace()
 *	cache-create	   __kmem_cache_create_args()'s line, or a WARN
 *
 * Different from the kernel: see kernel_text.c. The objects that remain are shown for
 * the whole cache and not by slab, REPORT_LEFT_MAX of them.
 *
 * Locks: none. A debug cache is locked while its report is made, so its bytes are
 * read where they are; of any other cache the object's bytes are a copy (report.c).
 */
#include <string.h>

#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/plan.h"
#include "core/report/finding.h"

#define PLACE_BYTES 320
#define TRACE_BYTES 2048

#define EQUALS "============================================================================="
#define DASHES "-----------------------------------------------------------------------------"

/* Kernel: print_hex_dump() with DUMP_PREFIX_ADDRESS, 16, 1, ascii. */
static void put_hex_line(struct text_buf *t, const char *name, const u8 *addr, const u8 *byte,
			 unsigned int n)
{
	char hex[3 * 16 + 1], ascii[17];
	unsigned int i;

	for (i = 0; i < n; i++) {
		kmemu_scnprintf(hex + 3 * i, 4, "%02x ", byte[i]);
		ascii[i] = byte[i] >= ' ' && byte[i] < 0x7f ? (char)byte[i] : '.';
	}
	hex[3 * n - 1] = '\0';
	ascii[n] = '\0';
	text_put(t, "%s%p: %-47s  %s\n", name, addr, hex, ascii);
}

/* Kernel: print_section(). byte: a copy of what is at addr. */
static void put_section(struct text_buf *t, const char *name, const u8 *addr, const u8 *byte,
			size_t n)
{
	for (size_t i = 0; i < n && !t->brief && !t->full; i += 16)
		put_hex_line(t, name, addr + i, byte + i, (unsigned int)min(n - i, (size_t)16));
}

static void slab_bug(struct text_buf *t, const struct finding *f, const char *title)
{
	char taint[48];

	text_put(t, EQUALS "\nBUG %s (%s): %s\n" DASHES "\n\n",
		 f->r.cache ? f->r.cache : "<unknown>", print_tainted(taint), title);
}

void put_stack_of(struct text_buf *t, const char *what, u32 handle)
{
	const unsigned long *entries;
	unsigned int nr = finding_stack(handle, &entries);
	char place[PLACE_BYTES];

	if (!nr)
		return;
	symbol_print(place, sizeof(place), entries[0]);
	text_put(t, "%s in %s\n", what, place);
	put_frames(t, entries, nr, 0);
}

/* Kernel: print_track(). */
static void put_track(struct text_buf *t, const char *what, const struct report_track *track,
		      u64 now_ms)
{
	const unsigned long *entries;
	char place[PLACE_BYTES];
	unsigned int nr;

	if (!track || !track->addr)
		return;
	symbol_print(place, sizeof(place), track->addr);
	text_put(t, "%s in %s age=%lu cpu=%u pid=%d\n", what, place,
		 (unsigned long)(now_ms - track->when_ms), track->cpu, track->pid);
	nr = finding_stack(track->handle, &entries);
	if (nr)
		put_frames(t, entries, nr, 0);
	else
		text_put(t, "object allocation/free stack trace missing\n");
}

static void print_slab_info(struct text_buf *t, const struct report_slab *slab)
{
	unsigned long head = slab->order ? 0x40 : 0;

	if (slab->page)
		text_put(t, "Slab 0x%p objects=%u used=%u fp=0x%p flags=0x%lx(%snode=0|zone=%u)\n",
			 slab->page, slab->objects, slab->used, slab->freelist,
			 (unsigned long)slab->zone << 56 | head, head ? "head|" : "", slab->zone);
}

static bool is_debug(const struct report *r)
{
	return r->slab.filler;
}

/* The parts of a debug cache's object. */
static void print_parts(struct text_buf *t, const struct report *r)
{
	const u8 *p = r->object, *start = r->slab.start;
	u32 shown = (u32)min(r->object_size, (size_t)PAGE_SIZE);

	if (r->slab.red_right)
		put_section(t, "Redzone  ", p - r->slab.red_left_pad, p - r->slab.red_left_pad,
			    r->slab.red_left_pad);
	else if (p > start + 16)
		put_section(t, "Bytes b4 ", p - 16, p - 16, 16);
	put_section(t, "Object   ", p, p, shown);
	put_section(t, "Redzone  ", p + r->object_size, p + r->object_size, r->slab.red_right);
	put_section(t, "Padding  ", p + r->slab.filler, p + r->slab.filler, r->slab.filler_bytes);
}

static void print_copy(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	const u8 *p = r->object, *start = r->slab.start;

	if (p > start + 16)
		put_section(t, "Bytes b4 ", p - FINDING_B4_BYTES, f->bytes, FINDING_B4_BYTES);
	put_section(t, "Object   ", p, f->bytes + FINDING_B4_BYTES,
		    min(r->object_size, (size_t)PAGE_SIZE));
}

static void print_trailer(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	const u8 *p = r->object, *start = r->slab.start;

	put_stack_of(t, "Allocated", r->allocated);
	put_stack_of(t, "Freed", r->freed);
	put_track(t, "Allocated", r->alloc_track, r->now_ms);
	put_track(t, "Freed", r->free_track, r->now_ms);
	print_slab_info(t, &r->slab);
	if (!p || !start)
		return;
	text_put(t, "Object 0x%p @offset=%td fp=0x%p\n\n", p, p - start, r->slab.next);
	if (is_debug(r))
		print_parts(t, r);
	else if (f->bytes)
		print_copy(t, f);
}

/* Kernel: the end of object_err() and slab_err(), then slab_fix(). */
static void slab_end(struct text_buf *t, const struct finding *f)
{
	const char *func = f->r.func ? f->r.func : "kfree";
	bool resized = !__builtin_strcmp(func, "krealloc") || !__builtin_strcmp(func, "kvrealloc");

	taint_bad_page();
	put_cut_here(t);
	put_warning(t, f);
	if (__builtin_strcmp(func, "ksize"))
		text_put(t, "FIX %s: Object at 0x%p not %s\n",
			 f->r.cache ? f->r.cache : "<unknown>", f->r.addr,
			 resized ? "resized" : "freed");
}

void object_already_free(struct text_buf *t, const struct finding *f)
{
	slab_bug(t, f, "Object already free");
	print_trailer(t, f);
	slab_end(t, f);
}

static void slab_err(struct text_buf *t, const struct finding *f, const char *title)
{
	slab_bug(t, f, title);
	print_slab_info(t, &f->r.slab);
	slab_end(t, f);
}

void invalid_object(struct text_buf *t, const struct finding *f)
{
	char title[64];

	kmemu_scnprintf(title, sizeof(title), "Invalid object pointer 0x%p", f->r.addr);
	slab_err(t, f, title);
}

void outside_of_slab(struct text_buf *t, const struct finding *f)
{
	char title[64];

	kmemu_scnprintf(title, sizeof(title), "Attempt to free object(0x%p) outside of slab",
			f->r.addr);
	slab_err(t, f, title);
}

/* --- debug caches -------------------------------------------------------- */

static void put_fix(struct text_buf *t, const struct report *r)
{
	if (r->fix)
		text_put(t, "FIX %s: %s\n", r->cache, r->fix);
}

static void slab_corrupt(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	const struct report_bytes *b = r->bytes;

	if (b && b->what)
		text_put(t,
			 "[%s overwritten] 0x%p-0x%p @offset=%td. "
			 "First byte 0x%x instead of 0x%x\n",
			 b->what, b->from, b->to - 1, b->from - (const u8 *)r->slab.start, b->found,
			 b->expected);
	if (r->title) {
		slab_bug(t, f, r->title);
		if (b && !b->what)
			put_section(t, "Padding ", b->from, b->from, (size_t)(b->to - b->from));
		print_trailer(t, f);
		taint_bad_page();
		put_cut_here(t);
		put_warning(t, f);
	}
	put_fix(t, r);
}

static void objects_remaining(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	char place[PLACE_BYTES];

	slab_bug(t, f, "Objects remaining on __kmem_cache_shutdown()");
	for (unsigned int i = 0; i < min(r->nr_left, (unsigned int)REPORT_LEFT_MAX); i++) {
		text_put(t, "Object 0x%p @offset=%td\n", r->left[i].object,
			 (const u8 *)r->left[i].object - (const u8 *)r->slab.start);
		put_track(t, "Allocated", r->left[i].track, r->now_ms);
	}
	print_slab_info(t, &r->slab);
	taint_bad_page();
	if (!t->brief) {
		put_cut_here(t);
		put_warning(t, f);
	}
	put_cut_here(t);
	text_put(t, "kmem_cache_destroy %s: Slab cache still has objects when called from %s\n",
		 r->cache, print_site(f, place, sizeof(place)));
	put_warning(t, f);
}

static void cache_create(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;

	if (r->error) {
		text_put(t, "__kmem_cache_create_args(%s) failed with error %d\n", r->cache,
			 r->error);
		put_dump_stack(t, f);
		return;
	}
	put_cut_here(t);
	if (r->rule && strstr(r->rule, "already exists"))
		text_put(t, "kmem_cache of name '%s' already exists\n", r->cache);
	put_warning(t, f); /* the others are WARN_ON() */
}

bool slub_text(struct text_buf *t, const struct finding *f)
{
	switch (f->r.kind) {
	case REPORT_SLAB_CORRUPT:
		slab_corrupt(t, f);
		return true;
	case REPORT_OBJECTS_REMAINING:
		objects_remaining(t, f);
		return true;
	case REPORT_CACHE_CREATE:
		cache_create(t, f);
		return true;
	default:
		return false;
	}
}

/* --- SLAB_TRACE ---------------------------------------------------------- */

static void flush(struct text_buf *t)
{
	printk_text(t->buf, t->n);
	t->n = 0;
}

void slub_trace(const struct report *r, bool alloc)
{
	char buf[TRACE_BYTES];
	struct finding f;
	struct text_buf t;

	finding_begin(&f, r, POLICY_WARN);
	finding_complete(&f);
	text_init(&t, buf, sizeof(buf), f.r.task.time_us);
	text_put(&t, "TRACE %s %s 0x%p inuse=%u fp=0x%p\n", r->cache, alloc ? "alloc" : "free",
		 r->object, r->slab.used, r->slab.freelist);
	for (size_t i = 0; i < r->object_size && !alloc; i += 16) {
		const u8 *at = (const u8 *)r->object + i;

		put_hex_line(&t, "Object ", at, at,
			     (unsigned int)min(r->object_size - i, (size_t)16));
		if (t.n > sizeof(buf) / 2)
			flush(&t);
	}
	flush(&t);
	put_dump_stack(&t, &f);
	flush(&t);
}

/* --- lines --------------------------------------------------------------- */

static int corrupt_line(const struct report *r, char *buf, size_t size)
{
	const struct report_bytes *b = r->bytes;

	if (b && b->what)
		return kmemu_scnprintf(buf, size,
				       "%s: %s of %s object 0x%px overwritten: 0x%px-0x%px, "
				       "first byte 0x%x instead of 0x%x",
				       r->func, b->what, r->cache, r->object, b->from, b->to - 1,
				       b->found, b->expected);
	if (r->object)
		return kmemu_scnprintf(buf, size, "%s: %s, %s object 0x%px", r->func,
				       r->title ? r->title : r->fix, r->cache, r->object);
	return kmemu_scnprintf(buf, size, "%s: %s, a slab of %s", r->func,
			       r->title ? r->title : r->fix, r->cache);
}

int slub_line(const struct report *r, char *buf, size_t size)
{
	switch (r->kind) {
	case REPORT_SLAB_CORRUPT:
		return corrupt_line(r, buf, size);
	case REPORT_OBJECTS_REMAINING:
		return kmemu_scnprintf(buf, size,
				       "kmem_cache_destroy: %s still has objects in use: "
				       "%u found, the first 0x%px",
				       r->cache, r->nr_left, r->nr_left ? r->left[0].object : NULL);
	case REPORT_DESTROYED_CACHE:
		return kmemu_scnprintf(buf, size, "%s: cache %s was destroyed",
				       r->func ? r->func : "kmem_cache_alloc", r->cache);
	case REPORT_CACHE_CREATE:
		return kmemu_scnprintf(buf, size, "kmem_cache_create(%s, %zu): %s", r->cache,
				       r->size, r->rule ? r->rule : "it failed");
	default:
		return 0;
	}
}
