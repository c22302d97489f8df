/*
 * slub_debug.c - caches with SLAB_RED_ZONE, SLAB_POISON, SLAB_STORE_USER,
 * SLAB_TRACE or SLAB_CONSISTENCY_CHECKS (kernel: the first half of mm/slub.c).
 *
 * What the kernel does: an object of such a cache is one part of its slot,
 *
 *	| left red zone | object | red zone | free pointer | track x 2 | size | filler |
 *	|<-red_left_pad->|        |          ^ inuse
 *
 * where a part is there if the flags want it (calculate_sizes()). Red zones are
 * 0xbb while the object is free and 0xcc while it is used; a free object is 0x6b
 * with 0xa5 at its end, and so is a new one; fillers are 0x5a. With
 * SLAB_CONSISTENCY_CHECKS all of that is compared at each alloc and free; without
 * it only by validate_slab_cache(). What is wrong is reported and mended, a free
 * that is refused leaves the object in use, a slab that fails at an alloc is used
 * no more. Free objects are a chain through the objects.
 *
 * What differs:
 *  - The chain is followed only as far as it is one. Without consistency checks
 *    the kernel follows a broken chain; here it is reported and cut off.
 *  - Whether an object is free is also in its mark (slab.h), so a double free is
 *    found without SLAB_CONSISTENCY_CHECKS. For that, objects are 16 bytes apart at
 *    the least.
 *  - Times are in milliseconds: jiffies of a kernel with HZ=1000.
 *
 * Invariants, for each slab:
 *   free_objects of the node == sum of objects - inuse
 *   on_partial: it is on the node's partial list; else on `full` with SLAB_STORE_USER
 *
 * Locks: the node's list_lock. Reports are made under it, as in the kernel: what
 * they show does not change meanwhile.
 *
 * Cost: none for other caches, which are told apart on the slow path by their flags.
 */
#include "core/mm/slub_debug.h"

#include <string.h>

#include "core/lib/printk.h"
#include "core/lib/stackdepot.h"
#include "core/lib/vsprintf.h"
#include "core/os/dl.h"
#include "core/os/os.h"
#include "core/os/task.h"
#include "core/report/call_site.h"
#include "core/report/report.h"

#define SLUB_RED_INACTIVE 0xbb
#define SLUB_RED_ACTIVE 0xcc
#define POISON_INUSE 0x5a
#define POISON_FREE 0x6b
#define POISON_END 0xa5
#define TRACK_ADDRS_COUNT 16
#define PTR_BYTES ((u32)sizeof(void *))

enum track_item { TRACK_ALLOC,
		  TRACK_FREE,
		  NR_TRACKS };

_Static_assert(sizeof(struct report_track) == 32, "as the kernel's struct track");

/* One look at a slab: whose, for reports, and what was found. */
struct look {
	struct kmem_cache *s;
	struct page *page;
	const char *func;
	const void *caller;
	int errors;
};

/* --- layout --- */

static bool freeptr_outside_object(const struct kmem_cache *s)
{
	return s->offset >= s->inuse;
}

/* From the object's start to the first track. */
static u32 get_info_end(const struct kmem_cache *s)
{
	return freeptr_outside_object(s) ? s->inuse + PTR_BYTES : s->inuse;
}

/* From the object's start to the filler. */
static u32 get_filler(const struct kmem_cache *s)
{
	u32 off = get_info_end(s);

	if (s->flags & KMEMU_SLAB_STORE_USER)
		off += NR_TRACKS * (u32)sizeof(struct report_track);
	return slub_debug_orig_size(s) ? off + PTR_BYTES : off;
}

static bool must_be_outside(const struct kmem_cache *s, const struct kmemu_cache_args *args)
{
	u32 flags = s->flags;

	if (s->ctor || (flags & KMEMU_SLAB_POISON) ||
	    ((flags & KMEMU_SLAB_TYPESAFE_BY_RCU) && !args->use_freeptr_offset))
		return true;
	if (!(flags & KMEMU_SLAB_RED_ZONE))
		return false;
	return s->object_size < PTR_BYTES || slub_debug_orig_size(s);
}

