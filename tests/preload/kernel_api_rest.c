// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that uses the rarest names of the headers it has: waits with a lock and a
 * time, actions of waits for bits, memory of a device in pieces, pages that lie together.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

#include "check.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_SPINLOCK(lock);
static int state;
static unsigned long word = 1 << 3;
static int actions;

static int other(void *unused)
{
	(void)unused;
	msleep(20);
	spin_lock_irq(&lock);
	state = 1;
	wake_up(&queue);
	spin_unlock_irq(&lock);
	while (!READ_ONCE(actions))
		msleep(1);
	clear_and_wake_up_bit(3, &word);
	msleep(20);
	store_release_wake_up(&state, 2);
	while (!kthread_should_stop())
		msleep(1);
	return 0;
}

static int action(struct wait_bit_key *key, int mode)
{
	CHECK(key->flags == &word && key->bit_nr == 3 && mode == TASK_UNINTERRUPTIBLE);
	actions++;
	schedule();
	return 0;
}

static int refuse(struct wait_bit_key *key, int mode)
{
	(void)key;
	(void)mode;
	return -EAGAIN;
}

static void waits(void)
{
	struct task_struct *t = kthread_run(other, NULL, "other");
	struct wait_queue_entry w;

	CHECK(wait_on_bit_action(&word, 3, refuse, TASK_UNINTERRUPTIBLE) == -EAGAIN);
	spin_lock_irq(&lock);
	CHECK(!wait_event_lock_irq_timeout(queue, state == 7, lock, 1));
	CHECK(wait_event_interruptible_lock_irq_timeout(queue, state == 1, lock, 10 * HZ) > 0);
	CHECK(spin_is_locked(&lock) && irqs_disabled());
	spin_unlock_irq(&lock);
	CHECK(!wait_on_bit_lock_action(&word, 3, action, TASK_UNINTERRUPTIBLE) && word == 8);
	CHECK(actions && !wait_on_bit_action(&word, 4, refuse, TASK_UNINTERRUPTIBLE));
	wait_var_event(&state, state == 2);
	CHECK(!wait_event_state(queue, state == 2, TASK_IDLE));
	CHECK(!wait_event_killable_exclusive(queue, state == 2));
	kthread_stop(t);
	init_waitqueue_entry(&w, current);
	add_wait_queue_priority(&queue, &w);
	CHECK(w.flags == (WQ_FLAG_EXCLUSIVE | WQ_FLAG_PRIORITY) && waitqueue_active(&queue));
	remove_wait_queue(&queue, &w);
	wake_up_pollfree(&queue);
}

static void pieces(void)
{
	struct device dev = { .init_name = "pieces", .coherent_dma_mask = DMA_BIT_MASK(32) };
	struct sg_table *sgt;
	char *p;

	dev.dma_mask = &dev.coherent_dma_mask;
	sgt = dma_alloc_noncontiguous(&dev, 10000, DMA_FROM_DEVICE, GFP_KERNEL, 0);
	CHECK(sgt && sgt->nents == 1 && sg_dma_len(sgt->sgl) == 12288);
	CHECK(sg_dma_address(sgt->sgl) == page_to_phys(sg_page(sgt->sgl)));
	p = dma_vmap_noncontiguous(&dev, 10000, sgt);
	CHECK(p == sg_virt(sgt->sgl));
	memset(p, 1, 10000);
	dma_vunmap_noncontiguous(&dev, p);
	dma_free_noncontiguous(&dev, 10000, sgt, DMA_FROM_DEVICE);
	CHECK(dma_can_mmap(&dev) && dma_dev_need_sync(&dev));
	CHECK(dma_get_seg_boundary_nr_pages(&dev, 12) == 1UL << 52);
}

static void pages(void)
{
	struct page *p = alloc_contig_pages(5, GFP_KERNEL | __GFP_ZERO, 0, NULL);
	struct folio *folio = vma_alloc_folio(GFP_KERNEL, 2, NULL, 0);

	CHECK(p && pages_identical(p, p + 4));
	*(char *)page_address(p + 4) = 1;
	CHECK(!pages_identical(p, p + 4) && memcmp_pages(p + 4, p) > 0);
	CHECK(page_to_pfn(p + 4) == page_to_pfn(p) + 4 && page_count(p + 4) == 1);
	__free_page(p + 2);
	free_contig_range(page_to_pfn(p), 2);
	free_contig_range(page_to_pfn(p + 3), 2);
	CHECK(!alloc_contig_pages(0, GFP_KERNEL, 0, NULL));
	CHECK(folio && folio_nr_pages(folio) == 4 && get_num_physpages());
	folio_put(folio);
	p = alloc_page_vma(GFP_KERNEL, NULL, 0);
	__free_page(p);
}

static void rest(void)
{
	kmem_buckets *b = kmem_buckets_create("msg", 0, 0, 64, NULL);
	unsigned long last = 0, user = 0, kernel = 5;
	unsigned int flags = 6;
	loff_t pos = 0;
	void *p = kmem_buckets_alloc(b, 100, GFP_KERNEL), *q = kmem_buckets_valloc(b, 1 << 20,
										 GFP_KERNEL);

	CHECK(p && ksize(p) == 128 && q && is_vmalloc_addr(q));
	kfree(p);
	kvfree(q);
	CHECK(gfp_nested_mask(GFP_KERNEL | __GFP_ZERO | __GFP_COMP) ==
	      (GFP_KERNEL | __GFP_NORETRY | __GFP_NOMEMALLOC | __GFP_NOWARN));
	CHECK(printk_timed_ratelimit(&last, 100000) && !printk_timed_ratelimit(&last, 100000));
	CHECK(bit_clear_unless(&flags, 2, 1) && flags == 4 && !bit_clear_unless(&flags, 4, 4));
	CHECK(single_start(NULL, &pos) == SEQ_START_TOKEN && pos++ == 0);
	CHECK(!single_start(NULL, &pos) && !copy_mc_to_kernel(&user, &kernel, 8) && user == 5);
	if (user_access_begin(&user, sizeof(user))) {
		unsafe_copy_to_user((void __user *)&user, &flags, sizeof(flags), fault);
		user_access_end();
	}
	CHECK(user == 4);
	add_hwgenerator_randomness(&user, sizeof(user), 8, false);
	return;
fault:
	CHECK(false);
}

int main(void)
{
	waits();
	pieces();
	pages();
	rest();
	return 0;
}
