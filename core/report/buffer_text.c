/*
 * buffer_text.c - reports about memory at calls that hand it to a device or to the
 * kernel (kernel: include/linux/dma-mapping.h, kernel/dma/debug.c,
 * kernel/dma/direct.h, mm/usercopy.c usercopy_abort).
 *
 *	contig-vmalloc		"rejecting DMA map of vmalloc memory"
 *	contig-stack, -static,	DMA-API debug: "device driver maps memory from stack", "from
 *	contig-free		kernel text or rodata", "from invalid area"
 *	contig-mask		"DMA addr %pad+%zu overflow (mask %llx, bus limit %llx)."
 *	contig-cacheline	DMA-API debug: "cacheline tracking EEXIST, ..."
 *	usercopy		"Kernel memory %s attempt detected ..."
 *	others			the line below, since the kernel says nothing there
 *
 * Each is a WARN; behind it stand the facts of the buffer, which are ours: the call,
 * its descriptor and file, the object, the physical runs, and what would be right.
 *
 * Different from the kernel: the driver is named "kmemu", the device after the file;
 * usercopy comes without its BUG; 16-digit addresses are not hashed; a DMA address is
 * the emulated physical one.
 *
 * Locks: none.
 */
#include "core/lib/vsprintf.h"
#include "core/report/finding.h"

/* --- words --------------------------------------------------------------------- */

static bool is_copy(const struct report *r)
{
	return r->kind == REPORT_USERCOPY;
}

static const char *base_name(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' && path[1])
			name = path + 1;
	return name;
}

static bool has_file(const struct report_io *io)
{
	return io->file && io->file[0];
}

/* Kernel: dev_driver_string() and dev_name(). */
static int device_text(const struct report_io *io, char *buf, size_t size)
{
	if (has_file(io))
		return kmemu_scnprintf(buf, size, "kmemu %s", base_name(io->file));
	return kmemu_scnprintf(buf, size, "kmemu device");
}

/* "read(fd 3, 0x..., 4096)", "read(fd 3, element 1 of 2: 0x..., 4096)". */
static int call_text(const struct report *r, char *buf, size_t size)
{
	const struct report_io *io = r->io;
	int n = kmemu_scnprintf(buf, size, "%s(", r->func);

	if (io->fd >= 0)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "fd %d, ", io->fd);
	if (io->messages > 1)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "%s %u of %u%s", io->unit,
				     io->message + 1, io->messages,
				     io->segments > 1 ? ", " : ": ");
	if (io->segments > 1)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "element %u of %u: ",
				     io->segment + 1, io->segments);
	return n + kmemu_scnprintf(buf + n, size - (size_t)n, "0x%px, %zu)", r->addr, r->size);
}

int memory_text(const struct report *r, const char *owner, char *buf, size_t size)
{
	if (!r->object)
		return kmemu_scnprintf(buf, size, "%s", owner);
	if (r->cache)
		return kmemu_scnprintf(buf, size, "%s object 0x%px of %zu bytes", r->cache,
				       r->object, r->object_size);
	return kmemu_scnprintf(buf, size, "%s 0x%px of %zu bytes",
			       __builtin_strcmp(owner, "vmalloc") ? "page block" : "vmalloc area",
			       r->object, r->object_size);
}

static int object_text(const struct report *r, char *buf, size_t size)
{
	if (r->io->module)
		return kmemu_scnprintf(buf, size, "static data of %s",
				       r->io->module[0] ? base_name(r->io->module) : "the program");
	return memory_text(r, r->io->owner, buf, size);
}

static size_t offset_of(const struct report *r)
{
	return (size_t)((const char *)r->addr - (const char *)r->object);
}

