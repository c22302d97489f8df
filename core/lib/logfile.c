/*
 * logfile.c - a file that we write in somebody else's process.
 *
 * The kernel's printk hands its texts to consoles that are its own. We are a
 * guest: the numbers of descriptors are the program's, and it may close or
 * reuse any. So a path is opened at the first output (O_CLOEXEC|O_NOFOLLOW|
 * O_APPEND, 0600) and moved above descriptor 200, or as high as RLIMIT_NOFILE
 * lets it, but not below LOWEST_FD: then it is opened for each text. Before
 * each write the descriptor's identity (device, inode) is compared; one that
 * the program closed or reused is forgotten, never closed, and the path is
 * opened again. With %p in the path a fork child opens a file of its own. A
 * relative path is taken where the program is at the first output.
 *
 * A text is one write. What is longer than PIPE_BUF may be cut up on its way
 * into a pipe or a terminal, and mixed with other writers' texts; there it goes
 * in parts of whole lines.
 *
 * A program that is run under a filter on system calls may not be able to open
 * anything (man's helpers). Who puts the filter on leaves the files open for it.
 *
 * Between the comparison and the write another thread of the program may close
 * and reuse the number; nothing in user space can exclude that.
 *
 * Locks: the caller's (log_lock) guards path[] and changes of a struct logfile.
 * Who does not have it uses logfile_write_once(), which writes to what is open
 * or opens the path for this one text, and changes nothing.
 *
 * Cost: fstat and write a text.
 */
#include "core/lib/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"
#include "core/os/task.h"

#define PATH_BYTES 1024
#define SMALL_PATH_BYTES 256
#define LOWEST_FD 10
#define WAIT_MS 200

static char path[PATH_BYTES];

static bool is_file(int fd, u64 want_dev, u64 want_ino)
{
	u64 dev, ino;

	return os_file_id(fd, &dev, &ino) && dev == want_dev && ino == want_ino;
}

/* Bytes of whole lines that a pipe takes at once; a longer line is cut. */
static size_t atomic_part(const char *s, size_t n)
{
	size_t part = min(n, (size_t)PIPE_BUF);

	if (part == n)
		return n;
	while (part && s[part - 1] != '\n')
		part--;
	return part ? part : PIPE_BUF;
}

/*
 * A pipe that is full and does not block is waited for, so that a reader who
 * is slow gets whole lines; one that does not read at all only once.
 */
static bool write_part(int fd, const char *s, size_t n)
{
	static bool hopeless;
	ssize_t done = os_write(fd, s, n);

	while (done != (ssize_t)n) {
		if (done < 0 && done != -EAGAIN)
			return false;
		s += max(done, (ssize_t)0);
		n -= (size_t)max(done, (ssize_t)0);
		if (READ_ONCE(hopeless) || !os_wait_writable(fd, WAIT_MS)) {
			WRITE_ONCE(hopeless, done == -EAGAIN);
			return false;
		}
		done = os_write(fd, s, n);
	}
	WRITE_ONCE(hopeless, false);
	return true;
}

bool logfile_write_all(int fd, const char *s, size_t n)
{
	bool in_parts = n > PIPE_BUF && os_is_stream(fd);

	while (n) {
		size_t part = in_parts ? atomic_part(s, n) : n;

		if (!write_part(fd, s, part))
			return false;
		s += part;
		n -= part;
	}
	return true;
}

/* --- the path ------------------------------------------------------------ */

static bool has_pid(const char *spec)
{
	for (; *spec; spec++)
		if (*spec == '%' && *++spec == 'p')
			return true;
	return false;
}

/* '/' cannot be in a file name. */
void log_program_name(char *name, size_t size)
{
	int fd = os_open("/proc/self/comm", O_RDONLY, 0);
	ssize_t n = fd < 0 ? fd : os_read(fd, name, size - 1);

	if (fd >= 0)
		os_close(fd);
	if (n <= 0) {
		kmemu_scnprintf(name, size, "unknown");
		return;
	}
	name[n] = '\0';
	for (ssize_t i = 0; i < n; i++) {
		if (name[i] == '\n')
			name[i] = '\0';
		else if (name[i] == '/')
			name[i] = '_';
	}
}

static int put_field(char *buf, size_t size, char field)
{
	char name[32];

	switch (field) {
	case 'p':
		return kmemu_scnprintf(buf, size, "%d", os_pid());
	case 't':
		return kmemu_scnprintf(buf, size, "%llu",
				       (unsigned long long)os_monotonic_ms());
	case 'e':
		log_program_name(name, sizeof(name));
		return kmemu_scnprintf(buf, size, "%s", name);
	default:
		return kmemu_scnprintf(buf, size, "%c", field);
	}
}

