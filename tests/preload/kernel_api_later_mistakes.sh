#!/bin/sh
# run: timeout=120
# Mistakes of drivers that show elsewhere than where they are made: in a queue that is gone,
# behind a grace period, a module's end, a helper's allocation. Each is told in one
# finding, at its line, also without optimization; what is nearly it is silent.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/later.c" <<'C'
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dmapool.h>
#include <linux/dma-mapping.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/platform_device.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))

struct object {
	struct rcu_head rcu;
	int value;
};

static DEFINE_SPINLOCK(lock);
static DECLARE_RWSEM(sem);
static DECLARE_COMPLETION(done);
static DEFINE_PER_CPU(int, counts);
static struct workqueue_struct *wq;
static struct work_struct work;
static struct delayed_work late;
static struct timer_list timer;

static void finish(struct work_struct *w)
{
	(void)w;
	complete(&done);
}

static void finish_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct object, rcu));
}

static void waits(struct work_struct *w)
{
	if (w && IS("flush-own"))
		flush_workqueue(wq); /* HERE flush-own */
	else
		destroy_workqueue(wq); /* HERE destroy-own */
}

static void again(struct work_struct *w)
{
	static int n;

	if (n++ < 3)
		queue_work(wq, w); /* of its own, while it is drained */
	else
		complete(&done);
}

static void nothing(struct timer_list *t)
{
	(void)t;
}

static irqreturn_t handler(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	return IRQ_HANDLED;
}

static irqreturn_t copies(int irq, void *dev)
{
	int n = 0;

	(void)irq;
	if (IS("irq-percpu"))
		free_percpu(alloc_percpu_gfp(long, GFP_ATOMIC));
	else if (copy_to_user(dev, &n, sizeof(n))) /* HERE irq-copy */
		return IRQ_NONE;
	return IRQ_HANDLED;
}

static void queues(void)
{
	wq = alloc_workqueue("later", 0, 1);
	INIT_WORK(&work, finish);
	if (IS("queue-destroyed")) {
		destroy_workqueue(wq);
		queue_work(wq, &work); /* HERE queue-destroyed */
	} else if (IS("queue-late")) {
		INIT_DELAYED_WORK(&late, finish);
		queue_delayed_work(wq, &late, 5);
		destroy_workqueue(wq);
		msleep(100);
	} else if (IS("queue-ordered")) {
		destroy_workqueue(wq);
		wq = alloc_ordered_workqueue("later", 0);
		workqueue_set_max_active(wq, 2); /* HERE queue-ordered */
		destroy_workqueue(wq);
	} else if (IS("queue-drain")) {
		INIT_WORK(&work, again);
		queue_work(wq, &work);
		drain_workqueue(wq);
		wait_for_completion(&done);
		INIT_WORK(&work, finish);
		queue_work(wq, &work); /* it is a queue again */
		destroy_workqueue(wq);
	} else {
		INIT_WORK(&work, waits);
		queue_work(wq, &work);
		msleep(50);
	}
}

static void later(void)
{
	static struct object unmanaged;
	struct object *o = kmalloc(sizeof(*o), GFP_KERNEL), *same = o, *out = &unmanaged;

	if (IS("rcu-static")) {
		kfree_rcu(out, rcu); /* HERE rcu-static */
	} else if (IS("rcu-freed")) {
		kfree(o);
		kfree_rcu(same, rcu); /* HERE rcu-freed */
		return;
	} else if (IS("rcu-queued")) {
		rcu_read_lock();
		kfree_rcu(o, rcu); /* HERE rcu-queued */
		kfree(same);
		rcu_read_unlock();
		kvfree_rcu_barrier();
		return;
	} else if (IS("rcu-twice")) {
		kfree_rcu(o, rcu);
		kfree_rcu(same, rcu); /* HERE rcu-twice */
		return;
	} else if (IS("call-twice")) {
		call_rcu(&o->rcu, finish_rcu);
		call_rcu(&o->rcu, finish_rcu); /* HERE call-twice */
		rcu_barrier();
		return;
	} else if (IS("rcu-fine")) {
		out = vmalloc(sizeof(*out));
		kvfree_rcu(out, rcu);
	}
	kfree_rcu(o, rcu);
}