void calculate_debug_sizes(struct kmem_cache *s, const struct kmemu_cache_args *args)
{
	u32 size = ALIGN(s->object_size, PTR_BYTES);
	u32 never_poison = KMEMU_SLAB_TYPESAFE_BY_RCU;

	s->flags &= ~OBJECT_POISON;
	if ((s->flags & KMEMU_SLAB_POISON) && !(s->flags & never_poison) && !s->ctor)
		s->flags |= OBJECT_POISON;
	if ((s->flags & KMEMU_SLAB_RED_ZONE) && size == s->object_size)
		size += PTR_BYTES;
	s->inuse = size;
	if (must_be_outside(s, args))
		s->offset = size;
	else if (s->flags & KMEMU_SLAB_TYPESAFE_BY_RCU)
		s->offset = args->freeptr_offset;
	else
		s->offset = s->object_size / 2 / PTR_BYTES * PTR_BYTES;
	size = get_filler(s);
	s->red_left_pad = 0;
	if (s->flags & KMEMU_SLAB_RED_ZONE) {
		s->red_left_pad = ALIGN(PTR_BYTES, s->align);
		size += PTR_BYTES + s->red_left_pad;
	}
	s->size = ALIGN(max(size, MARK_BYTES), s->align);
}

/* Of the slot, from the object's start on. */
static u32 size_from_object(const struct kmem_cache *s)
{
	return s->size - s->red_left_pad;
}

static u8 *object_at(const struct kmem_cache *s, const struct page *page, unsigned int i)
{
	return (u8 *)page_address(page) + (size_t)i * s->size + s->red_left_pad;
}

/* NULL ends a chain, and is valid. */
static bool check_valid_pointer(const struct kmem_cache *s, const struct page *page, const void *p)
{
	u64 offset = (u64)p - s->red_left_pad - (u64)page_address(page);

	return !p || (offset < (u64)page->objects * s->size && offset % s->size == 0);
}

static void *get_freepointer(const struct kmem_cache *s, const void *p)
{
	return *(void *const *)((const char *)p + s->offset);
}

static void set_freepointer(const struct kmem_cache *s, void *p, void *next)
{
	*(void **)((char *)p + s->offset) = next;
}

void *debug_next_free(const struct kmem_cache *s, const struct page *page, const void *p)
{
	void *next = get_freepointer(s, p);

	return check_valid_pointer(s, page, next) ? next : NULL;
}

static struct report_track *get_track(const struct kmem_cache *s, const void *p,
				      enum track_item which)
{
	return (struct report_track *)((char *)p + get_info_end(s)) + which;
}

static u64 *orig_size_at(const struct kmem_cache *s, const void *p)
{
	return (u64 *)get_track(s, p, NR_TRACKS);
}

/* What the program wrote there is not believed. */
static u32 get_orig_size(const struct kmem_cache *s, const void *p)
{
	return (u32)clamp(*orig_size_at(s, p), (u64)1, (u64)s->object_size);
}

/* --- who it was --- */

/* What the API does for its caller is the caller's. */
static u32 set_track_prepare(struct look *l)
{
	struct stacktrace st;

	if (!(l->s->flags & KMEMU_SLAB_STORE_USER))
		return 0;
	stacktrace_save(&st, TRACK_ADDRS_COUNT, l->caller);
	if (st.nr && os_dl_is_own_code(l->caller))
		l->caller = (const void *)st.entries[call_site_of(&st)];
	return stack_depot_save(st.entries, st.nr);
}

static void set_track(const struct kmem_cache *s, void *p, enum track_item which,
		      const void *caller, u32 handle)
{
	if (s->flags & KMEMU_SLAB_STORE_USER)
		*get_track(s, p, which) = (struct report_track){
			.addr = (unsigned long)caller,
			.handle = handle,
			.cpu = os_task_cpu(),
			.pid = (int)os_tid(),
			.when_ms = os_monotonic_ms(),
		};
}

/* --- reports --- */

