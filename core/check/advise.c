/*
 * advise.c - what each call site did, for `kmemu advise` (kernel: no
 * counterpart; its authors know their contexts, and lib/alloc_tag.c counts).
 *
 * A call site is the innermost frame of the program's own modules, as in
 * findings. Mostly that is the caller of malloc itself; a look at the module of a return
 * address is kept with its tag (core/mm/alloc_tag.c), so it is made once.
 * Only callers in libc and its like (operator new, strdup, g_malloc) cost a walk; so
 * do functions of the program's that it is told to look through (advise.through=): a
 * program whose every call is made by its xmalloc has one site otherwise.
 *
 * Numbers are kept in two places:
 *	the table	a file that the command made and that every process of the run
 *			maps shared (advise_table.h). Its numbers only grow, and a
 *			process needs no end to have told them: killed, left by _exit
 *			or become another program, they are there. Places are module
 *			and offset, so processes meet at the same entry whatever their addresses.
 *	tag_infos[]	private, by tag: how many objects are alive now. A fork child's
 *			copy is right for it: it has copies of the objects. The table gets
 *			their maximum.
 *
 * An entry is made in three steps: a number is taken from nr_sites, the
 * entry is filled, its number is stored in a free slot of the index. Whoever dies or
 * loses a race in between leaves an entry without calls; the reader passes over
 * those, and adds up two of the same place. Modules likewise, with their id
 * as the last step.
 *
 * The table is written by programs that may be wild, so the reader believes no number.
 *
 * Locks: none. Any context. Cost: off nothing; on some 100 instructions a pair of
 * malloc and free beside what an armed run costs (armed.c), five of them locked; a
 * walk where the caller is libc's, and where a context is raised.
 */
#include "core/check/advise.h"

#include "core/check/advise_table.h"
#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/lib/string.h"
#include "core/mm/armed.h"
#include "core/os/dl.h"
#include "core/os/files.h"
#include "core/report/call_site.h"
#include "core/report/finding.h"
#include "core/report/funcs.h"
#include "core/report/run.h"
#include "core/report/unwind.h"

#define PROBES 64U
#define NAME_BYTES 128

/* Of what module a tag's address is. */
enum tag_kind { TAG_NEW, TAG_PROGRAM, TAG_RUNTIME };

struct tag_info {
	u8 kind; /* enum tag_kind */
	struct advise_site *site; /* NULL: not looked for yet, or no room */
	u64 alive, bytes; /* now */
};

static struct advise_table *table;
static struct tag_info *tag_infos; /* by tag - 1 */

