/*
 * target_core.c - a core file as a target: the ELF header, the segments, the
 * note that says which file was mapped where (core(5), elf(5)).
 *
 * It is read by hand: three structures, and nothing is believed. Each offset and
 * count is compared with the file's size before it is used; a segment that is
 * cut off (ulimit -c) ends where the file ends. What is asked for is looked up
 * by address in the sorted segments and read by pread: cores are large.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/target.h"

#define MAX_SEGMENTS (1U << 20)
#define MAX_NOTE     (16UL << 20)

struct segment {
	u64 start, end; /* addresses whose bytes are in the file */
	u64 offset;
};

struct core_map {
	struct segment *segments; /* by address */
	size_t nr_segments;
	struct target_range *ranges; /* of mapped files */
	size_t nr_ranges;
	u64 file_bytes;
};

/* --- reading --- */

static bool read_at(const struct target *t, void *dst, u64 offset, size_t n)
{
	if (offset > t->core->file_bytes || n > t->core->file_bytes - offset)
		return false;
	return pread(t->fd, dst, n, (off_t)offset) == (ssize_t)n;
}

/* The segment that holds addr, or NULL. */
static const struct segment *find_segment(const struct core_map *m, u64 addr)
{
	size_t low = 0, high = m->nr_segments;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (addr >= m->segments[mid].end)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->nr_segments && addr >= m->segments[low].start ? &m->segments[low] : NULL;
}

/* Neighbouring segments are one range of addresses. */
static bool fetch_core(struct target *t, void *dst, u64 addr, size_t n)
{
	while (n) {
		const struct segment *s = find_segment(t->core, addr);
		size_t part;

		if (!s) {
			errno = EFAULT;
			return false;
		}
		part = min(n, s->end - addr);
		if (!read_at(t, dst, s->offset + (addr - s->start), part))
			return false;
		dst = (char *)dst + part;
		addr += part;
		n -= part;
	}
	return true;
}

static void close_core(struct target *t)
{
	if (t->fd >= 0)
		close(t->fd);
	free(t->core->segments);
	free(t->core->ranges);
	free(t->core);
}

/* --- segments --- */

static void add_segment(struct core_map *m, const Elf64_Phdr *p)
{
	u64 bytes = min(p->p_filesz, p->p_memsz);

	if (p->p_offset >= m->file_bytes || p->p_vaddr + bytes < p->p_vaddr)
		return;
	bytes = min(bytes, m->file_bytes - p->p_offset);
	if (bytes)
		m->segments[m->nr_segments++] =
			(struct segment){ p->p_vaddr, p->p_vaddr + bytes, p->p_offset };
}

