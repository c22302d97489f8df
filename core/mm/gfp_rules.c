/*
 * gfp_rules.c - which flags a malloc carries. In the kernel each call says its
 * own; a program's malloc says nothing, so the user does: gfp= for all of them,
 * gfp.rules= by caller, first match wins:
 *
 *	libnet.so!rx_*:atomic;main!dma_*:GFP_DMA|GFP_KERNEL;*:kernel
 *
 * Rules are separated by ; , or line ends. A value that begins with @ is a file of
 * them, in which # begins a comment. A rule's flags stand behind its last colon,
 * so that C++ names may have colons. A rule that is wrong is named and left out.
 * Patterns and how they are resolved: core/report/funcs.h.
 *
 * FUNCTION:caller looks through a function that only hands on (xmalloc, operator new):
 * the rules are asked for who called it, by a walk over the stack.
 *
 * Before the start of the program proper (constructors of libraries) symbols are
 * not read yet: `*`, or else gfp=, decides.
 *
 * `auto` asks whether the thread may sleep: GFP_KERNEL or GFP_ATOMIC.
 *
 * Locks: none. Cost: none with gfp=kernel and no rules; else every call is
 * armed (armed.c), and with rules there is a look-up of 120 to 170 instructions.
 */
#include "core/mm/gfp_rules.h"

#include "config/gfp.h"
#include "config/options.h"
#include "core/lib/vsprintf.h"
#include "core/os/dl.h"
#include "core/report/rules.h"
#include "core/report/unwind.h"

#define GFP_CALLER 0x40000000u /* no flags: those of who called it */

static struct func_rules rules = { .option = "gfp.rules" };
static u32 gfp_default = GFP_KERNEL;
bool gfp_by_caller;
bool (*gfp_must_not_sleep)(void);

/* PATTERN:FLAGS. False: `what` says what is wrong with it. */
static bool add_rule(struct text rule, char *what, size_t size)
{
	struct gfp_error error;
	size_t colon = rule.n;
	u32 flags;

	while (colon && rule.s[colon - 1] != ':')
		colon--;
	if (!colon) {
		kmemu_scnprintf(what, size, "FUNCTION:FLAGS is expected");
		return false;
	}
	if (text_is(text_trim(text_skip(rule, colon)), "caller")) {
		flags = GFP_CALLER;
	} else if (!gfp_parse(text_skip(rule, colon), &flags, &error)) {
		gfp_error_text(&error, what, size);
		return false;
	}
	return rules_add(&rules, (struct text){ rule.s, colon - 1 }, flags, what, size);
}

void gfp_rules_init(void)
{
	if (!gfp_parse(text_of(kmemu_opts.gfp), &gfp_default, NULL))
		gfp_default = GFP_KERNEL;
	if (kmemu_opts.gfp_rules[0])
		rules_read(&rules, kmemu_opts.gfp_rules, add_rule);
	gfp_by_caller = gfp_default != GFP_KERNEL || rules.nr;
}

static u32 flags_at(unsigned long pc)
{
	u32 flags = gfp_default;

	if (rules.nr)
		func_rules_find_now(&rules, pc, &flags);
	return flags;
}

/* From us outward, to the first who does not hand on. */
static bool look_through(void *arg, const struct stack_frame *frame)
{
	u32 *flags = arg;

	if (os_dl_is_own_code((const void *)frame->pc))
		return true;
	*flags = flags_at(frame->pc);
	return *flags == GFP_CALLER;
}

static u32 flags_of(const void *caller)
{
	u32 flags = flags_at((unsigned long)caller);

	if (unlikely(flags == GFP_CALLER))
		stack_walk(look_through, &flags);
	return flags == GFP_CALLER ? gfp_default : flags;
}

gfp_t __gfp_for_caller(const void *caller)
{
	u32 flags = flags_of(caller);

	if (!(flags & GFP_AUTO))
		return flags;
	flags &= ~GFP_AUTO;
	if (gfp_must_not_sleep && gfp_must_not_sleep())
		flags = (flags & ~GFP_KERNEL) | GFP_ATOMIC;
	return flags;
}

bool gfp_is_auto(const void *caller)
{
	return gfp_by_caller && flags_of(caller) & GFP_AUTO;
}