static void grow(u64 *max, u64 value)
{
	u64 seen = READ_ONCE(*max);

	while (seen < value && !__atomic_compare_exchange_n(max, &seen, value, true,
							    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

static void add(u64 *to, u64 n)
{
	__atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

static void set_bits(u32 *to, u32 bits)
{
	if (unlikely((READ_ONCE(*to) & bits) != bits))
		__atomic_fetch_or(to, bits, __ATOMIC_RELAXED);
}

/* --- modules ------------------------------------------------------------- */

static u64 mix(u64 h, const void *data, size_t n)
{
	for (const u8 *byte = data; n; n--, byte++)
		h = (h ^ *byte) * 0x100000001b3UL;
	return h;
}

static u64 id_of(const struct symbol *sym)
{
	u64 h = mix(0xcbf29ce484222325UL, sym->build_id, sym->build_id_bytes);

	return mix(h, sym->path, __builtin_strlen(sym->path)) | 1;
}

/* Of a long path its end is told, which has the name. */
static void copy_path(char *to, const char *path)
{
	size_t n = __builtin_strlen(path);

	if (n > ADVISE_PATH_BYTES)
		path += n - ADVISE_PATH_BYTES;
	n = min(n, (size_t)ADVISE_PATH_BYTES);
	__builtin_memcpy(to, path, n);
	to[n] = '\0';
}

static u64 add_module(const struct symbol *sym, u64 id)
{
	u32 n = __atomic_fetch_add(&table->nr_modules, 1, __ATOMIC_RELAXED);
	struct advise_module *m;

	if (n >= ADVISE_MODULES)
		return 0;
	m = &table->modules[n];
	m->build_id_bytes = sym->build_id_bytes;
	__builtin_memcpy(m->build_id, sym->build_id, sizeof(m->build_id));
	m->runtime = module_is_runtime(sym->module);
	m->generated = !*sym->path;
	copy_path(m->path, sym->path);
	__atomic_store_n(&m->id, id, __ATOMIC_RELEASE);
	return n + 1;
}

/* Its number from 1 on, 0: there is no room. */
static u64 module_of(const struct symbol *sym)
{
	u64 id = id_of(sym);
	u32 i, nr = min(READ_ONCE(table->nr_modules), ADVISE_MODULES);

	for (i = 0; i < nr; i++)
		if (__atomic_load_n(&table->modules[i].id, __ATOMIC_ACQUIRE) == id)
			return i + 1;
	return nr < ADVISE_MODULES ? add_module(sym, id) : 0;
}

/* 0: there is no room. All code that is in no module is one place. */
static u64 place_of(unsigned long pc)
{
	struct symbol sym;
	u64 module;

	if (!symbol_lookup(pc, &sym, NULL, 0))
		sym = (struct symbol){ .module = "", .path = "", .module_offset = 1 };
	module = module_of(&sym);
	return module ? module << ADVISE_OFFSET_BITS |
			(sym.module_offset & ((1UL << ADVISE_OFFSET_BITS) - 1)) : 0;
}

/* --- sites --------------------------------------------------------------- */

/* A new entry's number from 1 on, 0: there is no room. */
static u32 new_site(u64 place, unsigned long callee)
{
	u32 n = __atomic_fetch_add(&table->nr_sites, 1, __ATOMIC_RELAXED);

	if (n >= ADVISE_SITES)
		return 0;
	table->sites[n].callee = callee ? place_of(callee) : 0;
	WRITE_ONCE(table->sites[n].place, place);
	return n + 1;
}

/* NULL: the number is none that we gave out. */
static struct advise_site *site_nr(u32 n)
{
	return n && n <= ADVISE_SITES ? &table->sites[n - 1] : NULL;
}

/* callee: a pc in the runtime's function that it called, or 0. NULL: no room. */
static struct advise_site *find_site(u64 place, unsigned long callee)
{
	u32 at = (u32)(place * 0x9e3779b97f4a7c15UL >> 48), n = 0;

	for (u32 i = 0; i < PROBES; i++, at = (at + 1) % ADVISE_INDEX) {
		u32 seen = __atomic_load_n(&table->index[at], __ATOMIC_ACQUIRE);

		if (!seen && !n)
			n = new_site(place, callee);
		if (!seen && !n)
			return NULL;
		if (!seen && __atomic_compare_exchange_n(&table->index[at], &seen, n, false,
							 __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
			return site_nr(n);
		if (site_nr(seen) && READ_ONCE(site_nr(seen)->place) == place)
			return site_nr(seen);
	}
	return NULL;
}

static struct advise_site *make_site(struct tag_info *info, unsigned long pc, unsigned long callee)
{
	u64 place = place_of(pc);
	struct advise_site *site = place ? find_site(place, callee) : NULL;

	WRITE_ONCE(info->site, site);
	return site;
}

/* --- whose call it is ----------------------------------------------------- */

/* One of the program's own that only hands on: its caller is the site. */
static bool is_through(unsigned long pc)
{
	char name[NAME_BYTES];
	struct symbol sym;

	return kmemu_opts.advise_through[0] && symbol_lookup(pc, &sym, name, sizeof(name)) &&
	       sym.name && func_name_in_list(kmemu_opts.advise_through, name);
}

static enum tag_kind kind_of(struct tag_info *info, unsigned long pc)
{
	struct symbol sym;

	if (likely(info->kind != TAG_NEW))
		return (enum tag_kind)info->kind;
	if (os_dl_is_own_code((const void *)pc))
		info->kind = TAG_RUNTIME;
	else if (symbol_lookup(pc, &sym, NULL, 0) && !module_is_runtime(sym.module) &&
		 !is_through(pc))
		info->kind = TAG_PROGRAM;
	else
		info->kind = TAG_RUNTIME;
	return (enum tag_kind)info->kind;
}

/* A call, seen from malloc outward. */
struct call {
	unsigned long pc; /* of the site */
	unsigned long callee; /* the last frame before it */
	u32 tag; /* of pc; 0: there is no room */
};

static bool look_through(void *arg, const struct stack_frame *frame)
{
	struct call *call = arg;
	u32 tag;

	if (os_dl_is_own_code((const void *)frame->pc))
		return true;
	tag = alloc_tag_of(frame->pc);
	if (tag && kind_of(&tag_infos[tag - 1], frame->pc) == TAG_PROGRAM) {
		call->pc = frame->pc;
		call->tag = tag;
		return false;
	}
	call->callee = frame->pc;
	return true;
}

/* Where no frame is the program's, the innermost one is the site. */
static struct call call_of(const void *caller)
{
	unsigned long pc = (unsigned long)caller;
	struct call call = { .pc = pc, .tag = alloc_tag_of(pc) };

	if (!call.tag || likely(kind_of(&tag_infos[call.tag - 1], pc) == TAG_PROGRAM))
		return call;
	if (stack_walk(look_through, &call) != WALK_STOPPED)
		call.callee = 0;
	return call;
}

/* --- what happened there -------------------------------------------------- */

static u32 context_bit(const struct context *c)
{
	if (c->preempt_count & (HARDIRQ_MASK | NMI_MASK))
		return ADVISE_HARDIRQ;
	return c->preempt_count & SOFTIRQ_MASK ? ADVISE_SOFTIRQ : ADVISE_ATOMIC;
}

static __noinline void note_context(struct advise_site *site, size_t size)
{
	u64 *signals;
	struct context c;

	context_look(&c, NULL);
	signals = context_bit(&c) == ADVISE_SOFTIRQ ? &site->softirq_signals :
						      &site->hardirq_signals;
	if (!context_is_atomic(&c) || !c.in_scope) {
		set_bits(&site->contexts, ADVISE_TASK);
		return;
	}
	set_bits(&site->contexts, context_bit(&c));
	set_bits(&site->raised, 1U << c.why.kind);
	if (c.why.signo)
		__atomic_fetch_or(signals, 1UL << (c.why.signo - 1), __ATOMIC_RELAXED);
	add(&site->blocked, 1);
	grow(&site->blocked_most, size);
}

static void note_call(struct advise_site *site, size_t size, enum alloc_how how)
{
	add(&site->calls, 1);
	add(&site->bytes, size);
	grow(&site->least_inverted, ~(u64)size);
	grow(&site->most, size);
	set_bits(&site->how, 1U << how);
	if (unlikely(size > kmemu_opts.kmalloc_max))
		add(&site->large, 1);
	if (context_is_task())
		set_bits(&site->contexts, ADVISE_TASK);
	else
		note_context(site, size);
}

static void note_alive(struct tag_info *info, u64 block)
{
	u64 alive = __atomic_add_fetch(&info->alive, 1, __ATOMIC_RELAXED);
	u64 bytes = __atomic_add_fetch(&info->bytes, block_bytes(block), __ATOMIC_RELAXED);

	grow(&info->site->alive, alive);
	grow(&info->site->alive_bytes, bytes);
}

static void advise_alloc(const void *p, size_t size, enum alloc_how how, const void *caller)
{
	struct call call = { .tag = 0 };
	struct advise_site *site = NULL;
	struct tag_info *info;
	u64 block;

	if (likely(!alloc_tags_paused))
		call = call_of(caller);
	info = &tag_infos[call.tag - 1];
	if (call.tag)
		site = READ_ONCE(info->site);
	if (unlikely(call.tag && !site))
		site = make_site(info, call.pc, call.callee);
	alloc_tag_put(p, site ? call.tag : 0);
	if (unlikely(!site)) {
		add(&table->lost, !alloc_tags_paused);
		return;
	}
	note_call(site, size, how);
	block = alloc_tag_block(p);
	if (likely(block))
		note_alive(info, block);
}

static void advise_free(u64 block)
{
	struct tag_info *info = &tag_infos[block_tag(block) - 1];

	__atomic_fetch_sub(&info->alive, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&info->bytes, block_bytes(block), __ATOMIC_RELAXED);
}

/* An object of the site's comes to a device. */
static void advise_dma(const void *object)
{
	u64 block = alloc_tag_block(object);
	struct advise_site *site = block ? READ_ONCE(tag_infos[block_tag(block) - 1].site) : NULL;

	if (site)
		set_bits(&site->dma, 1);
}

static u64 advise_freeing(const void *p, size_t kept, const char *func, const void *caller)
{
	(void)kept;
	(void)func;
	(void)caller;
	return alloc_tag_block(p);
}

static const struct armed_watch watch = { .alloc = advise_alloc, .freeing = advise_freeing,
					  .free = advise_free };

/* --- beginning, and libraries that go -------------------------------------- */

static bool table_is_right(const struct advise_table *t)
{
	return t->magic == ADVISE_MAGIC && t->version == ADVISE_VERSION;
}

void advise_start(void)
{
	if (kmemu_opts.advise[0] && !tag_infos)
		run_unchecked("lost-sites", NULL, "the table of call sites could not be opened",
			      "did the program change its root directory, or its user?");
}

void advise_init(void)
{
	if (!alloc_tags_on)
		return;
	table = os_map_shared(kmemu_opts.advise, sizeof(*table));
	tag_infos = table ? os_map_any(NR_ALLOC_TAGS * sizeof(*tag_infos)) : NULL;
	if (!tag_infos || !table_is_right(table)) {
		tag_infos = NULL;
		return;
	}
	symbols_init();
	__atomic_fetch_add(&table->processes, 1, __ATOMIC_RELAXED);
	WRITE_ONCE(table->cap, kmemu_opts.kmalloc_max);
	armed_watch = &watch;
	armed_refresh();
	if (!kmemu_opts.contig)
		return;
	contig_met = advise_dma;
	WRITE_ONCE(table->sees_dma, 1);
}

/* Objects that it allocated keep their tags, and their site. */
void advise_forget(void)
{
	struct symbol sym;

	for (u32 tag = 1; tag_infos && tag <= NR_ALLOC_TAGS; tag++) {
		u64 pc = alloc_tag_pc(tag);

		if (pc && !symbol_lookup(pc, &sym, NULL, 0))
			alloc_tag_retire(tag);
	}
}
