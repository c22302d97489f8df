/*
 * printk.c - printk of kernel code (kernel: kernel/printk/printk.c,
 * lib/ratelimit.c), and the names of sprintf's family.
 *
 * A record's level is its prefix of two bytes, 4 without one. It is written when it
 * is below loglevel=, with dmesg's time stamp, by one write, as the console shows
 * it. Text without newline leaves the line open; KERN_CONT goes on with it, anything
 * else ends it. More than 1023 bytes are cut, as in the kernel.
 *
 * Different from the kernel: no ring buffer, so what a level hides is gone; nothing
 * is put off; a line that goes on is written as it comes.
 *
 * Locks: that of the log; a ratelimit's state is only tried: who comes at the same
 * time is one of the missed, as in the kernel.
 */
#include "include/kmemu/printk.h"
#include "include/kmemu/sched.h"

#include "config/options.h"
#include "core/init/init.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"
#include "core/os/os.h"

#define RECORD_BYTES	      1024
#define STAMP_BYTES	      32
#define LEVEL_DEFAULT	      4
#define RATELIMIT_MSG_ON_RELEASE 1

/* Kernel: console_printk[]. loglevel= until somebody sets the first. */
static int *console_levels(void)
{
	static int levels[4] = { -1, 4, 1, 7 };
	int unset = -1;

	if (unlikely(READ_ONCE(levels[0]) == unset))
		__atomic_compare_exchange_n(&levels[0], &unset, (int)kmemu_opts.loglevel, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	return levels;
}

KMEMU_EXPORT int *kmemu_console_printk(void)
{
	kmemu_options_init();
	return console_levels();
}

/* Reads the prefix: the level, or 'c'. */
static const char *parse_prefix(const char *text, int *level, bool *cont)
{
	while (text[0] == '\001' && text[1]) {
		if (text[1] >= '0' && text[1] <= '7')
			*level = text[1] - '0';
		else if (text[1] == 'c')
			*cont = true;
		text += 2;
	}
	return text;
}

static size_t length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* Each line has a stamp, as console_emit_next_record() makes it. */
static void write_lines(const char *text, bool cont)
{
	char out[RECORD_BYTES + STAMP_BYTES];
	u64 us = os_monotonic_ns() / 1000;
	bool first = true;

	cont = cont && printk_line_is_open();
	while (*text) {
		size_t n = 0;
		int len = 0;

		while (text[n] && text[n] != '\n')
			n++;
		n += text[n] == '\n';
		if (!cont || !first)
			len = kmemu_scnprintf(out, sizeof(out), "[%5lu.%06lu] ",
					      (unsigned long)(us / 1000000),
					      (unsigned long)(us % 1000000));
		len += kmemu_scnprintf(out + len, sizeof(out) - (size_t)len, "%.*s", (int)n, text);
		printk_record(out, (size_t)len, cont && first);
		first = false;
		text += n;
	}
}

static int suppressed;

KMEMU_EXPORT int *kmemu_suppress_printk(void)
{
	return &suppressed;
}

/* Kernel: vprintk_store(): a level that is given goes before the text's own. */
__attribute__((__format__(__printf__, 2, 0))) static int emit(int given, const char *fmt,
							      va_list args)
{
	char record[RECORD_BYTES];
	int level = LEVEL_DEFAULT;
	bool cont = false;
	const char *text;

	if (unlikely(READ_ONCE(suppressed)))
		return 0;
	kmemu_options_init();
	kmemu_vscnprintf_k(record, sizeof(record), fmt, args);
	text = parse_prefix(record, &level, &cont);
	if (given >= 0)
		level = given;
	if (level < READ_ONCE(console_levels()[0]))
		write_lines(text, cont);
	return (int)length(text);
}

KMEMU_EXPORT int kmemu_vprintk(const char *fmt, va_list args)
{
	return emit(-1, fmt, args);
}

KMEMU_EXPORT int kmemu_vprintk_emit(int facility, int level, const void *dev_info, const char *fmt,
				    va_list args)
{
	(void)facility;
	(void)dev_info;
	return emit(level, fmt, args);
}

KMEMU_EXPORT int kmemu_printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = kmemu_vprintk(fmt, args);
	va_end(args);
	return len;
}

/* --- rate limits --------------------------------------------------------- */

KMEMU_EXPORT int kmemu_ratelimit(struct kmemu_ratelimit *rs, const char *func)
{
	int interval = READ_ONCE(rs->interval), burst = READ_ONCE(rs->burst), missed = 0, may;
	unsigned long now = kmemu_jiffies();

	if (!interval)
		return 1;
	if (__atomic_exchange_n(&rs->lock, 1, __ATOMIC_ACQUIRE))
		return 0;
	if (!rs->begin)
		rs->begin = now;
	if ((long)(now - rs->begin - (unsigned long)interval) > 0) {
		if (!(rs->flags & RATELIMIT_MSG_ON_RELEASE)) {
			missed = rs->missed;
			rs->missed = 0;
		}
		rs->begin = now;
		rs->printed = 0;
	}
	may = burst > rs->printed;
	if (may)
		rs->printed++;
	else
		rs->missed++;
	__atomic_store_n(&rs->lock, 0, __ATOMIC_RELEASE);
	if (missed)
		kmemu_printk("\0014%s: %d callbacks suppressed\n", func, missed);
	return may;
}

KMEMU_EXPORT int kmemu_printk_ratelimit(const char *func)
{
	static struct kmemu_ratelimit state = { .interval = KMEMU_RATELIMIT_INTERVAL,
						.burst = KMEMU_RATELIMIT_BURST };

	return kmemu_ratelimit(&state, func);
}

KMEMU_EXPORT bool kmemu_printk_timed_ratelimit(unsigned long *last, unsigned int msecs)
{
	unsigned long now = kmemu_jiffies();

	if (*last && now - *last <= (msecs + 3) / 4) /* jiffies, rounded up */
		return false;
	*last = now;
	return true;
}
