/*
 * dma_text.c - reports about memory for devices (kernel: kernel/dma/debug.c
 * err_printk, include/linux/dma-mapping.h dma_map_single_attrs, kernel/dma/direct.h,
 * kernel/dma/swiotlb.c, mm/dmapool.c).
 *
 *	most		a WARN with the text of 6.12 and, where the mapping is known,
 *			"Mapped at:" with the five frames that mapped it
 *	dma-pool, a full bounce buffer	a line of dev_err() or dev_warn()
 *	wordless	a WARN_ON() or BUG_ON(), which has no text: the last line says why
 *	dma-in-flight,	ours: the kernel does not see it
 *	-objects, -free
 *	not-linear	arm64's text of CONFIG_DEBUG_VIRTUAL; x86-64 has BUG(), as
 *			CONFIG_DEBUG_SG has for sg_set_buf()
 *
 * Different from the kernel: it shows the first error alone until told
 * otherwise (num_errors); here each finding is told once. %p is not hashed. "0x%pa"
 * is 0x twice there, and here.
 *
 * Locks: none.
 */
#include "core/lib/vsprintf.h"
#include "core/report/dma_text.h"
#include "core/os/os.h"

typedef unsigned long long ull;

#define AT "[device address=0x%016llx] "
#define AT_SIZE AT "[size=%llu bytes]"

static int map_text(const struct report *r, char *buf, size_t size)
{
	const struct report_dma *d = r->dma;

	switch (d->text) {
	case DMA_STACK:
		return kmemu_scnprintf(buf, size,
				       "device driver maps memory from stack [addr=%p]", r->addr);
	case DMA_RODATA:
		return kmemu_scnprintf(
			buf, size,
			"device driver maps memory from kernel text or rodata [addr=%p] [len=%lu]",
			r->addr, r->size);
	case DMA_INVALID_AREA:
		return kmemu_scnprintf(
			buf, size,
			"device driver maps memory from invalid area [addr=%p] [len=%lu]",
			r->addr, r->size);
	case DMA_VMALLOC:
	case DMA_STACK_AREA:
		return kmemu_scnprintf(buf, size, "rejecting DMA map of vmalloc memory");
	case DMA_OVERLAP:
		return kmemu_scnprintf(
			buf, size,
			"cacheline tracking EEXIST, overlapping mappings aren't supported");
	case DMA_EXCEEDED:
		return kmemu_scnprintf(buf, size,
				       "exceeded %d overlapping mappings of cacheline 0x%016llx",
				       d->count, (ull)d->paddr);
	case DMA_SG_LONG:
		return kmemu_scnprintf(buf, size,
				       "mapping sg segment longer than device claims to support "
				       "[len=%u] [max=%u]",
				       (unsigned int)d->size, (unsigned int)d->other);
	default:
		return kmemu_scnprintf(buf, size,
				       "mapping sg segment across boundary [start=0x%016llx] "
				       "[end=0x%016llx] [boundary=0x%016llx]",
				       (ull)d->dev_addr, (ull)d->paddr, (ull)d->other);
	}
}

/* Ours. */
static int owner_text(const struct report *r, char *buf, size_t size)
{
	char memory[128];

	memory_text(r, r->dma->owner, memory, sizeof(memory));
	return kmemu_scnprintf(buf, size, "device driver maps %s%s [addr=%p] [len=%lu]",
			       r->dma->text == DMA_BEHIND ? "more than " : "", memory, r->addr,
			       r->size);
}

static int reach_text(const struct report_dma *d, char *buf, size_t size)
{
	switch (d->text) {
	case DMA_OVERFLOW:
		return kmemu_scnprintf(
			buf, size, "DMA addr 0x%016llx+%zu overflow (mask %llx, bus limit %llx).",
			(ull)d->dev_addr, (size_t)d->size, (ull)d->other, (ull)d->paddr);
	case DMA_BOUNCE_OVERFLOW:
		return kmemu_scnprintf(
			buf, size,
			"swiotlb addr 0x%016llx+%zu overflow (mask %llx, bus limit %llx).",
			(ull)d->dev_addr, (size_t)d->size, (ull)d->other, (ull)d->paddr);
	case DMA_IOREMAP_RAM:
		return kmemu_scnprintf(buf, size, "ioremap on RAM at 0x%016llx - 0x%016llx",
				       (ull)d->paddr, (ull)d->other_paddr);
	default:
		return kmemu_scnprintf(buf, size,
				       "swiotlb buffer is full (sz: %zd bytes), total %lu "
				       "(slots), used %lu (slots)",
				       (ssize_t)d->size, (unsigned long)d->count,
				       (unsigned long)d->other_count);
	}
}

