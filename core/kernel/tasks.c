/*
 * tasks.c - the tree of tasks (kernel: init/init_task.c, kernel/fork.c copy_process, kernel/exit.c
 * release_task, kernel/pid.c).
 *
 * The root, number 0, has init and kthreadd below it; kernel threads are kthreadd's children.
 * The program is a process below its real ancestors, whose tasks have what /proc tells of
 * them, and its forked children are below it. kthreadd is number 2, a thread that does not
 * exist; kernel threads have the numbers of the system's threads that they are.
 *
 * Nobody tells when a thread or a child of the program's begins or ends. So the tree is made
 * as the system has it where a walk begins: at init_task, for_each_process(),
 * for_each_thread(). Kernel threads are there from their start to their end.
 *
 * Lists are read in RCU: who is taken out keeps its pointers, and its slot is used again when
 * nobody reads any more that did then (sched.c).
 *
 * Different from the kernel: tasklist_lock is not taken here; a list of children changes
 * under one who has it. What is known of another process is as of when it was found, but
 * whether it is there, and its state if it is a child. Its mm is NULL, and no signal
 * reaches it.
 *
 * Invariants: in_tree: linked in swapper's list (a leader) or its leader's (a thread).
 * Locks: tree_lock, under which no other is taken but cred.c's. Cost: nothing before; the first
 * current of kernel code reads a file for each ancestor (160 us for five), a walk's beginning a
 * directory and a file for each thread (17 us for one).
 */
#include "core/kernel/cred.h"
#include "core/kernel/task.h"
#include "core/lib/vsprintf.h"
#include "core/os/exec.h"
#include "core/os/proc.h"
#include "core/os/task.h"
#include "include/kmemu/mm_struct.h"
#include "include/kmemu/pgtable.h"
#include "include/kmemu/signal.h"

#define SIGCHLD_ 17
#define PF_OF_KTHREADD (KMEMU_PF_KTHREAD | 0x00008000u | 0x00000040u) /* NOFREEZE, FORKNOEXEC */
#define MAX_DEPTH 32

static struct sighand_struct kthreads_sighand = { .siglock.rlock.word = KMEMU_LOCK_SET_UP,
						  .count = { { 1 } } };

#define ROOT(name, id, text, above, pf, st)                           \
	{                                                                      \
		.t = { .__state = (st),                                     \
		       .flags = (pf),                                      \
		       .pid = (id),                                            \
		       .tgid = (id),                                           \
		       .exit_signal = SIGCHLD_,                                \
		       .prio = 120,                                            \
		       .static_prio = 120,                                     \
		       .normal_prio = 120,                                     \
		       .comm = text,                                           \
		       .real_parent = &(above).t,                            \
		       .parent = &(above).t,                                 \
		       .group_leader = &(name).t,                              \
		       .tasks = LIST_HEAD_INIT((name).t.tasks),                \
		       .children = LIST_HEAD_INIT((name).t.children),          \
		       .sibling = LIST_HEAD_INIT((name).t.sibling),            \
		       .thread_node = { &(name).sig.thread_head, &(name).sig.thread_head }, \
		       .thread_pid = &(name).as_pid,                           \
		       .real_cred = &cred_of_kernel,                           \
		       .cred = &cred_of_kernel,                                \
		       .signal = &(name).sig,                                  \
		       .sighand = &kthreads_sighand,                           \
		       .pending = { .list = LIST_HEAD_INIT((name).t.pending.list) } }, \
		.owner = ~0U, .usage = 2, .in_tree = 1,                        \
		.as_pid = { .numbers = { { (id), &kmemu_init_pid_ns } } },     \
		.sig = { .sigcnt = { { 1 } },                                  \
			 .live = { 1 },                                        \
			 .nr_threads = 1,                                      \
			 .thread_head = { &(name).t.thread_node, &(name).t.thread_node }, \
			 .shared_pending = { .list = LIST_HEAD_INIT(           \
						     (name).sig.shared_pending.list) }, \
			 .pids = { &(name).as_pid, &(name).as_pid, &swapper.as_pid, \
				   &swapper.as_pid } },                        \
	}

