/*
 * view.c - what the kernel shows of its memory under /proc, of this process or
 * of another: readers, roots, the table of views, the text.
 *
 * What the kernel does: seq_file handlers in mm/slab_common.c (slabinfo),
 * mm/vmalloc.c (vmallocinfo), mm/vmstat.c (buddyinfo, zoneinfo),
 * fs/proc/meminfo.c and lib/alloc_tag.c (allocinfo) walk the structures under
 * their locks.
 *
 * What differs: the walk is done through a reader, so that one code serves
 * three cases: the process itself (memory is copied), another process (the
 * command reads it by process_vm_readv) and a core file. A live process is
 * neither stopped nor signalled nor locked by another one that looks at it. So
 * a walk trusts nothing that it reads: each step is checked against the one
 * before (a list's `prev`, an area's address), each walk has a bound, and one
 * that finds a contradiction begins again, VIEW_TRIES times in all.
 *
 * Everything starts at kmemu_view_roots. Structures are read as they lie in
 * memory, so the reader must be of the same build: view_layout is a hash of the
 * sizes and offsets that the walks use, and of the address plan.
 *
 * Locks: in the own process slab_mutex, vmap_lock and zone_lock as the view
 * needs them, as the kernel does; a handler that cannot have one reads as a
 * stranger would. Cost: nothing until somebody looks.
 */
#include "core/mm/view.h"

#include <errno.h>
#include <string.h>

#include "core/lib/vsprintf.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/slab.h"
#include "core/mm/vmalloc.h"
#include "core/mm/zone.h"
#include "core/os/os.h"
#include "core/report/symbols.h"

#define VIEW_TRIES 50
/* As percpu.c has it: its slots for the guarded way. */

/* --- roots --- */

#define MIX(h, x) (((h) ^ (u64)(x)) * 0x100000001b3UL)
#define MIX_AT(h, type, field) MIX(MIX(h, offsetof(type, field)), sizeof(((type *)0)->field))

#define LAYOUT_CACHE(h)                                                                  \
	MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX(              \
		h, sizeof(struct kmem_cache)), struct kmem_cache, name),                 \
		struct kmem_cache, size), struct kmem_cache, flags),                     \
		struct kmem_cache, objects), struct kmem_cache, order),                  \
		struct kmem_cache, node.nr_slabs), struct kmem_cache, node.free_objects), \
		struct kmem_cache, node.total_objects), struct kmem_cache, list)

#define LAYOUT_ZONE(h)                                                                   \
	MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX(                     \
		h, sizeof(struct zone)), struct zone, start_pfn), struct zone, limit_pfn), \
		struct zone, committed), struct zone, charged), struct zone, wmark),     \
		struct zone, absent), struct zone, free_area), struct zone, holes)

#define LAYOUT_VMAP(h)                                                                   \
	MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX_AT(MIX(                     \
		h, sizeof(struct vmap_area)), struct vmap, nr_areas), struct vmap, live), \
		struct vmap_area, start), struct vmap_area, pages),                      \
		struct vmap_area, prev), struct vmap_area, state),                       \
		struct vmap_area, guard), struct vmap_area, alone)

#define LAYOUT_PLAN(h)                                                                   \
	MIX(MIX(MIX(MIX(MIX(MIX(MIX_AT(MIX_AT(MIX(                                       \
		h, sizeof(struct page)), struct page, lru), struct page, order),         \
		PAGE_OFFSET), VMEMMAP_BASE), PERCPU_BASE), VMALLOC_START), VMAPTAB_BASE), \
		PERCPU_SLOT_BYTES)

#define VIEW_LAYOUT LAYOUT_PLAN(LAYOUT_VMAP(LAYOUT_ZONE(LAYOUT_CACHE(0xcbf29ce484222325UL))))

KMEMU_EXPORT const struct view_roots kmemu_view_roots = {
	.magic = VIEW_MAGIC,
	.self = (u64)&kmemu_view_roots,
	.version = VIEW_VERSION,
	.bytes = sizeof(struct view_roots),
	.layout = VIEW_LAYOUT,
	.slab_caches = (u64)&slab_caches,
	.zones = (u64)zones,
	.vmap = (u64)&vmap,
	.areas = (u64)vmap_areas,
	.slots = PERCPU_BASE,
	.guarded_slots = GUARDED_BASE,
	.tags = (u64)&alloc_tag_roots,
};

const char *view_roots_check(const struct view_roots *roots)
{
	if (roots->magic != VIEW_MAGIC)
		return "has no kmemu heap where it should be";
	if (roots->version != VIEW_VERSION || roots->bytes != sizeof(*roots))
		return "runs another version of kmemu";
	if (roots->layout != VIEW_LAYOUT)
		return "runs another build of kmemu";
	return NULL;
}

