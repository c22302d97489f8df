// SPDX-License-Identifier: MIT
/*
 * A lister of tasks: all processes and their threads, ancestors up to the root, what is below
 * a task, one by its number, groups and sessions; with kernel threads of its own.
 */
#include <linux/completion.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#define NR 3

static struct task_struct *mine[NR];

static int idle(void *unused)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static bool is_mine(struct task_struct *t)
{
	int i;

	for (i = 0; i < NR; i++)
		if (mine[i] == t)
			return true;
	return false;
}

#define MUST(cond)                                                   \
	do {                                                         \
		if (!(cond)) {                                       \
			pr_err("%d: " #cond "\n", __LINE__);         \
			return -EINVAL;                              \
		}                                                    \
	} while (0)

static int walk_processes(int alive)
{
	struct task_struct *p, *t;
	int init = 0, kthreadd = 0, self = 0, own = 0, threads = 0, n = 0;

	rcu_read_lock();
	for_each_process(p)
	{
		n++;
		init += is_global_init(p);
		kthreadd += p->pid == 2 && !strcmp(p->comm, "kthreadd");
		self += p == current->group_leader;
		own += is_mine(p);
		if (!thread_group_leader(p) || p->group_leader != p || !pid_alive(p))
			break;
		if (is_mine(p) && (!(p->flags & PF_KTHREAD) || p->mm || !p->comm[0]))
			break;
	}
	for_each_process_thread(p, t)
		threads += same_thread_group(p, t) && t->tgid == p->tgid && t->signal == p->signal;
	rcu_read_unlock();
	MUST(p == &init_task);
	MUST(init == 1 && kthreadd == 1 && self == 1 && own == alive);
	MUST(threads >= n);
	return 0;
}

static int walk_lists(int alive)
{
	struct task_struct *p, *kthreadd = NULL;
	struct list_head *at;
	int own = 0, below = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &init_task.tasks, tasks)
		own += is_mine(p);
	list_for_each(at, &init_task.children) {
		p = list_entry(at, struct task_struct, sibling);
		if (p->real_parent != &init_task)
			break;
		if (p->pid == 2)
			kthreadd = p;
	}
	rcu_read_unlock();
	MUST(own == alive && kthreadd && kthreadd->flags & PF_KTHREAD);
	MUST(!strcmp(kthreadd->comm, "kthreadd") && !kthreadd->mm);
	rcu_read_lock();
	list_for_each_entry(p, &kthreadd->children, sibling)
		below += is_mine(p) && p->real_parent == kthreadd && p->parent == kthreadd;
	rcu_read_unlock();
	MUST(below == alive);
	return 0;
}

static int climb(void)
{
	struct task_struct *p;
	bool saw_init = false;
	int depth = 0;

	rcu_read_lock();
	for (p = current; p != &init_task && depth < 100; p = rcu_dereference(p->real_parent)) {
		saw_init |= is_global_init(p);
		depth++;
	}
	rcu_read_unlock();
	MUST(p == &init_task && saw_init && depth < 100);
	MUST(p->pid == 0 && p->real_parent == p && !strncmp(p->comm, "swapper", 7));
	MUST(p->flags & PF_KTHREAD && !p->mm && list_empty(&p->sibling));
	MUST(task_ppid_nr(current) == current->real_parent->tgid);
	return 0;
}

static int threads_of(struct task_struct *of)
{
	struct task_struct *t;
	int n = 0, again = 0;

	rcu_read_lock();
	for_each_thread(of, t)
		n += t->group_leader == of->group_leader;
	t = of;
	do {
		again++;
	}
	while_each_thread(of, t);
	rcu_read_unlock();
	MUST(n == again && n == get_nr_threads(of));
	return 0;
}

static int by_number(void)
{
	struct task_struct *p;
	struct pid *pid;

	rcu_read_lock();
	pid = find_vpid(mine[0]->pid);
	p = pid_task(find_vpid(1), PIDTYPE_PID);
	rcu_read_unlock();
	MUST(pid == task_pid(mine[0]) && pid == task_tgid(mine[0]) && pid == mine[0]->thread_pid);
	MUST(pid_nr(pid) == mine[0]->pid && pid->numbers[0].nr == mine[0]->pid);
	MUST(p && is_global_init(p) && thread_group_leader(p));
	pid = find_get_pid(mine[1]->pid);
	MUST(pid == task_pid(mine[1]));
	put_pid(pid);
	pid = task_pid(mine[0]);
	p = get_pid_task(pid, PIDTYPE_TGID);
	MUST(p == mine[0]);
	put_task_struct(p);
	return 0;
}

static int groups(void)
{
	struct pid *pgrp, *session;
	struct task_struct *p;
	int seen = 0;

	rcu_read_lock();
	pgrp = task_pgrp(current);
	session = task_session(current);
	do_each_pid_task(pgrp, PIDTYPE_PGID, p)
	{
		seen += p == current->group_leader;
	}
	while_each_pid_task(pgrp, PIDTYPE_PGID, p);
	rcu_read_unlock();
	MUST(seen == 1 && pid_vnr(pgrp) == task_pgrp_vnr(current));
	MUST(pid_vnr(session) == task_session_vnr(current));
	/* kernel threads are of the root's */
	MUST(!task_pgrp_nr(mine[0]) && !task_session_vnr(mine[0]));
	MUST(task_pgrp(mine[0]) == task_pgrp(mine[1]));
	return 0;
}

static int stop_all(void)
{
	struct task_struct *kept = mine[0];
	int i;

	get_task_struct(kept);
	for (i = 0; i < NR; i++)
		if (mine[i])
			kthread_stop(mine[i]);
	MUST(kept->exit_state && !strcmp(kept->comm, "lister/0"));
	put_task_struct(kept);
	return 0;
}

static int look(void)
{
	int i, err = walk_processes(NR) ?: walk_lists(NR) ?: climb() ?: threads_of(current);

	err = err ?: threads_of(mine[0]) ?: by_number() ?: groups();
	MUST(thread_group_empty(mine[0]) && !same_thread_group(mine[0], mine[1]));
	for (i = 0; i < NR && !err; i++)
		MUST(mine[i]->prio == 120 && mine[i]->static_prio == 120 && !mine[i]->exit_state);
	MUST(mine[0]->group_leader == mine[0] && mine[0]->signal->nr_threads == 1);
	MUST(mine[0]->exit_signal == SIGCHLD && rlimit(RLIMIT_NOFILE) > 2);
	return err;
}

static int __init task_tree_init(void)
{
	int i, err = 0;

	for (i = 0; i < NR; i++) {
		mine[i] = kthread_run(idle, NULL, "lister/%d", i);
		if (IS_ERR(mine[i]))
			return PTR_ERR(mine[i]);
	}
	err = look();
	return stop_all() ?: err ?: walk_processes(0) ?: walk_lists(0);
}

static void __exit task_tree_exit(void)
{
}

module_init(task_tree_init);
module_exit(task_tree_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("lists tasks");
