// flags: -Iinclude -l:libkmemu.a -pthread
/* Headers of a few lines that drivers take for granted. */
#include <linux/circ_buf.h>
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/minmax.h>
#include <linux/module.h>
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
	return 0;
}
module_init(rings_init);
MODULE_LICENSE("Dual MIT/GPL");
