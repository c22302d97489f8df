/*
 * contig.c - could a device reach this memory? (kernel: include/linux/dma-mapping.h
 * dma_map_single_attrs, kernel/dma/debug.c check_for_stack and its like,
 * kernel/dma/direct.h dma_capable)
 *
 * A driver maps a buffer and the device works on physical memory. What the
 * kernel refuses, or says under DMA_API_DEBUG, is a finding:
 *
 *	direct-misaligned	O_DIRECT wants address, length and offset aligned as the
 *				file's device does (STATX_DIOALIGN; 512 where the file system
 *				does not tell, and then only when the call answered EINVAL).
 *				It is named as that, whatever else is wrong
 *	contig-vmalloc		vmalloc memory, whatever its length: dma_map_single()
 *				refuses it
 *	contig-stack		a stack is vmalloc memory there (CONFIG_VMAP_STACK)
 *	contig-static		profile=strict: the kernel's image
 *	contig-free		memory that nobody owns
 *	contig-objects		it begins in one object and ends behind it
 *	contig-mask		beyond dma.mask: the device's address bits
 *	contig-cacheline	a cache line of it belongs to another object that is in flight,
 *				and one of both is written by the device
 *
 * Memory that is not emulated (the program's own mmap, another heap) is not
 * judged: nothing is known of it. How many physical runs the buffer has is told as a
 * fact; a device that can gather does not mind.
 *
 * Different from the kernel: O_DIRECT there takes user pages one by one, so a
 * program's vmalloc-like memory is right. The program is taken for a driver here.
 *
 * Locks: none. Cost: at calls that are judged, some 100 ns; F_GETFL, fstat and statx
 * for an O_DIRECT one.
 */
#include <errno.h>
#include <fcntl.h>

#include "core/check/buffers.h"
#include "core/lib/stackdepot.h"
#include "core/lib/vsprintf.h"
#include "core/mm/alloc_stack.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/pagemap.h"
#include "core/mm/phys.h"
#include "core/mm/slab.h"
#include "core/mm/slub_debug.h"
#include "core/os/fd.h"

#define LOGICAL_BLOCK 512u

void (*contig_met)(const void *object);

/* --- facts ------------------------------------------------------------------- */

/* A debug cache keeps the stack, and so do some kinds; else the call site is known. */
void buffer_allocation(struct report *r, const struct phys_buffer *b)
{
	u64 block = alloc_tags_on && b->object ? alloc_tag_block(b->object) : 0;
	unsigned long pc = block ? alloc_tag_pc(block_tag(block)) : 0;
	struct report of_cache = { .alloc_track = NULL };

	if (b->cache)
		debug_describe(&of_cache, b->cache, b->object);
	if (of_cache.alloc_track && of_cache.alloc_track->handle) {
		r->allocated = of_cache.alloc_track->handle;
		return;
	}
	r->allocated = alloc_stack_of(b->object, pc);
	if (r->allocated || !pc)
		return;
	r->allocated = stack_depot_save(&pc, 1);
	r->first_from_site = alloc_stack_first(block_tag(block));
}

static void count_runs(const struct buffer_part *p, struct report_io *io)
{
	struct kmemu_phys_run run;
	const char *at = p->at;

	io->nr_runs = phys_count_runs(p->at, p->bytes, &io->covered);
	for (size_t i = 0; i < min(io->nr_runs, (size_t)REPORT_RUNS); i++, at += run.bytes) {
		if (!phys_run_at(at, p->bytes - (size_t)(at - (const char *)p->at), &run))
			break;
		io->run[i] = (struct report_run){ run.phys, run.bytes };
	}
}

void buffer_facts(const struct buffer_part *p, const struct phys_buffer *b, struct report *r,
		  struct report_io *io)
{
	*r = (struct report){ .func = p->call, .addr = p->at, .size = p->bytes,
			      .cache = b->cache ? b->cache->name : NULL, .object = b->object,
			      .object_size = b->object_size, .caller = p->caller, .io = io };
	*io = (struct report_io){ .fd = p->fd, .to_memory = p->way == WAY_IN,
				  .segment = p->of == REPORT_OF_SOURCE ? 0 : p->nr,
				  .segments = max(p->of, 1u), .message = p->message,
				  .messages = p->messages, .unit = p->unit,
				  .owner = phys_kind_name(b->kind) };
	if (b->kind == KMEMU_PHYS_STATIC)
		io->module = b->module;
	if (b->kind <= KMEMU_PHYS_VMALLOC)
		buffer_allocation(r, b);
}

