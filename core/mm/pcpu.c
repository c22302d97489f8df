// SPDX-License-Identifier: MIT
/*
 * pcpu.c - per-CPU memory of kernel code (kernel: mm/percpu.c; that name is
 * taken by core/lib/percpu.c, the storage of sheaves).
 *
 * What the kernel does: a unit of address space for each CPU, all of one layout, so
 * an allocation is an offset that is good in each. Chunks of units come from
 * vmalloc's area as they are needed; in a chunk, free space is found by a bitmap of 4
 * bytes each. A DEFINE_PER_CPU variable is an offset into the first chunk.
 *
 * Here: unit n + 1 of PCPU_BASE is CPU n's. Unit 0 is never mapped: the
 * addresses in it are what alloc_percpu() returns, and following one without
 * per_cpu_ptr() faults, as in the kernel. A chunk is 32 KiB of each unit; it
 * holds objects of one size, a power of two from 8 bytes on, which are
 * aligned to it, and a bit for each says who is free. A chunk without objects
 * may be taken by any size.
 *
 * Static variables live in a section of their module. At the first question
 * for one, the whole section gets chunks, and each CPU a copy of it.
 *
 * Invariants, for each chunk in use:
 *   nr_free == number of bits set in free[]
 *   it is on its size's list <=> nr_free > 0
 *
 * Locks: pcpu_lock. A handler that interrupted its owner: allocating fails as
 * an atomic one may, freeing leaks, and is not told from that.
 *
 * Cost: some 60 ns, and the clearing. Nothing when it is not used.
 */
#include "core/mm/pcpu.h"

#include <string.h>

#include "core/lib/list.h"
#include "core/os/os.h"

#define PCPU_UNIT (1UL << PCPU_UNIT_SHIFT)
#define PCPU_CHUNK_SHIFT 15
#define PCPU_CHUNK (1UL << PCPU_CHUNK_SHIFT)
#define PCPU_NR_CHUNKS (PCPU_UNIT >> PCPU_CHUNK_SHIFT)
#define PCPU_MIN_SHIFT 3
#define PCPU_NR_SIZES (PCPU_CHUNK_SHIFT - PCPU_MIN_SHIFT + 1)
#define PCPU_CHUNK_BITS (PCPU_CHUNK >> PCPU_MIN_SHIFT)
#define MAX_SECTIONS 64U

struct pcpu_chunk {
	struct list_head list; /* of its size; or of chunks without objects */
	u32 nr_free;
	u8 shift; /* log2 of its objects' bytes; 0: none in it */
	bool is_static;
	u64 free[PCPU_CHUNK_BITS / 64]; /* bit set: free */
};

/* Behind the units. */
#define pcpu_chunks ((struct pcpu_chunk *)(PCPU_BASE + (PCPU_MAX_CPUS + 1UL) * PCPU_UNIT))

static struct pcpu_section {
	const char *start, *end;
	char *copy; /* as alloc_percpu() would return it */
} sections[MAX_SECTIONS];

kmemu_lock_t pcpu_lock = KMEMU_LOCK_INIT(LOCK_PERCPU);
static struct list_head sizes[PCPU_NR_SIZES], empty;
static u32 nr_chunks, nr_sections;
static unsigned long used_bytes;
static bool wanted; /* the last one that had to be atomic found nothing */

unsigned int pcpu_nr_cpus(void)
{
	return min(os_nr_cpus(), PCPU_MAX_CPUS);
}

static __thread u16 this_cpu __initial_exec; /* + 1 */

unsigned int pcpu_this_cpu(void)
{
	static u32 next;

	if (unlikely(!this_cpu))
		this_cpu = (u16)(__atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % pcpu_nr_cpus() +
				 1);
	return this_cpu - 1U;
}

void pcpu_bind(unsigned int cpu)
{
	this_cpu = (u16)(cpu + 1);
}

static char *unit_addr(unsigned long offset, unsigned int cpu)
{
	return (char *)PCPU_BASE + (cpu + 1UL) * PCPU_UNIT + offset;
}

/* --- chunks; under the lock ------------------------------------------------- */