static int unknown_text(const struct report_dma *d, char *buf, size_t size)
{
	if (d->text == DMA_FREE_INVALID)
		return kmemu_scnprintf(
			buf, size, "device driver tries to free an invalid DMA memory address");
	return kmemu_scnprintf(buf, size,
			       "device driver tries to %s DMA memory it has not allocated " AT_SIZE,
			       d->text == DMA_SYNC_UNKNOWN ? "sync" : "free", (ull)d->dev_addr,
			       (ull)d->other);
}

static int free_text(const struct report_dma *d, char *buf, size_t size)
{
	switch (d->text) {
	case DMA_FREE_SIZE:
		return kmemu_scnprintf(buf, size,
				       "device driver frees DMA memory with different size " AT
				       "[map size=%llu bytes] [unmap size=%llu bytes]",
				       (ull)d->dev_addr, (ull)d->size, (ull)d->other);
	case DMA_FREE_FUNCTION:
		return kmemu_scnprintf(buf, size,
				       "device driver frees DMA memory with wrong function " AT_SIZE
				       " [mapped as %s] [unmapped as %s]",
				       (ull)d->dev_addr, (ull)d->other, d->type, d->other_type);
	case DMA_FREE_CPU:
		return kmemu_scnprintf(
			buf, size,
			"device driver frees DMA memory with different CPU address " AT_SIZE
			" [cpu alloc address=0x0x%016llx] [cpu free address=0x0x%016llx]",
			(ull)d->dev_addr, (ull)d->other, (ull)d->paddr, (ull)d->other_paddr);
	case DMA_FREE_DIRECTION:
		return kmemu_scnprintf(
			buf, size,
			"device driver frees DMA memory with different direction " AT_SIZE
			" [mapped with %s] [unmapped with %s]",
			(ull)d->dev_addr, (ull)d->other, d->dir, d->other_dir);
	case DMA_FREE_SG:
		return kmemu_scnprintf(buf, size,
				       "device driver frees DMA sg list with different entry count "
				       "[map count=%d] [unmap count=%d]",
				       d->count, d->other_count);
	default:
		return kmemu_scnprintf(buf, size, "device driver failed to check map error" AT_SIZE
				       " [mapped as %s]",
				       (ull)d->dev_addr, (ull)d->other, d->type);
	}
}

static int sync_text(const struct report_dma *d, char *buf, size_t size)
{
	static const char *const how[] = {
		[DMA_SYNC_DIRECTION] = "DMA memory with different direction",
		[DMA_SYNC_READONLY] = "device read-only DMA memory for cpu",
		[DMA_SYNC_WRITEONLY] = "device write-only DMA memory to device",
	};

	if (d->text == DMA_SYNC_RANGE)
		return kmemu_scnprintf(
			buf, size, "device driver syncs DMA memory outside allocated range " AT
			"[allocation size=%llu bytes] [sync offset+size=%llu]",
			(ull)d->dev_addr, (ull)d->size, (ull)d->other);
	if (d->text == DMA_SYNC_SG)
		return kmemu_scnprintf(buf, size,
				       "device driver syncs DMA sg list with different entry count "
				       "[map count=%d] [sync count=%d]",
				       d->count, d->other_count);
	return kmemu_scnprintf(buf, size,
			       "device driver syncs %s " AT_SIZE
			       " [mapped with %s] [synced with %s]",
			       how[d->text], (ull)d->dev_addr, (ull)d->size, d->dir, d->other_dir);
}

