#!/bin/sh
# run: timeout=180
# Whatever may sleep in the kernel is told of by its name where interrupts are off, and
# of nothing else; what may be called there is not.
. "$SRCDIR/lib.sh"
cat >"$TMP/sleeps.c" <<'C'
#include <stdio.h>
#include <linux/completion.h>
#include <linux/cpuhotplug.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kmod.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static int which;
module_param(which, int, 0);

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static struct semaphore count;
static DECLARE_COMPLETION(done);
static DECLARE_WAIT_QUEUE_HEAD(queue);
DEFINE_SRCU(srcu);
static struct timer_list timer;
static int dev_id;
static u64 mask = DMA_BIT_MASK(32);
static struct device dev = { .init_name = "d", .dma_mask = &mask,
			     .coherent_dma_mask = DMA_BIT_MASK(32) };

static struct resource res = DEFINE_RES_MEM_NAMED(0xd0000000, 16, "r");
static struct rhashtable table;
static const struct rhashtable_params params = { .key_len = 4, .head_offset = 8 };

static void timer_fn(struct timer_list *t) { }
static void work_fn(struct work_struct *w) { }
static DECLARE_WORK(work, work_fn);
static DECLARE_DELAYED_WORK(delayed, work_fn);
static void tasklet_fn(struct tasklet_struct *t) { }
static DECLARE_TASKLET(tasklet, tasklet_fn);
static irqreturn_t handler(int irq, void *d) { return IRQ_NONE; }

