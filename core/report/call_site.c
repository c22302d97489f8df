/*
 * call_site.c - who really asked. The kernel has no such layer: an allocation's
 * tag and a report begin with the offender, since kmalloc's wrappers are macros
 * and inlines there (include/linux/alloc_tag.h, alloc_hooks()). A program's
 * operator new, strdup and g_malloc are functions of libraries that hand on what
 * the program asked for; a function of our API may call another one of it. So the
 * call site is the innermost frame that is in a module, but in none of these nor in
 * our code; if all are, the innermost.
 *
 * A library is known by its file's name. Asking the loader and reading a
 * build-id takes some 100 ns, so answers are kept by address in a small table:
 * an entry is one word, the address and the answer, and may be overwritten by
 * another address at any time.
 *
 * Locks: none. No allocation, nothing is loaded: any context. Cost: 2 ns for
 * an address that is known; call_site_beyond() unwinds the stack as far as it must.
 */
#include "core/report/call_site.h"

#include "core/lib/preempt.h"
#include "core/os/dl.h"
#include "core/report/symbols.h"
#include "core/report/unwind.h"

#define SLOTS	   1024
#define MAX_FRAMES 16U /* libraries call each other; few are deeper */

/* Two bits above what a program's address has. */
#define PLACE_SHIFT 62
enum place { PLACE_NONE, PLACE_RUNTIME, PLACE_OWN };

static u64 known[SLOTS]; /* pc | 1 + place << PLACE_SHIFT; 0: free */

static bool starts_with(const char *s, const char *prefix)
{
	while (*prefix && *s == *prefix)
		s++, prefix++;
	return !*prefix;
}

bool module_is_runtime(const char *module)
{
	static const char *const names[] = { "libc.so", "libc-2", "ld-linux", "libstdc++.so",
					     "libgcc_s.so", "libc++", "libm.so", "libpthread",
					     "libdl.so", "librt.so", "libglib-2.0.so",
					     "linux-vdso",	  "libnss_" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (starts_with(module, names[i]))
			return true;
	return false;
}

static enum place look_up(unsigned long pc)
{
	struct symbol sym;

	if (os_dl_is_own_code((const void *)pc))
		return PLACE_RUNTIME; /* what calls it is the site */
	if (!symbol_lookup(pc, &sym, NULL, 0))
		return PLACE_NONE;
	return module_is_runtime(sym.module) ? PLACE_RUNTIME : PLACE_OWN;
}

static enum place place_of(unsigned long pc)
{
	u64 *slot = &known[pc * 0x9e3779b97f4a7c15ULL >> 40 & (SLOTS - 1)];
	u64 entry = READ_ONCE(*slot);
	enum place place;

	if (entry && (entry ^ pc) << (64 - PLACE_SHIFT) == 0)
		return (enum place)((entry >> PLACE_SHIFT) - 1);
	place = look_up(pc);
	if (pc >> PLACE_SHIFT == 0)
		WRITE_ONCE(*slot, pc | (u64)(place + 1) << PLACE_SHIFT);
	return place;
}

unsigned int call_site_of(const struct stacktrace *st)
{
	for (unsigned int i = 0; i < st->nr; i++)
		if (place_of(st->entries[i]) == PLACE_OWN)
			return i;
	return 0;
}

bool call_site_is_runtime(unsigned long pc)
{
	return place_of(pc) == PLACE_RUNTIME;
}

struct beyond {
	unsigned long caller;
	unsigned long found; /* the innermost that is the program's own, since caller; 0: none */
	unsigned int nr;     /* frames seen */
	bool met;	     /* caller was one of them */
};

static bool look_beyond(void *arg, const struct stack_frame *frame)
{
	struct beyond *b = arg;

	if (frame->pc == b->caller) {
		b->met = true;
		b->found = b->nr = 0;
	} else if (!os_dl_is_own_code((const void *)frame->pc)) {
		if (!b->found && place_of(frame->pc) == PLACE_OWN)
			b->found = frame->pc;
		b->nr++;
	}
	return b->nr < MAX_FRAMES && !(b->met && b->found);
}

unsigned long call_site_beyond(const void *caller)
{
	struct beyond b = { .caller = (unsigned long)caller };

	stack_walk(look_beyond, &b);
	return b.found ? b.found : b.caller;
}

struct above {
	unsigned long sp; /* where the interrupt began */
	bool found;	  /* somebody's frame that is not ours, behind that */
};

static bool look_above(void *arg, const struct stack_frame *frame)
{
	struct above *a = arg;

	if (frame->sp < a->sp)
		a->found = !os_dl_is_own_code((const void *)frame->pc);
	return frame->sp < a->sp && !a->found;
}

unsigned long call_site_jumped(void)
{
	const struct context_stack *s = context_mine;
	struct above a = { 0 };
	u32 i = s ? READ_ONCE(s->nr) : 0;

	while (i-- > 0) {
		const struct raise *r = &s->raises[i];

		if (!raise_is_callback(r))
			continue;
		a.sp = r->sp;
		if (stack_walk(look_above, &a) != WALK_STOPPED || a.found ||
		    os_dl_is_own_code((const char *)r->pc + 1))
			return 0;
		return (unsigned long)r->pc + 1;
	}
	return 0;
}

void call_site_forget(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		WRITE_ONCE(known[i], 0);
}