static void helpers(void)
{
	spin_lock(&lock);
	if (IS("strdup"))
		kfree(kstrdup(what, GFP_KERNEL)); /* HERE strdup */
	else if (IS("memdup"))
		kfree(kmemdup(what, 3, GFP_KERNEL)); /* HERE memdup */
	else if (IS("asprintf"))
		kfree(kasprintf(GFP_KERNEL, "%s", what)); /* HERE asprintf */
	else
		kfree(kstrdup(what, GFP_ATOMIC));
	spin_unlock(&lock);
}

static void pools(void)
{
	mempool_t *pool = mempool_create_kmalloc_pool(1, 64);
	mempool_t *pages = mempool_create_page_pool(1, 0);
	void *p = mempool_alloc(pool, GFP_KERNEL), *full = mempool_alloc(pool, GFP_KERNEL);

	mempool_free(full, pool);
	if (IS("pool-twice"))
		mempool_free(full, pool); /* HERE pool-twice */
	if (IS("pool-wrong"))
		mempool_free(p, pages); /* HERE pool-wrong */
	else
		mempool_free(p, pool);
	spin_lock(&lock);
	p = mempool_alloc(pool, IS("pool-atomic") ? GFP_KERNEL : GFP_ATOMIC); /* HERE pool-atomic */
	spin_unlock(&lock);
	mempool_free(p, pool);
	mempool_destroy(pool);
	mempool_destroy(pages);
}

static void dma_pools(void)
{
	static u64 mask = DMA_BIT_MASK(32);
	static struct device dev = { .init_name = "dev", .dma_mask = &mask,
				     .coherent_dma_mask = DMA_BIT_MASK(32) };
	struct dma_pool *pool = dma_pool_create("later", &dev, 64, 8, 0);
	dma_addr_t addr;
	void *p;

	spin_lock(&lock);
	p = dma_pool_alloc(pool, IS("dma-pool") ? GFP_KERNEL : GFP_ATOMIC, &addr); /* HERE dma-pool */
	spin_unlock(&lock);
	dma_pool_free(pool, p, addr);
	dma_pool_destroy(pool);
}

static void areas(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *p = vmalloc(5000), *q = vm_map_ram(&page, 1, -1), *r = vmap(&page, 1, VM_MAP, PAGE_KERNEL);

	if (IS("vunmap-vmalloc"))
		vunmap(p); /* HERE vunmap-vmalloc */
	else
		vfree(p);
	if (IS("vunmap-ram"))
		vunmap(q); /* HERE vunmap-ram */
	vm_unmap_ram(q, 1);
	if (IS("areas"))
		vfree(r); /* of a mapping, 6.12's does what vunmap() does */
	else
		vunmap(r);
	p = vmalloc(5000);
	if (IS("virt-to-phys"))
		pr_info("%llx\n", (u64)virt_to_phys(p)); /* HERE virt-to-phys */
	vfree(p);
	__free_page(page);
}

static void pinned(void)
{
	static char buffer[2 * PAGE_SIZE];
	struct page *page;

	if (IS("pin-put")) {
		if (pin_user_pages_fast((unsigned long)buffer, 1, FOLL_WRITE, &page) != 1)
			return;
		put_page(page); /* HERE pin-put */
		unpin_user_page(page);
	} else if (IS("pin-got")) {
		if (get_user_pages_fast((unsigned long)buffer, 1, FOLL_WRITE, &page) != 1)
			return;
		unpin_user_page(page); /* HERE pin-got */
		put_page(page);
	} else if (get_user_pages_fast((unsigned long)buffer, 1, FOLL_WRITE, &page) == 1) {
		put_page(page);
	}
}

static void locks(void)
{
	struct mutex *m = kzalloc(sizeof(*m), GFP_KERNEL);

	mutex_init(m);
	mutex_lock(m);
	if (IS("mutex-small")) {
		kfree(m); /* HERE mutex-small */
		mutex_unlock(m);
		return;
	}
	if (IS("mutex-destroy"))
		mutex_destroy(m); /* HERE mutex-destroy */
	mutex_unlock(m);
	mutex_destroy(m);
	kfree(m);
	down_write(&sem);
	if (IS("up-wrong"))
		up_read(&sem); /* HERE up-wrong */
	up_write(&sem);
	if (IS("up-read"))
		up_read(&sem); /* HERE up-read */
	if (IS("up-write"))
		up_write(&sem); /* HERE up-write */
	down_read(&sem);
	up_read(&sem);
}