void debug_describe(struct report *r, const struct kmem_cache *s, const void *object)
{
	if (!kmem_cache_debug(s))
		return;
	r->slab.red_left_pad = s->red_left_pad;
	r->slab.red_right = s->flags & KMEMU_SLAB_RED_ZONE ? s->inuse - s->object_size : 0;
	r->slab.filler = get_filler(s);
	r->slab.filler_bytes = size_from_object(s) - get_filler(s);
	r->now_ms = os_monotonic_ms();
	if (!object || !(s->flags & KMEMU_SLAB_STORE_USER))
		return;
	r->alloc_track = get_track(s, object, TRACK_ALLOC);
	r->free_track = get_track(s, object, TRACK_FREE);
}

void slab_describe(struct report *r, struct page *page)
{
	const struct kmem_cache *s = page->slab_cache;

	r->cache = s->name;
	r->slab.page = page;
	r->slab.start = page_address(page);
	r->slab.objects = page->objects;
	r->slab.used = page->inuse;
	r->slab.order = page->order;
	r->slab.zone = page->zone;
	if (kmem_cache_debug(s))
		r->slab.freelist = debug_of(page)->freelist;
}

static void describe(struct report *r, const struct look *l, const void *object)
{
	slab_describe(r, l->page);
	r->object = object;
	r->object_size = l->s->object_size;
	if (object)
		r->slab.next = get_freepointer(l->s, object);
	debug_describe(r, l->s, object);
}

/*
 * An error and what is done about it (kernel: object_err(), slab_err(), slab_fix()).
 * object: where it is an object's; bytes: those that are wrong; title NULL: more of
 * what was told; fix NULL: nothing is mended.
 */
static void slab_error(struct look *l, const void *object, const struct report_bytes *bytes,
		       const char *title, const char *fix)
{
	struct report r = { .kind = REPORT_SLAB_CORRUPT, .func = l->func, .caller = l->caller,
			    .addr = bytes ? bytes->from : object, .bytes = bytes, .title = title,
			    .fix = fix };
	bool is_taken = (title || bytes) && slab_add_kunit_errors();

	l->errors += title || bytes;
	if (fix && slab_add_kunit_errors())
		is_taken = true;
	if (is_taken)
		return;
	describe(&r, l, object);
	report_submit(&r);
}

static void trace(const struct look *l, const void *p, bool alloc)
{
	struct report r = { .caller = l->caller };

	if (likely(!(l->s->flags & KMEMU_SLAB_TRACE)))
		return;
	describe(&r, l, p);
	slub_trace(&r, alloc);
}

static void slab_fix(struct look *l, const void *object, const char *fmt)
{
	char fix[80];

	kmemu_scnprintf(fix, sizeof(fix), fmt, object);
	slab_error(l, object, NULL, NULL, fix);
}

/* --- bytes --- */

static const u8 *memchr_inv(const u8 *p, u8 value, size_t n)
{
	while (n && *p == value) {
		p++;
		n--;
	}
	return n ? p : NULL;
}

/* [start, start + n) is all of this value; else it is reported and made so. */
static bool check_bytes(struct look *l, const void *object, const char *what, u8 *start, u8 value,
			u32 n, const char *title)
{
	const u8 *from = memchr_inv(start, value, n), *to = start + n;
	struct report_bytes bytes = { .what = what, .from = from, .expected = value };
	char fix[128];

	if (!from)
		return true;
	while (to[-1] == value)
		to--;
	bytes.to = to;
	bytes.found = *from;
	kmemu_scnprintf(fix, sizeof(fix), "Restoring %s 0x%p-0x%p=0x%x", what, from, to - 1, value);
	slab_error(l, object, &bytes, title, fix);
	memset(start + (from - start), value, (size_t)(to - from));
	return false;
}

/* A part of an object; the object is shown with the first that is wrong. */
static bool check_part(struct look *l, const u8 *object, const char *what, u8 *start, u8 value,
		       u32 n, bool ok)
{
	return check_bytes(l, object, what, start, value, n, ok ? "Object corrupt" : NULL) && ok;
}

