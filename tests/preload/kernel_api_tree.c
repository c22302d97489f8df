// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * The tree of tasks as the system has it: threads of the program that come and go, its
 * ancestors, its children and theirs, zombies, another process by its number; in a fork's
 * child; and walks while threads come and go.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define NR 5

static sem_t begun, end;
static pid_t tids[NR];

static void *thread(void *arg)
{
	tids[(long)arg] = (pid_t)syscall(SYS_gettid);
	prctl(PR_SET_NAME, "a thread");
	if ((long)arg & 1)
		CHECK(current->pid == tids[(long)arg] && current->group_leader->pid == getpid());
	sem_post(&begun);
	sem_wait(&end);
	return NULL;
}

static int count_threads(struct task_struct *p, int named)
{
	struct task_struct *t;
	int n = 0, found = 0;

	rcu_read_lock();
	for_each_thread(p, t)
	{
		n++;
		found += !strcmp(t->comm, "a thread");
		CHECK(t->tgid == getpid() && t->group_leader == p->group_leader);
		CHECK(t->real_parent->pid == getppid() && t->signal == p->signal && t->mm);
	}
	rcu_read_unlock();
	CHECK(found == named && p->signal->nr_threads == n);
	return n;
}

static void threads(void)
{
	int before = count_threads(current, 0), i;
	pthread_t t[NR];

	CHECK(before == 1 && thread_group_empty(current) && current_is_single_threaded());
	sem_init(&begun, 0, 0);
	sem_init(&end, 0, 0);
	for (i = 0; i < NR; i++)
		CHECK(!pthread_create(&t[i], NULL, thread, (void *)(long)i));
	for (i = 0; i < NR; i++)
		sem_wait(&begun);
	CHECK(count_threads(current, NR) == 1 + NR && !thread_group_empty(current));
	for (i = 0; i < NR; i++) {
		struct task_struct *found;

		rcu_read_lock();
		found = find_task_by_vpid(tids[i]);
		rcu_read_unlock();
		CHECK(found && found->pid == tids[i] && !thread_group_leader(found));
		CHECK(same_thread_group(found, current) && list_empty(&found->children));
	}
	for (i = 0; i < NR; i++)
		sem_post(&end);
	for (i = 0; i < NR; i++)
		pthread_join(t[i], NULL);
	while (get_nr_threads(current) != 1)
		usleep(1000); /* joined, and not yet gone */
	CHECK(count_threads(current, 0) == 1 && current_is_single_threaded());
}

static struct task_struct *child_of(struct task_struct *parent, pid_t pid)
{
	struct task_struct *t, *found = NULL;
	struct list_head *at;

	CHECK(&init_task == &init_task); /* as it is now */
	list_for_each(at, &parent->children) {
		t = list_entry(at, struct task_struct, sibling);
		CHECK(t->real_parent == parent);
		if (t->pid == pid)
			found = t;
	}
	return found;
}

/* Where /proc tells of children. */
static bool are_told(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", getpid(), getpid());
	return access(path, R_OK) == 0;
}

static int in_list(pid_t pid)
{
	struct task_struct *p;
	int n = 0;

	rcu_read_lock();
	for_each_process(p)
		n += p->pid == pid;
	rcu_read_unlock();
	return n;
}

