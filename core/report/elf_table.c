/*
 * elf_table.c - the functions of a file, sorted and small: 16 bytes and the
 * name for each.
 *
 * The kernel's kallsyms holds sorted addresses, and takes the distance to the
 * next symbol for a function's size. ELF symbols tell their sizes, so that the
 * padding behind a function, or what a linker put there without a symbol, is
 * nobody's; only a symbol without size (assembly) ends where the next begins
 * or its section ends.
 *
 * Many names may lie at one address: aliases, a label at a function's start.
 * All are kept, since somebody may ask for a function by any of its names
 * (funcs.c), but one is shown. The rank says which is taken: a function before
 * a label, one with a size before one without, global before weak before local;
 * among equals the one with the fewest underscores in front, then the shortest,
 * then the first of the alphabet, so that two runs say the same.
 *
 * Sorted by radix, three passes of 11 bits over the start: linear, stable, no
 * recursion, and no comparison that a hostile table could make quadratic. The
 * scratch space is mapped for the moment.
 *
 * Functions may lie in one another (a label behind a function's entry). A
 * look-up takes the last start at or before the address and goes back a few
 * places until one covers it.
 *
 * Invariant of a finished table: entry[i].start < entry[i + 1].start for those
 * that are taken, the aliases lie behind them, each at the start of one that was
 * taken, and every name ends within names_bytes.
 *
 * Locks: none; a table is made by one thread and then only read.
 * Cost: 200,000 symbols in about 10 ms.
 */
#include "core/report/elf_table.h"

#include <errno.h>
#include <string.h>

#include "core/os/os.h"

#define RADIX_BITS 11
#define RADIX (1u << RADIX_BITS)
#define NEST_MAX 16 /* places that a look-up goes back */

static struct elf_entry *entries_of(const struct elf_symbols *syms)
{
	return (struct elf_entry *)syms->entries;
}

int elf_table_map(struct elf_symbols *syms, u32 nr, u32 names_bytes)
{
	size_t bytes = ALIGN(nr * sizeof(struct elf_entry) + names_bytes, PAGE_SIZE);
	char *map = bytes ? os_map_any(bytes) : NULL;

	if (!map)
		return -ENOMEM;
	syms->entries = (void *)map;
	syms->names = map + nr * sizeof(struct elf_entry);
	syms->map_bytes = bytes;
	syms->nr = 0;
	syms->names_bytes = 0;
	return 0;
}

void elf_table_add(struct elf_symbols *syms, const struct elf_entry *e, const char *name,
		   size_t length)
{
	struct elf_entry *to = &entries_of(syms)[syms->nr++];
	char *at = (char *)syms->names + syms->names_bytes;

	*to = *e;
	to->name = syms->names_bytes;
	memcpy(at, name, length);
	at[length] = '\0';
	syms->names_bytes += (u32)length + 1;
}

void elf_symbols_free(struct elf_symbols *syms)
{
	if (syms->map_bytes)
		os_unmap((void *)syms->entries, syms->map_bytes);
	*syms = (struct elf_symbols){ 0 };
}

/* One pass: from `from` to `to`, by the bits at shift. */
static void sort_pass(const struct elf_entry *from, struct elf_entry *to, u32 nr,
		      unsigned int shift, u32 *at)
{
	u32 sum = 0;

	memset(at, 0, RADIX * sizeof(*at));
	for (u32 i = 0; i < nr; i++)
		at[from[i].start >> shift & (RADIX - 1)]++;
	for (u32 d = 0; d < RADIX; d++) {
		u32 n = at[d];

		at[d] = sum;
		sum += n;
	}
	for (u32 i = 0; i < nr; i++)
		to[at[from[i].start >> shift & (RADIX - 1)]++] = from[i];
}

static int sort(struct elf_entry *e, u32 nr)
{
	size_t bytes = nr * sizeof(*e);
	size_t scratch = ALIGN(bytes + RADIX * sizeof(u32), PAGE_SIZE);
	struct elf_entry *other = os_map_any(scratch);
	u32 *at;

	if (!other)
		return -ENOMEM;
	at = (void *)((char *)other + bytes);
	sort_pass(e, other, nr, 0, at);
	sort_pass(other, e, nr, RADIX_BITS, at);
	sort_pass(e, other, nr, 2 * RADIX_BITS, at);
	memcpy(e, other, bytes);
	os_unmap(other, scratch);
	return 0;
}