static void init_object(const struct kmem_cache *s, void *object, u8 value)
{
	u32 poisoned = s->object_size;
	u8 *p = object;

	if (s->flags & KMEMU_SLAB_RED_ZONE) {
		memset(p - s->red_left_pad, value, s->red_left_pad);
		if (slub_debug_orig_size(s) && value == SLUB_RED_ACTIVE)
			poisoned = get_orig_size(s, p);
	}
	if (s->flags & OBJECT_POISON) {
		memset(p, POISON_FREE, poisoned - 1);
		p[poisoned - 1] = POISON_END;
	}
	if (s->flags & KMEMU_SLAB_RED_ZONE)
		memset(p + poisoned, value, s->inuse - poisoned);
}

/* --- checks --- */

static bool check_red_zones(struct look *l, u8 *p, u8 value)
{
	const struct kmem_cache *s = l->s;
	bool ok = true;
	u32 asked;

	ok = check_part(l, p, "Left Redzone", p - s->red_left_pad, value, s->red_left_pad, ok);
	ok = check_part(l, p, "Right Redzone", p + s->object_size, value,
			s->inuse - s->object_size, ok);
	if (!slub_debug_orig_size(s) || value != SLUB_RED_ACTIVE)
		return ok;
	asked = get_orig_size(s, p);
	return check_part(l, p, "kmalloc Redzone", p + asked, value, s->object_size - asked, ok);
}

static bool check_poison(struct look *l, u8 *p, u8 value, bool ok)
{
	const struct kmem_cache *s = l->s;
	u32 last = s->object_size - 1;

	if (value != SLUB_RED_ACTIVE && (s->flags & OBJECT_POISON)) {
		ok = check_part(l, p, "Poison", p, POISON_FREE, last, ok);
		ok = check_part(l, p, "End Poison", p + last, POISON_END, 1, ok);
	}
	/* check_pad_bytes() */
	return check_bytes(l, p, "Object padding", p + get_filler(s), POISON_INUSE,
			   size_from_object(s) - get_filler(s), "Object corrupt") && ok;
}

/* value: what its red zones must be. False: something was wrong, and is mended. */
static bool check_object(struct look *l, u8 *p, u8 value)
{
	const struct kmem_cache *s = l->s;
	bool ok = true;

	if (s->flags & KMEMU_SLAB_RED_ZONE)
		ok = check_red_zones(l, p, value);
	else if (s->flags & KMEMU_SLAB_POISON)
		ok = check_part(l, p, "Alignment padding", p + s->object_size, POISON_INUSE,
				s->inuse - s->object_size, ok);
	if (s->flags & KMEMU_SLAB_POISON)
		ok = check_poison(l, p, value, ok);
	if ((freeptr_outside_object(s) || value != SLUB_RED_ACTIVE) &&
	    !check_valid_pointer(s, l->page, get_freepointer(s, p))) {
		slab_error(l, p, NULL, "Freepointer corrupt", NULL);
		set_freepointer(s, p, NULL); /* what it led to is lost */
		ok = false;
	}
	return ok;
}

/* Kernel: slab_pad_check(): what is left behind the last object. */
static void check_slab_padding(struct look *l)
{
	u8 *start = page_address(l->page), *end = start + (PAGE_SIZE << l->page->order);
	u8 *pad = start + (u32)l->page->objects * l->s->size;
	const u8 *from = memchr_inv(pad, POISON_INUSE, (size_t)(end - pad)), *to = end;
	struct report_bytes bytes = { .from = pad, .to = end, .expected = POISON_INUSE };
	char title[96], fix[96];

	if (!(l->s->flags & KMEMU_SLAB_POISON) || !from)
		return;
	while (to[-1] == POISON_INUSE)
		to--;
	bytes.found = *from;
	kmemu_scnprintf(title, sizeof(title), "Padding overwritten. 0x%p-0x%p @offset=%td", from,
			to - 1, from - start);
	kmemu_scnprintf(fix, sizeof(fix), "Restoring slab padding 0x%p-0x%p=0x%x", from, to - 1,
			POISON_INUSE);
	slab_error(l, NULL, &bytes, title, fix);
	memset(pad, POISON_INUSE, (size_t)(end - pad));
}

