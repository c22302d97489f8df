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
 * A path (logfile.c) that cannot be opened is said once on standard error, and
 * the texts go there.
 *
 * Long texts (whole reports) come ready-made from their own buffer and are
 * written as they are; events (json.c) go to a file of their own.
 *
 * Locks: log_lock guards line[] and changes of the files. It is only tried,
 * for a while: a handler may have interrupted its owner on this thread, or the
 * owner may have left it by siglongjmp for ever. Who does not get it formats
 * into a small buffer on the stack and writes to what is open, or opens the
 * path for this one text; it changes nothing.
 *
 * Cost: fstat and write a text; nothing while nothing is said.
 */
#include "core/lib/printk.h"

#include <errno.h>

#include "config/options.h"
#include "core/lib/logfile.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define LINE_BYTES 1024
#define SMALL_LINE_BYTES 384
#define LOCK_WAIT_MS 20

kmemu_lock_t log_lock = KMEMU_LOCK_INIT(LOCK_LOG);

/* Identity of standard error at start; known is set last. */
static struct {
	bool known, open;
	u64 dev, ino;
} err;

static struct logfile log_file = LOGFILE_INIT, events_file = LOGFILE_INIT;
static char line[LINE_BYTES];
static unsigned long dropped;
static bool line_is_open; /* the last text had no newline: printk_record() */

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

static bool write_stderr(const char *s, size_t n)
{
	return err.open && is_file(2, err.dev, err.ino) && logfile_write_all(2, s, n);
}

/* --- files --------------------------------------------------------------- */

static __noinline void say_open_failure(const char *option, const char *spec, int error)
{
	char text[SMALL_LINE_BYTES];
	int n;

	n = kmemu_scnprintf(text, sizeof(text),
			    "kmemu: %s=%.200s: cannot be opened (%s%d); %s\n", option, spec,
			    error == -ELOOP ? "a symbolic link, error " : "error ", -error,
			    option[0] == 'l' ? "using stderr" : "no events are written");
	write_stderr(text, (size_t)n);
}

/* With log_lock held. */
static bool write_log(const char *spec, const char *s, size_t n)
{
	static bool failure_said;
	int error = logfile_write(&log_file, spec, s, n);

	if (error == -EIO || !error)
		return !error;
	if (!failure_said)
		say_open_failure("log", spec, error);
	failure_said = true;
	return write_stderr(s, n);
}

static bool write_log_once(const char *spec, const char *s, size_t n)
{
	int error = logfile_write_once(&log_file, spec, s, n);

	return !error || (error != -EIO && write_stderr(s, n));
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

static void emit_text(const char *s, size_t n, bool locked)
{
	const char *spec = kmemu_opts.log;
	bool done;

	if (log_is_stderr(spec))
		done = write_stderr(s, n);
	else if (locked)
		done = write_log(spec, s, n);
	else
		done = write_log_once(spec, s, n);
	if (!done)
		__atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
}

static void emit(const char *s, size_t n, bool locked)
{
	if (unlikely(READ_ONCE(line_is_open)) &&
	    __atomic_exchange_n(&line_is_open, false, __ATOMIC_RELAXED))
		emit_text("\n", 1, locked);
	emit_text(s, n, locked);
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

void printk_text(const char *s, size_t n)
{
	bool locked;

	if (!n)
		return;
	printk_init();
	locked = take_log_lock();
	emit(s, n, locked);
	if (locked)
		spin_unlock(&log_lock);
}

bool printk_line_is_open(void)
{
	return READ_ONCE(line_is_open);
}

void printk_record(const char *s, size_t n, bool cont)
{
	bool locked;

	if (!n)
		return;
	printk_init();
	locked = take_log_lock();
	if (cont)
		emit_text(s, n, locked);
	else
		emit(s, n, locked);
	WRITE_ONCE(line_is_open, s[n - 1] != '\n');
	if (locked)
		spin_unlock(&log_lock);
}

void printk_prepare(void)
{
	printk_init();
	if (!take_log_lock())
		return;
	if (!log_is_stderr(kmemu_opts.log))
		write_log(kmemu_opts.log, "", 0);
	logfile_inherit(&log_file);
	logfile_inherit(&events_file);
	spin_unlock(&log_lock);
}

bool events_write(const char *s, size_t n)
{
	static bool failure_said, marked;
	const char *spec = kmemu_opts.json;
	int error;

	printk_init();
	if (!take_log_lock()) {
		error = logfile_write_once(&events_file, spec, s, n);
	} else {
		error = logfile_write(&events_file, spec, s, n);
		if (error && error != -EIO && !failure_said) {
			failure_said = true;
			say_open_failure("json", spec, error);
		}
		spin_unlock(&log_lock);
	}
	if (!error)
		return true;
	__atomic_fetch_add(&dropped, 1, __ATOMIC_RELAXED);
	if (!__atomic_exchange_n(&marked, true, __ATOMIC_RELAXED))
		logfile_mark_lost(&events_file);
	return false;
}