/* Kernel: usercopy_abort(), check_bogus_address(). */
static int usercopy_text(const struct report *r, char *buf, size_t size)
{
	const struct report_io *io = r->io;
	size_t end = (size_t)r->addr + r->size;
	bool wraps = end - 1 < (size_t)r->addr;
	char name[64] = "";

	if (r->cache && !wraps)
		kmemu_scnprintf(name, sizeof(name), " '%s'", r->cache);
	return kmemu_scnprintf(
		buf, size,
		"Kernel memory %s attempt detected %s %s%s (offset %zu, size %zu)!",
		io->to_memory ? "overwrite" : "exposure", io->to_memory ? "to" : "from",
		wraps ? "wrapped address" : io->owner, name,
		wraps || !r->object ? 0 : offset_of(r),
		wraps ? end : r->size);
}

/* --- elements -------------------------------------------------------------------- */

/* The others; the report itself is of the first. */
static unsigned int nr_others(const struct report_io *io)
{
	return io->wrong && io->wrong->nr ? io->wrong->nr - 1 : 0;
}

static unsigned int nr_not_there(const struct report_io *io)
{
	return io->wrong->nr - min(io->wrong->nr, (unsigned int)REPORT_ELEMENTS);
}

/* "element 2", "message 1 element 2", "request 1", "the source". */
static int element_text(const struct report_io *io, const struct report_element *e, char *buf,
			size_t size)
{
	bool listed = io->messages > 1, one = listed && e->of <= 1;
	int n = 0;

	if (e->of == REPORT_OF_SOURCE)
		return kmemu_scnprintf(buf, size, "the source");
	if (listed)
		n = kmemu_scnprintf(buf, size, "%s %u%s", io->unit, e->message + 1,
				    one ? "" : " ");
	if (!one)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "element %u", e->nr + 1);
	return n;
}

/* "; also wrong: element 3, element 4 (usercopy), 2 more": kinds where they differ. */
static int others_text(const struct report *r, char *buf, size_t size)
{
	const struct report_elements *wrong = r->io->wrong;
	int n = 0;

	if (!nr_others(r->io))
		return 0;
	for (unsigned int i = 1; i < min(wrong->nr, (unsigned int)REPORT_ELEMENTS); i++) {
		const struct report_element *e = &wrong->element[i];

		n += kmemu_scnprintf(buf + n, size - (size_t)n, i == 1 ? "; also wrong: " : ", ");
		n += element_text(r->io, e, buf + n, size - (size_t)n);
		if (e->kind != r->kind)
			n += kmemu_scnprintf(buf + n, size - (size_t)n, " (%s)",
					     report_kinds[e->kind].slug);
	}
	if (nr_not_there(r->io))
		n += kmemu_scnprintf(buf + n, size - (size_t)n, ", %u more", nr_not_there(r->io));
	return n;
}

static void put_others(struct text_buf *t, const struct report_io *io)
{
	char at[64], object[128];

	if (!nr_others(io))
		return;
	for (unsigned int i = 1; i < min(io->wrong->nr, (unsigned int)REPORT_ELEMENTS); i++) {
		const struct report_element *e = &io->wrong->element[i];
		struct report_io of_it = { .owner = e->owner };
		struct report r = { .cache = e->cache, .object = e->object,
				    .object_size = e->object_size, .io = &of_it };

		element_text(io, e, at, sizeof(at));
		object_text(&r, object, sizeof(object));
		text_put(t, "Also wrong: %s: 0x%px, %zu: %s, %s\n", at, e->addr, e->size,
			 report_kinds[e->kind].slug, object);
	}
	if (nr_not_there(io))
		text_put(t, "Also wrong: %u more\n", nr_not_there(io));
}

/* --- the kinds ------------------------------------------------------------------- */

static int misaligned_text(const struct report *r, char *buf, size_t size)
{
	const struct report_io *io = r->io;

	if ((unsigned long)r->addr % io->mem_align)
		return kmemu_scnprintf(buf, size, "its address is not aligned to %u",
				       io->mem_align);
	if (r->size % io->block)
		return kmemu_scnprintf(buf, size, "its length is no multiple of %u", io->block);
	return kmemu_scnprintf(buf, size, "the file's offset %lld is no multiple of %u",
			       (long long)io->offset, io->block);
}