static void timers(void)
{
	static struct timer_list zero;
	static struct hrtimer hr;

	timer_setup(&timer, nothing, 0);
	timer.expires = jiffies + 100000;
	add_timer(&timer);
	if (IS("timer-twice"))
		add_timer(&timer); /* HERE timer-twice */
	if (IS("timer-zero"))
		mod_timer(&zero, jiffies); /* HERE timer-zero */
	if (IS("timer-again"))
		timer_setup(&timer, nothing, 0); /* HERE timer-again */
	if (IS("timer-work")) {
		INIT_DELAYED_WORK(&late, finish);
		schedule_delayed_work(&late, 100000);
		INIT_DELAYED_WORK(&late, finish); /* HERE timer-work */
	}
	if (IS("timer-hr")) {
		hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hrtimer_start(&hr, 1000, HRTIMER_MODE_REL); /* HERE timer-hr */
	}
	if (IS("timer-left"))
		return;
	timer_shutdown_sync(&timer);
	mod_timer(&timer, jiffies); /* nothing starts */
}

static void lines_of(void)
{
	static struct irq_affinity_notify told = { .notify = NULL };
	int dev = 0;

	if (IS("percpu-on")) {
		if (request_percpu_irq(9, handler, "later", &counts))
			return;
		enable_percpu_irq(9, 0);
		free_percpu_irq(9, &counts); /* HERE percpu-on */
		return;
	}
	if (request_irq(9, strncmp(what, "irq-", 4) ? handler : copies, 0, "later", &dev))
		return;
	kmemu_raise_irq(9);
	if (IS("hint"))
		irq_set_affinity_hint(9, cpumask_of(0));
	if (IS("notifier"))
		irq_set_affinity_notifier(9, &told);
	free_irq(9, &dev); /* HERE free_irq */
}

static void corrupt(void)
{
	struct list_head head, zero = { NULL, NULL }, a, b, other = LIST_HEAD_INIT(other);

	INIT_LIST_HEAD(&head);
	list_add(&a, &head);
	list_add_tail(&b, &head);
	list_add(&a, &head); /* HERE list-double-next */
	list_add_tail_rcu(&b, &head); /* HERE list-double-prev */
	list_add(&other, &zero); /* HERE list-next-null */
	list_add_tail(&other, &zero); /* HERE list-prev-null */
	list_del(&zero); /* HERE list-del-null */
	list_del(&b);
	list_del(&b); /* HERE list-poison1 */
	list_add_rcu(&b, &head);
	list_del_rcu(&b);
	list_del_init(&b); /* HERE list-poison2 */
	b.prev = &other; /* freed and used anew */
	b.next = &head;
	list_move(&b, &other); /* HERE list-del-prev */
	head.prev = &other;
	list_add_tail(&b, &head); /* HERE list-add-prev */
	list_add(&b, &a); /* HERE list-add-next */
	list_del(&a); /* HERE list-del-next */
	if (!list_is_singular(&other) || head.next != &a || a.next != LIST_POISON1)
		pr_err("done all the same\n");
}

static void correct(void)
{
	struct list_head head, a, b, c, other = LIST_HEAD_INIT(other);

	INIT_LIST_HEAD(&head);
	INIT_LIST_HEAD_RCU(&a);
	list_add(&a, &head);
	list_add_tail_rcu(&b, &head);
	list_add(&c, &b);
	list_move(&a, &head);
	list_move_tail(&a, &head);
	list_swap(&a, &c);
	list_bulk_move_tail(&head, &b, &a);
	list_splice_init(&head, &other);
	list_replace_init(&a, &head);
	list_del_init(&head);
	list_del_init(&head);
	list_del_rcu(&c);
	list_del(&b);
	if (!list_empty(&other))
		pr_err("done all the same\n");
}

static void free_device(struct device *dev)
{
	if (strcmp(dev_name(dev), "later"))
		pr_err("without its name\n");
	kfree(dev);
}