static size_t underscores(const char *name)
{
	size_t n = 0;

	while (name[n] == '_')
		n++;
	return n;
}

static bool is_better(const struct elf_symbols *syms, const struct elf_entry *a,
		      const struct elf_entry *b)
{
	const char *x = syms->names + a->name, *y = syms->names + b->name;
	size_t nx = strlen(x), ny = strlen(y);

	if (a->rank != b->rank)
		return a->rank > b->rank;
	if (underscores(x) != underscores(y))
		return underscores(x) < underscores(y);
	return nx != ny ? nx < ny : strcmp(x, y) < 0;
}

static u32 count_doubles(const struct elf_symbols *syms)
{
	u32 n = 0;

	for (u32 i = 1; i < syms->nr; i++)
		n += syms->entries[i].start == syms->entries[i - 1].start;
	return n;
}

/* One entry for each start; the others go behind them, or are lost without memory. */
static void unify(struct elf_symbols *syms)
{
	u32 doubles = count_doubles(syms), kept = 0, more = 0;
	size_t bytes = ALIGN(doubles * sizeof(struct elf_entry), PAGE_SIZE);
	struct elf_entry *e = entries_of(syms), *alias = bytes ? os_map_any(bytes) : NULL;

	for (u32 i = 1; i < syms->nr; i++) {
		struct elf_entry other = e[i];

		if (other.start != e[kept].start) {
			e[++kept] = other;
			continue;
		}
		if (is_better(syms, &e[i], &e[kept])) {
			other = e[kept];
			e[kept] = e[i];
		}
		if (alias)
			alias[more++] = other;
	}
	syms->nr = kept + 1;
	syms->nr_aliases = more;
	if (alias) {
		memcpy(e + syms->nr, alias, more * sizeof(*e));
		os_unmap(alias, bytes);
	}
}

static u32 starts_before(const struct elf_symbols *syms, u32 start);

/* What has no size ends with the symbol that was taken in its place. */
static void finish_aliases(struct elf_symbols *syms)
{
	struct elf_entry *alias = entries_of(syms) + syms->nr;

	for (u32 i = 0; i < syms->nr_aliases; i++) {
		if (!(alias[i].rank & ELF_RANK_SIZED))
			alias[i].bytes =
				syms->entries[starts_before(syms, alias[i].start) - 1].bytes;
		alias[i].rank = 0;
	}
}

int elf_table_finish(struct elf_symbols *syms)
{
	struct elf_entry *e = entries_of(syms);
	int err = syms->nr ? sort(e, syms->nr) : 0;

	if (err || !syms->nr)
		return err;
	unify(syms);
	for (u32 i = 0; i < syms->nr; i++) {
		if (!(e[i].rank & ELF_RANK_SIZED) && i + 1 < syms->nr)
			e[i].bytes = min(e[i].bytes, e[i + 1].start - e[i].start);
		e[i].rank = 0;
	}
	finish_aliases(syms);
	return 0;
}

/* The number of entries that start at or before it. */
static u32 starts_before(const struct elf_symbols *syms, u32 start)
{
	u32 low = 0, high = syms->nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (syms->entries[mid].start <= start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool elf_symbols_find(const struct elf_symbols *syms, u64 addr, struct elf_symbol *found)
{
	u64 start = addr - syms->base;
	u32 i, end;

	if (start > UINT32_MAX)
		return false;
	end = starts_before(syms, (u32)start);
	for (i = end; i > 0 && end - i < NEST_MAX; i--) {
		const struct elf_entry *e = &syms->entries[i - 1];

		if (start - e->start >= e->bytes)
			continue;
		*found = (struct elf_symbol){ syms->names + e->name, syms->base + e->start,
					      e->bytes };
		return true;
	}
	return false;
}
