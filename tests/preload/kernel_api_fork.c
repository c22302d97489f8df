// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * A program that is linked with the library forks while its threads are in the allocators,
 * in timers, works, grace periods, attributes and resources: no lock is held in the child by
 * a thread that is not there, its current is itself, and what it does works.
 */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/device.h>
#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

enum { THREADS = 3, FORKS = 200 };

extern char **environ;
static int stop;
static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(workers);
static DEFINE_MUTEX(mutex);
static int atfork_calls;

static void timer_fn(struct timer_list *t)
{
	(void)t;
}

static void work_fn(struct work_struct *work)
{
	(void)work;
}

static void allocate(unsigned int seed)
{
	void *p = kmalloc(1 + seed % 9000, GFP_KERNEL), *q = vmalloc(5000 + seed % 90000);
	char name[TASK_COMM_LEN + 8];
	struct kmem_cache *cache = NULL;

	if (!p || !q)
		abort();
	snprintf(name, sizeof(name), "cache-%d", current->pid);
	if (seed % 8 == 0)
		cache = kmem_cache_create(name, 40, 0, 0, NULL);
	kmem_cache_destroy(cache);
	kfree(p);
	vfree(q);
}

/* by: a lock of the program's that another of its threads has is its own business. */
static void use_the_rest(unsigned int seed, spinlock_t *by)
{
	struct resource *res = request_mem_region(0x10000 + (seed % 64) * 0x100, 0x100, "r");
	struct timer_list timer;
	struct kobject *kobj;
	char name[16];
	dev_t dev;

	snprintf(name, sizeof(name), "k-%d", current->pid);
	kobj = kobject_create_and_add(name, NULL);
	timer_setup_on_stack(&timer, timer_fn, 0);
	mod_timer(&timer, jiffies + HZ);
	timer_delete_sync(&timer);
	destroy_timer_on_stack(&timer);
	if (!alloc_chrdev_region(&dev, 0, 1, "c"))
		unregister_chrdev_region(dev, 1);
	kobject_put(kobj);
	if (res)
		release_mem_region(res->start, 0x100);
	rcu_read_lock();
	spin_lock(by);
	spin_unlock(by);
	rcu_read_unlock();
	kfree_rcu_mightsleep(kmalloc(32, GFP_KERNEL));
}

static void *worker(void *arg)
{
	unsigned int seed = (unsigned int)(unsigned long)arg;
	struct work_struct work;

	INIT_WORK_ONSTACK(&work, work_fn);
	while (!READ_ONCE(stop)) {
		seed = seed * 1103515245 + 12345;
		allocate(seed >> 8);
		use_the_rest(seed >> 8, &workers);
		schedule_work(&work);
		flush_work(&work);
	}
	destroy_work_on_stack(&work);
	return current;
}

static void child(int i, int pid, const char *from_parent)
{
	alarm(20);
	if (current->pid != getpid() || current->tgid != getpid() || current->pid == pid)
		_exit(10);
	if (from_parent[0] != 7 || from_parent[99] != 7)
		_exit(11);
	kfree(from_parent);
	for (unsigned int n = 0; n < 20; n++)
		allocate(n * 4099);
	use_the_rest((unsigned int)i, &lock);
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	if (i % 10 == 0)
		synchronize_rcu();
	if (spin_is_locked(&lock) || in_atomic())
		_exit(12);
	if (i % 2)
		exit(0);
	_exit(0);
}

static int status_of(pid_t pid)
{
	int status = -1;

	waitpid(pid, &status, 0);
	return status;
}

static void held_by_the_forker(void)
{
	pid_t pid;

	spin_lock(&lock);
	pid = fork();
	if (!pid) {
		alarm(20);
		if (!in_atomic())
			_exit(1);
		spin_unlock(&lock); /* its own here */
		spin_lock(&lock);
		spin_unlock(&lock);
		_exit(in_atomic() ? 2 : 0);
	}
	spin_unlock(&lock);
	if (status_of(pid))
		abort();
}

/* A handler of the program's allocates: ours are behind it before the fork, and before it after. */
static void count(void)
{
	if (!in_atomic())
		allocate(4096);
	atfork_calls++;
}

static int others(void)
{
	char *argv[] = { "true", NULL };
	pid_t pid = vfork();

	if (!pid)
		_exit(3);
	if (status_of(pid) != 3 << 8)
		return 1;
	if (posix_spawnp(&pid, "true", NULL, NULL, argv, environ) || status_of(pid))
		return 2;
	return system("exit 4") == 4 << 8 ? 0 : 3;
}

int main(void)
{
	pthread_t t[THREADS];
	int pid = getpid(), err;

	pthread_atfork(count, count, count);
	if (current->pid != pid)
		return 1;
	for (unsigned long i = 0; i < THREADS; i++)
		pthread_create(&t[i], NULL, worker, (void *)(i + 1));
	for (int i = 0; i < FORKS; i++) {
		char *block = kmalloc(100, GFP_KERNEL);
		pid_t c;

		memset(block, 7, 100);
		c = fork();
		if (!c)
			child(i, pid, block);
		kfree(block);
		err = status_of(c);
		if (err) {
			pr_err("fork %d: status 0x%x\n", i, err);
			return 2;
		}
	}
	if (atfork_calls != 2 * FORKS || current->pid != pid)
		return 3;
	held_by_the_forker();
	err = others();
	WRITE_ONCE(stop, 1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	return err ? 10 + err : 0;
}