/* lf: what stands for the newline in the text. */
static int end_text(const struct report *r, const char *lf, char *buf, size_t size)
{
	const struct report_dma *d = r->dma;

	if (d->text == DMA_LEAK)
		return kmemu_scnprintf(
			buf, size,
			"device driver has pending DMA allocations while released from device "
			"[count=%d]%sOne of leaked entries details: " AT_SIZE
			" [mapped with %s] [mapped as %s]",
			d->count, lf, (ull)d->dev_addr, (ull)d->size, d->dir, d->type);
	return kmemu_scnprintf(buf, size,
			       "memory is freed while a device may use it [addr=%p] " AT_SIZE
			       " [mapped with %s] [mapped as %s]",
			       r->addr, (ull)d->dev_addr, (ull)d->size, d->dir, d->type);
}

/* The function is the kernel's that speaks. */
static int pool_text(const struct report *r, char *buf, size_t size)
{
	const struct report_dma *d = r->dma;

	switch (d->text) {
	case DMA_POOL_BUSY:
		return kmemu_scnprintf(buf, size, "dma_pool_destroy %s busy", d->pool);
	case DMA_POOL_CORRUPTED:
		return kmemu_scnprintf(buf, size, "pool_check_block %s, %p (corrupted)", d->pool,
				       r->addr);
	case DMA_POOL_BAD:
		return kmemu_scnprintf(buf, size, "pool_block_err %s, %p/0x%016llx (bad dma)",
				       d->pool, r->addr, (ull)d->dev_addr);
	default:
		return kmemu_scnprintf(buf, size, "pool_block_err %s, dma 0x%016llx already free",
				       d->pool, (ull)d->dev_addr);
	}
}

static bool has_api_prefix(enum dma_text text)
{
	switch (text) {
	case DMA_VMALLOC:
	case DMA_STACK_AREA:
	case DMA_OVERFLOW:
	case DMA_BOUNCE_OVERFLOW:
	case DMA_BOUNCE_FULL:
	case DMA_POOL_BUSY:
	case DMA_POOL_CORRUPTED:
	case DMA_POOL_BAD:
	case DMA_POOL_FREE:
	case DMA_WORDLESS:
	case DMA_IN_FLIGHT:
	case DMA_BEHIND:
	case DMA_NOBODYS:
		return false;
	default:
		return true;
	}
}

/* "DMA-API: driver device: ", as the text has it. */
static int prefix_text(const struct report *r, char *buf, size_t size)
{
	const struct report_dma *d = r->dma;
	const char *api = has_api_prefix(d->text) ? "DMA-API: " : "";

	if (d->text == DMA_EXCEEDED)
		return kmemu_scnprintf(buf, size, "%s", api);
	return kmemu_scnprintf(buf, size, "%s%s %s: ", api, d->driver, d->device);
}

static int body_text(const struct report *r, const char *lf, char *buf, size_t size)
{
	const struct report_dma *d = r->dma;

	switch (d->text) {
	case DMA_OVERFLOW:
	case DMA_BOUNCE_OVERFLOW:
	case DMA_BOUNCE_FULL:
	case DMA_IOREMAP_RAM:
		return reach_text(d, buf, size);
	case DMA_FREE_INVALID:
	case DMA_FREE_UNKNOWN:
	case DMA_SYNC_UNKNOWN:
		return unknown_text(d, buf, size);
	case DMA_LEAK:
	case DMA_IN_FLIGHT:
		return end_text(r, lf, buf, size);
	case DMA_BEHIND:
	case DMA_NOBODYS:
		return owner_text(r, buf, size);
	case DMA_WORDLESS:
		return kmemu_scnprintf(buf, size, "%s()", r->func);
	case DMA_IOUNMAP_BAD:
		return kmemu_scnprintf(buf, size, "iounmap: bad address %p", r->addr);
	default:
		break;
	}
	if (d->text < DMA_FREE_INVALID)
		return map_text(r, buf, size);
	if (d->text < DMA_SYNC_UNKNOWN)
		return free_text(d, buf, size);
	return d->text < DMA_LEAK ? sync_text(d, buf, size) : pool_text(r, buf, size);
}