static struct task swapper, kthreadd;
KMEMU_EXPORT struct pid_namespace kmemu_init_pid_ns = { .child_reaper = &swapper.t };
static struct task swapper = ROOT(swapper, 0, "swapper/0", swapper, KMEMU_PF_KTHREAD, 0);
static struct task kthreadd = ROOT(kthreadd, 2, "kthreadd", swapper, PF_OF_KTHREADD,
				   KMEMU_TASK_INTERRUPTIBLE);

KMEMU_EXPORT struct kmemu_rwlock kmemu_tasklist_lock = { KMEMU_LOCK_SET_UP };
static struct kernel_lock tree_lock __own_word;
static bool is_made;
static struct task *program; /* the process's first thread */
static u32 look; /* grows with each refresh */
u64 tasks_gone;

static struct task *process_at(struct list_head *at)
{
	return container_of(container_of(at, struct task_struct, tasks), struct task, t);
}

/* --- lists that are read meanwhile ------------------------------------------------- */

static void link_tail(struct list_head *n, struct list_head *head)
{
	struct list_head *last = head->prev;

	n->next = head;
	n->prev = last;
	__atomic_store_n(&last->next, n, __ATOMIC_RELEASE);
	head->prev = n;
}

static void unlink_entry(struct list_head *n)
{
	n->next->prev = n->prev;
	__atomic_store_n(&n->prev->next, n->next, __ATOMIC_RELEASE);
}

/* --- one task ---------------------------------------------------------------------- */

void task_set_ids(struct task *task, int pid, int tgid)
{
	task->t.pid = pid;
	task->t.tgid = tgid;
	task->as_pid.numbers[0] = (struct upid){ .nr = pid, .ns = &kmemu_init_pid_ns };
	task->t.thread_pid = &task->as_pid;
}

static void init_process(struct task *task, struct sighand_struct *sighand)
{
	struct signal_struct *sig = &task->sig;

	__builtin_memset(sig, 0, sizeof(*sig));
	sig->sigcnt.refs.counter = 1;
	INIT_LIST_HEAD(&sig->thread_head);
	INIT_LIST_HEAD(&sig->shared_pending.list);
	sig->pids[0] = sig->pids[1] = &task->as_pid;
	sig->pids[2] = sig->pids[3] = &swapper.as_pid;
	task->t.group_leader = &task->t;
	task->t.signal = sig;
	task->t.sighand = sighand;
	task->t.exit_signal = SIGCHLD_;
}

static void init_own_sighand(struct task *task)
{
	task->sighand.siglock.rlock.word = KMEMU_LOCK_SET_UP;
	task->sighand.count.refs.counter = 1;
	init_process(task, &task->sighand);
}

static void add_thread(struct task *task, struct signal_struct *sig)
{
	link_tail(&task->t.thread_node, &sig->thread_head);
	WRITE_ONCE(sig->nr_threads, sig->nr_threads + 1);
	WRITE_ONCE(sig->live.counter, sig->nr_threads);
}

static void set_parent(struct task *task, struct task *parent)
{
	WRITE_ONCE(task->t.real_parent, &parent->t);
	WRITE_ONCE(task->t.parent, &parent->t);
}

/* Its thread is one of it already. */
static void link_process(struct task *task, struct task *parent)
{
	set_parent(task, parent);
	link_tail(&task->t.sibling, &parent->t.children);
	link_tail(&task->t.tasks, &swapper.t.tasks);
	task->in_tree = 1;
}

static void add_process(struct task *task, struct task *parent)
{
	add_thread(task, &task->sig);
	link_process(task, parent);
}

static struct task *init_task_of_all(void)
{
	struct list_head *at = swapper.t.tasks.next;

	return at != &swapper.t.tasks && process_at(at)->t.pid == 1 ? process_at(at) : &swapper;
}

static void move_to(struct task *task, struct task *parent)
{
	unlink_entry(&task->t.sibling);
	link_tail(&task->t.sibling, &parent->t.children);
	set_parent(task, parent);
}

