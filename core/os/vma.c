/*
 * vma.c - mappings of this process (kernel: fs/proc/task_mmu.c, who tells of them).
 *
 * One is asked for by PROCMAP_QUERY (Linux 6.11), which costs what it tells. Where the
 * system does not know it, or a filter refuses it, the text of /proc/self/maps is read
 * up to the one that is wanted.
 *
 * The gate area (vsyscall), which the text ends with, is none of the process's mappings.
 *
 * Locks: none. Memory: the stack's.
 */
#include "core/os/vma.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "core/os/files.h"
#include "core/os/os.h"

/* The system's, which a libc's headers may not have yet. */
struct query {
	u64 size, flags, addr;
	u64 vma_start, vma_end, vma_flags, page_bytes, offset, inode;
	u32 major, minor;
	u32 name_bytes, build_id_bytes;
	u64 name, build_id;
};
#define QUERY	       _IOWR('f', 17, struct query)
#define QUERY_OR_NEXT  0x10u
#define QUERY_SHARED   0x08u
#define QUERY_ALL_PROT 0x07u

#define NAME_BYTES 128 /* of what has no file: less than 100 */
#define LINE_BYTES 256 /* of what is read of a line */

static unsigned int flags_of_name(const char *name)
{
	if (!__builtin_strcmp(name, "[heap]"))
		return OS_VMA_HEAP;
	return __builtin_strcmp(name, "[stack]") ? 0 : OS_VMA_STACK;
}

static int query(const struct os_file *f, struct query *q, unsigned long addr, char *name)
{
	*q = (struct query){ .size = sizeof(*q), .flags = QUERY_OR_NEXT, .addr = addr };
	if (name) {
		q->name = (u64)(uintptr_t)name;
		q->name_bytes = NAME_BYTES;
	}
	return (int)os_call(SYS_ioctl, f->fd, (long)QUERY, (long)q, 0, 0, 0);
}

/* 0, -ENOENT, or another -errno: the system does not tell that way. */
static int ask(const struct os_file *f, unsigned long addr, struct os_vma *vma)
{
	char name[NAME_BYTES] = "";
	struct query q;
	int err = query(f, &q, addr, NULL);

	if (err)
		return err;
	vma->start = q.vma_start;
	vma->end = q.vma_end;
	vma->offset = q.offset;
	vma->flags = (unsigned int)q.vma_flags & (QUERY_ALL_PROT | QUERY_SHARED);
	if (q.inode || q.major || q.minor)
		vma->flags |= OS_VMA_FILE;
	else if (!query(f, &q, addr, name))
		vma->flags |= flags_of_name(name);
	return 0;
}

/* --- as text: start-end rwxs offset major:minor inode name --------------------- */

static unsigned long read_number(const char **at, unsigned int base)
{
	unsigned long value = 0;

	for (;; (*at)++) {
		unsigned int c = (unsigned char)**at, digit = c - '0';

		if (digit > 9)
			digit = c - 'a' < 6 ? c - 'a' + 10 : base;
		if (digit >= base)
			return value;
		value = value * base + digit;
	}
}

static void read_line(const char *line, struct os_vma *vma)
{
	const char *at = line;
	unsigned long device;

	vma->start = read_number(&at, 16);
	at += *at == '-';
	vma->end = read_number(&at, 16);
	at += *at == ' ';
	vma->flags = 0;
	for (; *at && *at != ' '; at++)
		vma->flags |= *at == 'r' ? OS_VMA_READ :
			      *at == 'w' ? OS_VMA_WRITE :
			      *at == 'x' ? OS_VMA_EXEC :
			      *at == 's' ? OS_VMA_SHARED :
					   0;
	at += *at == ' ';
	vma->offset = read_number(&at, 16);
	at += *at == ' ';
	device = read_number(&at, 16);
	at += *at == ':';
	device |= read_number(&at, 16);
	at += *at == ' ';
	device |= read_number(&at, 10);
	while (*at == ' ')
		at++;
	vma->flags |= device ? OS_VMA_FILE : flags_of_name(at);
}

/* Of the file from *offset on; false: it is at its end. What does not fit is left out. */
static bool next_line(const struct os_file *f, u64 *offset, char *line)
{
	bool begun = false;

	for (;;) {
		char part[LINE_BYTES], *end;
		ssize_t n = os_file_read(f, part, sizeof(part) - 1, *offset);

		if (n <= 0)
			return false;
		end = __builtin_memchr(part, '\n', (size_t)n);
		*offset += end ? (u64)(end + 1 - part) : (u64)n;
		if (!begun) {
			part[end ? end - part : n] = 0;
			__builtin_memcpy(line, part, sizeof(part));
		}
		begun = true;
		if (end)
			return true;
	}
}

static bool read_text(const struct os_file *f, unsigned long addr, struct os_vma *vma)
{
	char line[LINE_BYTES];
	u64 offset = 0;

	while (next_line(f, &offset, line)) {
		read_line(line, vma);
		if (vma->end > addr)
			return !(vma->start >> 63);
	}
	return false;
}

bool os_vma_find(unsigned long addr, struct os_vma *vma)
{
	struct os_file f;
	bool found;
	int err;

	if (os_file_open(&f, "/proc/self/maps"))
		return false;
	err = ask(&f, addr, vma);
	found = !err || (err != -ENOENT && read_text(&f, addr, vma));
	os_file_close(&f);
	return found;
}

/* --- changes ------------------------------------------------------------------ */

int os_vma_protect(unsigned long addr, unsigned long bytes, unsigned int flags)
{
	long prot = (flags & OS_VMA_READ ? PROT_READ : 0) |
		    (flags & OS_VMA_WRITE ? PROT_WRITE : 0) |
		    (flags & OS_VMA_EXEC ? PROT_EXEC : 0);

	return (int)os_call(SYS_mprotect, (long)addr, (long)bytes, prot, 0, 0, 0);
}

int os_vma_advise(unsigned long addr, unsigned long bytes, int behavior)
{
	return (int)os_call(SYS_madvise, (long)addr, (long)bytes, behavior, 0, 0, 0);
}

long os_vma_map(unsigned long addr, unsigned long bytes, unsigned long prot, unsigned long flags)
{
	return os_call(SYS_mmap, (long)addr, (long)bytes, (long)prot, (long)flags | MAP_ANONYMOUS,
		       -1, 0);
}

/* --- how much --------------------------------------------------------------------- */

bool os_rss(unsigned long pages[4])
{
	static const char names[4][10] = { "RssFile:", "RssAnon:", "VmSwap:", "RssShmem:" };
	char line[LINE_BYTES];
	struct os_file f;
	u64 offset = 0;

	if (os_file_open(&f, "/proc/self/status"))
		return false;
	while (next_line(&f, &offset, line)) {
		for (int i = 0; i < 4; i++) {
			size_t n = __builtin_strlen(names[i]);
			const char *at = line + n;

			if (__builtin_strncmp(line, names[i], n))
				continue;
			while (*at == ' ' || *at == '\t')
				at++;
			pages[i] = read_number(&at, 10) / 4; /* kB */
		}
	}
	os_file_close(&f);
	return true;
}
