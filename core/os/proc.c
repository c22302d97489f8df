/*
 * proc.c - processes and threads as the system lists them (kernel: fs/proc/base.c, who
 * tells of them), and the ids of this one.
 *
 * By system calls: libc's functions keep ids of their own and allocate. What a filter
 * would kill for is not asked.
 *
 * Locks: none. Memory: the stack's.
 */
#include "core/os/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "core/os/filter.h"
#include "core/os/os.h"

/* What getdents64() writes. */
struct entry {
	u64 ino;
	s64 offset;
	u16 bytes;
	u8 type;
	char name[];
};

static int open_file(const char *path, int flags)
{
	return os_filter_kills(SYS_openat) ? -EPERM : os_open(path, flags, 0);
}

bool os_proc_read(const char *path, char *buf, size_t size)
{
	int fd = open_file(path, O_RDONLY);
	size_t n = 0;

	if (fd < 0)
		return false;
	while (n < size - 1) {
		ssize_t got = os_read(fd, buf + n, size - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	os_close(fd);
	buf[n] = '\0';
	return n > 0;
}

static u32 number(const char *name)
{
	u32 n = 0;

	while (*name >= '0' && *name <= '9')
		n = n * 10 + (u32)(*name++ - '0');
	return *name ? 0 : n;
}

static void each_entry(const char *buf, long bytes, void (*fn)(u32 tid, void *arg), void *arg)
{
	for (long at = 0; at < bytes;) {
		const struct entry *e = (const struct entry *)(buf + at);
		u32 tid = number(e->name);

		if (tid)
			fn(tid, arg);
		at += e->bytes;
	}
}

bool os_for_each_thread(void (*fn)(u32 tid, void *arg), void *arg)
{
	char buf[1024] __attribute__((aligned(8)));
	long n;
	int fd;

	if (os_filter_kills(SYS_getdents64))
		return false;
	fd = open_file("/proc/self/task", O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return false;
	while ((n = os_call(SYS_getdents64, fd, (long)buf, sizeof(buf), 0, 0, 0)) > 0)
		each_entry(buf, n, fn, arg);
	os_close(fd);
	return n == 0;
}

static long ask(long nr, long a, long b, long c)
{
	return os_filter_kills(nr) ? -EPERM : os_call(nr, a, b, c, 0, 0, 0);
}

bool os_process_exists(int pid)
{
	return ask(SYS_kill, pid, 0, 0) != -ESRCH;
}

int os_pgid(void)
{
	return max((int)ask(SYS_getpgid, 0, 0, 0), 0);
}

int os_sid(void)
{
	return max((int)ask(SYS_getsid, 0, 0, 0), 0);
}

void os_limit(unsigned int which, unsigned long *cur, unsigned long *max)
{
	struct rlimit r;

	*cur = *max = ~0UL;
	if (ask(SYS_getrlimit, which, (long)&r, 0))
		return;
	*cur = r.rlim_cur;
	*max = r.rlim_max;
}

static void read_capabilities(struct os_ids *ids)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2];

	if (ask(SYS_capget, (long)&head, (long)d, 0))
		return;
	ids->inheritable = (u64)d[1].inheritable << 32 | d[0].inheritable;
	ids->permitted = (u64)d[1].permitted << 32 | d[0].permitted;
	ids->effective = (u64)d[1].effective << 32 | d[0].effective;
}

void os_ids(struct os_ids *ids)
{
	__builtin_memset(ids, 0, sizeof(*ids));
	ask(SYS_getresuid, (long)&ids->uid[0], (long)&ids->uid[1], (long)&ids->uid[2]);
	ask(SYS_getresgid, (long)&ids->gid[0], (long)&ids->gid[1], (long)&ids->gid[2]);
	read_capabilities(ids);
	ids->nr_groups = (int)ask(SYS_getgroups, OS_GROUPS, (long)ids->groups, 0);
	if (ids->nr_groups < 0)
		ids->nr_groups = 0;
}
