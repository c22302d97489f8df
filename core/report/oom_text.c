/*
 * oom_text.c - what the OOM killer says (kernel: mm/oom_kill.c dump_header,
 * dump_oom_victim, __oom_kill_process; mm/slab_common.c dump_unreclaimable_slab).
 *
 * The one task is this process. What we have no truth for (page tables, file
 * and shmem pages) is 0. With report=line only the first and the last line are
 * said, as dmesg | grep oom would show; there the gfp flags are a number.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "core/lib/printk.h"
#include "core/os/os.h"
#include "core/report/finding.h"

static char text_bytes[16 << 10]; /* who comes here does not return */

/* Kernel: dump_unreclaimable_slab(), when it is more than all that is on LRU lists. */
static void put_caches(struct text_buf *t, const struct report_mem *m)
{
	if (!m->slab_unreclaimable)
		return;
	text_put(t, "Unreclaimable slab info:\n"
		    "Name                      Used          Total\n");
	for (unsigned int i = 0; i < m->nr_caches; i++)
		text_put(t, "%-17s %10luKB %10luKB\n", m->cache[i].name, m->cache[i].used_kb,
			 m->cache[i].total_kb);
}

/* 0 where it cannot be read. */
static int oom_score_adj(void)
{
	char text[16] = "";
	int fd = os_open("/proc/self/oom_score_adj", O_RDONLY, 0);
	int value = 0;

	if (fd < 0)
		return 0;
	os_read(fd, text, sizeof(text) - 1);
	os_close(fd);
	for (const char *p = text + (text[0] == '-'); *p >= '0' && *p <= '9'; p++)
		value = value * 10 + *p - '0';
	return text[0] == '-' ? -value : value;
}

static void put_task(struct text_buf *t, const struct report_task *task, unsigned long pages,
		     int adj)
{
	text_put(t, "Tasks state (memory values in pages):\n"
		    "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem "
		    "pgtables_bytes swapents oom_score_adj name\n");
	text_put(t, "[%7d] %5u %5d %8lu %8lu %8lu %8lu %9lu %8ld %8lu         %5d %pE\n",
		 task->pid, task->uid, task->pid, pages, pages, pages, 0UL, 0UL, 0L, 0UL,
		 adj, task->comm);
	text_put(t,
		 "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		 "global_oom,task_memcg=/,task=%pE,pid=%d,uid=%u\n",
		 task->comm, task->pid, task->uid);
}

static void say_whole(const struct finding *f, unsigned long used_kb)
{
	const struct report_task *task = &f->r.task;
	int adj = oom_score_adj();
	struct text_buf t;
	char gfp[256];

	text_init(&t, text_bytes, sizeof(text_bytes), task->time_us);
	gfp_print(gfp, sizeof(gfp), f->r.gfp);
	text_put(&t, "%pE invoked oom-killer: gfp_mask=%#x(%s), order=%u, oom_score_adj=%d\n",
		 task->comm, f->r.gfp, gfp, f->r.order, adj);
	put_dump_stack(&t, f);
	if (f->r.mem) {
		put_mem_info(&t, f->r.mem);
		put_caches(&t, f->r.mem);
	}
	put_task(&t, task, used_kb >> (PAGE_SHIFT - 10), adj);
	text_put(&t,
		 "Out of memory: Killed process %d (%pE) total-vm:%lukB, anon-rss:%lukB, "
		 "file-rss:0kB, shmem-rss:0kB, UID:%u pgtables:0kB oom_score_adj:%d\n",
		 task->pid, task->comm, used_kb, used_kb, task->uid, adj);
	printk_text(t.buf, t.n);
}

static void say_two_lines(const struct report *r, unsigned long used_kb)
{
	char name[TASK_COMM_LEN];

	os_task_comm(name);
	printk("%pE invoked oom-killer: gfp_mask=%#x, order=%u, oom_score_adj=%d", name, r->gfp,
	       r->order, oom_score_adj());
	printk("Out of memory: Killed process %d (%pE) total-vm:%lukB, anon-rss:%lukB", os_pid(),
	       name, used_kb, used_kb);
}

void report_oom_kill(const struct report *r, unsigned long used_kb)
{
	struct finding f;

	if (kmemu_opts.report == REPORT_FULL) {
		finding_begin(&f, r, POLICY_WARN);
		finding_complete(&f);
		say_whole(&f, used_kb);
	} else {
		say_two_lines(r, used_kb);
	}
	report_last_words();
	os_kill_self(SIGKILL);
	abort();
}