/* Fills in what costs something, and tells. False: the call must fail. */
static bool tell(enum report_kind kind, const struct buffer_part *p, struct report *r)
{
	struct report_io *io = (struct report_io *)r->io;
	char path[256];

	r->kind = kind;
	if (report_is_wanted(kind)) {
		os_fd_path(p->fd, path, sizeof(path));
		io->file = path;
		count_runs(p, io);
	}
	return report_submit(r) != POLICY_FAIL;
}

/* --- alignment ------------------------------------------------------------------ */

static bool is_misaligned(const struct buffer_part *p, long offset, u32 mem, u32 block)
{
	return (unsigned long)p->at % mem || p->bytes % block ||
	       (offset >= 0 && (u64)offset % block);
}

/* Where in the file it begins; -1: that is not known. */
static long place_of(const struct buffer_part *p)
{
	int flags = p->way == WAY_OUT && p->has_offset ? os_fd_flags(p->fd) : 0;

	if (flags > 0 && flags & O_APPEND)
		return os_fd_end(p->fd);
	return p->has_offset ? p->offset : -1;
}

/* At a file's end nothing is read, and nothing is asked of the request. */
static bool is_at_end(const struct buffer_part *p)
{
	long end = p->way == WAY_IN && p->has_offset ? os_fd_end(p->fd) : -1;

	return end >= 0 && p->offset >= end;
}

/* By what the file system says that it wants. */
static bool will_be_refused(const struct buffer_part *p, u32 *mem, u32 *block)
{
	return p->odirect && os_fd_dio_align(p->fd, mem, block) &&
	       is_misaligned(p, place_of(p), *mem, *block) && !is_at_end(p);
}

static int tell_misaligned(const struct buffer_wrong *wrong)
{
	const struct buffer_verdict *v = &wrong->verdict;
	const struct buffer_part *p = &wrong->first;
	struct report_io io;
	struct report r;
	char mend[64];

	buffer_facts(p, &v->b, &r, &io);
	io.wrong = &wrong->elements;
	io.mem_align = v->mem;
	io.block = v->block;
	io.offset = place_of(p);
	if ((unsigned long)p->at % v->mem)
		kmemu_scnprintf(mend, sizeof(mend), "an address by posix_memalign(..., %u, ...)",
				v->mem);
	else
		kmemu_scnprintf(mend, sizeof(mend), "%s of whole blocks of %u bytes",
				p->bytes % v->block ? "a length" : "an offset", v->block);
	io.mend = mend;
	return tell(REPORT_DIRECT_MISALIGNED, p, &r) ? 0 : EINVAL;
}

void contig_refused(const struct buffer_part *p, struct buffer_wrong *wrong)
{
	struct buffer_verdict v = { .kind = REPORT_DIRECT_MISALIGNED, .mem = LOGICAL_BLOCK,
				    .block = LOGICAL_BLOCK };

	if (!is_misaligned(p, place_of(p), LOGICAL_BLOCK, LOGICAL_BLOCK))
		return;
	phys_lookup(p->at, &v.b);
	buffer_note(p, &v, wrong);
}

/* --- what it is -------------------------------------------------------------------- */

static u64 dma_limit(void)
{
	return kmemu_opts.dma_mask >= 64 ? ~0UL : (1UL << kmemu_opts.dma_mask) - 1;
}

static bool leaves_object(const struct buffer_part *p, const struct phys_buffer *b)
{
	size_t offset = (size_t)((const char *)p->at - (const char *)b->object);

	return p->bytes > b->object_size - offset;
}

static bool is_beyond_mask(const struct buffer_part *p)
{
	return virt_to_pfn(p->at) * PAGE_SIZE + (unsigned long)p->at % PAGE_SIZE + p->bytes - 1 >
	       dma_limit();
}

/* Of linear memory that somebody owns. NR_REPORT_KINDS: nothing is wrong. */
static enum report_kind linear_kind(const struct buffer_part *p, const struct phys_buffer *b,
				    struct flight *other)
{
	if (leaves_object(p, b))
		return REPORT_CONTIG_OBJECTS;
	if (is_beyond_mask(p))
		return REPORT_CONTIG_MASK;
	if (flight_shares_line(p->at, p->bytes, p->way, other))
		return REPORT_CONTIG_CACHELINE;
	return NR_REPORT_KINDS;
}

