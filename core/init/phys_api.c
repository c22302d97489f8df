/*
 * phys_api.c - the exported API of include/kmemu/phys.h: starts the heap if it
 * must and hands on to core/mm/phys.c and
 * pagemap.c.
 */
#include "core/init/init.h"
#include "core/mm/pagemap.h"
#include "core/mm/phys.h"
#include "core/mm/slab.h"
#include "core/mm/vmap_page.h"

static void tell(const void *p, struct kmemu_phys_buffer *buffer)
{
	struct phys_buffer b;

	phys_lookup(p, &b);
	*buffer = (struct kmemu_phys_buffer){ .kind = b.kind, .object = b.object,
					      .object_size = b.object_size,
					      .name = b.cache ? b.cache->name : b.module };
}

KMEMU_EXPORT size_t kmemu_phys_runs(const void *p, size_t bytes, struct kmemu_phys_buffer *buffer,
				    struct kmemu_phys_run *runs, size_t max)
{
	struct kmemu_phys_run run;
	const char *at = p;
	size_t n = 0;

	if (unlikely(!kmemu_is_ready()) && !kmemu_init())
		return 0;
	phys_init();
	if (buffer)
		tell(p, buffer);
	for (; phys_run_at(at, bytes, &run); at += run.bytes, bytes -= run.bytes) {
		if (runs && n < max)
			runs[n] = run;
		n++;
	}
	return n;
}

KMEMU_EXPORT const char *kmemu_phys_kind_name(enum kmemu_phys_kind kind)
{
	return phys_kind_name(kind);
}

KMEMU_EXPORT int kmemu_virt_addr_valid(const void *p)
{
	return in_direct_map(p) && page_exists(virt_to_pfn(p));
}

KMEMU_EXPORT int kmemu_pfn_valid(unsigned long pfn)
{
	return page_exists(pfn);
}

KMEMU_EXPORT struct page *kmemu_pfn_to_page(unsigned long pfn)
{
	return pfn_to_page(pfn);
}

KMEMU_EXPORT unsigned long kmemu_page_to_pfn(const struct page *page)
{
	return page_to_pfn(page);
}

KMEMU_EXPORT int kmemu_real_runs(const void *p, size_t bytes, struct kmemu_real_runs *real)
{
	struct phys_verified v;

	if (!phys_verify(p, bytes, &v))
		return real_runs_read(p, bytes, real);
	*real = v.real;
	return v.err;
}