/* --- the text --- */

void view_printf(struct view_out *o, const char *fmt, ...)
{
	size_t at = min(o->len, o->size);
	va_list ap;

	va_start(ap, fmt);
	o->len += (size_t)kmemu_vsnprintf(o->buf + at, o->size - at, fmt, ap);
	va_end(ap);
}

bool view_read(const struct view_reader *r, void *dst, u64 addr, size_t n)
{
	return r->read(r->ctx, dst, addr, n);
}

/* --- allocinfo; the other views have files of their own --- */

static void show_site(const struct view_reader *r, const struct alloc_tag_counters *c,
		      struct view_out *o)
{
	char where[512];

	if (r->site)
		r->site(r->ctx, c->pc, where, sizeof(where));
	else /* as addr2line has it, and the kernel's func: */
		kmemu_scnprintf(where, sizeof(where), "??:0 func:0x%lx", (unsigned long)c->pc);
	view_printf(o, "%12lld %8llu %s \n", (long long)c->bytes, (unsigned long long)c->calls,
		    where);
}

/* Rows only with leak=, and only of sites that have something alive. */
int view_allocinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o)
{
	size_t bytes = NR_ALLOC_TAGS * sizeof(struct alloc_tag_counters);
	struct alloc_tag_counters *counters;
	struct alloc_tag_roots tags;
	long nr, i;

	if (!view_read(r, &tags, roots->tags, sizeof(tags)))
		return -EFAULT;
	view_printf(o, "allocinfo - version: 1.0\n#     <size>  <calls> <tag info>\n");
	if (!tags.pcs)
		return 0;
	counters = os_map_any(bytes);
	if (!counters)
		return -ENOMEM;
	nr = alloc_tag_top_users(r, &tags, counters, NR_ALLOC_TAGS);
	for (i = 0; i < nr; i++)
		show_site(r, &counters[i], o);
	os_unmap(counters, bytes);
	return nr < 0 ? (int)nr : 0;
}

/* --- the views --- */

/* NEED_CARE: no lock helps, what is read may not be there. */
enum { NEED_VMAP = 1, NEED_SLAB = 2, NEED_ZONE = 4, NEED_CARE = 8 };

static const struct view {
	const char *name;
	int (*show)(const struct view_reader *r, const struct view_roots *roots,
		    struct view_out *o);
	u32 needs; /* locks, in the own process */
} views[] = {
	{ "slabinfo", view_slabinfo, NEED_SLAB },
	{ "vmallocinfo", view_vmallocinfo, NEED_VMAP },
	{ "buddyinfo", view_buddyinfo, NEED_ZONE },
	{ "pagetypeinfo", view_pagetypeinfo, NEED_ZONE },
	{ "extfrag_index", view_extfrag_index, NEED_ZONE },
	{ "unusable_index", view_unusable_index, NEED_ZONE },
	{ "zoneinfo", view_zoneinfo, NEED_SLAB | NEED_ZONE },
	{ "meminfo", view_meminfo, NEED_SLAB | NEED_ZONE },
	{ "allocinfo", view_allocinfo, NEED_CARE },
};

const char *view_name(unsigned int i)
{
	return i < ARRAY_SIZE(views) ? views[i].name : NULL;
}

static const struct view *find_view(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(views); i++)
		if (!strcmp(views[i].name, name))
			return &views[i];
	return NULL;
}

/* The empty text, too, ends with a NUL. */
static int show(const struct view *v, const struct view_reader *r, const struct view_roots *roots,
		struct view_out *o)
{
	o->len = 0;
	view_printf(o, "%s", "");
	return v->show(r, roots, o);
}

static ssize_t print(const struct view *v, const struct view_reader *r,
		     const struct view_roots *roots, char *buf, size_t size)
{
	struct view_out o = { .buf = buf, .size = size };
	int err = show(v, r, roots, &o), i;

	for (i = 1; i < VIEW_TRIES && err == -EAGAIN && r->refresh; i++) {
		r->refresh(r->ctx);
		err = show(v, r, roots, &o);
	}
	return err ? err : (ssize_t)o.len;
}

ssize_t view_print(const struct view_reader *r, const struct view_roots *roots, const char *name,
		   char *buf, size_t size)
{
	const struct view *v = find_view(name);
	struct list_head caches;

	if (!v)
		return -ENOENT;
	/* The first of them come with the heap, and never go. */
	if (!view_read(r, &caches, roots->slab_caches, sizeof(caches)))
		return -EFAULT;
	if ((u64)caches.next == roots->slab_caches)
		return -ENODATA;
	return print(v, r, roots, buf, size);
}

