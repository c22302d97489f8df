/*
 * target.c - reading the memory of another process or of a core file.
 *
 * A live process is read by process_vm_readv(2), or by /proc/PID/mem where a
 * sandbox refuses that call: it is not stopped, gets no signal and does nothing
 * for us. Both need the permission that a debugger needs.
 *
 * Pages are kept until the view is begun again (view.c: refresh), so that a walk
 * over small structures costs a call for each page, and sees what lies in one
 * page as it was at one moment.
 *
 * Where things are: struct view_roots knows itself (magic, and its own address
 * in `self`), so it is found by looking through the library's data, without
 * symbols: the file may have been replaced since, or live in another mount
 * namespace. observe=1 tells its address in a file.
 */
#include "cmd/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"

#define CACHE_PAGES 65536U /* 256 MiB */
#define SCAN_CHUNK  65536UL
#define SCAN_MAX    (64UL << 20) /* of one mapping */

/* --- pages --- */

struct page_cache {
	unsigned int nr;
	u64 addr[2 * CACHE_PAGES]; /* hash table by address; 0: empty */
	char *data[2 * CACHE_PAGES];
};

static void cache_clear(struct page_cache *c)
{
	for (unsigned int i = 0; c->nr && i < ARRAY_SIZE(c->addr); i++) {
		if (!c->addr[i])
			continue;
		free(c->data[i]);
		c->addr[i] = 0;
		c->nr--;
	}
}

/* Where the page is, or would be put. */
static unsigned int cache_slot(const struct page_cache *c, u64 addr)
{
	unsigned int i = (unsigned int)((addr >> PAGE_SHIFT) * 0x9e3779b1U) % ARRAY_SIZE(c->addr);

	while (c->addr[i] && c->addr[i] != addr)
		i = (i + 1) % ARRAY_SIZE(c->addr);
	return i;
}

static char *cache_page(struct target *t, u64 addr)
{
	struct page_cache *c = t->cache;
	unsigned int i = cache_slot(c, addr);
	char *data;

	if (c->addr[i])
		return c->data[i];
	data = xmalloc(PAGE_SIZE);
	if (!t->fetch(t, data, addr, PAGE_SIZE)) {
		free(data);
		return NULL;
	}
	if (c->nr == CACHE_PAGES) {
		cache_clear(c);
		i = cache_slot(c, addr);
	}
	c->addr[i] = addr;
	c->data[i] = data;
	c->nr++;
	return data;
}

/* For struct view_reader. Page 0 is never there. */
static bool read_cached(void *ctx, void *dst, unsigned long addr, size_t n)
{
	struct target *t = ctx;

	while (n) {
		u64 page = addr & PAGE_MASK;
		size_t part = min(n, PAGE_SIZE - (addr - page));
		const char *data = page ? cache_page(t, page) : NULL;

		if (data)
			memcpy(dst, data + (addr - page), part);
		else if (!t->fetch(t, dst, addr, part)) /* a file may end within it */
			return false;
		dst = (char *)dst + part;
		addr += part;
		n -= part;
	}
	return true;
}

static void refresh(void *ctx)
{
	cache_clear(((struct target *)ctx)->cache);
}

void target_refresh(struct target *t)
{
	cache_clear(t->cache);
}

/* --- roots --- */

bool target_read_roots(struct target *t, u64 addr)
{
	struct view_roots roots;

	if (!t->fetch(t, &roots, addr, sizeof(roots)) || roots.magic != VIEW_MAGIC ||
	    roots.self != addr)
		return false;
	t->roots = roots;
	return true;
}

static bool scan_chunk(struct target *t, u64 at, const u64 *words, size_t nr)
{
	for (size_t i = 0; i + 1 < nr; i++)
		if (words[i] == VIEW_MAGIC && words[i + 1] == at + i * 8 &&
		    target_read_roots(t, at + i * 8))
			return true;
	return false;
}

static bool scan_range(struct target *t, const struct target_range *r)
{
	u64 end = min(r->end, r->start + SCAN_MAX), at;
	u64 *words = xmalloc(SCAN_CHUNK);
	bool found = false;

	/* Chunks overlap by a word, so that magic and self are seen together. */
	for (at = r->start; at < end && !found; at += SCAN_CHUNK - 8) {
		size_t n = min(end - at, SCAN_CHUNK);

		if (!t->fetch(t, words, at, n))
			break;
		found = scan_chunk(t, at, words, n / 8);
	}
	free(words);
	return found;
}

bool target_find_roots(struct target *t, const struct target_range *ranges, size_t n)
{
	for (int library = 1; library >= 0; library--)
		for (size_t i = 0; i < n; i++)
			if (ranges[i].library == library && scan_range(t, &ranges[i]))
				return true;
	return false;
}

/* --- opening, closing, printing --- */

void target_add_map(struct target *t, const struct target_map *map)
{
	if (is_power_of_2(t->nr_maps) || !t->nr_maps)
		t->maps = xrealloc(t->maps, (t->nr_maps * 2 + 1) * sizeof(*t->maps));
	t->maps[t->nr_maps++] = *map;
}

struct target *target_new(bool (*fetch)(struct target *t, void *dst, u64 addr, size_t n))
{
	struct target *t = xmalloc(sizeof(*t));

	*t = (struct target){ .fetch = fetch, .fd = -1 };
	t->reader.read = read_cached;
	t->reader.refresh = refresh;
	t->reader.ctx = t;
	t->cache = xmalloc(sizeof(*t->cache));
	memset(t->cache, 0, sizeof(*t->cache));
	return t;
}

void target_close(struct target *t)
{
	if (!t)
		return;
	if (t->close)
		t->close(t);
	cache_clear(t->cache);
	free(t->cache);
	for (size_t i = 0; i < t->nr_maps; i++)
		free(t->maps[i].path);
	free(t->maps);
	free(t);
}

void target_say_failed(const struct target *t, int err)
{
	if (err == ENODATA)
		say("%s has no heap yet: it asked for no block", t->name);
	else if (err == EAGAIN && t->pid)
		say("%s changes faster than it can be read: try again", t->name);
	else if (t->pid)
		say("%s has ended, or its heap cannot be read", t->name);
	else
		say("%s does not hold the whole heap, or it is damaged: is it cut off "
		    "(ulimit -c, coredump_filter)?", t->name);
}

char *target_view(struct target *t, const char *name, size_t *len)
{
	size_t size = 65536;
	char *buf = xmalloc(size);
	ssize_t n;

	while ((n = view_print(&t->reader, &t->roots, name, buf, size)) >= (ssize_t)size) {
		size = (size_t)n + size / 2;
		buf = xrealloc(buf, size);
	}
	if (n < 0) {
		target_say_failed(t, (int)-n);
		free(buf);
		return NULL;
	}
	*len = (size_t)n;
	return buf;
}