static int by_address(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* --- the note NT_FILE --- */

static bool is_library(const char *path)
{
	const char *base = strrchr(path, '/');

	return !strncmp(base ? base + 1 : path, "libkmemu", 8);
}

/* Notes are aligned to 4 bytes only. */
static u64 word_at(const char *desc, u64 i)
{
	u64 word;

	memcpy(&word, desc + i * 8, sizeof(word));
	return word;
}

/* Words: count, page size, {start, end, offset} each; then the names. */
static void read_files(struct target *t, const char *desc, size_t bytes)
{
	struct core_map *m = t->core;
	const char *name, *end = desc + bytes;
	struct target_map map;
	u64 count, page_bytes, i;

	if (bytes < 16 || m->ranges)
		return;
	count = word_at(desc, 0);
	page_bytes = word_at(desc, 1);
	if (count > (bytes - 16) / 25) /* a name is one byte at the least */
		return;
	m->ranges = xmalloc((count + 1) * sizeof(*m->ranges));
	name = desc + 16 + count * 24;
	for (i = 0; i < count && name < end; i++) {
		size_t len = strnlen(name, (size_t)(end - name));

		if (name + len == end)
			return;
		map = (struct target_map){ .start = word_at(desc, 2 + 3 * i),
					   .end = word_at(desc, 3 + 3 * i),
					   .offset = word_at(desc, 4 + 3 * i) * page_bytes,
					   .path = xstrdup(name) };
		target_add_map(t, &map);
		m->ranges[m->nr_ranges++] =
			(struct target_range){ map.start, map.end, is_library(name) };
		name += len + 1;
	}
}

static void read_notes(struct target *t, const char *at, size_t left)
{
	while (left >= sizeof(Elf64_Nhdr)) {
		const Elf64_Nhdr *n = (const Elf64_Nhdr *)at;
		size_t name = ALIGN((size_t)n->n_namesz, 4UL);
		size_t desc = ALIGN((size_t)n->n_descsz, 4UL);
		size_t all = sizeof(*n) + name + desc;

		if (all > left)
			return;
		if (n->n_type == NT_FILE)
			read_files(t, at + sizeof(*n) + name, n->n_descsz);
		at += all;
		left -= all;
	}
}

static void read_note_segment(struct target *t, const Elf64_Phdr *p)
{
	char *note;

	if (!p->p_filesz || p->p_filesz > MAX_NOTE)
		return;
	note = xmalloc(p->p_filesz);
	if (read_at(t, note, p->p_offset, p->p_filesz))
		read_notes(t, note, p->p_filesz);
	free(note);
}

/* --- the header --- */

/* More segments than the header can say: the first section's header says it. */
static u64 count_segments(const struct target *t, const Elf64_Ehdr *h)
{
	Elf64_Shdr sh;

	if (h->e_phnum != PN_XNUM)
		return h->e_phnum;
	return read_at(t, &sh, h->e_shoff, sizeof(sh)) ? sh.sh_info : 0;
}

static const char *read_header(struct target *t, Elf64_Ehdr *h)
{
	if (!read_at(t, h, 0, sizeof(*h)) || memcmp(h->e_ident, ELFMAG, SELFMAG))
		return "is no ELF file";
	if (h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB)
		return "is of another kind of machine";
	if (h->e_type != ET_CORE)
		return "is an ELF file, but no core file";
	if (h->e_phentsize != sizeof(Elf64_Phdr))
		return "is damaged: its program headers have no size that is known";
	return NULL;
}

/* NULL, or what is wrong with the file. */
static const char *read_core(struct target *t)
{
	const char *wrong;
	Elf64_Ehdr h;
	Elf64_Phdr p;
	u64 i, n;

	wrong = read_header(t, &h);
	if (wrong)
		return wrong;
	n = count_segments(t, &h);
	if (!n || n > MAX_SEGMENTS || !read_at(t, &p, h.e_phoff + (n - 1) * sizeof(p), sizeof(p)))
		return "is damaged or cut off: its program headers are not all there";
	t->core->segments = xmalloc(n * sizeof(*t->core->segments));
	for (i = 0; i < n; i++) {
		if (!read_at(t, &p, h.e_phoff + i * sizeof(p), sizeof(p)))
			return "cannot be read";
		if (p.p_type == PT_LOAD)
			add_segment(t->core, &p);
		else if (p.p_type == PT_NOTE)
			read_note_segment(t, &p);
	}
	qsort(t->core->segments, t->core->nr_segments, sizeof(*t->core->segments), by_address);
	return NULL;
}

/* --- opening --- */

static struct target *open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct target *t;
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		say("%s: %s", path, strerror(errno));
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		say("%s is no regular file; a core file is wanted", path);
		close(fd);
		return NULL;
	}
	t = target_new(fetch_core);
	t->fd = fd;
	t->close = close_core;
	t->reader.refresh = NULL; /* it stays as it is */
	t->core = xmalloc(sizeof(*t->core));
	*t->core = (struct core_map){ .file_bytes = (u64)st.st_size };
	snprintf(t->name, sizeof(t->name), "%s", path);
	return t;
}

struct target *target_open_core(const char *path)
{
	struct target *t = open_file(path);
	const char *wrong;

	if (!t)
		return NULL;
	wrong = read_core(t);
	if (wrong) {
		say("%s %s", path, wrong);
	} else if (!target_find_roots(t, t->core->ranges, t->core->nr_ranges)) {
		say("%s holds no kmemu heap: is it of a program that ran on kmemu, and whole?",
		    path);
	} else {
		wrong = view_roots_check(&t->roots);
		if (!wrong)
			return t;
		say("%s: the process %s: use the kmemu command of that build", path, wrong);
	}
	target_close(t);
	return NULL;
}