static int in_flight_text(const struct report *r, char *buf, size_t size)
{
	const struct report_io *io = r->io;
	char object[128];

	object_text(r, object, sizeof(object));
	return kmemu_scnprintf(buf, size, "%s: %s is %s while %s() %s 0x%px, %zu bytes", r->func,
			       object, io->resized ? "reallocated" : "freed", io->other_call,
			       io->to_memory ? "writes to" : "reads", io->other, io->other_bytes);
}

/* What follows the call in the one line. */
static int what_text(const struct report *r, char *buf, size_t size)
{
	const struct report_io *io = r->io;

	switch (r->kind) {
	case REPORT_CONTIG_VMALLOC:
		return kmemu_scnprintf(buf, size, "vmalloc memory (%zu physical run%s)",
				       io->nr_runs, io->nr_runs == 1 ? "" : "s");
	case REPORT_CONTIG_STACK:
		return kmemu_scnprintf(buf, size, "memory on a stack");
	case REPORT_CONTIG_STATIC:
		return object_text(r, buf, size);
	case REPORT_CONTIG_FREE:
		return kmemu_scnprintf(buf, size, "memory that nothing owns");
	case REPORT_CONTIG_MASK:
		return kmemu_scnprintf(buf, size, "memory at 0x%llx, beyond the device's 0x%llx",
				       (unsigned long long)io->run[0].phys,
				       (unsigned long long)io->mask);
	case REPORT_CONTIG_OBJECTS:
		return object_text(r, buf, size);
	default:
		return kmemu_scnprintf(buf, size, "memory that shares a cache line with 0x%px, %zu "
				       "bytes, which %s() has in flight", io->other,
				       io->other_bytes, io->other_call);
	}
}

/* Of the one that the report is of. */
static int first_line(const struct report *r, char *buf, size_t size)
{
	char call[192], what[256];
	int n;

	if (r->kind == REPORT_IN_FLIGHT)
		return in_flight_text(r, buf, size);
	call_text(r, call, sizeof(call));
	if (is_copy(r)) {
		usercopy_text(r, what, sizeof(what));
		return kmemu_scnprintf(buf, size, "%s: %s", call, what);
	}
	if (r->kind == REPORT_DIRECT_MISALIGNED) {
		misaligned_text(r, what, sizeof(what));
		return kmemu_scnprintf(buf, size, "%s: O_DIRECT refuses it: %s", call, what);
	}
	what_text(r, what, sizeof(what));
	n = kmemu_scnprintf(buf, size, "%s hands %s%s to a device", call,
			    r->kind == REPORT_CONTIG_OBJECTS ? "more than " : "", what);
	if (r->io->mend)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "; %s is needed", r->io->mend);
	return n;
}

int buffer_line(const struct report *r, char *buf, size_t size)
{
	int n;

	if (!r->io)
		return 0;
	n = first_line(r, buf, size);
	return n + others_text(r, buf + n, size - (size_t)n);
}

/* --- the kernel's text -------------------------------------------------------------- */

static void dma_api(struct text_buf *t, const char *device, const char *what)
{
	text_put(t, "DMA-API: %s: %s\n", device, what);
}

