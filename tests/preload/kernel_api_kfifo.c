// flags: -Iinclude -l:libkmemu.a -pthread
/* Rings of elements and of records, as drivers use them (kernel_api_kfifo.sh). */
#include <linux/interrupt.h>
#include <linux/kfifo.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "check.h"

struct sample {
	u32 number;
	u8 text[5];
};

static DEFINE_KFIFO(numbers, int, 8);
static struct driver {
	int before;
	DECLARE_KFIFO(samples, struct sample, 4);
	DECLARE_KFIFO_PTR(far, u64);
	STRUCT_KFIFO_REC_1(16) records;
	STRUCT_KFIFO(char *, 4) names;
	int behind;
} driver;
static DEFINE_SPINLOCK(lock);

static void elements(void)
{
	int i, got, many[10], part[8];
	char *name = NULL;
	int *at;

	INIT_KFIFO(driver.names);
	CHECK(kfifo_put(&driver.names, "a") && kfifo_get(&driver.names, &name) && *name == 'a');

	CHECK(kfifo_initialized(&numbers) && kfifo_size(&numbers) == 8);
	CHECK(kfifo_esize(&numbers) == sizeof(int) && !kfifo_recsize(&numbers));
	CHECK(kfifo_is_empty(&numbers) && kfifo_avail(&numbers) == 8);
	CHECK(!kfifo_get(&numbers, &got) && !kfifo_peek(&numbers, &got));
	for (i = 0; i < 5; i++)
		CHECK(kfifo_put(&numbers, i) == 1);
	CHECK(kfifo_out(&numbers, part, 3) == 3 && part[2] == 2);
	for (i = 0; i < 10; i++)
		many[i] = 100 + i;
	CHECK(kfifo_in(&numbers, many, 10) == 6 && kfifo_is_full(&numbers)); /* over the end */
	CHECK(!kfifo_put(&numbers, 7) && !kfifo_avail(&numbers) && kfifo_len(&numbers) == 8);
	CHECK(kfifo_peek_len(&numbers) == 8 * sizeof(int));
	CHECK(kfifo_out_linear_ptr(&numbers, &at, 8) == 5 && at[0] == 3 && at[4] == 102);
	CHECK(kfifo_out_peek(&numbers, part, 8) == 8 && part[7] == 105);
	CHECK(kfifo_len(&numbers) == 8 && kfifo_peek(&numbers, &got) == 1 && got == 3);
	kfifo_skip(&numbers);
	CHECK(kfifo_get(&numbers, &got) == 1 && got == 4);
	kfifo_skip_count(&numbers, 2);
	CHECK(kfifo_out_spinlocked(&numbers, &got, 1, &lock) == 1 && got == 102);
	CHECK(kfifo_out_spinlocked_noirqsave(&numbers, &got, 1, &lock) == 1 && got == 103);
	CHECK(kfifo_in_spinlocked(&numbers, &got, 1, &lock) == 1);
	CHECK(kfifo_in_spinlocked_noirqsave(&numbers, &got, 1, &lock) == 1);
	CHECK(!kfifo_is_empty_spinlocked(&numbers, &lock) && kfifo_len(&numbers) == 4);
	kfifo_reset_out(&numbers);
	CHECK(kfifo_is_empty_spinlocked_noirqsave(&numbers, &lock));
	kfifo_reset(&numbers);
	CHECK(kfifo_avail(&numbers) == 8);
}

static void in_a_structure(void)
{
	struct sample s = { 1, "one" }, got;
	STRUCT_KFIFO_PTR(struct sample) *none = NULL;

	INIT_KFIFO(driver.samples);
	INIT_KFIFO(driver.far);
	CHECK(kfifo_size(&driver.samples) == 4 && !kfifo_initialized(&driver.far));
	CHECK(__is_kfifo_ptr(none) && !__is_kfifo_ptr(&driver.samples));
	for (; s.number < 7; s.number++)
		CHECK(kfifo_put(&driver.samples, s) == (s.number < 5));
	CHECK(kfifo_get(&driver.samples, &got) && got.number == 1);
	CHECK(!strcmp((char *)got.text, "one"));
	CHECK(kfifo_alloc(&driver.samples, 4, GFP_KERNEL) == -EINVAL);
	kfifo_free(&driver.samples); /* nothing */
	CHECK(kfifo_len(&driver.samples) == 3 && !driver.before && !driver.behind);
}

