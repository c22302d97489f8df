/*
 * lock_irq.c - a lock that interrupts take, and one that is taken while they may come, in
 * this order (kernel: kernel/locking/lockdep.c check_irq_usage, mark_lock_irq,
 * check_usage_forwards, check_usage_backwards).
 *
 * An interrupt waits for A. Somebody has A, with interrupts off as it must be, and waits for
 * B. Who has B has interrupts on: it is interrupted, and the three wait for each other for
 * ever. So from a class that was used in a hard interrupt (or a softirq) no path may lead to
 * one that was taken with these enabled. lockdep.c sees the states, of each lock; here they
 * are kept of classes, as bits of
 *
 *	0 used in a hard interrupt, by a writer   1 by a reader
 *	2 taken with hard interrupts on, ...      3
 *	4 to 7 the same of softirqs
 *
 * (kernel: enum lock_usage_bit), and looked at when a class gets one, and when there is a
 * new dependency.
 *
 * Two states of one class that do not go together are lockdep.c's to tell.
 *
 * Different from the kernel: of spinlocks and rwlocks by the API alone; signals are none of
 * these interrupts. A dependency that was told is left out of searches.
 *
 * Locks: lockdep_lock. Cost: when a lock gets a state, and in each new dependency.
 */
#include "core/check/lock_class.h"

#include "core/check/context.h"
#include "core/lib/stackdepot.h"

#define USAGE_READ    1u
#define USAGE_ENABLED 2u
#define USAGE_SOFTIRQ 4u
#define USED_IN	      0x33u /* bits of all that are used in interrupts */

/* Kernel: original_mask(), invert_dir_mask(): the other direction. */
static u32 opposite(u32 usage)
{
	return (usage & USED_IN) << USAGE_ENABLED | (usage & ~USED_IN) >> USAGE_ENABLED;
}

/* Kernel: exclusive_mask(): the other direction, by readers or not. */
static u32 exclusive(u32 usage)
{
	return opposite(usage | (usage & 0x55) << 1 | (usage & 0xaa) >> 1);
}

/* Kernel: valid_state(): what does not go together in one class: not readers with readers. */
static u32 inconsistent(u32 usage)
{
	return opposite((usage & 0x55) | (usage & 0x55) << 1 | (usage & 0xaa) >> 1);
}

/*
 * Kernel: usage_match(): readers count where every path goes on from. What does not go
 * together in one class was told by lockdep.c, and is not told again of its neighbours.
 */
static u32 usage_of(u32 state)
{
	u32 usage = lock_classes[state / 2].usage;
	u32 told = inconsistent(usage & USED_IN) & usage;

	usage &= ~(told | inconsistent(told));
	return usage & (state & 1 ? 0x55u : 0xffu);
}

static bool collect(u32 state, void *usage)
{
	*(u32 *)usage |= usage_of(state);
	return false;
}

static bool matches(u32 state, void *usage)
{
	return usage_of(state) & *(u32 *)usage;
}

/* --- what is found: a chain from the safe one to the unsafe one --------------- */

#define SIDE_LINKS (REPORT_LINKS / 2)

static void add_link(struct report_order *o, u32 state, u32 stack)
{
	if (o->nr_links == REPORT_LINKS)
		return;
	lock_class_name((u16)(state / 2), NULL, &o->link[o->nr_links].lock);
	o->link[o->nr_links++].stack = stack;
}

static u32 stack_of(u32 state)
{
	u16 dep = lock_search_by(state);

	return dep ? lock_deps[dep].stack : 0;
}

/* Of a search backwards, from where it ended: each was taken with the one before held. */
static void add_links_before(struct report_order *o, u32 state)
{
	u32 stack = 0, nr = 0;

	for (;; state = lock_search_before(state)) {
		u16 dep = lock_search_by(state);

		if (nr++ < SIDE_LINKS || !dep)
			add_link(o, state, stack);
		if (!dep)
			return;
		stack = lock_deps[dep].stack;
	}
}

/* Of a search forwards: its states from where it began, as far as there is room. */
static void add_links_after(struct report_order *o, u32 state)
{
	u32 states[SIDE_LINKS], nr = 1;

	states[0] = state; /* the last */
	for (; lock_search_by(state); nr++) {
		state = lock_search_before(state);
		if (nr < SIDE_LINKS)
			states[nr] = state;
		else
			states[SIDE_LINKS - 1] = state;
	}
	for (u32 i = nr < SIDE_LINKS ? nr : SIDE_LINKS; i--;)
		add_link(o, states[i], stack_of(states[i]));
}