static bool check_slab(struct look *l)
{
	struct page *page = l->page;
	char title[80] = "";

	if (page->state != PAGE_SLAB)
		kmemu_scnprintf(title, sizeof(title), "Not a valid slab page");
	else if (page->inuse > page->objects)
		kmemu_scnprintf(title, sizeof(title), "inuse %u > max %u", page->inuse,
				page->objects);
	else if (debug_of(page)->frozen)
		kmemu_scnprintf(title, sizeof(title),
				"Slab disabled since SLUB metadata consistency check failed");
	if (title[0]) {
		slab_error(l, NULL, NULL, title, NULL);
		return false;
	}
	check_slab_padding(l);
	return true;
}

static void set_inuse(struct look *l, unsigned int inuse)
{
	l->s->node.free_objects += (unsigned long)l->page->inuse - inuse;
	l->page->inuse = (u16)inuse;
}

/* How long the chain is that starts at the slab; broken, it is cut. -1: at its start. */
static int count_freelist(struct look *l)
{
	struct kmem_cache *s = l->s;
	void *fp = debug_of(l->page)->freelist, *p = NULL;
	int nr = 0;

	while (fp && nr <= l->page->objects) {
		if (!check_valid_pointer(s, l->page, fp) && !p) {
			slab_error(l, NULL, NULL, "Freepointer corrupt", "Freelist cleared");
			debug_of(l->page)->freelist = NULL;
			set_inuse(l, l->page->objects);
			return -1;
		}
		if (!check_valid_pointer(s, l->page, fp)) {
			slab_error(l, p, NULL, "Freechain corrupt", NULL);
			set_freepointer(s, p, NULL);
			break;
		}
		p = fp;
		fp = get_freepointer(s, p);
		nr++;
	}
	return nr;
}

/* Kernel: on_freelist(s, slab, NULL). */
static bool check_freelist(struct look *l)
{
	int nr = count_freelist(l), used;
	char title[80];

	if (nr < 0)
		return false;
	used = l->page->objects - nr;
	if (l->page->inuse != used && used >= 0) {
		kmemu_scnprintf(title, sizeof(title),
				"Wrong object count. Counter is %d but counted were %d",
				l->page->inuse, used);
		slab_error(l, NULL, NULL, title, "Object count adjusted");
		set_inuse(l, (unsigned int)used);
	}
	return true;
}

/* --- slabs --- */

void setup_slab_debug(struct kmem_cache *s, struct page *page)
{
	unsigned int i;

	if (s->flags & KMEMU_SLAB_POISON)
		memset(page_address(page), POISON_INUSE, PAGE_SIZE << page->order);
	debug_of(page)->on_partial = debug_of(page)->frozen = false;
	debug_of(page)->freelist = NULL;
	for (i = page->objects; i--;) {
		u8 *p = object_at(s, page, i);

		init_object(s, p, SLUB_RED_INACTIVE);
		if (s->flags & KMEMU_SLAB_STORE_USER)
			memset(get_track(s, p, TRACK_ALLOC), 0,
			       NR_TRACKS * sizeof(struct report_track));
		set_freepointer(s, p, debug_of(page)->freelist);
		debug_of(page)->freelist = p;
	}
}

static void remove_partial(struct kmem_cache *s, struct page *page)
{
	list_del(&page->lru);
	s->node.nr_partial--;
	debug_of(page)->on_partial = false;
	if (s->flags & KMEMU_SLAB_STORE_USER)
		list_add(&page->lru, &s->node.full);
	else
		INIT_LIST_HEAD(&page->lru);
}

static void add_partial(struct kmem_cache *s, struct page *page)
{
	list_del(&page->lru);
	list_add_tail(&page->lru, &s->node.partial[0]);
	s->node.nr_partial++;
	debug_of(page)->on_partial = true;
}

/* --- alloc --- */

/* The slab is not used again: nothing of it is free. */
static void freeze_slab(struct look *l)
{
	slab_fix(l, NULL, "Marking all objects used");
	debug_of(l->page)->freelist = NULL;
	debug_of(l->page)->frozen = true;
	set_inuse(l, l->page->objects);
	remove_partial(l->s, l->page);
}

static bool alloc_consistency_checks(struct look *l, void *p)
{
	if (!check_slab(l))
		return false;
	if (check_valid_pointer(l->s, l->page, p))
		return check_object(l, p, SLUB_RED_INACTIVE);
	slab_error(l, NULL, NULL, "Freelist Pointer check fails", NULL);
	return false;
}