void __tasks_remove(struct task *task)
{
	struct task *init = init_task_of_all();
	struct list_head *children = &task->t.children;

	if (!task->in_tree)
		return;
	while (!list_empty(children))
		move_to(container_of(container_of(children->next, struct task_struct, sibling),
				     struct task, t),
			task->t.group_leader == &task->t ? init : task_of(task->t.group_leader));
	unlink_entry(&task->t.thread_node);
	WRITE_ONCE(task->t.signal->nr_threads, task->t.signal->nr_threads - 1);
	WRITE_ONCE(task->t.signal->live.counter, task->t.signal->nr_threads);
	if (task->t.group_leader == &task->t) {
		unlink_entry(&task->t.tasks);
		unlink_entry(&task->t.sibling);
	}
	task->in_tree = 0;
	task->gone = ++tasks_gone;
	WRITE_ONCE(task->t.exit_state, KMEMU_EXIT_DEAD);
	/* its number may be a group's as long as the group has others */
	if (task->other && READ_ONCE(task->usage) <= 1 && task->sig.pids[2] != &task->as_pid &&
	    task->sig.pids[3] != &task->as_pid)
		__atomic_store_n(&task->owner, 0, __ATOMIC_RELEASE);
}

/* --- other processes ----------------------------------------------------------------- */

struct facts {
	struct cred_facts ids;
	int tgid, ppid, pgid, sid;
	char state;
	char comm[KMEMU_TASK_COMM_LEN];
};

/* What stands behind "\nKEY:\t". */
static const char *value(const char *text, const char *key)
{
	size_t n = __builtin_strlen(key);

	for (; *text; text++)
		if (*text == '\n' && !__builtin_strncmp(text + 1, key, n) &&
		    text[n + 1] == ':') {
			text += n + 2;
			while (*text == '\t' || *text == ' ')
				text++;
			return text;
		}
	return "";
}

static u64 number(const char **text, unsigned int base)
{
	u64 n = 0;

	for (;; (*text)++) {
		unsigned int c = (unsigned char)**text, digit = c - '0';

		if (base == 16 && c >= 'a')
			digit = c - 'a' + 10;
		if (digit >= base)
			break;
		n = n * base + digit;
	}
	while (**text == '\t' || **text == ' ')
		(*text)++;
	return n;
}

static u64 value_of(const char *text, const char *key, unsigned int base)
{
	text = value(text, key);
	return number(&text, base);
}

static void read_comm(const char *name, char comm[KMEMU_TASK_COMM_LEN])
{
	char *to = comm;

	while (to < comm + KMEMU_TASK_COMM_LEN - 1 && *name && *name != '\n')
		*to++ = *name++;
	*to = '\0';
}

static bool read_facts(int pid, struct facts *f)
{
	char path[32], text[2048];
	const char *uid, *gid;

	kmemu_scnprintf(path, sizeof(path), "/proc/%d/status", pid);
	text[0] = '\n';
	if (!os_proc_read(path, text + 1, sizeof(text) - 1))
		return false;
	read_comm(value(text, "Name"), f->comm);
	f->state = value(text, "State")[0];
	f->tgid = (int)value_of(text, "Tgid", 10);
	f->ppid = (int)value_of(text, "PPid", 10);
	f->pgid = (int)value_of(text, "NSpgid", 10);
	f->sid = (int)value_of(text, "NSsid", 10);
	uid = value(text, "Uid");
	gid = value(text, "Gid");
	for (int i = 0; i < 4; i++) {
		f->ids.uid[i] = (u32)number(&uid, 10);
		f->ids.gid[i] = (u32)number(&gid, 10);
	}
	f->ids.inheritable = value_of(text, "CapInh", 16);
	f->ids.permitted = value_of(text, "CapPrm", 16);
	f->ids.effective = value_of(text, "CapEff", 16);
	f->ids.bounding = value_of(text, "CapBnd", 16);
	f->ids.ambient = value_of(text, "CapAmb", 16);
	return true;
}

static void set_state(struct task *task, char letter)
{
	static const struct {
		char letter;
		u32 state, exit_state;
	} of[] = { { 'S', KMEMU_TASK_INTERRUPTIBLE, 0 },
		   { 'D', KMEMU_TASK_UNINTERRUPTIBLE, 0 },
		   { 'T', KMEMU_TASK_WAKEKILL | 4, 0 },
		   { 't', 8, 0 },
		   { 'I', KMEMU_TASK_UNINTERRUPTIBLE | 0x400, 0 },
		   { 'P', KMEMU_TASK_PARKED, 0 },
		   { 'Z', KMEMU_TASK_DEAD, KMEMU_EXIT_ZOMBIE } };
	u32 state = KMEMU_TASK_RUNNING, exit_state = 0;

	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		if (of[i].letter == letter) {
			state = of[i].state;
			exit_state = of[i].exit_state;
		}
	WRITE_ONCE(task->t.__state, state);
	WRITE_ONCE(task->t.exit_state, (int)exit_state);
}