/* Kernel: arch/arm64/mm/physaddr.c __virt_to_phys(). */
static int linear_text(const struct report *r, char *buf, size_t size)
{
	if (r->dma->text == DMA_SG_NOT_LINEAR)
		return kmemu_scnprintf(buf, size, "%s: 0x%px has no page", r->func, r->addr);
	return kmemu_scnprintf(buf, size, "virt_to_phys used for non-linear address: %p (0x%px)",
			       r->addr, r->addr);
}

static int whole_text(const struct report *r, const char *lf, char *buf, size_t size)
{
	int n;

	if (r->dma->text >= DMA_NOT_LINEAR)
		return linear_text(r, buf, size);
	if (r->dma->text == DMA_IOREMAP_RAM || r->dma->text == DMA_IOUNMAP_BAD)
		return body_text(r, lf, buf, size);
	n = prefix_text(r, buf, size);
	return n + body_text(r, lf, buf + n, size - (size_t)n);
}

int dma_line(const struct report *r, char *buf, size_t size)
{
	int n;

	if (!r->dma)
		return 0;
	n = whole_text(r, "; ", buf, size);
	if (r->dma->mend)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "; %s is needed", r->dma->mend);
	if (r->dma->entries > 1)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "; it is entry %d of %d",
				     r->dma->entry + 1, r->dma->entries);
	if (r->dma->why)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, ": %s", r->dma->why);
	return n;
}

/* --- the kernel's text --------------------------------------------------- */

/* Kernel: dump_entry_trace(). */
static void put_mapped_at(struct text_buf *t, u32 handle)
{
	const unsigned long *entries;
	unsigned int nr = finding_stack(handle, &entries);

	if (!nr)
		return;
	text_put(t, "Mapped at:\n");
	put_frames(t, entries, nr, 0);
}

/* Kernel: print_hex_dump() with DUMP_PREFIX_OFFSET, 16, 1, ascii. */
static void put_dump(struct text_buf *t, const u8 *p, size_t size)
{
	char hex[3 * 16 + 1], ascii[17];
	u8 byte[16];

	for (size_t at = 0; at < size && !t->brief && !t->full; at += 16) {
		size_t n = min(size - at, (size_t)16), i;

		if (!os_read_safe(byte, p + at, n))
			return;
		for (i = 0; i < n; i++) {
			kmemu_scnprintf(hex + 3 * i, 4, "%02x ", byte[i]);
			ascii[i] = byte[i] >= ' ' && byte[i] < 0x7f ? (char)byte[i] : '.';
		}
		hex[3 * n - 1] = ascii[n] = '\0';
		text_put(t, "%.8lx: %-47s  %s\n", (unsigned long)at, hex, ascii);
	}
}

static bool is_line(enum dma_text text)
{
	return text == DMA_BOUNCE_FULL || (text >= DMA_POOL_BUSY && text <= DMA_POOL_FREE);
}

/* Kernel: BUG_ON(), which nobody dies of here. */
static bool put_bug(struct text_buf *t, const struct finding *f)
{
	char place[320];

	put_cut_here(t);
	text_put(t, "kernel BUG at %s!\n", print_site(f, place, sizeof(place)));
	put_dump_stack(t, f);
	text_put(t, "---[ end trace 0000000000000000 ]---\n");
	return true;
}

bool dma_text(struct text_buf *t, const struct finding *f)
{
	const struct report_dma *d = f->r.dma;
	char line[640];

	if (!d)
		return false;
	if (d->text == DMA_SG_NOT_LINEAR)
		return put_bug(t, f);
	whole_text(&f->r, "\n", line, sizeof(line));
	if (is_line(d->text)) {
		text_put(t, "%s\n", line);
		if (d->text == DMA_POOL_CORRUPTED)
			put_dump(t, f->r.addr, d->size);
		return true;
	}
	if (d->text == DMA_IOUNMAP_BAD) {
		text_put(t, "%s\n", line);
		put_dump_stack(t, f);
		return true;
	}
	put_cut_here(t);
	if (d->text != DMA_WORDLESS)
		text_put(t, "%s\n", line);
	put_warning(t, f);
	if (d->entries > 1)
		text_put(t, "Entry: %d of %d\n", d->entry + 1, d->entries);
	put_mapped_at(t, d->mapped);
	put_allocated(t, &f->r);
	return true;
}