static bool map_units(u32 first, u32 nr)
{
	unsigned long offset = (unsigned long)first << PCPU_CHUNK_SHIFT;
	unsigned int cpu;

	for (cpu = 0; cpu < pcpu_nr_cpus(); cpu++)
		if (os_map(unit_addr(offset, cpu), (size_t)nr << PCPU_CHUNK_SHIFT))
			break;
	if (cpu == pcpu_nr_cpus())
		return true;
	while (cpu--)
		os_unmap(unit_addr(offset, cpu), (size_t)nr << PCPU_CHUNK_SHIFT);
	return false;
}

static bool map_chunk_table(void)
{
	static bool mapped;

	if (mapped)
		return true;
	if (os_map(pcpu_chunks, PAGE_ALIGN(PCPU_NR_CHUNKS * sizeof(*pcpu_chunks))))
		return false;
	for (unsigned int i = 0; i < PCPU_NR_SIZES; i++)
		INIT_LIST_HEAD(&sizes[i]);
	INIT_LIST_HEAD(&empty);
	mapped = true;
	return true;
}

/* nr fresh chunks side by side; the first, or NULL. An occupied place is passed. */
static struct pcpu_chunk *new_chunks(u32 nr)
{
	u32 first;

	if (!map_chunk_table())
		return NULL;
	for (unsigned int tries = 0; tries < 8; tries++) {
		first = nr_chunks;
		if (first + nr > PCPU_NR_CHUNKS)
			return NULL;
		nr_chunks += nr;
		if (map_units(first, nr))
			return pcpu_chunks + first;
	}
	return NULL;
}

static void use_chunk(struct pcpu_chunk *c, unsigned int shift)
{
	u32 nr = 1U << (PCPU_CHUNK_SHIFT - shift);

	c->shift = (u8)shift;
	c->nr_free = nr;
	memset(c->free, 0, sizeof(c->free));
	for (u32 i = 0; i < nr; i += 64)
		c->free[i / 64] = nr >= 64 ? ~0UL : (1UL << nr) - 1;
	list_add(&c->list, &sizes[shift - PCPU_MIN_SHIFT]);
}

/*
 * Kernel: what was reserved at boot, and pages that a work maps behind an atomic
 * allocation that failed, are there for the next ones.
 */
static bool may_map(unsigned int shift)
{
	return !sizes[shift - PCPU_MIN_SHIFT].next || wanted;
}

static struct pcpu_chunk *chunk_with_free(unsigned int shift, bool atomic)
{
	struct list_head *list = &sizes[shift - PCPU_MIN_SHIFT];
	struct pcpu_chunk *c;

	if (list->next && !list_empty(list))
		return list_first_entry(list, struct pcpu_chunk, list);
	if (empty.next && !list_empty(&empty)) {
		c = list_first_entry(&empty, struct pcpu_chunk, list);
		list_del(&c->list);
	} else {
		c = atomic && !may_map(shift) ? NULL : new_chunks(1);
	}
	wanted = !c;
	if (c)
		use_chunk(c, shift);
	return c;
}

static unsigned long chunk_offset(const struct pcpu_chunk *c)
{
	return (unsigned long)(c - pcpu_chunks) << PCPU_CHUNK_SHIFT;
}

static unsigned long take_object(struct pcpu_chunk *c)
{
	u32 word = 0, bit;

	while (!c->free[word])
		word++;
	bit = (u32)__builtin_ctzll(c->free[word]);
	c->free[word] &= c->free[word] - 1;
	if (!--c->nr_free)
		list_del(&c->list);
	used_bytes += 1UL << c->shift;
	return chunk_offset(c) + ((unsigned long)(word * 64 + bit) << c->shift);
}

static void put_object(struct pcpu_chunk *c, u32 i)
{
	c->free[i / 64] |= 1UL << (i % 64);
	used_bytes -= 1UL << c->shift;
	if (!c->nr_free++)
		list_add(&c->list, &sizes[c->shift - PCPU_MIN_SHIFT]);
	if (c->nr_free < 1U << (PCPU_CHUNK_SHIFT - c->shift))
		return;
	list_del(&c->list);
	list_add(&c->list, &empty);
	c->shift = 0;
}

/* --- allocate, free --------------------------------------------------------- */