static struct task *find_other(int pid)
{
	struct list_head *at = swapper.t.tasks.next;

	for (; at != &swapper.t.tasks; at = at->next)
		if (process_at(at)->other && process_at(at)->t.pid == pid)
			return process_at(at);
	return NULL;
}

static struct task *other_process(int pid, int depth);

static struct task *parent_of(const struct facts *f, int depth)
{
	struct task *parent = NULL;

	if (program && f->ppid == program->t.pid)
		return program;
	if (f->ppid > 0 && depth < MAX_DEPTH)
		parent = other_process(f->ppid, depth + 1);
	return parent ? parent : &swapper;
}

/* A number for which there may be no process: a group's whose first has ended. */
static struct task *new_other(int pid)
{
	struct task *task = task_new();

	if (!task)
		return NULL;
	task_set_ids(task, pid, pid);
	init_own_sighand(task);
	task->other = 1;
	task->t.real_cred = task->t.cred = &cred_of_kernel;
	WRITE_ONCE(task->owner, ~0U);
	return task;
}

static struct pid *pid_of_number(int nr);

static struct task *other_process(int pid, int depth)
{
	struct task *task = find_other(pid), *parent;
	struct facts f = { .ppid = 0 };

	if (task)
		return task;
	if (!read_facts(pid, &f)) {
		if (pid == 1)
			read_comm("init", f.comm);
		else if (!depth || !os_process_exists(pid))
			return NULL;
		else /* an ancestor is there, if no file tells of it */
			f.ppid = 1;
	} else if (f.tgid != pid) {
		return NULL;
	}
	if (pid == 2 && !__builtin_strcmp(f.comm, kthreadd.t.comm))
		return &kthreadd;
	parent = parent_of(&f, depth);
	task = new_other(pid);
	if (!task)
		return NULL;
	__builtin_memcpy(task->t.comm, f.comm, sizeof(f.comm));
	set_state(task, f.state);
	task->t.real_cred = task->t.cred = cred_of_facts(&f.ids);
	task->sig.leader = f.sid == pid;
	add_process(task, parent);
	task->sig.pids[2] = pid_of_number(f.pgid);
	task->sig.pids[3] = pid_of_number(f.sid);
	return task;
}

static bool has_number(struct task *task, void *arg)
{
	struct task **found = arg;

	if (task != *found && task->t.pid == (*found)->t.pid &&
	    (task->other || task->t.group_leader == &task->t))
		*found = task;
	return task != *found;
}

/* The number of a group or a session. */
static struct pid *pid_of_number(int nr)
{
	struct task wanted = { .t.pid = nr }, *found = &wanted;

	if (nr <= 0)
		return &swapper.as_pid;
	task_for_each(has_number, (void *)&found);
	if (found == &wanted)
		found = new_other(nr);
	if (!found)
		return &swapper.as_pid;
	if (!found->in_tree)
		WRITE_ONCE(found->t.__state, KMEMU_TASK_DEAD);
	return &found->as_pid;
}

/* --- the program --------------------------------------------------------------------- */

static void fill_limits(struct signal_struct *sig)
{
	for (unsigned int i = 0; i < OS_LIMITS; i++)
		os_limit(i, &sig->rlim[i].rlim_cur, &sig->rlim[i].rlim_max);
}

static void set_groups(struct task *leader)
{
	int sid = os_sid();

	WRITE_ONCE(leader->sig.pids[2], pid_of_number(os_pgid()));
	WRITE_ONCE(leader->sig.pids[3], pid_of_number(sid));
	leader->sig.leader = sid == leader->t.pid;
}

/* One that is none yet is made. */
static void add_program_thread(struct task *task)
{
	struct task_struct *t = &task->t, *leader = &program->t;

	t->group_leader = leader;
	t->signal = leader->signal;
	t->sighand = leader->sighand;
	t->exit_signal = -1;
	t->real_cred = t->cred = leader->cred;
	set_parent(task, task_of(leader->real_parent));
	INIT_LIST_HEAD(&t->tasks);
	INIT_LIST_HEAD(&t->sibling);
	add_thread(task, t->signal);
	task->in_tree = 1;
}

