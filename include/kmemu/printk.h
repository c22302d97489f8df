/* SPDX-License-Identifier: MIT */
/*
 * printk.h - printk, sprintf, WARN, BUG and panic of the kernel, for
 * include/linux/printk.h, sprintf.h, bug.h and panic.h.
 *
 * Formats are the kernel's, with its %p extensions. %p is the address itself, as
 * on a kernel with no_hash_pointers, which slub_debug sets as well.
 */
#ifndef KMEMU_PRINTK_H
#define KMEMU_PRINTK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_PRINTF(fmt, first) __attribute__((__format__(__printf__, fmt, first)))

struct va_format {
	const char *fmt;
	va_list *va;
};

/*
 * One record into the log (option log=), with dmesg's time stamp; the level is the
 * KERN_ prefix, KERN_CONT goes on with the line. Levels that loglevel= does not
 * show are not written. Returns the length. Any context.
 */
/* Four levels: what is below the first is shown (loglevel= at first), the kernel's others. */
int *kmemu_console_printk(void);
int kmemu_printk(const char *fmt, ...) KMEMU_PRINTF(1, 2);
int kmemu_vprintk(const char *fmt, va_list args) KMEMU_PRINTF(1, 0);
/* level -1: as the text says. Facility and device are for a ring buffer, which is not there. */
int kmemu_vprintk_emit(int facility, int level, const void *dev_info, const char *fmt,
		       va_list args) __attribute__((__format__(__printf__, 4, 0)));
int *kmemu_suppress_printk(void); /* not 0: printk() says nothing and is 0 */
/* "CPU: ...", the machine's name where it was set, and the work that runs. */
void kmemu_dump_stack_print_info(const char *log_lvl);
void kmemu_dump_stack_set_arch_desc(const char *fmt, ...)
	__attribute__((__format__(__printf__, 1, 2)));
/*
 * vbin, bprintf: the arguments of fmt in size words: how many words they need, more than
 * size when they are not all there. bstr: the text of it, as snprintf() answers.
 */
int kmemu_vbin_printf(unsigned int *bin_buf, size_t size, const char *fmt, va_list args)
	KMEMU_PRINTF(3, 0);
int kmemu_bprintf(unsigned int *bin_buf, size_t size, const char *fmt, ...) KMEMU_PRINTF(3, 4);
int kmemu_bstr_printf(char *buf, size_t size, const char *fmt, const unsigned int *bin_buf)
	KMEMU_PRINTF(3, 0);
/* 1: print. 10 in 5 seconds, kept for each func; who was refused is told of later. */
int kmemu_printk_ratelimit(const char *func);
bool kmemu_printk_timed_ratelimit(unsigned long *last, unsigned int msecs);
/*
 * The same for a place's own state: burst in interval, which is in jiffies; an interval of
 * 0 is no limit. The members are the kernel's (include/linux/ratelimit_types.h).
 */
struct kmemu_ratelimit {
	unsigned int lock;
	int interval, burst;
	int printed, missed;
	unsigned int flags; /* 1: what is missed is not told of when the interval is over */
	unsigned long begin; /* jiffies */
};
#define KMEMU_RATELIMIT_INTERVAL (5 * KMEMU_HZ)
#define KMEMU_RATELIMIT_BURST 10
int kmemu_ratelimit(struct kmemu_ratelimit *rs, const char *func);

/* As the kernel's: no locale, no allocation, any context. */
int kmemu_sprintf(char *buf, const char *fmt, ...) KMEMU_PRINTF(2, 3);
int kmemu_vsprintf(char *buf, const char *fmt, va_list args) KMEMU_PRINTF(2, 0);
int kmemu_snprintf(char *buf, size_t size, const char *fmt, ...) KMEMU_PRINTF(3, 4);
int kmemu_vsnprintf_k(char *buf, size_t size, const char *fmt, va_list args) KMEMU_PRINTF(3, 0);
int kmemu_scnprintf_k(char *buf, size_t size, const char *fmt, ...) KMEMU_PRINTF(3, 4);
int kmemu_vscnprintf_k(char *buf, size_t size, const char *fmt, va_list args) KMEMU_PRINTF(3, 0);
/* How many conversions were made. */
int kmemu_sscanf(const char *buf, const char *fmt, ...)
	__attribute__((__format__(__scanf__, 2, 3)));
int kmemu_vsscanf(const char *buf, const char *fmt, va_list args)
	__attribute__((__format__(__scanf__, 2, 0)));
/* kmalloc memory, or NULL. */
char *kmemu_kasprintf(unsigned int gfp, const char *fmt, ...) KMEMU_PRINTF(2, 3);
char *kmemu_kvasprintf(unsigned int gfp, const char *fmt, va_list args) KMEMU_PRINTF(2, 0);

enum { KMEMU_DUMP_PREFIX_NONE, KMEMU_DUMP_PREFIX_ADDRESS, KMEMU_DUMP_PREFIX_OFFSET };
void kmemu_print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
			  int groupsize, const void *buf, size_t len, int ascii);
int kmemu_hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
			     char *linebuf, size_t linebuflen, int ascii);

/*
 * WARN(): a report of kind kernel-warning, once for each place. fmt may be NULL.
 * BUG(): kind kernel-bug, "kernel BUG at FILE:LINE!"; a kunit case ends there as
 * failed, any other thread's process by abort(), as with panic().
 */
void kmemu_warn(const char *file, int line, unsigned int taint, const char *fmt, ...)
	KMEMU_PRINTF(4, 5);
void kmemu_bug(const char *file, int line) __attribute__((__noreturn__));
void kmemu_panic(const char *fmt, ...) __attribute__((__noreturn__)) KMEMU_PRINTF(1, 2);
void kmemu_dump_stack(void);
void kmemu_add_taint(unsigned int flag);
unsigned long kmemu_get_taint(void);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_PRINTK_H */