/* --- of the own process --- */

static bool is_slot(unsigned long addr)
{
	return addr - PERCPU_BASE < GUARDED_BASE + 0x40000000UL - PERCPU_BASE;
}

/*
 * Counters change under other locks than ours, and are read as they are, as the
 * kernel does (data_race). A memcpy is what ThreadSanitizer would look at.
 */
__attribute__((no_sanitize("thread"))) static void copy_racy(void *dst, const void *src, size_t n)
{
	volatile const u64 *words = src;
	volatile const u8 *bytes = src;
	size_t i, whole = IS_ALIGNED((unsigned long)src, 8UL) ? n / 8 : 0;

	for (i = 0; i < whole; i++) {
		u64 word = words[i];

		__builtin_memcpy((u8 *)dst + 8 * i, &word, 8);
	}
	for (i = whole * 8; i < n; i++)
		((u8 *)dst)[i] = bytes[i];
}

/* Slots are mapped as they come to be used; all else is there. */
static bool read_locked(void *ctx, void *dst, unsigned long addr, size_t n)
{
	(void)ctx;
	if (is_slot(addr))
		return os_read_safe(dst, (const void *)addr, n);
	copy_racy(dst, (const void *)addr, n);
	return true;
}

static bool read_stranger(void *ctx, void *dst, unsigned long addr, size_t n)
{
	(void)ctx;
	return os_read_safe(dst, (const void *)addr, n);
}

static void look_again(void *ctx)
{
	(void)ctx;
}

/*
 * Files and lines are for who has libdw: `kmemu show`. Functions are named when
 * their symbols were read before: reading allocates, and this may be a handler.
 */
static bool look_up_own(unsigned long pc, struct symbol *sym, char *name, size_t size)
{
	bool known;

	symbols_no_load(true);
	known = symbol_lookup(pc, sym, name, size);
	symbols_no_load(false);
	return known;
}

static void name_own_site(void *ctx, unsigned long pc, char *buf, size_t size)
{
	char name[256];
	struct symbol sym;
	int n;

	(void)ctx;
	n = kmemu_scnprintf(buf, size, "??:0 ");
	if (!look_up_own(pc, &sym, name, sizeof(name))) {
		kmemu_scnprintf(buf + n, size - (size_t)n, "func:0x%lx", pc);
		return;
	}
	if (!sym.is_program)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "[%s] ", sym.module);
	if (sym.name)
		kmemu_scnprintf(buf + n, size - (size_t)n, "func:%s", sym.name);
	else
		kmemu_scnprintf(buf + n, size - (size_t)n, "func:0x%lx", sym.module_offset);
}

static void name_own_caller(void *ctx, unsigned long pc, char *buf, size_t size)
{
	char name[256];
	struct symbol sym;
	int n;

	(void)ctx;
	if (!look_up_own(pc, &sym, name, sizeof(name)) || !sym.name) {
		kmemu_scnprintf(buf, size, "0x%lx", pc);
		return;
	}
	n = kmemu_scnprintf(buf, size, "%s+0x%lx/0x%lx", sym.name, sym.offset, sym.size);
	if (!sym.is_program)
		kmemu_scnprintf(buf + n, size - (size_t)n, " [%s]", sym.module);
}

static u32 lock_for(u32 needs)
{
	u32 got = 0;

	if (needs & NEED_VMAP && vmap_lock_get())
		got |= NEED_VMAP;
	if (needs & NEED_SLAB && spin_lock(&slab_mutex))
		got |= NEED_SLAB;
	if (needs & NEED_ZONE && spin_lock(&zone_lock))
		got |= NEED_ZONE;
	return got;
}

static void unlock(u32 got)
{
	if (got & NEED_ZONE)
		zone_unlock();
	if (got & NEED_SLAB)
		spin_unlock(&slab_mutex);
	if (got & NEED_VMAP)
		vmap_lock_put();
}

ssize_t view_print_own(const char *name, char *buf, size_t size)
{
	const struct view *v = find_view(name);
	struct view_reader r = { .read = read_locked, .caller = name_own_caller };
	ssize_t ret;
	u32 got;

	if (!v)
		return -ENOENT;
	got = lock_for(v->needs);
	if (got != v->needs)
		r = (struct view_reader){ .read = read_stranger,
					  .refresh = look_again,
					  .site = name_own_site,
					  .caller = name_own_caller };
	ret = print(v, &r, &kmemu_view_roots, buf, size);
	unlock(got);
	return ret;
}
