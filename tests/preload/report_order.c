// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * The order of kernel code's locks: one mistake, named by the argument, or with a second
 * argument its twin, about which nothing is said. For report_kinds.sh and
 * lock_order.sh.
 */
#include <linux/hardirq.h>
#include <linux/list_lru.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/swait.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static DEFINE_SPINLOCK(alpha);
static DEFINE_SPINLOCK(beta);
static DEFINE_RAW_SPINLOCK(gamma_lock);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DEFINE_RWLOCK(rw);
static int mended;

struct node {
	char name[40];
	spinlock_t lock;
	struct mutex mutex;
	struct rw_semaphore sem;
};

static struct node *new_node(void)
{
	struct node *n = kzalloc(sizeof(*n), GFP_KERNEL);

	CHECK(n);
	spin_lock_init(&n->lock);
	mutex_init(&n->mutex);
	init_rwsem(&n->sem);
	return n;
}

static void both(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);
	spin_lock(second);
	spin_unlock(second);
	spin_unlock(first);
}

/* Two threads, one after the other. */
static void *reverse(void *arg)
{
	if (mended)
		both(&alpha, &beta);
	else
		both(&beta, &alpha);
	return arg;
}

static void circular(void)
{
	pthread_t t;

	both(&alpha, &beta);
	CHECK(!pthread_create(&t, NULL, reverse, NULL) && !pthread_join(t, NULL));
	reverse(NULL); /* told once */
}

static void circular_sleepers(void)
{
	mutex_lock(&mutex);
	down_write(&sem);
	up_write(&sem);
	mutex_unlock(&mutex);
	if (mended)
		mutex_lock(&mutex);
	down_read(&sem);
	if (!mended)
		mutex_lock(&mutex);
	up_read(&sem);
	mutex_unlock(&mutex);
}

static void circular_by_chain(void)
{
	both(&alpha, &beta);
	spin_lock(&beta);
	raw_spin_lock(&gamma_lock);
	raw_spin_unlock(&gamma_lock);
	spin_unlock(&beta);
	if (mended)
		spin_lock(&alpha);
	raw_spin_lock(&gamma_lock);
	if (!mended)
		spin_lock(&alpha);
	raw_spin_unlock(&gamma_lock);
	spin_unlock(&alpha);
}

/* might_lock() is as good as the lock. */
static void circular_might(void)
{
	spin_lock(&alpha);
	might_lock(&beta);
	spin_unlock(&alpha);
	if (!mended)
		both(&beta, &alpha);
}

/* Of two objects: the class counts. */
static void circular_classes(void)
{
	struct node *a = new_node(), *b = new_node();

	mutex_lock(&a->mutex);
	down_read(&a->sem);
	up_read(&a->sem);
	mutex_unlock(&a->mutex);
	if (mended)
		mutex_lock(&b->mutex);
	down_read(&b->sem);
	if (!mended)
		mutex_lock(&b->mutex);
	up_read(&b->sem);
	mutex_unlock(&b->mutex);
	kfree(a);
	kfree(b);
}

static void recursive(void)
{
	struct node *a = new_node(), *b = new_node(), *c = new_node();

	for (int i = 0; i < 2; i++) {
		spin_lock(&a->lock);
		if (mended)
			spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
		else
			spin_lock(&b->lock);
		spin_unlock(&b->lock);
		spin_unlock(&a->lock);
	}
	/* Hand over hand. */
	mutex_lock(&a->mutex);
	mutex_lock_nested(&b->mutex, 1);
	mutex_unlock(&a->mutex);
	mutex_lock_nested(&c->mutex, 2);
	mutex_unlock(&b->mutex);
	mutex_unlock(&c->mutex);
	kfree(a);
	kfree(b);
	kfree(c);
}

static void recursive_rwsem(void)
{
	down_read(&sem);
	if (mended)
		CHECK(down_read_trylock(&sem));
	else
		down_read(&sem);
	up_read(&sem);
	up_read(&sem);
}

/* A reader in process context waits for a writer that waits. */
static void recursive_rwlock(void)
{
	read_lock(&rw);
	if (mended)
		local_bh_disable();
	read_lock(&rw);
	read_unlock(&rw);
	if (mended)
		local_bh_enable();
	read_unlock(&rw);
}