/* The caller is in it, if no task can be had for the first thread. */
static void make_program(struct task *caller)
{
	struct task *leader = task_find((u32)os_pid()), *parent;

	if (!leader)
		leader = caller;
	init_own_sighand(leader);
	leader->t.real_cred = leader->t.cred = cred_of_program();
	program = leader;
	parent = os_ppid() ? other_process(os_ppid(), 1) : NULL;
	add_process(leader, parent ? parent : &swapper);
	set_groups(leader);
	fill_limits(&leader->sig);
}

static bool add_kthread(struct task *task, void *arg)
{
	(void)arg;
	if (task->t.flags & KMEMU_PF_KTHREAD && !task->in_tree && !task->outside && task->t.pid &&
	    READ_ONCE(task->t.__state) != KMEMU_TASK_DEAD)
		link_process(task, &kthreadd);
	return true;
}

static void make(struct task *caller)
{
	if (is_made)
		return;
	is_made = true;
	swapper.t.active_mm = &kmemu_init_mm;
	if (os_pid() != 1)
		other_process(1, 1);
	kmemu_init_pid_ns.child_reaper = &init_task_of_all()->t;
	link_process(&kthreadd, &swapper);
	make_program(caller);
	task_for_each(add_kthread, NULL);
}

void tasks_join(struct task *task)
{
	u64 mask = kernel_lock(&tree_lock);

	make(task);
	if (!task->in_tree)
		add_program_thread(task);
	kernel_unlock(&tree_lock, mask);
}

/* Before it runs: what its members point to. */
void tasks_init_kthread(struct task *task)
{
	init_process(task, &kthreads_sighand);
	add_thread(task, &task->sig);
	set_parent(task, &kthreadd);
	task->t.real_cred = task->t.cred = &cred_of_kernel;
}

void tasks_add_kthread(struct task *task)
{
	u64 mask = kernel_lock(&tree_lock);

	if (is_made && !task->in_tree)
		link_process(task, &kthreadd);
	kernel_unlock(&tree_lock, mask);
}

void tasks_remove(struct task *task)
{
	u64 mask = kernel_lock(&tree_lock);

	__tasks_remove(task);
	kernel_unlock(&tree_lock, mask);
}

struct task *tasks_find_or_make(int pid)
{
	u64 mask = kernel_lock(&tree_lock);
	struct task *task = task_find((u32)pid);

	if (task && !(task->t.flags & KMEMU_PF_KTHREAD)) {
		make(task);
		if (!task->in_tree)
			add_program_thread(task);
	} else if (!task && pid != os_pid()) {
		make(task_mine);
		task = other_process(pid, 0);
		if (!task && pid == kthreadd.t.pid)
			task = &kthreadd;
	}
	kernel_unlock(&tree_lock, mask);
	return task;
}

/* One at a time makes the task of a thread. */
u64 tasks_lock(void)
{
	return kernel_lock(&tree_lock);
}

void tasks_unlock(u64 mask)
{
	kernel_unlock(&tree_lock, mask);
}

/* --- as the system has them now -------------------------------------------------------- */

static void see_thread(u32 tid, void *arg)
{
	struct task *task;

	(void)arg;
	if (tid == READ_ONCE(jiffies_tid))
		return;
	task = task_find(tid);
	if (!task || task->t.flags & KMEMU_PF_KTHREAD)
		return;
	task->seen = look;
	if (!task->in_tree)
		add_program_thread(task);
}

static bool is_gone(const struct task *task, bool listed)
{
	return listed ? task->seen != look : !os_thread_exists((u32)task->t.pid);
}

static void refresh_threads(void)
{
	struct list_head *head = &program->sig.thread_head, *at, *next;
	bool listed;

	look++;
	listed = os_for_each_thread(see_thread, NULL);
	for (at = head->next; at != head; at = next) {
		struct task *task = container_of(container_of(at, struct task_struct, thread_node),
						 struct task, t);

		next = at->next;
		if (task != program && task != task_mine && is_gone(task, listed))
			__tasks_remove(task);
	}
}

static void see_children(struct task *parent, int tgid, int depth);

