/* SPDX-License-Identifier: MIT */
/*
 * Page I/O as a database does it: a file of 8 KB pages with checksums, opened
 * O_DIRECT, read and written through a pool of buffers with a clock hand.
 *
 * usage: pages FILE BUFFERS block|each
 *	block	the pool is one block, as shared buffers are
 *	each	each buffer is allocated by itself
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE  8192
#define PAGES 200

struct page {
	uint64_t number, writes, sum;
	char bytes[PAGE - 24];
};

static struct {
	struct page *page;
	long number;
	int dirty, used;
} pool[256];

static int buffers, hand, file;

static uint64_t sum_of(const struct page *p)
{
	uint64_t sum = p->number * 31 + p->writes;

	for (size_t i = 0; i < sizeof(p->bytes); i++)
		sum = sum * 33 + (unsigned char)p->bytes[i];
	return sum;
}

static void store(int i)
{
	struct page *p = pool[i].page;

	p->sum = sum_of(p);
	if (pwrite(file, p, PAGE, pool[i].number * PAGE) != PAGE)
		exit(3);
	pool[i].dirty = 0;
}

static int victim(void)
{
	while (pool[hand].used) {
		pool[hand].used = 0;
		hand = (hand + 1) % buffers;
	}
	if (pool[hand].dirty)
		store(hand);
	return hand;
}

static struct page *get(long number)
{
	int i;

	for (i = 0; i < buffers; i++)
		if (pool[i].number == number)
			break;
	if (i == buffers) {
		i = victim();
		if (pread(file, pool[i].page, PAGE, number * PAGE) != PAGE ||
		    pool[i].page->sum != sum_of(pool[i].page))
			exit(4);
		pool[i].number = number;
	}
	pool[i].used = 1;
	pool[i].dirty = 1;
	return pool[i].page;
}

static void *aligned(size_t bytes)
{
	void *p;

	if (posix_memalign(&p, 4096, bytes))
		exit(5);
	memset(p, 0, bytes);
	return p;
}

static void make_pool(int one_block)
{
	char *block = one_block ? aligned((size_t)buffers * PAGE) : NULL;

	for (int i = 0; i < buffers; i++) {
		pool[i].page = one_block ? (void *)(block + (size_t)i * PAGE) : aligned(PAGE);
		pool[i].number = -1;
	}
}

int main(int argc, char **argv)
{
	uint64_t sum = 0;

	if (argc < 4)
		return 2;
	file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	if (file < 0)
		return 77;
	buffers = atoi(argv[2]);
	make_pool(!strcmp(argv[3], "block"));
	for (long n = 0; n < PAGES; n++) {
		pool[0].number = n;
		pool[0].page->number = (uint64_t)n;
		store(0);
	}
	for (long i = 0; i < 1000; i++) {
		struct page *p = get(i * i % PAGES);

		p->bytes[i % 1000] = (char)i;
		p->writes++;
	}
	for (long n = 0; n < PAGES; n++)
		sum = sum * 7 + get(n)->writes;
	printf("%llu\n", (unsigned long long)sum);
	return 0;
}