/* Kernel: find_exclusive_match(). */
static void note_states(struct report_order *o, u16 safe, u16 unsafe)
{
	const struct lock_class *from = &lock_classes[safe], *to = &lock_classes[unsafe];

	for (u32 bit = 0; bit < LOCK_USAGE_STATES; bit++) {
		u32 wrong = exclusive(1U << bit) & to->usage;

		if (!(from->usage & USED_IN & 1U << bit) || !wrong)
			continue;
		o->safe_state = (u8)bit;
		o->unsafe_state = (u8)__builtin_ctz(wrong);
		o->safe_stack = from->usage_stack[o->safe_state];
		o->unsafe_stack = to->usage_stack[o->unsafe_state];
		return;
	}
}

/* --- a new dependency --------------------------------------------------------- */

bool lock_irq_usage(u32 prev, u32 next, struct report_order *o)
{
	u32 usage = 0, safe, unsafe;
	struct report_order after = { 0 };

	lock_search(prev, false, collect, &usage);
	usage = exclusive(usage & USED_IN);
	if (!usage)
		return false;
	unsafe = lock_search(next, true, matches, &usage);
	if (!unsafe)
		return false;
	add_links_after(&after, unsafe);
	usage = exclusive(usage_of(unsafe) & ~USED_IN);
	safe = lock_search(prev, false, matches, &usage);
	if (!safe)
		return false;
	*o = (struct report_order){ 0 };
	add_links_before(o, safe);
	o->nr_before = (u8)o->nr_links;
	for (u32 i = 0; i < after.nr_links && o->nr_links < REPORT_LINKS; i++)
		o->link[o->nr_links++] = after.link[i];
	o->middle = o->nr_before - 1 + (o->nr_before == 1);
	note_states(o, (u16)(safe / 2), (u16)(unsafe / 2));
	return true;
}

/* --- a new state ---------------------------------------------------------------- */

/* Kernel: mark_lock_irq(). */
static bool is_inversion(u16 class, unsigned int how, u32 state, struct report_order *o)
{
	bool forwards = !(state & USAGE_ENABLED);
	u32 usage = exclusive(1U << state), other;

	other = lock_search(forwards ? lock_state_after(class, how) : lock_state_before(class, how),
			    forwards, matches, &usage);
	if (!other)
		return false;
	*o = (struct report_order){ .inversion = forwards ? 1 : 2 };
	if (forwards)
		add_links_after(o, other);
	else
		add_links_before(o, other);
	o->middle = forwards ? 1 : (u8)(o->nr_links - 2 + (o->nr_links == 2));
	note_states(o, forwards ? class : (u16)(other / 2), forwards ? (u16)(other / 2) : class);
	return true;
}

static u32 save_trace(const void *caller)
{
	struct stacktrace st;

	stacktrace_save(&st, kmemu_opts.stack_depth, caller);
	return stack_depot_save(st.entries, st.nr);
}

static bool mark(const struct raise *own, u32 state, const void *caller, struct report_order *o,
		 struct lock_usage_of_class *before)
{
	u16 i = lock_class_of(own->what, (enum raise_kind)own->kind, own->how);
	struct lock_class *class = &lock_classes[i];
	u32 wrong;

	if (!i || class->usage & 1U << state)
		return false;
	wrong = class->usage & inconsistent(1U << state);
	class->usage |= (u8)(1U << state);
	class->usage_stack[state] = save_trace(caller);
	if (wrong) {
		u32 bit = (u32)__builtin_ctz(wrong);

		*before = (struct lock_usage_of_class){ .stack = class->usage_stack[bit],
							.read = bit & USAGE_READ,
							.softirq = bit & USAGE_SOFTIRQ,
							.is = true };
		return false;
	}
	if (!is_inversion(i, own->how, state, o))
		return false;
	lock_class_name(i, own->what, &o->next);
	o->next.kind = own->kind;
	o->next_read = own->how & LOCK_READ;
	return true;
}

struct lock_usage_of_class lock_mark_usage(const void *lock, bool hardirq, bool enabled, bool read,
					   const void *caller)
{
	struct lock_usage_of_class before = { 0 };
	u32 state = (hardirq ? 0 : USAGE_SOFTIRQ) | (enabled ? USAGE_ENABLED : 0) |
		    (read ? USAGE_READ : 0);
	const struct raise *own = context_find_lock(lock);
	struct report_context facts = { 0 };
	struct report r = { .kind = REPORT_IRQ_LOCK_ORDER, .func = "lock", .caller = caller,
			    .context = &facts };
	struct report_order order;
	bool told;

	if (!own || !(own->how & LOCK_API) || !lock_order_is_on(LOCK_API) ||
	    !spin_lock(&lockdep_lock))
		return before;
	told = mark(own, state, caller, &order, &before);
	spin_unlock(&lockdep_lock);
	lock_tables_told();
	if (!told)
		return before;
	facts.order = &order;
	facts.lock = lock;
	facts.taken = own->kind;
	facts.preempt_count = context_preempt_count();
	facts.irqs_disabled = context_irqs_disabled();
	report_submit(&r);
	return before;
}