static void devices(void)
{
	struct platform_device *a = platform_device_register_simple("a", -1, NULL, 0);
	struct platform_device *b = platform_device_register_simple("b", -1, NULL, 0);
	struct device_link *link = device_link_add(&a->dev, &b->dev,
						   IS("link") ? 0 : DL_FLAG_STATELESS);
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	device_link_del(link); /* HERE link */
	platform_device_unregister(a);
	platform_device_unregister(b);
	dev_set_name(dev, "later");
	dev->release = IS("release") ? NULL : free_device;
	if (device_register(dev))
		return;
	device_unregister(dev); /* HERE release */
	if (IS("release"))
		kfree(dev);
}

static void arrays(void)
{
	static DEFINE_XARRAY(xa);
	int err = 0;
	u32 id;

	if (IS("xa-store"))
		xa_store(&xa, 1, xa_mk_internal(1), GFP_KERNEL); /* HERE xa-store */
	else if (IS("xa-insert"))
		err = xa_insert(&xa, 1, xa_mk_internal(1), GFP_KERNEL); /* HERE xa-insert */
	else
		err = xa_alloc(&xa, &id, &xa, xa_limit_31b, GFP_KERNEL); /* HERE xa-alloc */
	xa_store(&xa, 1, xa_mk_value(-err), GFP_KERNEL);
	xa_destroy(&xa);
}

static int __init later_init(void)
{
	if (strstarts(what, "queue-") || strstr(what, "-own"))
		queues();
	else if (strstarts(what, "rcu-") || IS("call-twice"))
		later();
	else if (strstr(what, "dup") || IS("asprintf"))
		helpers();
	else if (strstarts(what, "dma-"))
		dma_pools();
	else if (strstarts(what, "pool"))
		pools();
	else if (strstarts(what, "vunmap-") || IS("areas") || IS("virt-to-phys"))
		areas();
	else if (strstarts(what, "mutex") || strstarts(what, "up-"))
		locks();
	else if (strstarts(what, "timer"))
		timers();
	else if (strstarts(what, "pin-"))
		pinned();
	else if (strstarts(what, "xa-"))
		arrays();
	else if (IS("lists"))
		corrupt();
	else if (IS("lists-fine"))
		correct();
	else if (IS("link") || IS("release") || IS("devices"))
		devices();
	else
		lines_of();
	return 0;
}

