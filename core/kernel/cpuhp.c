/*
 * cpuhp.c - functions for CPUs that come and go (kernel: kernel/cpu.c
 * __cpuhp_setup_state_cpuslocked, cpuhp_issue_call, cpuhp_rollback_install).
 *
 * Different from the kernel: all CPUs are always there, so the functions are called at
 * setup, removal and for instances only. One of a CPU's own states runs on a thread that is
 * made for it and is on that CPU, as cpuhp/N is.
 *
 * Locks: state_lock over the states; held while functions are called, as in the kernel.
 */
#include "core/kernel/softirq.h"

#include <errno.h>

#include "core/kernel/task.h"
#include "core/mm/pcpu.h"
#include "include/kmemu/cpuhp.h"
#include "include/kmemu/sched.h"

#define LAST (KMEMU_CPUHP_STATES - 1) /* CPUHP_ONLINE */

struct step {
	const char *name; /* NULL: nobody's */
	int (*startup)(unsigned int cpu);
	int (*teardown)(unsigned int cpu);
	bool multi;
	unsigned int instances;
};

static struct step steps[KMEMU_CPUHP_STATES];
static struct kmemu_mutex state_lock __own_word = { KMEMU_LOCK_SET_UP };

struct call {
	int (*fn)(unsigned int cpu);
	unsigned int cpu;
	bool multi;
	struct hlist_node *node;
	int ret;
	struct kmemu_completion done;
};

static void call(struct call *c)
{
	c->ret = c->multi ? ((int (*)(unsigned int, struct hlist_node *))(void *)c->fn)(c->cpu,
											c->node) :
			    c->fn(c->cpu);
}

static int on_cpu(void *data)
{
	struct call *c = data;

	pcpu_bind(c->cpu);
	call(c);
	kmemu_complete(&c->done);
	return 0;
}

/* Kernel: cpuhp_issue_call(). */
static int issue(int state, unsigned int cpu, bool bringup, struct hlist_node *node)
{
	const struct step *s = &steps[state];
	struct call c = { .fn = bringup ? s->startup : s->teardown,
			  .cpu = cpu,
			  .multi = s->multi,
			  .node = node };

	if (!c.fn)
		return 0;
	if (state < KMEMU_CPUHP_AP) {
		call(&c);
		return c.ret;
	}
	if (!kthread_start(on_cpu, &c, "cpuhp/%u", cpu))
		return -ENOMEM;
	kmemu_wait_for_completion(&c.done);
	return c.ret;
}

/* For every CPU; what was done is undone if one refuses. */
static int issue_all(int state, bool bringup, struct hlist_node *node)
{
	unsigned int cpu;
	int ret = 0;

	for (cpu = 0; cpu < pcpu_nr_cpus() && !ret; cpu++) {
		ret = issue(state, cpu, bringup, node);
		if (!bringup)
			ret = 0;
	}
	if (ret)
		for (cpu--; cpu--;)
			issue(state, cpu, false, node);
	return ret;
}

/* Kernel: cpuhp_reserve_state(). */
static int reserve(int state)
{
	int end = state == KMEMU_CPUHP_ONLINE_DYN ? KMEMU_CPUHP_ONLINE_DYN_END :
						    KMEMU_CPUHP_PREPARE_DYN_END;

	for (; state <= end; state++)
		if (!steps[state].name)
			return state;
	kernel_warn_text(CALLER, __FILE__, __LINE__,
			 "No more dynamic states available for CPU hotplug\n");
	return -ENOSPC;
}

static bool is_state(int state)
{
	return state > 0 && state < LAST;
}

KMEMU_EXPORT int kmemu_cpuhp_setup_state(int state, const char *name, bool invoke,
					 int (*startup)(unsigned int cpu),
					 int (*teardown)(unsigned int cpu), bool multi)
{
	bool dynamic = state == KMEMU_CPUHP_ONLINE_DYN || state == KMEMU_CPUHP_PREPARE_DYN;
	int ret = 0;

	if (!is_state(state) || !name)
		return -EINVAL;
	mutex_lock_for(&state_lock, "cpuhp_setup_state", CALLER);
	if (dynamic)
		state = reserve(state);
	if (state < 0) {
		ret = state;
	} else if (steps[state].name) {
		ret = -EBUSY;
	} else {
		steps[state] = (struct step){ name, startup, teardown, multi, 0 };
		if (invoke)
			ret = issue_all(state, true, NULL);
		if (ret)
			steps[state] = (struct step){ 0 };
	}
	kmemu_mutex_unlock(&state_lock);
	return !ret && dynamic ? state : ret;
}

KMEMU_EXPORT void kmemu_cpuhp_remove_state(int state, bool invoke)
{
	if (!is_state(state)) {
		kernel_warn_text(CALLER, __FILE__, __LINE__, "no such state: %d\n", state);
		return;
	}
	mutex_lock_for(&state_lock, "cpuhp_remove_state", CALLER);
	if (steps[state].instances)
		kernel_warn_text(CALLER, __FILE__, __LINE__,
				 "Error: Removing state %d which has instances left.\n", state);
	else if (invoke && !steps[state].multi)
		issue_all(state, false, NULL);
	steps[state] = (struct step){ 0 };
	kmemu_mutex_unlock(&state_lock);
}

KMEMU_EXPORT int kmemu_cpuhp_state_add_instance(int state, struct hlist_node *node, bool invoke)
{
	int ret = 0;

	if (!is_state(state) || !steps[state].multi)
		return -EINVAL;
	mutex_lock_for(&state_lock, "cpuhp_state_add_instance", CALLER);
	if (invoke)
		ret = issue_all(state, true, node);
	steps[state].instances += !ret;
	kmemu_mutex_unlock(&state_lock);
	return ret;
}

KMEMU_EXPORT int kmemu_cpuhp_state_remove_instance(int state, struct hlist_node *node, bool invoke)
{
	if (!is_state(state) || !steps[state].multi)
		return -EINVAL;
	mutex_lock_for(&state_lock, "cpuhp_state_remove_instance", CALLER);
	if (invoke)
		issue_all(state, false, node);
	steps[state].instances--;
	kmemu_mutex_unlock(&state_lock);
	return 0;
}