static void subclasses(void)
{
	struct node *a = new_node(), *b = new_node();

	mutex_lock(&a->mutex);
	mutex_lock_nested(&b->mutex, 1);
	mutex_unlock(&b->mutex);
	mutex_unlock(&a->mutex);
	if (mended)
		mutex_lock(&a->mutex);
	mutex_lock_nested(&b->mutex, 1);
	if (!mended)
		mutex_lock(&a->mutex);
	mutex_unlock(&b->mutex);
	mutex_unlock(&a->mutex);
}

static void keys(void)
{
	static struct lock_class_key key;
	struct node *a = new_node(), *b = new_node();

	if (mended)
		lockdep_set_class(&b->lock, &key);
	both(&a->lock, &b->lock);
}

/* A lock of one's own. */
struct gate {
	struct lockdep_map dep_map;
	int taken;
};

static void gate_lock(struct gate *g)
{
	mutex_acquire(&g->dep_map, 0, 0, _RET_IP_);
	g->taken = 1;
}

static void gate_unlock(struct gate *g)
{
	g->taken = 0;
	mutex_release(&g->dep_map, _RET_IP_);
}

static void circular_map(void)
{
	static struct lock_class_key key;
	static struct lockdep_map section = STATIC_LOCKDEP_MAP_INIT("section", &section);
	struct gate *a = kzalloc(sizeof(*a), GFP_KERNEL), *b = kzalloc(sizeof(*b), GFP_KERNEL);

	lockdep_init_map(&a->dep_map, "gate", &key, 0);
	lockdep_init_map(&b->dep_map, "gate", &key, 0);
	mutex_lock(&mutex);
	CHECK(lock_is_held(&mutex.dep_map));
	gate_lock(a);
	CHECK(lock_is_held(&a->dep_map) == 1 && lock_is_held_type(&a->dep_map, 1) == 0);
	CHECK(lock_is_held(&b->dep_map) == 0);
	lock_map_acquire_read(&section);
	lock_map_release(&section);
	gate_unlock(a);
	mutex_unlock(&mutex);
	lock_map_acquire_read(&section);
	lock_map_acquire_read(&section);
	CHECK(lock_is_held_type(&section, 1) && !lock_is_held_type(&section, 0));
	lock_map_release(&section);
	lock_map_release(&section);
	if (mended)
		mutex_lock(&mutex);
	gate_lock(b);
	if (!mended)
		mutex_lock(&mutex);
	gate_unlock(b);
	mutex_unlock(&mutex);
	kfree(a);
	kfree(b);
}

static int takes_mutex = 1;

static void work_locks(struct work_struct *w)
{
	(void)w;
	if (!takes_mutex)
		return;
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
}

static struct work_struct locking_work;
static struct workqueue_struct *queue;

/* Once it has taken the mutex, nobody may wait for it with that held. */
static void run_work(void)
{
	queue = alloc_workqueue("order", 0, 0);
	INIT_WORK(&locking_work, work_locks);
	queue_work(queue, &locking_work);
	flush_workqueue(queue);
	takes_mutex = 0; /* or it came to that */
}

static void circular_work(void)
{
	run_work();
	if (!mended)
		mutex_lock(&mutex);
	for (int i = 0; i < 1000; i++) { /* which is known while it waits or runs */
		queue_work(queue, &locking_work);
		flush_work(&locking_work);
	}
	if (!mended)
		mutex_unlock(&mutex);
	destroy_workqueue(queue);
}

static void circular_queue(void)
{
	run_work();
	if (!mended)
		mutex_lock(&mutex);
	flush_workqueue(queue);
	if (!mended)
		mutex_unlock(&mutex);
	destroy_workqueue(queue);
}

static int timer_locks = 1;

static void timer_takes_alpha(struct timer_list *t)
{
	(void)t;
	if (!READ_ONCE(timer_locks))
		return;
	spin_lock(&alpha);
	spin_unlock(&alpha);
}

/* Once its function has taken alpha, nobody may wait for the timer with that held. */
static struct timer_list pair[2];
static int fired;