static void __exit later_exit(void)
{
	pr_debug("gone\n");
}
module_init(later_init);
module_exit(later_exit);
MODULE_LICENSE("Dual MIT/GPL");
C
# found WHAT KIND TEXT [LINE | @FUNCTION]
found() {
	expect 0 "$K" "$TMP/later" "what=$1"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
	case ${4:-} in
	@*)
		grep -Eq -- "$3" "$TMP/err" || fail "$1: not told: $(cat "$TMP/err")"
		lines 1 "$TMP/err" "^kmemu: $2-[0-9a-f]{16} at ${4#@}\\+0x.*/later\\.c:"
		return
		;;
	esac
	told_at "$2" "$TMP/later.c" "${4:-$1}" "$3"
}
for opt in -O0 -O1; do
	cc -g $opt -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="later"' -o "$TMP/later" \
		"$TMP/later.c" "$BUILDDIR/libkmemu.a" -pthread || { fail "it does not compile"; done_ok; }
	cannot='workqueue: cannot queue finish on wq later'
	found queue-destroyed kernel-warning "$cannot"
	found queue-ordered kernel-warning 'WARNING: .* at kernel/workqueue.c:5990'
	found queue-late kernel-warning "$cannot" @finish
	found flush-own kernel-warning 'flush_workqueue\(\) waits for the queue whose work calls it'
	found destroy-own kernel-warning 'destroy_workqueue\(\) waits for the queue whose work'
	found rcu-static foreign-free 'kvfree_rcu'
	found rcu-freed double-free 'kvfree_rcu|double-free'
	found rcu-queued double-free 'kvfree_rcu|double-free'
	found rcu-twice kernel-warning 'kvfree_call_rcu\(\): Double-freed call. rcu_head'
	found call-twice kernel-warning '__call_rcu_common\(\): Double-freed CB .*finish_rcu'
	found strdup sleep-in-atomic 'sleeping function called from invalid context'
	found memdup sleep-in-atomic 'sleeping function called from invalid context'
	found asprintf sleep-in-atomic 'sleeping function called from invalid context'
	found pool-twice double-free 'kmalloc-64'
	found pool-wrong bad-page 'nonzero _refcount'
	found pool-atomic sleep-in-atomic 'sleeping function called from invalid context'
	found dma-pool sleep-in-atomic 'dma_pool_alloc\(64, GFP_KERNEL\) may sleep'
	found vunmap-vmalloc invalid-free 'vunmap'
	found virt-to-phys not-linear 'virt_to_phys used for non-linear address'
	found mutex-small held-lock-freed 'WARNING: held lock freed!'
	found mutex-destroy kernel-warning 'DEBUG_LOCKS_WARN_ON\(mutex_is_locked\(lock\)\)'
	found up-wrong kernel-warning 'DEBUG_RWSEMS_WARN_ON\(!is_rwsem_reader_owned\(sem\)\)'
	found up-read kernel-warning 'DEBUG_RWSEMS_WARN_ON\(!is_rwsem_reader_owned\(sem\)\)'
	found up-write kernel-warning 'DEBUG_RWSEMS_WARN_ON\(rwsem_owner\(sem\) != current\)'
	found timer-twice kernel-warning 'WARNING: .* at kernel/time/timer.c:1294'
	found timer-zero kernel-warning 'ODEBUG: assert_init not available .*: timer_list'
	found timer-again kernel-warning 'ODEBUG: init active .*: timer_list hint: nothing\+0x0'
	found timer-work kernel-warning 'ODEBUG: init active .*: timer_list hint: finish\+0x0'
	found timer-hr kernel-warning 'WARNING: .* at kernel/time/hrtimer.c:1330'
	found timer-left kernel-warning 'ODEBUG: free active .*: timer_list hint: nothing\+0x0' @later_exit
	for array in store insert alloc; do
		found xa-$array kernel-warning 'WARNING: .* at lib/xarray.c'
	done
	found pin-put kernel-warning 'put_page\(\) of a page that is pinned'
	found pin-got kernel-warning 'unpin_user_page\(\) of a page that is not pinned'
	found irq-copy sleep-in-atomic 'copy_to_user\(\) may sleep, in a hard interrupt'
	found percpu-on kernel-warning 'percpu IRQ 9 still enabled on CPU[0-9]+!'
	found hint kernel-warning 'kernel/irq/manage.c:1939' free_irq
	found notifier kernel-warning 'kernel/irq/manage.c:2051' free_irq
	found link kernel-warning 'Unable to drop a managed device link reference'
	found release kernel-warning "Device 'later' does not have a release\(\) function"
	p='[0-9a-f]{8,16}'
	expect 0 "$K" "$TMP/later" what=lists
	lines 1 "$TMP/err" '^kmemu: verdict: findings=11'
	lines 0 "$TMP/err" 'done all the same'
	while read -r where text; do
		told_at kernel-warning "$TMP/later.c" "list-$where" "$text"
	done <<-END
		double-next list_add double add: new=$p, prev=$p, next=$p\.
		double-prev list_add double add: new=$p, prev=$p, next=$p\.
		next-null list_add corruption\. next is NULL\.
		prev-null list_add corruption\. prev is NULL\.
		del-null list_del corruption, $p->next is NULL
		poison1 list_del corruption, $p->next is LIST_POISON1 \(dead000000000100\)
		poison2 list_del corruption, $p->prev is LIST_POISON2 \(dead000000000122\)
		del-prev list_del corruption\. prev->next should be $p, but was $p\. \(prev=$p\)
		add-prev list_add corruption\. prev->next should be next \($p\), but was $p\. \(prev=$p\)\.
		add-next list_add corruption\. next->prev should be prev \($p\), but was $p\. \(next=$p\)\.
		del-next list_del corruption\. next->prev should be $p, but was $p\. \(next=$p\)
	END
	for silent in lists-fine pin-not dma-atomic queue-drain rcu-fine dup pool areas mutex timer irq irq-percpu devices; do
		expect 0 "$K" "$TMP/later" "what=$silent"
		lines 1 "$TMP/err" '^kmemu: verdict: clean'
		lines 0 "$TMP/err" 'without its name'
	done
done
expect 0 "$K" "$TMP/later" what=vunmap-ram
lines 1 "$TMP/err" '^kmemu: invalid-free-.*/later\.c:'"$(grep -n 'HERE vunmap-ram ' "$TMP/later.c" | cut -d: -f1)"'\)'
lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
done_ok