static void see_child(int pid, struct task *parent, int depth)
{
	struct task *task = other_process(pid, 0);
	struct facts f;

	if (!task || task == &kthreadd || depth > MAX_DEPTH)
		return;
	if (task->t.real_parent != &parent->t)
		move_to(task, parent);
	task->seen = look;
	task->child = 1;
	if (read_facts(pid, &f)) {
		set_state(task, f.state);
		__builtin_memcpy(task->t.comm, f.comm, sizeof(f.comm));
	}
	see_children(task, pid, depth + 1);
}

static void see_children(struct task *parent, int tgid, int depth)
{
	char path[48], text[1024];
	const char *at = text;

	kmemu_scnprintf(path, sizeof(path), "/proc/%d/task/%d/children", tgid, parent->t.pid);
	if (!os_proc_read(path, text, sizeof(text)))
		return;
	while (*at) {
		int pid = (int)number(&at, 10);

		if (!pid)
			break;
		see_child(pid, parent, depth);
	}
}

static void refresh_processes(void)
{
	struct list_head *head = &program->sig.thread_head, *at, *next;
	int ppid = os_ppid();

	for (at = head->next; at != head; at = at->next)
		see_children(container_of(container_of(at, struct task_struct, thread_node),
					  struct task, t), program->t.pid, 0);
	for (at = swapper.t.tasks.next; at != &swapper.t.tasks; at = next) {
		struct task *task = process_at(at);

		next = at->next;
		if (task->other && ((task->child && task->seen != look) ||
				    (task->t.pid != 1 && !os_process_exists(task->t.pid))))
			__tasks_remove(task);
	}
	if (ppid != program->t.real_parent->pid) {
		struct task *parent = ppid ? other_process(ppid, 1) : NULL;

		move_to(program, parent ? parent : &swapper);
	}
	set_groups(program);
	fill_limits(&program->sig);
}

KMEMU_EXPORT struct task_struct *kmemu_tasks_refresh(void)
{
	struct task *mine = task_of(kmemu_current());
	u64 mask = kernel_lock(&tree_lock);

	make(mine);
	refresh_threads();
	refresh_processes();
	kernel_unlock(&tree_lock, mask);
	return &swapper.t;
}

KMEMU_EXPORT struct task_struct *kmemu_root_task(void)
{
	return &swapper.t;
}

KMEMU_EXPORT struct task_struct *kmemu_init_task(void)
{
	return kmemu_tasks_refresh();
}

KMEMU_EXPORT struct task_struct *kmemu_threads_refresh(struct task_struct *t)
{
	struct task *mine = task_of(kmemu_current());
	u64 mask = kernel_lock(&tree_lock);

	make(mine);
	if (t->signal == &program->sig)
		refresh_threads();
	kernel_unlock(&tree_lock, mask);
	return t;
}

/* --- by group and session ---------------------------------------------------------------- */

KMEMU_EXPORT struct pid *kmemu_task_pid_type(struct task_struct *t, int type)
{
	if (!type)
		return t->thread_pid;
	kmemu_current();
	return READ_ONCE(t->signal) ? READ_ONCE(t->signal->pids[type & 3]) : t->thread_pid;
}

KMEMU_EXPORT struct task_struct *kmemu_next_pid_task(struct pid *pid, int type,
						     struct task_struct *t)
{
	struct list_head *at;

	if (type < 2)
		return t ? NULL : kmemu_pid_task(pid, type);
	kmemu_current();
	for (at = t ? t->tasks.next : swapper.t.tasks.next; at != &swapper.t.tasks; at = at->next)
		if (process_at(at)->sig.pids[type & 3] == pid)
			return &process_at(at)->t;
	return NULL;
}

/* --- in a fork's child ---------------------------------------------------------------------- */

static bool forget(struct task *task, void *arg)
{
	(void)arg;
	task->in_tree = 0;
	task->gone = 0;
	if (task->t.flags & KMEMU_PF_KTHREAD)
		task->outside = 1;
	else if (!task->other)
		task->t.real_parent = NULL;
	else if (task->usage <= 1)
		task->owner = 0;
	INIT_LIST_HEAD(&task->t.children);
	return true;
}

void tasks_fork_child(void)
{
	task_for_each(forget, NULL);
	INIT_LIST_HEAD(&swapper.t.tasks);
	INIT_LIST_HEAD(&swapper.t.children);
	INIT_LIST_HEAD(&kthreadd.t.children);
	program = NULL;
	is_made = false;
}