static void put_message(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	char device[160], what[256];

	device_text(r->io, device, sizeof(device));
	switch (r->kind) {
	case REPORT_CONTIG_VMALLOC:
		text_put(t, "%s: rejecting DMA map of vmalloc memory\n", device);
		return;
	case REPORT_CONTIG_STACK:
		kmemu_scnprintf(what, sizeof(what),
				"device driver maps memory from stack [addr=%p]", r->addr);
		break;
	case REPORT_CONTIG_STATIC:
	case REPORT_CONTIG_FREE:
		kmemu_scnprintf(what, sizeof(what),
				"device driver maps memory from %s [addr=%p] [len=%zu]",
				r->kind == REPORT_CONTIG_FREE ? "invalid area" :
								"kernel text or rodata",
				r->addr, r->size);
		break;
	case REPORT_CONTIG_MASK:
		text_put(t, "%s: DMA addr 0x%016llx+%zu overflow (mask %llx, bus limit 0).\n",
			 device, (unsigned long long)r->io->run[0].phys, r->size,
			 (unsigned long long)r->io->mask);
		return;
	case REPORT_CONTIG_CACHELINE:
		kmemu_scnprintf(what, sizeof(what), "cacheline tracking EEXIST, overlapping "
				"mappings aren't supported");
		break;
	case REPORT_USERCOPY:
		usercopy_text(r, what, sizeof(what));
		text_put(t, "usercopy: %s\n", what);
		return;
	default:
		first_line(r, what, sizeof(what));
		text_put(t, "%s\n", what);
		return;
	}
	dma_api(t, device, what);
}

static void put_runs(struct text_buf *t, const struct report_io *io)
{
	char line[256];
	int n = kmemu_scnprintf(line, sizeof(line), "Physical: %zu run%s:", io->nr_runs,
				io->nr_runs == 1 ? "" : "s");

	if (!io->nr_runs)
		return;
	for (size_t i = 0; i < min(io->nr_runs, (size_t)REPORT_RUNS); i++)
		n += kmemu_scnprintf(line + n, sizeof(line) - (size_t)n, " 0x%llx+%zu",
				     (unsigned long long)io->run[i].phys, io->run[i].bytes);
	text_put(t, "%s%s\n", line, io->nr_runs > REPORT_RUNS ? " ..." : "");
}

/* contig.verify=pagemap: the machine's own frames. */
static void put_machine(struct text_buf *t, const struct report_machine *m)
{
	if (!m->known)
		return;
	text_put(t, "Machine: %zu run%s", m->runs, m->runs == 1 ? "" : "s");
	if (m->present < m->pages)
		text_put(t, ", and %zu of %zu pages are not there\n", m->pages - m->present,
			 m->pages);
	else
		text_put(t, ": %s contiguous %s the model\n", m->agrees ? "as" : "less",
			 m->agrees ? "as" : "than");
}

/* The site is there already; another object may have been allocated on that way. */
static void put_first_from_site(struct text_buf *t, u32 handle)
{
	const unsigned long *entries;
	unsigned int nr = finding_stack(handle, &entries);

	if (nr < 2)
		return;
	text_put(t, "The first call from there, which may not be this object's, came by:\n");
	put_frames(t, entries + 1, nr - 1, 0);
}

void put_allocated(struct text_buf *t, const struct report *r)
{
	put_stack_of(t, "Allocated", r->allocated);
	put_first_from_site(t, r->first_from_site);
}

/* The kernel's sentence, or one that has no place for it. */
static bool line_has_mend(const struct report *r)
{
	return !is_copy(r) && r->kind != REPORT_DIRECT_MISALIGNED && r->kind != REPORT_IN_FLIGHT;
}

static void put_facts(struct text_buf *t, const struct report *r)
{
	const struct report_io *io = r->io;
	char text[256];

	if (r->kind != REPORT_IN_FLIGHT) {
		call_text(r, text, sizeof(text));
		text_put(t, "Buffer: %s%s%s\n", text, has_file(io) ? " of " : "",
			 has_file(io) ? io->file : "");
	}
	object_text(r, text, sizeof(text));
	text_put(t, "Object: %s\n", text);
	put_runs(t, io);
	put_machine(t, &io->machine);
	put_allocated(t, r);
	put_others(t, io);
	put_stack_of(t, "Submitted", io->other_stack);
	if (io->mend && !line_has_mend(r))
		text_put(t, "Needed: %s\n", io->mend);
}

bool buffer_text(struct text_buf *t, const struct finding *f)
{
	if (!f->r.io)
		return false;
	put_cut_here(t);
	put_message(t, f);
	put_warning(t, f);
	put_facts(t, &f->r);
	return true;
}
