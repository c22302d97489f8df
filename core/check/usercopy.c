/*
 * usercopy.c - does the length that a call is given stay in its object? (kernel:
 * hardened usercopy, mm/usercopy.c __check_object_size, mm/slub.c
 * __check_heap_object)
 *
 * What copy_to_user and copy_from_user ask about their kernel side is asked here of
 * what a program hands to read(), write() and all calls of buffers.def, and with
 * usercopy.calls=all of what it hands to memcpy and its like: such an overrun is
 * made by a system call, or in libc, where no check of a compiler's sees it.
 *
 *	slab object	the whole bucket may be copied, as the kernel whitelists that of
 *			kmalloc; with usercopy.exact=1 the requested size
 *	page block	up to its end
 *	vmalloc		up to the area's end, its guard page included; exact: up to the last byte
 *			asked for; an area that was freed is none ("no area")
 *
 * copy_to_user() and its like of kernel code ask by kmemu_check_object_size(), where their
 * length is no constant: of a cache what its usercopy region is, of pages a compound block.
 *
 * Other memory is not looked at: the kernel's rules for it (stack frames, its
 * text) are of the kernel.
 *
 * usercopy.exact wants each object's requested size, which nothing keeps. It is
 * noted when the object is handed out, in a table by address that forgets: what
 * is not in it any more is judged by its bucket.
 *
 * Different from the kernel: the text comes without its BUG, as a WARN, and the
 * program goes on, or with policy fail the call answers EFAULT, which is what
 * the kernel's copy would for an address that is none.
 *
 * Locks: none. Memory: exact, up to 8 MiB as objects come. Cost: a look-up.
 */
#include <errno.h>

#include "core/check/buffers.h"
#include "core/lib/vsprintf.h"
#include "core/mm/armed.h"
#include "core/mm/phys.h"
#include "core/mm/slab.h"
#include "core/os/fd.h"
#include "core/os/os.h"
#include "include/kmemu/lib.h"

#define SIZES_BITS 20
#define SIZE_BITS  16 /* of an entry: 1 + bytes asked for of an object, or of an area's last page */

static u64 *sizes; /* address / 16 and size, NULL: not exact */

static u64 *size_entry(const void *p)
{
	return &sizes[(u64)p / 16 * 0x9e3779b97f4a7c15UL >> (64 - SIZES_BITS)];
}

static u64 size_key(const void *p)
{
	return (u64)p / 8 << SIZE_BITS;
}

void usercopy_note(const void *p, size_t size)
{
	if (size && is_vmalloc_addr(p))
		size = (size - 1) % PAGE_SIZE + 1;
	if (sizes && size + 1 < 1UL << SIZE_BITS)
		__atomic_store_n(size_entry(p), size_key(p) | (size + 1), __ATOMIC_RELAXED);
}

static size_t requested(const void *object, size_t bucket)
{
	u64 entry = sizes ? __atomic_load_n(size_entry(object), __ATOMIC_RELAXED) : 0;
	size_t size = entry & ((1UL << SIZE_BITS) - 1);

	if (!size || entry - size != size_key(object))
		return bucket;
	size--;
	return is_vmalloc_addr(object) ? bucket - PAGE_SIZE + size : min(size, bucket);
}

/* The next area at this address may come without a size. */
void usercopy_forget(const void *p)
{
	if (sizes && is_vmalloc_addr(p))
		__atomic_store_n(size_entry(p), 0, __ATOMIC_RELAXED);
}

bool usercopy_init(void)
{
	if (kmemu_opts.usercopy && kmemu_opts.usercopy_exact)
		sizes = os_map_any(sizeof(*sizes) << SIZES_BITS);
	return sizes != NULL;
}

/* How many bytes from the object's start may be copied; false: not looked at. */
static bool may_copy(const struct phys_buffer *b, size_t *bytes)
{
	*bytes = b->object_size;
	switch (b->kind) {
	case KMEMU_PHYS_SLAB:
		*bytes = requested(b->object, b->object_size);
		return true;
	case KMEMU_PHYS_PAGES:
		if (sizes && b->page && b->page->requested)
			*bytes = min(b->page->requested, b->object_size);
		return true;
	case KMEMU_PHYS_VMALLOC:
		*bytes = sizes ? requested(b->object, b->object_size) : *bytes + PAGE_SIZE;
		return true;
	default:
		return false;
	}
}