static void deletes_other(struct timer_list *t)
{
	timer_delete_sync(t == &pair[0] ? &pair[1] : &pair[0]);
	WRITE_ONCE(fired, 1);
}

/* Two that one line set up. */
static void recursive_timers(void)
{
	for (int i = 0; i < 2; i++)
		timer_setup(&pair[i], deletes_other, 0);
	if (mended)
		timer_setup(&pair[1], deletes_other, 0);
	mod_timer(&pair[0], jiffies);
	while (!READ_ONCE(fired))
		sched_yield();
	timer_delete_sync(&pair[0]);
}

static void circular_timer(void)
{
	struct timer_list timer;

	timer_setup_on_stack(&timer, timer_takes_alpha, 0);
	mod_timer(&timer, jiffies);
	while (timer_pending(&timer))
		sched_yield();
	timer_delete_sync(&timer);
	WRITE_ONCE(timer_locks, 0);
	if (!mended)
		spin_lock_bh(&alpha);
	timer_delete_sync(&timer);
	if (!mended)
		spin_unlock_bh(&alpha);
	destroy_timer_on_stack(&timer);
}

static int cmp_nodes(const struct lockdep_map *a, const struct lockdep_map *b)
{
	return strcmp(container_of(a, struct node, mutex.dep_map)->name,
		      container_of(b, struct node, mutex.dep_map)->name);
}

static void ordered(void)
{
	struct node *a = new_node(), *b = new_node();

	strcpy(a->name, "a");
	strcpy(b->name, "b");
	lock_set_cmp_fn(&a->mutex, cmp_nodes, NULL);
	mutex_lock(&a->mutex);
	mutex_lock(&b->mutex);
	mutex_unlock(&b->mutex);
	mutex_unlock(&a->mutex);
	if (!mended) {
		mutex_lock(&b->mutex);
		mutex_lock(&a->mutex);
		mutex_unlock(&a->mutex);
		mutex_unlock(&b->mutex);
	}
	kfree(a);
	kfree(b);
}

static void by_interrupt(spinlock_t *lock)
{
	irq_enter();
	spin_lock(lock);
	spin_unlock(lock);
	irq_exit();
}

static void by_softirq(spinlock_t *lock)
{
	kmemu_softirq_enter();
	spin_lock(lock);
	spin_unlock(lock);
	kmemu_softirq_exit();
}

static void alone(spinlock_t *lock)
{
	if (mended)
		local_irq_disable();
	spin_lock(lock);
	spin_unlock(lock);
	if (mended)
		local_irq_enable();
}

static void both_irq(spinlock_t *first, spinlock_t *second)
{
	local_irq_disable();
	both(first, second);
	local_irq_enable();
}

static void irq_order(void)
{
	by_interrupt(&alpha);
	alone(&beta);
	for (int i = 0; i < 2; i++)
		both_irq(&alpha, &beta);
}

/* A softirq's lock, and one that is taken two locks later. */
static void softirq_order(void)
{
	struct node *a = new_node(), *b = new_node();
	static struct lock_class_key key;

	lockdep_set_class_and_name(&b->lock, &key, "other");
	by_softirq(&alpha);
	both_irq(&alpha, &a->lock);
	if (!mended)
		both(&b->lock, &beta);
	local_bh_disable();
	both(&a->lock, &b->lock);
	local_bh_enable();
	kfree(a);
	kfree(b);
}

/* The interrupt is seen last, and the place where it is on. */
static void irq_inversion(void)
{
	alone(&beta);
	both_irq(&alpha, &beta);
	by_interrupt(&alpha);
}

static void irq_inversion_back(void)
{
	by_interrupt(&alpha);
	both_irq(&alpha, &beta);
	alone(&beta);
}

/* Seen after it was right for long. */
static void inconsistent_late(void)
{
	unsigned long flags;

	by_interrupt(&alpha);
	for (int i = 0; i < 3000; i++) {
		spin_lock_irqsave(&alpha, flags);
		spin_unlock_irqrestore(&alpha, flags);
	}
	alone(&alpha);
}

/* One device's lock in its interrupt, another's with interrupts on. */
static void inconsistent_class(void)
{
	struct node *a = new_node(), *b = new_node();

	by_interrupt(&a->lock);
	for (int i = 0; i < 2; i++)
		alone(&b->lock);
	kfree(a);
	kfree(b);
}

