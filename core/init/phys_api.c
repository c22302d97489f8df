/*
 * phys_api.c - the exported API of include/kmemu/phys.h: starts the heap if it
 * must and hands on to core/mm/phys.c.
 */
#include "core/init/init.h"
#include "core/mm/phys.h"
#include "core/mm/slab.h"

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
