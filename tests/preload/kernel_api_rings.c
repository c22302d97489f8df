// flags: -Iinclude -l:libkmemu.a -pthread
/* Headers of a few lines that drivers take for granted. */
#include <linux/circ_buf.h>
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/u64_stats_sync.h>

static int ring(int head, int tail)
{
	int used = (head - tail + 8) % 8, room = 7 - used;

	if (CIRC_CNT(head, tail, 8) != used || CIRC_SPACE(head, tail, 8) != room)
		return -EINVAL;
	if (CIRC_CNT_TO_END(head, tail, 8) != min(used, 8 - tail))
		return -EINVAL;
	return CIRC_SPACE_TO_END(head, tail, 8) == min(room, 8 - head) ? 0 : -EINVAL;
}

/* --- what is done for each CPU: on it, or for a prepared state on the caller's thread */

static DEFINE_PER_CPU(int, online);
static unsigned int refused = ~0u;
static int prepared;

static int starts(unsigned int cpu)
{
	if (cpu == refused)
		return -EPERM;
	if (cpu != (unsigned int)smp_processor_id() || !in_task())
		return -EXDEV;
	this_cpu_inc(online);
	return 0;
}

static int ends(unsigned int cpu)
{
	this_cpu_dec(online);
	return cpu == (unsigned int)smp_processor_id() ? 0 : -EXDEV;
}

static int prepare(unsigned int cpu)
{
	prepared += 1 << cpu;
	return 0;
}

struct buffers {
	struct hlist_node node;
	int cpus;
};

static int buffers_add(unsigned int cpu, struct hlist_node *node)
{
	(void)cpu;
	hlist_entry(node, struct buffers, node)->cpus++;
	return 0;
}

static int buffers_drop(unsigned int cpu, struct hlist_node *node)
{
	(void)cpu;
	hlist_entry(node, struct buffers, node)->cpus--;
	return 0;
}

static bool all_are(int n)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) if (per_cpu(online, cpu) != n) return false;
	return true;
}

static int each_cpu(void)
{
	int state = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "rings:online", starts, ends), multi;
	int n = (int)num_online_cpus();
	struct buffers buffers = { .cpus = 0 };

	if (state < CPUHP_AP_ONLINE_DYN || state > CPUHP_AP_ONLINE_DYN_END || !all_are(1))
		return -EINVAL;
	refused = n - 1;
	if (cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "rings:refused", starts, ends) != -EPERM)
		return -EINVAL;
	if (!all_are(1) || cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, NULL, starts, ends) != -EINVAL)
		return -EINVAL;
	cpuhp_remove_state(state);
	if (!all_are(0))
		return -EINVAL;
	if (cpuhp_setup_state(CPUHP_ZCOMP_PREPARE, "rings:prepare", prepare, NULL) ||
	    prepared != (1 << n) - 1 ||
	    cpuhp_setup_state(CPUHP_ZCOMP_PREPARE, "rings:again", prepare, NULL) != -EBUSY)
		return -EINVAL;
	cpuhp_remove_state_nocalls(CPUHP_ZCOMP_PREPARE);
	multi = cpuhp_setup_state_multi(CPUHP_BP_PREPARE_DYN, "rings:multi", buffers_add,
					buffers_drop);
	if (multi < 0 || cpuhp_state_add_instance(multi, &buffers.node) || buffers.cpus != n ||
	    cpuhp_state_remove_instance(multi, &buffers.node) || buffers.cpus)
		return -EINVAL;
	cpuhp_remove_multi_state(multi);
	return cpuhp_state_add_instance(multi, &buffers.node) == -EINVAL ? 0 : -EINVAL;
}

static int __init rings_init(void)
{
	u64_stats_t bytes = { 0 };
	struct u64_stats_sync sync;
	unsigned int start;
	u64 seen;
	int i;

	u64_stats_init(&sync);
	u64_stats_update_begin(&sync);
	u64_stats_add(&bytes, 5);
	u64_stats_inc(&bytes);
	u64_stats_update_end(&sync);
	do {
		start = u64_stats_fetch_begin(&sync);
		seen = u64_stats_read(&bytes);
	} while (u64_stats_fetch_retry(&sync, start));
	if (seen != 6 || try_to_freeze() || set_freezable())
		return -ERANGE;
	for (i = 0; i < 64; i++)
		if (ring(i / 8, i % 8))
			return -EINVAL;
	cpus_read_lock();
	cpus_read_unlock();
	return each_cpu();
}
module_init(rings_init);
MODULE_LICENSE("Dual MIT/GPL");