static void inconsistent_class_back(void)
{
	struct node *a = new_node(), *b = new_node();

	alone(&b->lock);
	by_interrupt(&a->lock);
	by_interrupt(&a->lock);
	kfree(a);
	kfree(b);
}

static void read_by_interrupt(rwlock_t *lock)
{
	irq_enter();
	read_lock(lock);
	read_unlock(lock);
	irq_exit();
}

/* That readers go together does not hide who writes. */
static void irq_order_reader(void)
{
	read_by_interrupt(&rw);
	read_lock(&rw);
	read_unlock(&rw);
	alone(&beta);
	local_irq_disable();
	write_lock(&rw);
	spin_lock(&beta);
	spin_unlock(&beta);
	write_unlock(&rw);
	local_irq_enable();
}

/* States that go together, of one class. */
static void silent_states(void)
{
	static struct lock_class_key key;
	struct node *a = new_node(), *b = new_node();
	rwlock_t one, two;

	for (int i = 0; i < 2; i++)
		rwlock_init(i ? &one : &two);
	read_by_interrupt(&one);
	read_lock(&two);
	read_unlock(&two);
	irq_enter();
	CHECK(spin_trylock(&a->lock));
	spin_unlock(&a->lock);
	irq_exit();
	spin_lock(&b->lock);
	spin_unlock(&b->lock);
	lockdep_set_class(&a->lock, &key);
	by_interrupt(&a->lock);
	spin_lock(&b->lock);
	spin_unlock(&b->lock);
	kfree(a);
	kfree(b);
}

static long calls_nothing(void *arg)
{
	return (long)arg;
}

static long calls_on_cpu(void *arg)
{
	return work_on_cpu(0, calls_nothing, arg);
}

/* What the headers set up has a class for each place in the program that does. */
static void silent_places(void)
{
	struct percpu_rw_semaphore outer, inner;
	struct swait_queue_head one, two;
	struct list_lru below, above;
	static struct lock_class_key keys[2];

	CHECK(work_on_cpu(0, calls_on_cpu, &keys) == (long)&keys);
	CHECK(!percpu_init_rwsem(&outer) && !percpu_init_rwsem(&inner));
	percpu_down_read(&outer);
	CHECK(percpu_is_read_locked(&outer) && !percpu_is_write_locked(&outer));
	percpu_down_write(&inner);
	CHECK(!percpu_is_read_locked(&inner) && percpu_is_write_locked(&inner));
	percpu_up_write(&inner);
	percpu_up_read(&outer);
	percpu_free_rwsem(&outer);
	percpu_free_rwsem(&inner);
	init_swait_queue_head(&one);
	init_swait_queue_head(&two);
	raw_spin_lock(&one.lock);
	raw_spin_lock(&two.lock);
	raw_spin_unlock(&two.lock);
	raw_spin_unlock(&one.lock);
	for (int i = 0; i < 2; i++)
		CHECK(!__list_lru_init(i ? &below : &above, false, &keys[i], NULL));
	both(&above.node->lock, &below.node->lock);
	list_lru_destroy(&above);
	list_lru_destroy(&below);
}

