/*
 * text.c - the line of each kind of report: all of it with report=line, a
 * finding's message and the last line of the whole form (kernel_text.c) else.
 *
 * The kernel's style: "function: what is wrong", addresses as 0x and 16
 * digits (%px).
 *
 * Different from the kernel: it has no line for most of these. kfree() of an
 * address that is no object is undefined there ("BUG ... Freepointer corrupt"
 * at best), since finding out would cost it time on every free.
 */
#include "core/lib/vsprintf.h"
#include "core/report/dma_text.h"
#include "core/report/finding.h"
#include "include/kmemu/kmemu.h"

static const char *func_of(const struct report *r, const char *usual)
{
	return r->func ? r->func : usual;
}

static bool ends_with_free(const char *func)
{
	size_t n = 0;

	while (func[n])
		n++;
	return n >= 4 && __builtin_memcmp(func + n - 4, "free", 4) == 0;
}

/* What owns, or owned, the memory that is no object of a cache. */
static const char *owner_of(const struct report *r)
{
	return r->flags & REPORT_IN_VMALLOC ? "vmalloc area" : "page block";
}

/* "kmalloc-64 object 0x...", or what else lies around the address. */
static int put_place(const struct report *r, char *buf, size_t size)
{
	if (r->cache && r->object)
		return kmemu_scnprintf(buf, size, "%s object 0x%px", r->cache, r->object);
	if (r->cache)
		return kmemu_scnprintf(buf, size, "a slab of %s, in no object", r->cache);
	return kmemu_scnprintf(buf, size, "%s 0x%px of %zu bytes", owner_of(r), r->object,
			       r->object_size);
}

static int double_free_text(const struct report *r, char *buf, size_t size)
{
	const char *func = func_of(r, "kfree");
	const char *what = r->cache ? r->cache : owner_of(r);
	const char *object = r->cache ? " object" : "";
	const void *start = r->object ? r->object : r->addr;

	if (ends_with_free(func))
		return kmemu_scnprintf(buf, size, "%s: double free of %s%s 0x%px", func, what,
				       object, start);
	return kmemu_scnprintf(buf, size, "%s: 0x%px is a freed %s%s", func, start, what, object);
}

static int invalid_free_text(const struct report *r, char *buf, size_t size)
{
	const char *func = func_of(r, "kfree");
	char place[128];

	put_place(r, place, sizeof(place));
	if (r->addr == r->object && r->cache)
		return kmemu_scnprintf(buf, size, "%s: 0x%px is an object of %s, not for %s", func,
				       r->addr, r->cache, func);
	if (r->addr == r->object)
		return kmemu_scnprintf(buf, size, "%s: 0x%px is a %s of %zu bytes, not for %s",
				       func, r->addr, owner_of(r), r->object_size, func);
	return kmemu_scnprintf(buf, size, "%s: 0x%px is inside %s", func, r->addr,
			       place);
}

static int address_text(const struct report *r, const char *what, char *buf, size_t size)
{
	return kmemu_scnprintf(buf, size, "%s: 0x%px is %s", func_of(r, "kfree"), r->addr, what);
}

static bool is_served(const struct report *r)
{
	return kmemu_opts.large == POLICY_WARN &&
	       !(r->gfp & (KMEMU___GFP_DMA | KMEMU___GFP_DMA32));
}

static int large_text(const struct report *r, char *buf, size_t size)
{
	return kmemu_scnprintf(buf, size, "%s: %zu bytes are above the cap of %llu; %s",
			       func_of(r, "kmalloc"), r->size,
			       (unsigned long long)kmemu_opts.kmalloc_max,
			       is_served(r) ? "served by vmalloc" : "refused");
}

static bool is_of_vmalloc(const struct report *r)
{
	return r->func && !__builtin_strcmp(r->func, "vmalloc");
}