static size_t offset_in(const struct buffer_part *p, const struct phys_buffer *b)
{
	return (size_t)((const char *)p->at - (const char *)b->object);
}

/* wrong: NULL, it is this part alone. */
static int tell(const struct buffer_part *p, const struct phys_buffer *b, size_t may,
		const struct report_elements *wrong)
{
	char path[256], mend[64];
	struct report_io io;
	struct report r;

	buffer_facts(p, b, &r, &io);
	r.kind = REPORT_USERCOPY;
	io.wrong = wrong;
	io.mend = may ? mend : "memory that lives until the call is over";
	kmemu_scnprintf(mend, sizeof(mend), "a length of at most %zu bytes, or a larger object",
			may - min(may, offset_in(p, b)));
	r.object_size = may;
	if (b->kind == KMEMU_PHYS_VMALLOC)
		r.object_size = min(may, b->object_size);
	if (report_is_wanted(REPORT_USERCOPY)) {
		os_fd_path(p->fd, path, sizeof(path));
		io.file = path;
	}
	return report_submit(&r) == POLICY_FAIL ? EFAULT : 0;
}

int usercopy_tell(const struct buffer_wrong *wrong)
{
	return tell(&wrong->first, &wrong->verdict.b, wrong->verdict.may, &wrong->elements);
}

void usercopy_look(const struct buffer_part *p, struct buffer_verdict *v)
{
	size_t offset;

	if (!in_direct_map(p->at) && !is_vmalloc_addr(p->at))
		return;
	phys_lookup(p->at, &v->b);
	if (v->b.kind == KMEMU_PHYS_VMALLOC_FREE && vmalloc_is_freed(p->at)) {
		v->may = 0;
		v->kind = REPORT_USERCOPY;
	}
	if (!v->b.object || !may_copy(&v->b, &v->may))
		return;
	offset = offset_in(p, &v->b);
	if (offset > v->may || p->bytes > v->may - offset)
		v->kind = REPORT_USERCOPY;
}

/* Kernel: __check_heap_object(). A cache says what may be copied; kmalloc's all of it. */
static bool in_region(const struct kmem_cache *s, size_t offset, size_t bytes, size_t may)
{
	size_t from = s->useroffset, end = min(from + s->usersize, may);

	return offset >= from && offset <= end && bytes <= end - offset;
}

/* Kernel: check_heap_object(), of what is no object. */
static bool in_block(const struct phys_buffer *b, size_t offset, size_t bytes, size_t may)
{
	if (b->kind == KMEMU_PHYS_PAGES &&
	    (b->page->flags & (PAGE_FLAG_PAGES | PAGE_FLAG_COMP)) == PAGE_FLAG_PAGES)
		return true; /* it does not know where that ends */
	return offset <= may && bytes <= may - offset;
}

KMEMU_EXPORT bool kmemu_check_object_size(const void *ptr, unsigned long n, bool to_user,
					  const char *call)
{
	struct buffer_part p = { .call = call, .fd = -1, .way = to_user ? WAY_OUT : WAY_IN,
				 .at = ptr, .bytes = n, .caller = __builtin_return_address(0) };
	struct phys_buffer b;
	size_t offset, may;

	if (likely(kmemu_opts.usercopy == POLICY_OFF) || !n)
		return true;
	if (!in_direct_map(ptr) && !is_vmalloc_addr(ptr))
		return true;
	phys_lookup(ptr, &b);
	if (!b.object || !may_copy(&b, &may))
		return true;
	offset = (size_t)((const char *)ptr - (const char *)b.object);
	if (b.kind == KMEMU_PHYS_SLAB ? in_region(b.cache, offset, n, may) :
					in_block(&b, offset, n, may))
		return true;
	return !tell(&p, &b, may, NULL);
}
