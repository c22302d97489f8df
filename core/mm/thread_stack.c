// SPDX-License-Identifier: MIT
/*
 * thread_stack.c - is this another thread's stack? (kernel: object_is_on_stack() knows
 * its own task's only, kernel/dma/debug.c check_for_stack.)
 *
 * libc has a list of them and shows it to nobody; the system's list of mappings has not
 * said which are stacks since Linux 4.5. But libc puts a thread's descriptor above
 * its stack, in one mapping. On x86-64 it begins with its own address, which is there a
 * second time two words on, as the ABI has it; and it holds the block that the stack is
 * in, as address and size, one after the other, wherever this libc has them. So the
 * memory above the address is read, with care, until a descriptor comes whose block
 * holds the address. A guard page, or a hole, ends it: what lies below is not it.
 *
 * Most memory that is asked about is no stack, and to know that means to read
 * SEARCH_BYTES. So in a process it is done in vain VAIN_MAX times only; then nothing
 * is known any more. The stack of a thread that has ended is one as long as libc
 * keeps it.
 *
 * Between a stack and its descriptor lie the thread's own variables (the ABI's static TLS),
 * in the same block. The descriptor leads to the list of them by its second word; they
 * begin at the lowest that lies there.
 *
 * Locks: none. Cost: some 0.4 us for each 2 KiB that are read. Not on other
 * processors, whose descriptors begin otherwise.
 */
#include "core/mm/phys.h"
#include "core/os/os.h"

#define SEARCH_BYTES	 (512UL << 10)
#define VAIN_MAX	 256u
#define DESCRIPTOR_ALIGN 64
#define DESCRIPTOR_BYTES_MAX 8192ul /* with what lies behind it in its block */
#define BLOCK_LEAST	 0x10000ul
#define BLOCK_BYTES_MIN	 0x4000ul /* PTHREAD_STACK_MIN */
#define BLOCK_BYTES_MAX	 (1ul << 40)
#define TLS_BYTES_MAX	 (1ul << 20)
#define TLS_MODULES_MAX	 64
#define PIECE_WORDS	 256
#define PIECE_BYTES	 (PIECE_WORDS * sizeof(u64))
#ifdef __x86_64__
#define IS_X86_64 true
#else
#define IS_X86_64 false
#endif

static u32 vain;

/* The block is named in the descriptor: [block, block + size), which ends with it. */
static bool block_holds(const u64 *words, unsigned int n, u64 tcb, u64 addr)
{
	for (unsigned int i = 0; i + 1 < n; i++) {
		u64 block = words[i], size = words[i + 1];

		if (block >= BLOCK_LEAST && block <= addr && size >= BLOCK_BYTES_MIN &&
		    size <= BLOCK_BYTES_MAX && block + size > tcb &&
		    block + size - tcb <= DESCRIPTOR_BYTES_MAX)
			return true;
	}
	return false;
}

/* An entry of the list: the first has the list's number of entries before it. */
struct tls_block {
	u64 at;
	u64 to_free;
};

bool thread_tls_holds(unsigned long tcb, unsigned long addr)
{
	u64 words[2], at = tcb;
	struct tls_block n, block;
	const struct tls_block *list;

	if (!IS_X86_64 || addr >= tcb || tcb - addr > TLS_BYTES_MAX ||
	    !os_read_safe(words, (const void *)tcb, sizeof(words)))
		return false;
	list = (const struct tls_block *)words[1];
	if (!os_read_safe(&n, list - 1, sizeof(n)))
		return false;
	for (u64 i = 1; i <= min(n.at, (u64)TLS_MODULES_MAX); i++)
		if (os_read_safe(&block, list + i, sizeof(block)) && block.at < at &&
		    tcb - block.at <= TLS_BYTES_MAX)
			at = block.at;
	return addr >= at;
}

static bool is_descriptor_of(u64 tcb, u64 addr)
{
	u64 words[PIECE_WORDS];
	unsigned int n = PIECE_WORDS;

	/* It may end before that. */
	while (n > 64 && !os_read_safe(words, (const void *)tcb, n * sizeof(*words)))
		n /= 2;
	return n > 64 && block_holds(words, n, tcb, addr);
}

/* 1: in this piece there is one; 0: there is none; -1: it cannot be read. */
static int search_piece(u64 from, u64 addr)
{
	u64 words[PIECE_WORDS];

	if (!os_read_safe(words, (const void *)from, sizeof(words)))
		return -1;
	for (unsigned int i = 0; i + 2 < PIECE_WORDS; i += DESCRIPTOR_ALIGN / 8) {
		u64 at = from + i * 8;

		if (words[i] == at && words[i + 2] == at && is_descriptor_of(at, addr))
			return thread_tls_holds(at, addr) ? -1 : 1;
	}
	return 0;
}

bool thread_stack_holds(const void *p)
{
	u64 at = ALIGN_DOWN((u64)p, PIECE_BYTES), end = at + SEARCH_BYTES;
	int found = 0;

	if (!IS_X86_64 || READ_ONCE(vain) >= VAIN_MAX)
		return false;
	for (; !found && at < end; at += PIECE_BYTES)
		found = search_piece(at, (u64)p);
	if (found <= 0)
		__atomic_fetch_add(&vain, 1, __ATOMIC_RELAXED);
	return found > 0;
}
