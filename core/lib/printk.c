/*
 * printk.c - one text, one write(2), into the right file or none.
 *
 * The kernel's printk puts records into a ring buffer that consoles drain.
 * We are a guest in a process whose descriptors are its own, so the care goes
 * elsewhere: never write into a file of the program's, never keep one of the
 * low numbers that it counts on, never disturb it from a handler.
 *
 * Standard error. Its identity (device, inode) is taken by printk_init() at
 * the first allocation. It is written to only while descriptor 2 is still that
 * file: a daemon that closed it and opened a data base there would find our
 * text in its data. We keep no duplicate of it, since a reader waiting for the
 * end of a pipe would wait for us. What cannot be said is counted.
 *
 * A path. Opened at the first output (O_CLOEXEC|O_NOFOLLOW|O_APPEND, 0600) and
 * moved above descriptor 200, or as high as RLIMIT_NOFILE lets it, but not
 * below LOWEST_FD: then it is opened for each text. Before each write the
 * descriptor's identity is compared; one that the program closed or reused is
 * forgotten, never closed, and the path is opened again. With %p in the path
 * a fork child opens a file of its own. A relative path is taken where the
 * program is at the first output. A path that cannot be opened is said once on
 * standard error, and the texts go there.
 *
 * Between the comparison and the write another thread of the program may close
 * and reuse the number; nothing in user space can exclude that.
 *
 * Locks: log_lock guards line[], path[] and changes of `file`. It is only
 * tried, for a while: a handler may have interrupted its owner on this thread,
 * or the owner may have left it by siglongjmp for ever. Who does not get it
 * formats into a small buffer on the stack and writes to what is open, or
 * opens the path for this one text; it changes nothing.
 *
 * Cost: fstat and write a text; nothing while nothing is said.
 */
#include "core/lib/printk.h"

#include <errno.h>
#include <fcntl.h>

#include "config/options.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define LINE_BYTES 1024
#define SMALL_LINE_BYTES 384
#define PATH_BYTES 1024
#define SMALL_PATH_BYTES 256
#define LOWEST_FD 10
#define LOCK_WAIT_MS 20

kmemu_lock_t log_lock = KMEMU_LOCK_INIT(LOCK_LOG);

/* Identity of standard error at start; known is set last. */
static struct {
	bool known, open;
	u64 dev, ino;
} err;

/* The log file. Read without lock too: atomically, fd set last, reset first. */
static struct {
	int fd; /* -1: not open */
	int pid; /* who opened it */
	u64 dev, ino;
	bool failure_said;
} file = { .fd = -1 };

static char line[LINE_BYTES];
static char path[PATH_BYTES];
static unsigned long dropped;

void printk_init(void)
{
	if (__atomic_load_n(&err.known, __ATOMIC_ACQUIRE))
		return;
	err.open = os_file_id(2, &err.dev, &err.ino);
	__atomic_store_n(&err.known, true, __ATOMIC_RELEASE);
}

unsigned long printk_dropped(void)
{
	return __atomic_load_n(&dropped, __ATOMIC_RELAXED);
}

static bool is_file(int fd, u64 want_dev, u64 want_ino)
{
	u64 dev, ino;

	return os_file_id(fd, &dev, &ino) && dev == want_dev && ino == want_ino;
}

static bool write_all(int fd, const char *s, size_t n)
{
	return os_write(fd, s, n) == (ssize_t)n;
}

