/*
 * files.c - see files.h. The kernel reads no files, but it has the same care:
 * what comes from outside is copied before it is looked at.
 *
 * A file is read by pread into memory of ours and never mapped: if somebody
 * truncates it meanwhile, a mapping raises SIGBUS in the middle of a report,
 * and pread only returns less. Raw calls, since libc's are cancellation points
 * and may be the program's own.
 *
 * Reserved memory is mapped readable and private: it then counts neither to
 * strict overcommit nor, under mlockall(MCL_FUTURE), to memory in use, while a
 * stray read of it is harmless.
 *
 * The descriptor lives for the length of one reading. Between open and dup it
 * has the lowest free number for a moment; a thread that closes numbers that it
 * doesn't own can hit it, as with any library.
 *
 * Locks: none.
 */
#include "core/os/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/os/os.h"

#define FD_LOW 200 /* beyond what programs close or count on */

static int keep_above(int fd)
{
	int high = os_dup_above(fd, FD_LOW);

	if (high < 0) /* RLIMIT_NOFILE is small */
		high = os_dup_above(fd, 3);
	if (high < 0)
		return fd;
	os_close(fd);
	return high;
}

int os_file_open(struct os_file *f, const char *path)
{
	int fd = os_open(path, O_RDONLY | O_NONBLOCK, 0);
	struct stat st;
	long err;

	if (fd < 0)
		return fd;
	err = os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0);
	if (!err && !S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err) {
		os_close(fd);
		return (int)err;
	}
	f->fd = keep_above(fd);
	f->bytes = (u64)st.st_size;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	return 0;
}

void os_file_close(struct os_file *f)
{
	os_close(f->fd);
	f->fd = -1;
}

ssize_t os_file_read(const struct os_file *f, void *buf, size_t n, u64 offset)
{
	size_t done = 0;
	long ret;

	while (done < n) {
		ret = os_call(SYS_pread64, f->fd, (long)buf + (long)done, (long)(n - done),
			      (long)(offset + done), 0, 0);
		if (ret == -EINTR)
			continue;
		if (ret < 0)
			return ret;
		if (ret == 0)
			break;
		done += (size_t)ret;
	}
	return (ssize_t)done;
}

int os_file_link(const char *path, char *buf, size_t size)
{
	long n = os_call(SYS_readlinkat, AT_FDCWD, (long)path, (long)buf, (long)size - 1, 0, 0);

	buf[n < 0 ? 0 : n] = '\0';
	return (int)n;
}

int os_file_cwd(char *buf, size_t size)
{
	long n = os_call(SYS_getcwd, (long)buf, (long)size, 0, 0, 0, 0);

	return n <= 0 ? (int)n : (int)n - 1; /* the call counts the NUL */
}

void *os_reserve_any(size_t bytes)
{
	long ret = os_call(SYS_mmap, 0, (long)bytes, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return ret < 0 && ret > -4096 ? NULL : (void *)ret;
}

int os_commit(void *addr, size_t bytes)
{
	return (int)os_call(SYS_mprotect, (long)addr, (long)bytes, PROT_READ | PROT_WRITE, 0, 0, 0);
}

void *os_map_shared(const char *path, size_t bytes)
{
	int fd = os_open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW, 0);
	struct stat st;
	long ret = -1;

	if (fd < 0)
		return NULL;
	if (!os_call(SYS_fstat, fd, (long)&st, 0, 0, 0, 0) && S_ISREG(st.st_mode) &&
	    (size_t)st.st_size >= bytes)
		ret = os_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	os_close(fd);
	return ret < 0 && ret > -4096 ? NULL : (void *)ret;
}

static u64 left_open;

void os_signals_leave_open(u64 mask)
{
	left_open |= mask;
}

u64 os_signals_block(void)
{
	u64 all = ~left_open, old = 0;

	os_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, (long)&old, sizeof(old), 0, 0);
	return old;
}

void os_signals_restore(u64 old)
{
	os_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, sizeof(old), 0, 0);
}

bool os_signal_stack(unsigned long *lo, unsigned long *hi)
{
	stack_t ss = { .ss_flags = 0 };

	if (os_call(SYS_sigaltstack, 0, (long)&ss, 0, 0, 0, 0) || ss.ss_flags & SS_DISABLE)
		return false;
	*lo = (unsigned long)ss.ss_sp;
	*hi = *lo + ss.ss_size;
	return true;
}

size_t os_signal_stack_left(void)
{
	stack_t ss = { .ss_flags = 0 };

	if (os_call(SYS_sigaltstack, 0, (long)&ss, 0, 0, 0, 0) || !(ss.ss_flags & SS_ONSTACK))
		return SIZE_MAX;
	return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)ss.ss_sp;
}
