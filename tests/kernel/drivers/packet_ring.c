// SPDX-License-Identifier: MIT
/*
 * Packets in buffers of page fragments, received in a softirq, counted by CPU, told apart by
 * numbers of network order.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <linux/interrupt.h>
#include <linux/llist.h>
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/unaligned.h>
#include <linux/siphash.h>
#include <linux/refcount.h>
#include <linux/timer.h>
#include <linux/delay.h>

struct buf {
	struct buf *next, *prev;
	unsigned char *head, *data, *tail, *end;
	unsigned int len, hash;
	__be16 protocol;
	refcount_t users;
	union {
		struct llist_node ll;
		struct rcu_head rcu;
	};
};

struct buf_head {
	struct buf *next, *prev;
	__u32 qlen;
	spinlock_t lock;
};

struct eth {
	u8 dst[6], src[6];
	__be16 proto;
} __packed;

struct pcpu_stats {
	u64_stats_t packets, bytes, drops;
	struct u64_stats_sync syncp;
};

static struct page_frag_cache frags;
static struct kmem_cache *buf_cache;
static DEFINE_PER_CPU(struct pcpu_stats, stats);
static siphash_aligned_key_t key;
static struct buf_head rxq;
static LLIST_HEAD(deferred);
static unsigned int v4, v6, other;

static struct buf *buf_alloc(unsigned int size, gfp_t gfp)
{
	struct buf *b = kmem_cache_alloc(buf_cache, gfp);

	if (unlikely(!b))
		return NULL;
	memset(b, 0, offsetof(struct buf, users));
	size = ALIGN(size + 64, SMP_CACHE_BYTES);
	b->head = page_frag_alloc(&frags, size, gfp);
	if (!b->head) {
		kmem_cache_free(buf_cache, b);
		return NULL;
	}
	b->data = b->tail = b->head + 64;
	b->end = b->head + size;
	refcount_set(&b->users, 1);
	return b;
}

static void *buf_put(struct buf *b, unsigned int len)
{
	void *p = b->tail;

	BUG_ON(b->tail + len > b->end);
	b->tail += len;
	b->len += len;
	return p;
}

static void *buf_pull(struct buf *b, unsigned int len)
{
	if (WARN_ON_ONCE(len > b->len))
		return NULL;
	b->len -= len;
	return b->data += len;
}

static void buf_free(struct buf *b)
{
	if (!refcount_dec_and_test(&b->users))
		return;
	page_frag_free(b->head);
	kmem_cache_free(buf_cache, b);
}

static void enqueue(struct buf_head *q, struct buf *b)
{
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	b->next = (struct buf *)q;
	b->prev = q->prev;
	WRITE_ONCE(q->prev->next, b);
	q->prev = b;
	WRITE_ONCE(q->qlen, q->qlen + 1);
	spin_unlock_irqrestore(&q->lock, flags);
}

static struct buf *dequeue(struct buf_head *q)
{
	struct buf *b = NULL;
	unsigned long flags;

	spin_lock_irqsave(&q->lock, flags);
	if (q->next != (struct buf *)q) {
		b = q->next;
		q->next = b->next;
		b->next->prev = (struct buf *)q;
		q->qlen--;
	}
	spin_unlock_irqrestore(&q->lock, flags);
	return b;
}

static void receive(struct buf *b)
{
	struct eth *eth = (struct eth *)b->data;
	struct pcpu_stats *s = this_cpu_ptr(&stats);

	b->protocol = eth->proto;
	buf_pull(b, sizeof(*eth));
	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->packets);
	u64_stats_add(&s->bytes, b->len);
	u64_stats_update_end(&s->syncp);
	b->hash = siphash(b->data, min(b->len, 16U), &key) ^
		  jhash(b->data, 8, get_unaligned_be32(b->data));
	switch (b->protocol) {
	case htons(0x0800):
		v4++;
		break;
	case htons(0x86dd):
		v6++;
		break;
	default:
		other++;
		llist_add(&b->ll, &deferred);
		return;
	}
	buf_free(b);
}

static int poll(int budget)
{
	int work = 0;
	struct buf *b;

	while (work < budget && (b = dequeue(&rxq))) {
		receive(b);
		work++;
	}
	return work;
}

static void rx_action(struct tasklet_struct *t)
{
	if (!in_softirq())
		pr_err("not in softirq\n");
	if (poll(64) == 64)
		tasklet_schedule(t);
}
static DECLARE_TASKLET(rx_task, rx_action);

static int __init skb_init(void)
{
	u64 packets = 0, bytes = 0;
	struct buf *b, *tmp;
	int i, cpu;

	get_random_bytes(&key, sizeof(key));
	buf_cache = kmem_cache_create_usercopy("bufs", sizeof(struct buf), 0,
					       SLAB_HWCACHE_ALIGN | SLAB_PANIC, 0, 0, NULL);
	rxq.next = rxq.prev = (struct buf *)&rxq;
	spin_lock_init(&rxq.lock);
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(&stats, cpu)->syncp);
	for (i = 0; i < 300; i++) {
		struct eth *eth;

		local_bh_disable();
		b = buf_alloc(1536, GFP_ATOMIC);
		local_bh_enable();
		if (!b)
			return -ENOMEM;
		eth = buf_put(b, sizeof(*eth));
		memset(eth->dst, 0, sizeof(eth->dst));
		eth->proto = i % 3 == 0 ? htons(0x0800) :
			     i % 3 == 1 ? cpu_to_be16(0x86dd) :
					  htons(0x88cc);
		memset(buf_put(b, 100), i, 100);
		enqueue(&rxq, b);
	}
	tasklet_schedule(&rx_task);
	while (READ_ONCE(rxq.qlen))
		usleep_range(100, 200);
	tasklet_kill(&rx_task);
	llist_for_each_entry_safe(b, tmp, llist_del_all(&deferred), ll)
		buf_free(b);
	for_each_possible_cpu(cpu) {
		const struct pcpu_stats *s = per_cpu_ptr(&stats, cpu);
		unsigned int start;
		u64 p, n;

		do {
			start = u64_stats_fetch_begin(&s->syncp);
			p = u64_stats_read(&s->packets);
			n = u64_stats_read(&s->bytes);
		} while (u64_stats_fetch_retry(&s->syncp, start));
		packets += p;
		bytes += n;
	}
	page_frag_cache_drain(&frags);
	kmem_cache_destroy(buf_cache);
	if (v4 != 100 || v6 != 100 || other != 100)
		return -EINVAL;
	return packets == 300 && bytes == 30000 ? 0 : -EINVAL;
}
module_init(skb_init);
MODULE_LICENSE("GPL");