static bool write_stderr(const char *s, size_t n)
{
	return err.open && is_file(2, err.dev, err.ino) && write_all(2, s, n);
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

/* Moves fd out of the program's way; -1: it has to be closed after use. */
static int move_up(int fd)
{
	static const int floor[] = { 200, 100, 50, 25, LOWEST_FD };

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

/* The log's descriptor if it is open and still ours, else -1. */
static int file_fd(void)
{
	int fd = __atomic_load_n(&file.fd, __ATOMIC_ACQUIRE);
	u64 dev = __atomic_load_n(&file.dev, __ATOMIC_RELAXED);
	u64 ino = __atomic_load_n(&file.ino, __ATOMIC_RELAXED);

	return fd >= 0 && is_file(fd, dev, ino) ? fd : -1;
}

/* With log_lock held. */
static void set_file(int fd, u64 dev, u64 ino)
{
	__atomic_store_n(&file.fd, -1, __ATOMIC_RELEASE);
	__atomic_store_n(&file.dev, dev, __ATOMIC_RELAXED);
	__atomic_store_n(&file.ino, ino, __ATOMIC_RELAXED);
	__atomic_store_n(&file.fd, fd, __ATOMIC_RELEASE);
}

/* Opens the log; -errno. *once: not kept, close it after the write. */
static int open_file(const char *spec, bool *once)
{
	int low = open_path(spec, path, sizeof(path));
	u64 dev, ino;
	int fd;

	if (low < 0)
		return low;
	fd = move_up(low);
	*once = fd < 0 || !os_file_id(fd, &dev, &ino);
	if (*once)
		return fd < 0 ? low : fd;
	file.pid = os_pid();
	set_file(fd, dev, ino);
	return fd;
}

static __noinline void say_open_failure(const char *spec, int error)
{
	char text[SMALL_LINE_BYTES];
	int n;

	if (file.failure_said)
		return;
	file.failure_said = true;
	n = kmemu_scnprintf(text, sizeof(text),
			    "kmemu: log=%.200s: cannot be opened (%s%d); using stderr\n", spec,
			    error == -ELOOP ? "a symbolic link, error " : "error ", -error);
	write_stderr(text, (size_t)n);
}

/* The descriptor to keep using, -1: open one. With log_lock held. */
static int kept_fd(const char *spec)
{
	int fd = file_fd();

	if (fd >= 0 && file.pid != os_pid() && has_pid(spec)) {
		os_close(fd);
		fd = -1;
	}
	if (fd < 0)
		set_file(-1, 0, 0);
	return fd;
}

/* With log_lock held. */
static bool write_file(const char *spec, const char *s, size_t n)
{
	bool once = false, done;
	int fd = kept_fd(spec);

	if (fd < 0)
		fd = open_file(spec, &once);
	if (fd < 0) {
		say_open_failure(spec, fd);
		return write_stderr(s, n);
	}
	done = write_all(fd, s, n);
	if (once)
		os_close(fd);
	return done;
}

/* Without the lock. */
static __noinline bool write_file_once(const char *spec, const char *s, size_t n)
{
	char small_path[SMALL_PATH_BYTES];
	int fd = file_fd();
	bool done;

	if (fd >= 0 && !has_pid(spec))
		return write_all(fd, s, n);
	fd = open_path(spec, small_path, sizeof(small_path));
	if (fd < 0)
		return write_stderr(s, n);
	done = write_all(fd, s, n);
	os_close(fd);
	return done;
}

/* --- printk -------------------------------------------------------------- */

static bool log_is_stderr(const char *spec)
{
	static const char word[] = "stderr";
	size_t i = 0;

	if (!spec)
		return true;
	while (spec[i] == word[i] && word[i])
		i++;
	return spec[i] == word[i];
}

static void emit(const char *s, size_t n, bool locked)
{
	const char *spec = kmemu_opts.log;
	bool done;

	if (log_is_stderr(spec))
		done = write_stderr(s, n);
	else if (locked)
		done = write_file(spec, s, n);
	else
		done = write_file_once(spec, s, n);
	if (!done)
		__atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
}

static size_t format(char *buf, size_t size, const char *fmt, va_list ap)
{
	size_t n = (size_t)kmemu_vscnprintf(buf, size - 1, fmt, ap);

	if (n == 0 || buf[n - 1] != '\n')
		buf[n++] = '\n';
	return n;
}

static bool take_log_lock(void)
{
	u64 start_ms = 0;

	while (!spin_trylock(&log_lock)) {
		if (spin_is_mine(&log_lock))
			return false;
		if (!start_ms)
			start_ms = os_monotonic_ms();
		if (os_monotonic_ms() - start_ms > LOCK_WAIT_MS)
			return false;
		os_yield();
	}
	return true;
}

static __noinline void printk_unlocked(const char *fmt, va_list ap)
{
	char small[SMALL_LINE_BYTES];

	emit(small, format(small, sizeof(small), fmt, ap), false);
}

void vprintk(const char *fmt, va_list ap)
{
	printk_init();
	if (!take_log_lock()) {
		printk_unlocked(fmt, ap);
		return;
	}
	emit(line, format(line, sizeof(line), fmt, ap), true);
	spin_unlock(&log_lock);
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}