static void clear_object(unsigned long offset, size_t bytes)
{
	for (unsigned int cpu = 0; cpu < pcpu_nr_cpus(); cpu++)
		memset(unit_addr(offset, cpu), 0, bytes);
}

void *pcpu_alloc(size_t size, size_t align, bool atomic)
{
	size_t bytes = max(size, align);
	unsigned int shift = bytes > 1 ? fls64(bytes - 1) : 0;
	unsigned long offset = 0;
	struct pcpu_chunk *c;

	shift = max(shift, (unsigned int)PCPU_MIN_SHIFT);
	if (!spin_lock(&pcpu_lock))
		return NULL;
	c = chunk_with_free(shift, atomic);
	if (c)
		offset = take_object(c);
	spin_unlock(&pcpu_lock);
	if (!c)
		return NULL;
	clear_object(offset, size);
	return (char *)PCPU_BASE + offset;
}

static bool free_locked(unsigned long offset)
{
	struct pcpu_chunk *c = pcpu_chunks + (offset >> PCPU_CHUNK_SHIFT);
	unsigned long inside = offset & (PCPU_CHUNK - 1);
	u32 i;

	if (offset >> PCPU_CHUNK_SHIFT >= nr_chunks || !c->shift || c->is_static ||
	    inside & ((1UL << c->shift) - 1))
		return false;
	i = (u32)(inside >> c->shift);
	if (c->free[i / 64] >> (i % 64) & 1)
		return false;
	put_object(c, i);
	return true;
}

bool pcpu_free(void *p)
{
	unsigned long offset = (unsigned long)p - PCPU_BASE;
	bool ok;

	if (offset >= PCPU_UNIT)
		return false;
	if (!spin_lock(&pcpu_lock))
		return true; /* lost */
	ok = free_locked(offset);
	spin_unlock(&pcpu_lock);
	return ok;
}

unsigned long pcpu_used_bytes(void)
{
	return READ_ONCE(used_bytes);
}

/* --- static variables ------------------------------------------------------- */

static struct pcpu_section *find_section(const char *p)
{
	u32 nr = __atomic_load_n(&nr_sections, __ATOMIC_ACQUIRE);

	for (u32 i = 0; i < nr; i++)
		if ((size_t)(p - sections[i].start) < (size_t)(sections[i].end - sections[i].start))
			return sections + i;
	return NULL;
}

static bool copy_section(struct pcpu_section *s)
{
	size_t bytes = (size_t)(s->end - s->start);
	u32 nr = (u32)DIV_ROUND_UP(bytes, PCPU_CHUNK);
	struct pcpu_chunk *c = new_chunks(nr);

	if (!c)
		return false;
	for (u32 i = 0; i < nr; i++)
		c[i].is_static = true;
	for (unsigned int cpu = 0; cpu < pcpu_nr_cpus(); cpu++)
		memcpy(unit_addr(chunk_offset(c), cpu), s->start, bytes);
	s->copy = (char *)PCPU_BASE + chunk_offset(c);
	return true;
}

/* Each module's section once. */
static struct pcpu_section *add_section(const char *p, const char *start, const char *end)
{
	struct pcpu_section *s;

	if ((size_t)(p - start) >= (size_t)(end - start) || !spin_lock(&pcpu_lock))
		return NULL;
	s = find_section(p);
	if (!s && nr_sections < MAX_SECTIONS) {
		s = sections + nr_sections;
		s->start = start;
		s->end = end;
		if (copy_section(s))
			__atomic_store_n(&nr_sections, nr_sections + 1, __ATOMIC_RELEASE);
		else
			s = NULL;
	}
	spin_unlock(&pcpu_lock);
	return s;
}

void *pcpu_ptr(const void *p, unsigned int cpu, const char *start, const char *end)
{
	unsigned long offset = (unsigned long)p - PCPU_BASE;
	struct pcpu_section *s;

	if (likely(offset < PCPU_UNIT))
		return unit_addr(offset, cpu);
	s = find_section(p);
	if (!s)
		s = add_section(p, start, end);
	if (!s)
		return NULL;
	offset = (unsigned long)s->copy - PCPU_BASE;
	return unit_addr(offset + (unsigned long)((const char *)p - s->start), cpu);
}