/* False: it does not fit. */
static bool expand_path(const char *spec, char *buf, size_t size)
{
	size_t n = 0;

	for (; *spec && n < size - 1; spec++) {
		if (*spec == '%' && spec[1])
			n += (size_t)put_field(buf + n, size - n, *++spec);
		else
			buf[n++] = *spec;
	}
	buf[n] = '\0';
	return !*spec && n < size - 1;
}

/* The new descriptor or -errno. */
static int open_path(const char *spec, char *buf, size_t size)
{
	if (!expand_path(spec, buf, size))
		return -ENAMETOOLONG;
	return os_open(buf, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0600);
}

/* --- the descriptor ------------------------------------------------------ */

static const int floor[] = { 200, 100, 50, 25, LOWEST_FD };

/* As a filter does. */
static bool is_refused(int error)
{
	return error == -ENOSYS || error == -EPERM || error == -EACCES;
}

/*
 * name cannot be opened, but another program left it open for us: it came
 * under a filter on system calls, then became this one. -1: no.
 */
static __noinline int inherited_fd(const char *name)
{
	u64 dev, ino;

	if (!os_path_id(name, &dev, &ino))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(floor); i++)
		for (int fd = floor[i]; fd < floor[i] + 8; fd++)
			if (is_file(fd, dev, ino))
				return fd;
	return -1;
}

/* Moves fd out of the program's way; -1: it has to be closed after use. */
static int move_up(int fd)
{
	for (size_t i = 0; i < ARRAY_SIZE(floor); i++) {
		int high;

		if (fd >= floor[i])
			return fd;
		high = os_dup_above(fd, floor[i]);
		if (high >= 0) {
			os_close(fd);
			return high;
		}
	}
	return -1;
}

/* The descriptor if it is open and still ours, else -1. */
static int file_fd(const struct logfile *f)
{
	int fd = __atomic_load_n(&f->fd, __ATOMIC_ACQUIRE);
	u64 dev = __atomic_load_n(&f->dev, __ATOMIC_RELAXED);
	u64 ino = __atomic_load_n(&f->ino, __ATOMIC_RELAXED);

	return fd >= 0 && is_file(fd, dev, ino) ? fd : -1;
}

void logfile_mark_lost(const struct logfile *f)
{
	int fd = file_fd(f);

	if (fd >= 0)
		os_file_cut(fd);
}

void logfile_inherit(const struct logfile *f)
{
	int fd = file_fd(f);

	if (fd >= 0)
		os_fd_inherit(fd);
}

static void set_file(struct logfile *f, int fd, u64 dev, u64 ino)
{
	__atomic_store_n(&f->fd, -1, __ATOMIC_RELEASE);
	__atomic_store_n(&f->dev, dev, __ATOMIC_RELAXED);
	__atomic_store_n(&f->ino, ino, __ATOMIC_RELAXED);
	__atomic_store_n(&f->fd, fd, __ATOMIC_RELEASE);
}

/* Opens the path; -errno. *once: not kept, close it after the write. */
static int open_file(struct logfile *f, const char *spec, bool *once)
{
	int low = open_path(spec, path, sizeof(path));
	u64 dev, ino;
	int fd;

	if (low < 0) {
		fd = is_refused(low) ? inherited_fd(path) : -1;
		if (fd < 0)
			return low;
	} else {
		fd = move_up(low);
	}
	*once = fd < 0 || !os_file_id(fd, &dev, &ino);
	if (*once)
		return fd < 0 ? low : fd;
	f->pid = os_pid();
	set_file(f, fd, dev, ino);
	return fd;
}

/* The descriptor to keep using, -1: open one. */
static int kept_fd(struct logfile *f, const char *spec)
{
	int fd = file_fd(f);

	if (fd >= 0 && f->pid != os_pid() && has_pid(spec)) {
		os_close(fd);
		fd = -1;
	}
	if (fd < 0)
		set_file(f, -1, 0, 0);
	return fd;
}

int logfile_write(struct logfile *f, const char *spec, const char *s, size_t n)
{
	bool once = false, done;
	int fd = kept_fd(f, spec);

	if (fd < 0)
		fd = open_file(f, spec, &once);
	if (fd < 0)
		return fd;
	done = logfile_write_all(fd, s, n);
	if (once)
		os_close(fd);
	return done ? 0 : -EIO;
}

__noinline int logfile_write_once(const struct logfile *f, const char *spec, const char *s,
				  size_t n)
{
	char small_path[SMALL_PATH_BYTES];
	int fd = file_fd(f);
	bool done;

	if (fd >= 0 && !has_pid(spec))
		return logfile_write_all(fd, s, n) ? 0 : -EIO;
	fd = open_path(spec, small_path, sizeof(small_path));
	if (fd < 0)
		return fd;
	done = logfile_write_all(fd, s, n);
	os_close(fd);
	return done ? 0 : -EIO;
}
