// SPDX-License-Identifier: MIT
/*
 * A queue of requests as of a disk: tags, an elevator, a mempool, scatter lists, a worker.
 */
#include <linux/module.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/mempool.h>
#include <linux/rbtree.h>
#include <linux/list.h>
#include <linux/bitmap.h>
#include <linux/workqueue.h>
#include <linux/wait.h>
#include <linux/vmalloc.h>
#include <linux/scatterlist.h>
#include <linux/highmem.h>
#include <linux/ktime.h>
#include <linux/atomic.h>
#include <linux/kref.h>

#define NR_TAGS 32
#define SECTOR_SHIFT 9

struct rq {
	struct rb_node node;
	struct list_head list;
	struct kref ref;
	sector_t sector;
	unsigned int nr_sectors;
	int tag, op, status;
	struct scatterlist sg[2];
	void (*end_io)(struct rq *rq);
	void *private;
	ktime_t start;
};

struct queue {
	struct rb_root sort;
	struct list_head fifo;
	spinlock_t lock;
	DECLARE_BITMAP(tags, NR_TAGS);
	wait_queue_head_t tag_wait;
	struct workqueue_struct *wq;
	struct work_struct work;
	mempool_t *pool;
	struct kmem_cache *cache;
	u8 *disk;
	atomic_t inflight;
	u64 lat_ns;
	sector_t last;
	unsigned int seeks;
};

static struct queue q;

static void rq_release(struct kref *ref)
{
	struct rq *rq = container_of(ref, struct rq, ref);

	mempool_free(rq, q.pool);
}

static int get_tag(void)
{
	int tag;

	do {
		tag = find_first_zero_bit(q.tags, NR_TAGS);
		if (tag >= NR_TAGS)
			return -1;
	} while (test_and_set_bit_lock(tag, q.tags));
	return tag;
}

static void elv_add(struct rq *rq)
{
	struct rb_node **p = &q.sort.rb_node, *parent = NULL;

	while (*p) {
		struct rq *cur = rb_entry(*p, struct rq, node);

		parent = *p;
		p = rq->sector < cur->sector ? &(*p)->rb_left : &(*p)->rb_right;
	}
	rb_link_node(&rq->node, parent, p);
	rb_insert_color(&rq->node, &q.sort);
}

static void transfer(struct rq *rq)
{
	size_t off = rq->sector << SECTOR_SHIFT;
	struct scatterlist *sg;
	int i;

	for_each_sg(rq->sg, sg, 2, i)
	{
		void *map = kmap_local_page(sg_page(sg));

		if (rq->op)
			memcpy(q.disk + off, map + sg->offset, sg->length);
		else
			memcpy(map + sg->offset, q.disk + off, sg->length);
		kunmap_local(map);
		off += sg->length;
	}
}

static void run_queue(struct work_struct *work)
{
	struct queue *qq = container_of(work, struct queue, work);
	struct rb_node *n;

	spin_lock_irq(&qq->lock);
	while ((n = rb_first(&qq->sort))) {
		struct rq *rq = rb_entry(n, struct rq, node);

		rb_erase(n, &qq->sort);
		RB_CLEAR_NODE(n);
		list_del_init(&rq->list);
		if (rq->sector < qq->last)
			qq->seeks++;
		qq->last = rq->sector;
		spin_unlock_irq(&qq->lock);
		transfer(rq);
		qq->lat_ns += ktime_to_ns(ktime_sub(ktime_get(), rq->start));
		rq->end_io(rq);
		clear_bit_unlock(rq->tag, qq->tags);
		smp_mb__after_atomic();
		wake_up(&qq->tag_wait);
		atomic_dec(&qq->inflight);
		kref_put(&rq->ref, rq_release);
		cond_resched();
		spin_lock_irq(&qq->lock);
	}
	spin_unlock_irq(&qq->lock);
}

static int submit(int op, sector_t sector, struct page *page, void (*end)(struct rq *),
		  void *priv)
{
	struct rq *rq = mempool_alloc(q.pool, GFP_NOIO);

	memset(rq, 0, sizeof(*rq));
	kref_init(&rq->ref);
	INIT_LIST_HEAD(&rq->list);
	RB_CLEAR_NODE(&rq->node);
	rq->op = op;
	rq->sector = sector;
	rq->nr_sectors = 4;
	rq->end_io = end;
	rq->private = priv;
	rq->start = ktime_get();
	sg_init_table(rq->sg, 2);
	sg_set_page(&rq->sg[0], page, 1024, 0);
	sg_set_page(&rq->sg[1], page, 1024, 2048);
	if (wait_event_killable(q.tag_wait, (rq->tag = get_tag()) >= 0)) {
		kref_put(&rq->ref, rq_release);
		return -EINTR;
	}
	atomic_inc(&q.inflight);
	spin_lock_irq(&q.lock);
	elv_add(rq);
	list_add_tail(&rq->list, &q.fifo);
	spin_unlock_irq(&q.lock);
	queue_work(q.wq, &q.work);
	return 0;
}

static DECLARE_WAIT_QUEUE_HEAD(all_done);
static atomic_t left;

static void end(struct rq *rq)
{
	if (atomic_dec_and_test(&left))
		wake_up_all(&all_done);
}

static int __init blk_init(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int i, ret = -ENOMEM;
	char *p;

	if (!page)
		return -ENOMEM;
	q.sort = RB_ROOT;
	INIT_LIST_HEAD(&q.fifo);
	spin_lock_init(&q.lock);
	init_waitqueue_head(&q.tag_wait);
	INIT_WORK(&q.work, run_queue);
	q.wq = alloc_workqueue("blk-%d", WQ_MEM_RECLAIM | WQ_HIGHPRI, 1, 0);
	q.cache = KMEM_CACHE(rq, SLAB_HWCACHE_ALIGN);
	q.pool = mempool_create_slab_pool(4, q.cache);
	q.disk = vzalloc(SZ_1M);
	if (!q.wq || !q.cache || !q.pool || !q.disk)
		goto out;
	p = page_address(page);
	memset(p, 0xaa, 1024);
	memset(p + 2048, 0xbb, 1024);
	atomic_set(&left, 200);
	for (i = 0; i < 200; i++) {
		ret = submit(1, (i * 37 % 500) * 4, page, end, NULL);
		if (ret)
			goto out;
	}
	wait_event(all_done, !atomic_read(&left));
	memset(p, 0, PAGE_SIZE);
	atomic_set(&left, 1);
	ret = submit(0, 37 * 4, page, end, NULL);
	if (!ret && !wait_event_timeout(all_done, !atomic_read(&left), HZ))
		ret = -ETIMEDOUT;
	flush_workqueue(q.wq);
	if (!ret && (p[0] != (char)0xaa || p[2048 + 1023] != (char)0xbb || p[1024]))
		ret = -EIO;
	pr_info("%u seeks, %llu ns in all\n", q.seeks, q.lat_ns);
out:
	if (q.wq)
		destroy_workqueue(q.wq);
	mempool_destroy(q.pool);
	kmem_cache_destroy(q.cache);
	vfree(q.disk);
	__free_page(page);
	return ret;
}

static void __exit blk_exit(void)
{
}
module_init(blk_init);
module_exit(blk_exit);
MODULE_LICENSE("GPL");