static void allocated(void)
{
	struct kfifo bytes;
	static u64 buf[6];
	u64 got;

	CHECK(!kfifo_alloc(&driver.far, 5, GFP_KERNEL) && kfifo_size(&driver.far) == 8);
	CHECK(ksize(driver.far.kfifo.data) >= 8 * sizeof(u64));
	CHECK(kfifo_put(&driver.far, 1ULL << 40) && kfifo_get(&driver.far, &got));
	CHECK(got == 1ULL << 40);
	kfifo_free(&driver.far);
	CHECK(!kfifo_initialized(&driver.far));
	CHECK(kfifo_alloc(&driver.far, 1, GFP_KERNEL) == -EINVAL);
	CHECK(kfifo_alloc(&driver.far, 0, GFP_KERNEL) == -EINVAL);
	CHECK(kfifo_alloc(&driver.far, 1U << 31, GFP_KERNEL | __GFP_NOWARN) == -ENOMEM);
	CHECK(kfifo_alloc(&driver.far, ~0U, GFP_KERNEL) == -EINVAL);
	CHECK(!kfifo_init(&driver.far, buf, sizeof(buf)) && kfifo_size(&driver.far) == 4);
	CHECK(kfifo_init(&driver.far, buf, sizeof(u64)) == -EINVAL);
	CHECK(!kfifo_alloc(&bytes, 16, GFP_ATOMIC) && kfifo_in(&bytes, "0123", 4) == 4);
	CHECK(kfifo_peek_len(&bytes) == 4);
	kfifo_free(&bytes);
}

static void records(void)
{
	char got[16] = "";
	unsigned int tail, i;

	INIT_KFIFO(driver.records);
	CHECK(kfifo_recsize(&driver.records) == 1 && kfifo_avail(&driver.records) == 15);
	for (i = 0; i < 3; i++) { /* round the end */
		CHECK(kfifo_in(&driver.records, "hello", 5) == 5);
		CHECK(kfifo_in(&driver.records, "to", 2) == 2);
		CHECK(kfifo_len(&driver.records) == 9 && kfifo_avail(&driver.records) == 6);
		CHECK(kfifo_in(&driver.records, "1234567", 7) == 0);
		CHECK(kfifo_peek_len(&driver.records) == 5);
		CHECK(kfifo_out_peek(&driver.records, got, sizeof(got)) == 5);
		CHECK(!memcmp(got, "hello", 5));
		CHECK(kfifo_out_linear(&driver.records, &tail, 9) == 5);
		CHECK(tail == i * 9 + 1);
		CHECK(kfifo_out(&driver.records, got, 3) == 3); /* the rest of it is gone */
		CHECK(kfifo_out(&driver.records, got, sizeof(got)) == 2 && !memcmp(got, "to", 2));
		CHECK(!kfifo_out(&driver.records, got, sizeof(got)));
	}
	CHECK(kfifo_put(&driver.records, 'x') == 1 && kfifo_len(&driver.records) == 2);
	kfifo_skip(&driver.records);
	CHECK(kfifo_is_empty(&driver.records));
}

static void two_bytes_of_length(void)
{
	struct kfifo_rec_ptr_2 fifo;
	static char big[600], got[600];
	unsigned int copied;

	memset(big, 'b', sizeof(big));
	CHECK(!kfifo_alloc(&fifo, 1000, GFP_KERNEL) && kfifo_recsize(&fifo) == 2);
	CHECK(kfifo_avail(&fifo) == 1022 && kfifo_in(&fifo, big, sizeof(big)) == sizeof(big));
	CHECK(kfifo_peek_len(&fifo) == sizeof(big));
	CHECK(!kfifo_to_user(&fifo, got, sizeof(got), &copied) && copied == sizeof(big));
	CHECK(!memcmp(big, got, sizeof(big)) && kfifo_is_empty(&fifo));
	CHECK(!kfifo_from_user(&fifo, big, 300, &copied) && copied == 300);
	CHECK(kfifo_from_user(&fifo, (void *)16, 300, &copied) == -EFAULT && !copied);
	CHECK(kfifo_to_user(&fifo, (void *)16, 300, &copied) == -EFAULT && !copied);
	CHECK(kfifo_len(&fifo) == 302);
	CHECK(!kfifo_from_user(&fifo, big, 600, &copied) && copied == 600);
	CHECK(!kfifo_from_user(&fifo, big, 300, &copied) && !copied);
	kfifo_free(&fifo);
}