/* Nothing of these is a mistake. */
static void silent(void)
{
	static struct lock_class_key keys[2];
	struct node *a = new_node(), *b = new_node(), *c;
	const spinlock_t unlocked = __SPIN_LOCK_UNLOCKED(unlocked);
	unsigned long flags;

	/* A trylock does not wait. */
	spin_lock(&alpha);
	CHECK(spin_trylock(&beta));
	spin_unlock(&beta);
	spin_unlock(&alpha);
	both(&beta, &alpha);

	/* One that orders the others. */
	mutex_lock(&mutex);
	mutex_lock(&a->mutex);
	mutex_lock_nest_lock(&b->mutex, &mutex);
	mutex_unlock(&b->mutex);
	mutex_unlock(&a->mutex);
	mutex_unlock(&mutex);

	/* Their own classes, until the keys are gone. */
	lockdep_register_key(&keys[0]);
	lockdep_register_key(&keys[1]);
	lockdep_set_class(&a->lock, &keys[0]);
	lockdep_set_class(&b->lock, &keys[1]);
	both(&a->lock, &b->lock);
	lockdep_unregister_key(&keys[0]);
	lockdep_unregister_key(&keys[1]);
	both(&b->lock, &a->lock);
	lockdep_set_novalidate_class(&a->lock);
	both(&a->lock, &b->lock);

	/* Memory that is used again for locks without a place that set them up. */
	for (int i = 0; i < 4; i++) {
		spin_lock_irqsave(&b->lock, flags);
		spin_unlock_irqrestore(&b->lock, flags);
	}
	kfree(a);
	kfree(b);
	for (int i = 0; i < 100; i++) {
		a = kzalloc(sizeof(*a), GFP_KERNEL);
		b = kzalloc(sizeof(*b), GFP_KERNEL);
		c = kzalloc(sizeof(*c), GFP_KERNEL);
		a->lock = b->lock = c->lock = unlocked;
		both(&a->lock, &b->lock);
		both(&b->lock, &a->lock);
		both(&c->lock, &a->lock);
		kfree(b);
		kfree(a);
		kfree(c);
	}
	/* Many objects, one class. */
	for (int i = 0; i < 50000; i++) {
		a = new_node();
		mutex_lock(&a->mutex);
		spin_lock(&a->lock);
		spin_unlock(&a->lock);
		mutex_unlock(&a->mutex);
		kfree(a);
	}
	/* Readers. */
	local_bh_disable();
	read_lock(&rw);
	read_lock(&rw);
	read_unlock(&rw);
	read_unlock(&rw);
	local_bh_enable();
}

static void forked(void)
{
	int status;
	pid_t pid;

	both(&alpha, &beta);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		reverse(NULL);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && !status);
}

/* More classes than there is room for. */
static void many(void)
{
	static struct lock_class_key keys[5000];
	struct node *n = new_node();

	for (int i = 0; i < 5000; i++) {
		lockdep_set_class(&n->lock, &keys[i]);
		both(&alpha, &n->lock);
	}
	kfree(n);
}

static pthread_barrier_t barrier;

static void *waits_for_alpha(void *arg)
{
	spin_lock(&beta);
	pthread_barrier_wait(&barrier);
	spin_lock(&alpha);
	return arg;
}

/* It comes to that. */
static void deadlock(void)
{
	pthread_t t;

	pthread_barrier_init(&barrier, NULL, 2);
	CHECK(!pthread_create(&t, NULL, waits_for_alpha, NULL));
	spin_lock(&alpha);
	pthread_barrier_wait(&barrier);
	spin_lock(&beta);
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "circular-locking", circular },
	{ "circular-sleepers", circular_sleepers },
	{ "circular-by-chain", circular_by_chain },
	{ "circular-classes", circular_classes },
	{ "circular-might", circular_might },
	{ "recursive-locking", recursive },
	{ "recursive-rwsem", recursive_rwsem },
	{ "recursive-rwlock", recursive_rwlock },
	{ "circular-subclasses", subclasses },
	{ "recursive-keys", keys },
	{ "circular-map", circular_map },
	{ "circular-work", circular_work },
	{ "circular-queue", circular_queue },
	{ "circular-timer", circular_timer },
	{ "recursive-timers", recursive_timers },
	{ "recursive-ordered", ordered },
	{ "irq-order", irq_order },
	{ "irq-order-softirq", softirq_order },
	{ "irq-inversion", irq_inversion },
	{ "irq-inversion-back", irq_inversion_back },
	{ "irq-order-reader", irq_order_reader },
	{ "inconsistent-late", inconsistent_late },
	{ "inconsistent-class", inconsistent_class },
	{ "inconsistent-class-back", inconsistent_class_back },
	{ "silent-states", silent_states },
	{ "silent-places", silent_places },
	{ "silent", silent },
	{ "forked", forked },
	{ "many", many },
	{ "deadlock", deadlock },
};

int main(int argc, char **argv)
{
	mended = argc > 2;
	for (unsigned int i = 0; argc > 1 && i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!strcmp(cases[i].name, argv[1]))
			cases[i].run();
	puts("went on");
	return 0;
}