/* Kernel: alloc_single_from_partial(). NULL: there is none, or the slab is frozen. */
static void *take_object(struct look *l, size_t size, u32 handle)
{
	struct kmem_cache *s = l->s;
	void *p = debug_of(l->page)->freelist, *next;
	bool checks = s->flags & KMEMU_SLAB_CONSISTENCY_CHECKS;

	if (!p || !check_valid_pointer(s, l->page, p) ||
	    (checks && !alloc_consistency_checks(l, p))) {
		freeze_slab(l);
		return NULL;
	}
	next = get_freepointer(s, p);
	if (!check_valid_pointer(s, l->page, next)) {
		slab_error(l, p, NULL, "Freechain corrupt", "Isolate corrupted freechain");
		next = NULL;
	}
	debug_of(l->page)->freelist = next;
	set_inuse(l, next ? l->page->inuse + 1U : l->page->objects);
	set_track(s, p, TRACK_ALLOC, l->caller, handle);
	trace(l, p, true);
	if (slub_debug_orig_size(s))
		*orig_size_at(s, p) = size;
	init_object(s, p, SLUB_RED_ACTIVE);
	if (!next)
		remove_partial(s, l->page);
	return p;
}

static void *take_from_partial(struct look *l, size_t size, u32 handle)
{
	struct list_head *partial = &l->s->node.partial[0];
	void *p = NULL;

	while (!p && !list_empty(partial)) {
		l->page = list_first_entry(partial, struct page, lru);
		p = take_object(l, size, handle);
	}
	if (p)
		mark_used(p, l->s->mark_shift);
	return p;
}

void *debug_alloc(struct kmem_cache *s, gfp_t flags, size_t size, const void *caller)
{
	struct look l = { .s = s, .func = "kmem_cache_alloc", .caller = caller };
	struct list_head empty = LIST_HEAD_INIT(empty);
	u32 handle = set_track_prepare(&l);
	struct page *page = NULL;
	void *p;

	for (;;) {
		if (!spin_lock(&s->node.list_lock)) {
			INIT_LIST_HEAD(&empty);
			if (page) {
				list_add(&page->lru, &empty);
				free_slab_list(&empty);
			}
			return alloc_emergency(s, flags);
		}
		if (page) {
			add_slab(s, page);
			debug_of(page)->on_partial = true;
		}
		p = take_from_partial(&l, size, handle);
		node_unlock(s, &empty);
		if (p || page)
			return p;
		page = allocate_slab(s, flags);
		if (!page)
			return NULL;
	}
}

/* --- free --- */

/* Kernel: free_debug_processing(). False: p stays in use. */
static bool free_debug_processing(struct look *l, void *p, u32 handle)
{
	struct kmem_cache *s = l->s;
	bool ok = true;

	if (s->flags & KMEMU_SLAB_CONSISTENCY_CHECKS)
		ok = check_slab(l) && check_object(l, p, SLUB_RED_ACTIVE);
	if (!ok) {
		slab_fix(l, p, "Object at 0x%p not freed");
		return false;
	}
	set_track(s, p, TRACK_FREE, l->caller, handle);
	trace(l, p, false);
	init_object(s, p, SLUB_RED_INACTIVE);
	return true;
}

static unsigned int min_partial(const struct kmem_cache *s)
{
	return clamp((fls64(s->size) - 1) / 2, 5U, 10U);
}

/* Kernel: __free_slab(): whoever wrote into it last is found now or never. */
static void discard_slab(struct look *l, struct list_head *empty)
{
	unsigned int i;

	if (l->s->flags & KMEMU_SLAB_CONSISTENCY_CHECKS) {
		check_slab_padding(l);
		for (i = 0; i < l->page->objects; i++)
			check_object(l, object_at(l->s, l->page, i), SLUB_RED_INACTIVE);
	}
	remove_slab(l->s, l->page, empty);
}