int alloc_failure_text(const struct report *r, char *buf, size_t size)
{
	const char *waits = r->flags & REPORT_WAITS ? ", waits until some is freed" : "";
	char gfp[256];

	gfp_print(gfp, sizeof(gfp), r->gfp);
	if (is_of_vmalloc(r))
		return kmemu_scnprintf(buf, size,
				       "vmalloc error: size %zu, %s, mode:%#x(%s)%s", r->size,
				       r->flags & REPORT_EXCEEDS ? "exceeds total pages" :
								   "failed to allocate pages",
				       r->gfp, gfp, waits);
	return kmemu_scnprintf(buf, size, "page allocation failure: order:%u, mode:%#x(%s)%s",
			       r->order, r->gfp, gfp, waits);
}

static int page_alloc_failure_text(const struct report *r, char *buf, size_t size)
{
	char what[320];

	if (is_of_vmalloc(r))
		return alloc_failure_text(r, buf, size);
	alloc_failure_text(r, what, sizeof(what));
	return kmemu_scnprintf(buf, size, "%s: %s", func_of(r, "alloc_pages"), what);
}

int gfp_unexpected_text(const struct report *r, char *buf, size_t size)
{
	unsigned int invalid = r->gfp & ~r->gfp_fixed;
	char gfp[256], fixed[256];

	gfp_print(gfp, sizeof(gfp), invalid);
	gfp_print(fixed, sizeof(fixed), r->gfp_fixed);
	return kmemu_scnprintf(buf, size,
			       "Unexpected gfp: %#x (%s). "
			       "Fixing up to gfp: %#x (%s). Fix your code!",
			       invalid, gfp, r->gfp_fixed, fixed);
}

static int gfp_warning_text(const struct report *r, char *buf, size_t size)
{
	char gfp[256];

	gfp_print(gfp, sizeof(gfp), r->gfp);
	return kmemu_scnprintf(buf, size, "%s: %s: order:%u, mode:%#x(%s)",
			       func_of(r, "alloc_pages"), r->rule ? r->rule : "wrong flags",
			       r->order, r->gfp, gfp);
}

int report_text(const struct report *r, char *buf, size_t size)
{
	switch (r->kind) {
	case REPORT_DOUBLE_FREE:
		return double_free_text(r, buf, size);
	case REPORT_INVALID_FREE:
		return invalid_free_text(r, buf, size);
	case REPORT_FREE_FREED_AREA:
		return address_text(r, "in free memory", buf, size);
	case REPORT_FOREIGN_FREE:
		return address_text(r, "not heap memory", buf, size);
	case REPORT_LARGE:
		return large_text(r, buf, size);
	case REPORT_WRONG_CACHE:
		return kmemu_scnprintf(buf, size, "%s: 0x%px is of cache %s, not of %s",
				       func_of(r, "kmem_cache_free"), r->addr, r->cache,
				       r->wrong_cache);
	case REPORT_BAD_PAGE:
		return kmemu_scnprintf(buf, size, "%s: bad page state, pfn:%05lx: %s",
				       func_of(r, "__free_pages"), r->page ? r->page->pfn : 0UL,
				       r->rule);
	case REPORT_PAGE_ALLOC_FAILURE:
		return page_alloc_failure_text(r, buf, size);
	case REPORT_NOT_MANAGED:
		return address_text(r, "not managed by the device", buf, size);
	case REPORT_GFP_UNEXPECTED:
		return gfp_unexpected_text(r, buf, size);
	case REPORT_GFP_WARNING:
		return gfp_warning_text(r, buf, size);
	case REPORT_FOREIGN_ALLOCATOR:
		return kmemu_scnprintf(buf, size, "%s is not ours; its memory is not looked at",
				       func_of(r, "an allocator"));
	case REPORT_KERNEL_WARNING:
		return kmemu_scnprintf(buf, size, "WARNING at %s:%d%s%s", r->file, r->line,
				       r->rule ? ": " : "", r->rule ? r->rule : "");
	case REPORT_KERNEL_BUG:
		return kmemu_scnprintf(buf, size, "kernel BUG at %s:%d!", r->file, r->line);
	default:
		break;
	}
	if (oops_line(r, buf, size) || lock_line(r, buf, size) || context_line(r, buf, size) ||
	    slub_line(r, buf, size) || buffer_line(r, buf, size) || dma_line(r, buf, size))
		return (int)__builtin_strlen(buf);
	return kmemu_scnprintf(buf, size, "report of unknown kind %d", (int)r->kind);
}