/*
 * A stack in memory that is linear, a coroutine's by malloc. Kernel: object_is_on_stack()
 * in check_for_stack(), where stacks are no vmalloc memory.
 */
static bool is_linear_stack(const struct buffer_part *p, const struct phys_buffer *b)
{
	const void *sp = __builtin_frame_address(0);
	struct phys_buffer stack;

	if (likely(!in_direct_map(sp)) || p->at < sp)
		return false;
	phys_lookup(sp, &stack);
	return stack.object && stack.object == b->object;
}

static enum report_kind kind_of(const struct buffer_part *p, const struct phys_buffer *b,
				struct flight *other)
{
	switch (b->kind) {
	case KMEMU_PHYS_SLAB:
	case KMEMU_PHYS_PAGES:
		if (is_linear_stack(p, b))
			return REPORT_CONTIG_STACK;
		return b->object ? linear_kind(p, b, other) : NR_REPORT_KINDS;
	case KMEMU_PHYS_VMALLOC:
		return REPORT_CONTIG_VMALLOC;
	case KMEMU_PHYS_FREE:
	case KMEMU_PHYS_VMALLOC_FREE:
		return REPORT_CONTIG_FREE;
	case KMEMU_PHYS_STACK:
		return REPORT_CONTIG_STACK;
	case KMEMU_PHYS_STATIC:
		return kmemu_opts.profile == PROFILE_STRICT ? REPORT_CONTIG_STATIC :
							      NR_REPORT_KINDS;
	default:
		return NR_REPORT_KINDS;
	}
}

/* What would be right there. */
static const char *mend_of(enum report_kind kind, const struct buffer_part *p)
{
	switch (kind) {
	case REPORT_CONTIG_VMALLOC:
		return p->bytes > kmemu_opts.kmalloc_max ?
			       "a scatter list of its pages, or dma_alloc_coherent()" :
			       "kmalloc(), or a scatter list of its pages";
	case REPORT_CONTIG_STACK:
	case REPORT_CONTIG_STATIC:
		return "kmalloc()";
	case REPORT_CONTIG_MASK:
		return kmemu_opts.dma_mask <= 24 ? "GFP_DMA, or dma_alloc_coherent()" :
						   "GFP_DMA32, or dma_alloc_coherent()";
	case REPORT_CONTIG_OBJECTS:
		return "one object of the whole length";
	case REPORT_CONTIG_FREE:
		return "memory that lives until the call is over";
	case REPORT_CONTIG_CACHELINE:
		return "____cacheline_aligned, or a kmalloc() of its own";
	default:
		return NULL;
	}
}

static void note_other(struct report_io *io, const struct flight *other)
{
	io->other = other->at;
	io->other_bytes = other->bytes;
	io->other_call = other->call;
	io->other_stack = other->stack;
}

static void note_machine(struct report_io *io, const struct phys_verified *v)
{
	io->machine = (struct report_machine){ !v->err && v->model_runs, v->agrees, v->real.runs,
					       v->real.pages, v->real.present };
}

void contig_look(const struct buffer_part *p, struct buffer_verdict *v)
{
	phys_verify(p->at, p->bytes, &v->machine);
	phys_lookup(p->at, &v->b);
	if (v->b.kind == KMEMU_PHYS_FOREIGN)
		buffer_count(&buffer_counted.foreign);
	if (unlikely(contig_met) && v->b.kind <= KMEMU_PHYS_VMALLOC && v->b.object)
		contig_met(v->b.object);
	if (will_be_refused(p, &v->mem, &v->block))
		v->kind = REPORT_DIRECT_MISALIGNED;
	else
		v->kind = kind_of(p, &v->b, &v->other);
}

int contig_tell(const struct buffer_wrong *wrong)
{
	const struct buffer_verdict *v = &wrong->verdict;
	const struct buffer_part *p = &wrong->first;
	struct report_io io;
	struct report r;

	if (v->kind == REPORT_DIRECT_MISALIGNED)
		return tell_misaligned(wrong);
	buffer_facts(p, &v->b, &r, &io);
	io.wrong = &wrong->elements;
	io.mask = dma_limit();
	io.mend = mend_of(v->kind, p);
	if (v->kind == REPORT_CONTIG_CACHELINE)
		note_other(&io, &v->other);
	note_machine(&io, &v->machine);
	return tell(v->kind, p, &r) ? 0 : EIO;
}