/* Kernel: free_to_partial_list(). Under the lock. */
static void put_object(struct look *l, void *p, u32 handle, struct list_head *empty)
{
	struct kmem_cache *s = l->s;
	struct page *page = l->page;

	if (!free_debug_processing(l, p, handle)) {
		mark_used(p, s->mark_shift);
		return;
	}
	mark_free(p, s->mark_shift);
	set_freepointer(s, p, debug_of(page)->freelist);
	debug_of(page)->freelist = p;
	set_inuse(l, page->inuse ? page->inuse - 1U : 0);
	if (!debug_of(page)->on_partial && !debug_of(page)->frozen)
		add_partial(s, page);
	if (!page->inuse && debug_of(page)->on_partial && s->node.nr_partial > min_partial(s))
		discard_slab(l, empty);
}

static void already_free(struct look *l, const void *p)
{
	char fix[80];

	kmemu_scnprintf(fix, sizeof(fix), "Object at 0x%p not freed", p);
	slab_error(l, p, NULL, "Object already free", fix);
}

void debug_free(struct kmem_cache *s, struct page *page, void *p, const void *caller)
{
	struct look l = { .s = s, .page = page, .func = "kmem_cache_free", .caller = caller };
	struct list_head empty = LIST_HEAD_INIT(empty);
	u32 handle = set_track_prepare(&l);

	if (!spin_lock(&s->node.list_lock)) {
		mark_free(p, s->mark_shift);
		defer_object(s, p);
		return;
	}
	if (is_marked_free(p, s->mark_shift)) /* by another thread, just now */
		already_free(&l, p);
	else
		put_object(&l, p, handle, &empty);
	node_unlock(s, &empty);
}

void debug_free_deferred(struct kmem_cache *s, void *p, struct list_head *empty)
{
	struct look l = { .s = s, .page = page_head(virt_to_pfn(p)), .func = "kmem_cache_free" };

	set_freepointer(s, p, NULL); /* it was the link */
	put_object(&l, p, 0, empty);
}

void debug_flush(struct kmem_cache *s, struct list_head *empty)
{
	struct look l = { .s = s, .func = "kmem_cache_shrink" };
	struct page *next;

	list_for_each_entry_safe(l.page, next, &s->node.partial[0], lru)
		if (!l.page->inuse)
			discard_slab(&l, empty);
}

/* --- validation --- */

void debug_free_map(struct kmem_cache *s, struct page *page, u64 map[SLAB_MAX_OBJECTS / 64])
{
	void *p = debug_of(page)->freelist;
	unsigned int n = 0;

	memset(map, 0, SLAB_MAX_OBJECTS / 8);
	for (; p && n < page->objects; n++, p = debug_next_free(s, page, p)) {
		unsigned int i = obj_to_index(s, page, p);

		map[i / 64] |= 1UL << (i % 64);
	}
}

static bool map_has(const u64 *map, unsigned int i)
{
	return map[i / 64] >> (i % 64) & 1;
}

static void validate_slab(struct look *l)
{
	u64 map[SLAB_MAX_OBJECTS / 64];
	unsigned int i;

	if (!check_slab(l) || !check_freelist(l))
		return;
	debug_free_map(l->s, l->page, map);
	for (i = 0; i < l->page->objects; i++)
		if (!check_object(l, object_at(l->s, l->page, i),
				  map_has(map, i) ? SLUB_RED_INACTIVE : SLUB_RED_ACTIVE))
			break;
}

static unsigned long validate_list(struct look *l, struct list_head *slabs)
{
	unsigned long count = 0;

	list_for_each_entry(l->page, slabs, lru) {
		validate_slab(l);
		count++;
	}
	return count;
}

int debug_validate(struct kmem_cache *s, const void *caller)
{
	struct look l = { .s = s, .func = "validate_slab_cache", .caller = caller };
	struct kmem_cache_node *n = &s->node;
	unsigned long partial = validate_list(&l, &n->partial[0]), full;

	if (partial != n->nr_partial) {
		l.errors++;
		slab_add_kunit_errors();
	}
	if (!(s->flags & KMEMU_SLAB_STORE_USER))
		return l.errors;
	full = validate_list(&l, &n->full);
	if (partial + full != n->nr_slabs) {
		l.errors++;
		slab_add_kunit_errors();
	}
	return l.errors;
}