static int thread(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* At most one finding each; "" none. */
#define CASE(name, call)                 \
	if (which == nr++) {             \
		puts(name);              \
		fflush(stdout);          \
		local_irq_disable();     \
		(void)(call);            \
		local_irq_enable();      \
		return 0;                \
	}
#define DO(call) ({ call; 0; })

static int __init sleeps_init(void)
{
	struct task_struct *t = kthread_run(thread, NULL, "t");
	struct page *page = alloc_page(GFP_KERNEL);
	struct kmem_cache *cache = kmem_cache_create("c", 10, 0, 0, NULL);
	static struct hrtimer hr;
	void *area = vmalloc(100);
	struct shrinker *shrinker = shrinker_alloc(0, "s");
	struct dma_pool *pool = dma_pool_create("p", &dev, 32, 8, 0);
	void __iomem *io = ioremap(0xf0000000, 100);
	char buf[8] = "";
	dma_addr_t addr;
	struct iov_iter user, from, kernel;
	struct iovec iov[2] = { { buf, 8 }, { buf, 8 } }, *vec = NULL;
	struct kvec kvec = { buf, 8 };
	size_t offset;
	int nr = 0;

	timer_setup(&timer, timer_fn, 0);
	hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	iov_iter_ubuf(&user, ITER_DEST, buf, 8);
	iov_iter_ubuf(&from, ITER_SOURCE, buf, 8);
	iov_iter_kvec(&kernel, ITER_DEST, &kvec, 1, 8);
	sema_init(&count, 1);
	complete_all(&done);
	if (rhashtable_init(&table, &params))
		return 1;
	CASE("mutex_lock", DO(mutex_lock(&mutex)));
	CASE("mutex_lock_interruptible", mutex_lock_interruptible(&mutex));
	CASE("down_read", DO(down_read(&sem)));
	CASE("down_write", DO(down_write(&sem)));
	CASE("down", DO(down(&count)));
	CASE("wait_for_completion", DO(wait_for_completion(&done)));
	CASE("wait_event", DO(wait_event(queue, 1)));
	CASE("wait_event_timeout", wait_event_timeout(queue, 1, 1));
	CASE("flush_work", flush_work(&work));
	CASE("cancel_work_sync", cancel_work_sync(&work));
	CASE("cancel_delayed_work_sync", cancel_delayed_work_sync(&delayed));
	CASE("flush_workqueue", DO(flush_workqueue(system_wq)));
	CASE("alloc_workqueue", alloc_workqueue("q", 0, 0));
	CASE("flush_delayed_work", flush_delayed_work(&delayed));
	CASE("disable_work_sync", disable_work_sync(&work));
	CASE("drain_workqueue", DO(drain_workqueue(system_wq)));
	CASE("schedule_on_each_cpu", schedule_on_each_cpu(work_fn));
	CASE("cpuhp_setup_state", cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "s:s", NULL, NULL));
	CASE("get_user_pages_fast", get_user_pages_fast((unsigned long)buf, 1, 0, &page));
	CASE("kthread_run", kthread_run(thread, NULL, "u"));
	CASE("kthread_stop", kthread_stop(t));
	CASE("synchronize_rcu", DO(synchronize_rcu()));
	CASE("rcu_barrier", DO(rcu_barrier()));
	CASE("synchronize_srcu", DO(synchronize_srcu(&srcu)));
	CASE("kvfree_rcu", DO(kvfree_rcu_mightsleep(kmalloc(8, GFP_ATOMIC))));
	CASE("request_irq", request_irq(4, handler, 0, "x", &dev_id));
	CASE("free_irq", free_irq(4, &dev_id));
	CASE("synchronize_irq", DO(synchronize_irq(4)));
	CASE("disable_irq", DO(disable_irq(4)));
	CASE("tasklet_kill", DO(tasklet_kill(&tasklet)));
	CASE("kmem_cache_create", kmem_cache_create("d", 10, 0, 0, NULL));
	CASE("kmem_cache_destroy", DO(kmem_cache_destroy(cache)));
	CASE("copy_to_user", copy_to_user(buf, "x", 1));
	CASE("copy_to_user", put_user(1, buf));
	CASE("copy_to_iter", copy_to_iter("x", 1, &user));
	CASE("copy_from_iter", copy_from_iter_full(buf + 4, 1, &from));
	CASE("copy_page_to_iter", copy_page_to_iter(page, 0, 1, &user));
	CASE("copy_page_from_iter", copy_page_from_iter(page, 0, 1, &from));
	CASE("iov_iter_zero", iov_iter_zero(1, &user));
	CASE("fault_in_iov_iter_writeable", fault_in_iov_iter_writeable(&user, 1));
	CASE("iov_iter_get_pages2", iov_iter_get_pages2(&user, &page, 8, 1, &offset));
	CASE("iovec_from_user", iovec_from_user(iov, 2, 0, NULL, false));
	CASE("import_iovec", import_iovec(ITER_DEST, iov, 2, 0, &vec, &user));
	CASE("dup_iter", dup_iter(&from, &kernel, GFP_KERNEL));
	CASE("vfree", DO(vfree(area)));
	CASE("kvfree", DO(kvfree(area)));
	CASE("vmalloc", vmalloc(10));
	CASE("vmap", vmap(&page, 1, VM_MAP, PAGE_KERNEL));
	CASE("kvmalloc", kvmalloc(300000, GFP_KERNEL));
	CASE("kmalloc", kmalloc(10, GFP_KERNEL));
	CASE("krealloc", krealloc(NULL, 10, GFP_KERNEL));
	CASE("kmem_cache_alloc", kmem_cache_alloc(cache, GFP_KERNEL));
	CASE("alloc_pages", alloc_page(GFP_KERNEL));
	CASE("alloc_percpu", alloc_percpu(int));
	CASE("dma_alloc_coherent", dma_alloc_coherent(&dev, 100, &addr, GFP_KERNEL));
	CASE("shrinker_alloc", shrinker_alloc(0, "s"));
	CASE("shrinker_register", DO(shrinker_register(shrinker)));
	CASE("shrinker_free", DO(shrinker_free(shrinker)));
	CASE("kmem_cache_shrink", kmem_cache_shrink(cache));
	CASE("dma_pool_destroy", DO(dma_pool_destroy(pool)));
	CASE("iounmap", DO(iounmap(io)));
	CASE("rhashtable_init", rhashtable_init(&table, &params));
	CASE("rhashtable_destroy", DO(rhashtable_destroy(&table)));
	CASE("request_module", request_module("m"));
	CASE("might_alloc", DO(idr_preload(GFP_KERNEL)));
	CASE("cond_resched", cond_resched());
	CASE("schedule", DO(schedule()));
	CASE("msleep", DO(msleep(0)));
	CASE("usleep_range", DO(usleep_range(1, 2)));
	CASE("", copy_to_iter("x", 1, &kernel));
	CASE("", copy_page_from_iter_atomic(page, 0, 1, &from));
	CASE("", copy_page_to_iter_nofault(page, 0, 1, &user));
	CASE("", copy_from_iter_full_nocache(buf + 4, 1, &from));
	CASE("", fault_in_iov_iter_readable(&from, 1));
	CASE("", DO(pagefault_disable(); copy_to_iter("x", 1, &user); pagefault_enable()));
	CASE("", kmalloc(10, GFP_ATOMIC));
	CASE("", kmem_cache_alloc(cache, GFP_NOWAIT));
	CASE("", alloc_page(GFP_ATOMIC));
	CASE("", DO(vfree_atomic(area)));
	CASE("", mutex_trylock(&mutex));
	CASE("", down_trylock(&count));
	CASE("", DO(complete(&done)));
	CASE("", DO(wake_up(&queue)));
	CASE("", schedule_work(&work));
	CASE("", mod_timer(&timer, jiffies + 1000));
	CASE("", DO(tasklet_schedule(&tasklet)));
	CASE("", timer_delete(&timer));
	CASE("", DO(kmem_cache_destroy(NULL)));
	CASE("", DO(udelay(1)));
	CASE("", DO(disable_irq_nosync(5)));
	CASE("", request_module_nowait("m"));
	CASE("", DO(iounmap(NULL)));
	CASE("", DO(dma_pool_destroy(NULL)));
	CASE("", DO(shrinker_free(NULL)));
	CASE("", DO(idr_preload(GFP_NOWAIT); idr_preload_end()));
	CASE("", del_timer_sync(&timer));
	CASE("", hrtimer_cancel(&hr));
	CASE("", insert_resource(&iomem_resource, &res));
	CASE("", release_resource(&res));
	return 1;
}
module_init(sleeps_init);
C
cc -g -O1 -w -Iinclude -o "$TMP/sleeps" "$TMP/sleeps.c" "$BUILDDIR/libkmemu.a" -pthread ||
	fail "it does not compile"
nr=0
while KMEMU_OPTIONS="context=warn log=$TMP/log" "$TMP/sleeps" which=$nr >"$TMP/out" 2>&1; do
	name=$(head -n 1 "$TMP/out")
	told=$(sed -n 's/^\([a-z0-9_]*\)(.* may sleep, with interrupts off.*/\1/p' "$TMP/log" 2>/dev/null)
	[ "$told" = "$name" ] || fail "case $nr: '$told' was told, not '$name'"
	# The size is what was asked for, not the pages'.
	[ "$name" != dma_alloc_coherent ] || grep -q '^dma_alloc_coherent(100, ' "$TMP/log" ||
		fail "another size: $(cat "$TMP/log")"
	rm -f "$TMP/log"
	nr=$((nr + 1))
done
[ "$nr" -eq 99 ] || fail "$nr cases: $(cat "$TMP/out")"
done_ok