static void user_memory(void)
{
	int from[3] = { 1, 2, 3 }, to[8];
	unsigned int copied;

	kfifo_reset(&numbers);
	CHECK(!kfifo_from_user(&numbers, from, sizeof(from) - 1, &copied));
	CHECK(copied == 2 * sizeof(int) && kfifo_len(&numbers) == 2);
	CHECK(kfifo_from_user(&numbers, (int *)16, sizeof(from), &copied) == -EFAULT && !copied);
	CHECK(kfifo_to_user(&numbers, (int *)16, sizeof(to), &copied) == -EFAULT && !copied);
	CHECK(!kfifo_to_user(&numbers, to, sizeof(to), &copied) && copied == 2 * sizeof(int));
	CHECK(to[1] == 2 && kfifo_is_empty(&numbers));
	CHECK(!kfifo_to_user(&numbers, to, sizeof(to), &copied) && !copied);
}

static void device(void)
{
	struct scatterlist sg[3];
	struct kfifo fifo;
	char *data;

	CHECK(!kfifo_alloc(&fifo, 32, GFP_KERNEL));
	data = fifo.kfifo.data;
	CHECK(kfifo_in(&fifo, "0123456789abcdef01234567", 24) == 24);
	kfifo_skip_count(&fifo, 20);
	sg_init_table(sg, ARRAY_SIZE(sg));
	CHECK(kfifo_dma_in_prepare(&fifo, sg, 3, 64) == 2);
	CHECK(sg_virt(&sg[0]) == data + 24 && sg[0].length == 8);
	CHECK(sg_virt(&sg[1]) == data && sg[1].length == 20 && !sg_is_last(&sg[1]));
	CHECK(kfifo_dma_in_prepare_mapped(&fifo, sg, 1, 12, 0x1000) == 1);
	CHECK(sg_dma_address(&sg[0]) == 0x1018 && sg_dma_len(&sg[0]) == 8);
	kfifo_dma_in_finish(&fifo, 12);
	CHECK(kfifo_len(&fifo) == 16);
	CHECK(kfifo_dma_out_prepare(&fifo, sg, 3, 14) == 2 && sg[0].length == 12);
	CHECK(sg[1].length == 2);
	kfifo_dma_out_finish(&fifo, 14);
	CHECK(kfifo_len(&fifo) == 2 && kfifo_dma_out_prepare(&fifo, sg, 0, 14) == 0);
	kfifo_free(&fifo);
}

/* One writer, in an interrupt, and one reader without a lock. */
#define MANY 3000
static irqreturn_t produce(int irq, void *data)
{
	static int next;

	(void)irq;
	(void)data;
	next += kfifo_put(&numbers, next);
	return IRQ_HANDLED;
}

static int writer(void *done)
{
	int i;

	for (i = 0; i < MANY; i++) {
		while (kfifo_is_full(&numbers))
			cond_resched();
		kmemu_raise_irq(3);
	}
	WRITE_ONCE(*(bool *)done, true);
	return 0;
}

static void without_a_lock(void)
{
	bool done = false;
	int want = 0, got;

	kfifo_reset(&numbers);
	CHECK(!request_irq(3, produce, 0, "kfifo", &numbers));
	CHECK(!IS_ERR(kthread_run(writer, &done, "writer")));
	while (want < MANY) {
		if (kfifo_get(&numbers, &got))
			CHECK(got == want++);
		else
			cond_resched();
	}
	while (!READ_ONCE(done))
		cond_resched();
	free_irq(3, &numbers);
}

static int __init kfifo_test_init(void)
{
	elements();
	in_a_structure();
	allocated();
	records();
	two_bytes_of_length();
	user_memory();
	device();
	without_a_lock();
	return 0;
}
module_init(kfifo_test_init);
MODULE_LICENSE("Dual MIT/GPL");