static void children(void)
{
	struct task_struct *t;
	siginfo_t info;
	pid_t child;
	int fds[2];
	char c;

	CHECK(!pipe(fds));
	child = fork();
	if (!child) {
		pid_t grandchild = fork();

		prctl(PR_SET_NAME, grandchild ? "a child" : "a grandchild");
		CHECK(write(fds[1], "x", 1) == 1);
		pause();
		_exit(0);
	}
	CHECK(read(fds[0], &c, 1) == 1 && read(fds[0], &c, 1) == 1);
	do /* until it waits */
		t = child_of(current, child);
	while (t && t->__state != TASK_INTERRUPTIBLE);
	CHECK(t && !strcmp(t->comm, "a child") && t->tgid == child && !t->mm);
	CHECK(in_list(child) == 1 && pid_alive(t));
	CHECK(!list_empty(&t->children));
	t = list_first_entry(&t->children, struct task_struct, sibling);
	CHECK(!strcmp(t->comm, "a grandchild") && t->real_parent->pid == child);
	CHECK(uid_eq(task_uid(t), current_uid()));
	CHECK(send_sig(SIGTERM, t, 1) == -EPERM && send_sig(0, t, 1) == 0);
	CHECK(task_pgrp(t) == task_pgrp(current) && task_pgrp_nr(t) == getpgrp());
	kill(t->pid, SIGKILL);
	kill(child, SIGKILL);
	CHECK(!waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
	t = child_of(current, child);
	CHECK(t && t->exit_state == EXIT_ZOMBIE && task_state_to_char(t) == 'Z');
	CHECK(waitpid(child, NULL, 0) == child);
	CHECK(!child_of(current, child) && !in_list(child) && !find_vpid(child));
	close(fds[0]);
	close(fds[1]);
}

static void ancestors(void)
{
	struct task_struct *t = current->real_parent;

	rcu_read_lock();
	CHECK(t->pid == getppid() && task_ppid_nr(current) == getppid());
	CHECK(!getppid() || find_task_by_vpid(getppid()) == t);
	CHECK(getpid() == 1 || is_global_init(pid_task(find_vpid(1), PIDTYPE_PID)));
	CHECK(!find_vpid(1 << 30) && !find_vpid(0));
	CHECK(find_vpid(getpgrp()) == NULL || pid_vnr(find_vpid(getpgrp())) == getpgrp());
	CHECK(task_pgrp_vnr(current) == getpgrp() && task_session_vnr(current) == getsid(0));
	CHECK(pid_task(task_pgrp(current), PIDTYPE_PGID) != NULL);
	rcu_read_unlock();
}

static int idle(void *unused)
{
	while (!kthread_should_stop())
		msleep(1);
	return unused != NULL;
}

static void in_a_child(void)
{
	struct task_struct *k = kthread_run(idle, NULL, "of the parent"), *p;
	pid_t parent = getpid(), kthread = k->pid, child = fork();
	int status, n = 0;

	if (!child) {
		k = kthread_run(idle, NULL, "of the child");
		CHECK(current->pid == getpid() && current->real_parent->pid == parent);
		CHECK(current == current->group_leader && current->tgid == getpid());
		rcu_read_lock();
		for_each_process(p)
		{
			CHECK(p->pid != kthread);
			n += p == current || p == k || p->pid == parent;
		}
		rcu_read_unlock();
		CHECK(n == 3 && count_threads(current, 0) == 1);
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && !status);
	CHECK(in_list(kthread) == 1);
	kthread_stop(k);
	CHECK(!in_list(kthread));
}

static int stop;

static void *comes_and_goes(void *unused)
{
	return current->pid ? unused : NULL;
}

static void *walks(void *unused)
{
	struct task_struct *p, *t;

	while (!READ_ONCE(stop)) {
		int n = 0;

		rcu_read_lock();
		for_each_process_thread(p, t)
			n++;
		rcu_read_unlock();
		CHECK(n > 3 && n < 1000);
		usleep(100);
	}
	return unused;
}

static void races(void)
{
	pthread_t walker[2], t;
	int i;

	for (i = 0; i < 2; i++)
		CHECK(!pthread_create(&walker[i], NULL, walks, NULL));
	for (i = 0; i < 100; i++) {
		struct task_struct *k = kthread_run(idle, NULL, "%d", i);

		CHECK(!pthread_create(&t, NULL, comes_and_goes, NULL));
		kthread_stop(k);
		pthread_join(t, NULL);
	}
	WRITE_ONCE(stop, 1);
	for (i = 0; i < 2; i++)
		pthread_join(walker[i], NULL);
}

int main(void)
{
	ancestors();
	threads();
	if (are_told())
		children();
	in_a_child();
	races();
	return 0;
}
