/* SPDX-License-Identifier: MIT */
/*
 * <linux/printk.h> of Linux 6.12: to the log, see option log= and loglevel=.
 * pr_debug() says something with DEBUG defined, as without dynamic debug.
 */
#ifndef __KERNEL_PRINTK__
#define __KERNEL_PRINTK__

#include <kmemu/printk.h>
#include <linux/compiler.h>
#include <linux/dynamic_debug.h>
#include <linux/init.h>
#include <linux/kern_levels.h>
#include <linux/linkage.h>
#include <linux/once_lite.h>
#include <linux/ratelimit_types.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#define CONSOLE_LOGLEVEL_DEFAULT 7
#define CONSOLE_LOGLEVEL_QUIET 4
#define CONSOLE_LOGLEVEL_SILENT 0
#define CONSOLE_LOGLEVEL_DEBUG 10
#define CONSOLE_LOGLEVEL_MOTORMOUTH 15
#define MESSAGE_LOGLEVEL_DEFAULT 4

#define FW_BUG "[Firmware Bug]: "
#define FW_WARN "[Firmware Warn]: "
#define FW_INFO "[Firmware Info]: "
#define HW_ERR "[Hardware Error]: "
#define DEPRECATED "[Deprecated]: "

__kmemu_c int _printk(const char *fmt, ...) __kmemu_is(kmemu_printk) __printf(1, 2);
__kmemu_c int vprintk(const char *fmt, va_list args) __kmemu_is(kmemu_vprintk) __printf(1, 0);

#define printk(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#define printk_deferred(fmt, ...) _printk(fmt, ##__VA_ARGS__)
#define no_printk(fmt, ...)                             \
	__extension__({                                 \
		if (0)                                  \
			_printk(fmt, ##__VA_ARGS__);    \
		0;                                      \
	})

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT fmt, ##__VA_ARGS__)
#ifdef DEBUG
#define __kmemu_debug(fmt, ...) printk(KERN_DEBUG fmt, ##__VA_ARGS__)
#else
#define __kmemu_debug(fmt, ...) no_printk(KERN_DEBUG fmt, ##__VA_ARGS__)
#endif
#define pr_debug(fmt, ...) __kmemu_debug(pr_fmt(fmt), ##__VA_ARGS__)
#define pr_devel(fmt, ...) __kmemu_debug(pr_fmt(fmt), ##__VA_ARGS__)

#define printk_once(fmt, ...) DO_ONCE_LITE(printk, fmt, ##__VA_ARGS__)
#define printk_deferred_once(fmt, ...) DO_ONCE_LITE(printk, fmt, ##__VA_ARGS__)
#define pr_emerg_once(fmt, ...) printk_once(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_once(fmt, ...) printk_once(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_once(fmt, ...) printk_once(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_once(fmt, ...) printk_once(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_once(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)

#define printk_ratelimit() kmemu_printk_ratelimit(__func__)
#define printk_ratelimited(fmt, ...)                                               \
	__extension__({                                                            \
		static DEFINE_RATELIMIT_STATE(__kmemu_rs, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST);            \
		if (kmemu_ratelimit(&__kmemu_rs, __func__))                        \
			printk(fmt, ##__VA_ARGS__);                                \
	})
#define pr_emerg_ratelimited(fmt, ...) printk_ratelimited(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_ratelimited(fmt, ...) printk_ratelimited(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_ratelimited(fmt, ...) printk_ratelimited(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...) printk_ratelimited(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...) printk_ratelimited(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_ratelimited(fmt, ...) printk_ratelimited(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_ratelimited(fmt, ...) printk_ratelimited(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)
#ifdef DEBUG
#define pr_devel_ratelimited(fmt, ...) printk_ratelimited(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#else
#define pr_devel_ratelimited(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#endif

enum {
	DUMP_PREFIX_NONE = KMEMU_DUMP_PREFIX_NONE,
	DUMP_PREFIX_ADDRESS = KMEMU_DUMP_PREFIX_ADDRESS,
	DUMP_PREFIX_OFFSET = KMEMU_DUMP_PREFIX_OFFSET
};

static __always_inline void print_hex_dump(const char *level, const char *prefix, int type,
					   int rowsize, int groupsize, const void *buf, size_t len,
					   bool ascii)
{
	kmemu_print_hex_dump(level, prefix, type, rowsize, groupsize, buf, len, ascii);
}

#define print_hex_dump_bytes(prefix, type, buf, len) \
	print_hex_dump(KERN_DEBUG, prefix, type, 16, 1, buf, len, true)
#ifdef DEBUG

static __always_inline void print_hex_dump_debug(const char *prefix, int type, int rowsize,
						 int groupsize, const void *buf, size_t len,
						 bool ascii)
{
	print_hex_dump(KERN_DEBUG, prefix, type, rowsize, groupsize, buf, len, ascii);
}

#else

static __always_inline void print_hex_dump_debug(const char *prefix, int type, int rowsize,
						 int groupsize, const void *buf, size_t len,
						 bool ascii)
{
	(void)type;
	(void)rowsize;
	(void)groupsize;
	(void)ascii;
	(void)prefix;
	(void)buf;
	(void)len;
}

#endif
#define dynamic_hex_dump(prefix, type, rowsize, groupsize, buf, len, ascii) \
	print_hex_dump_debug(prefix, type, rowsize, groupsize, buf, len, ascii)
#define print_hex_dump_devel print_hex_dump_debug

static __always_inline int hex_dump_to_buffer(const void *buf, size_t len, int rowsize,
					      int groupsize, char *linebuf, size_t linebuflen,
					      bool ascii)
{
	return kmemu_hex_dump_to_buffer(buf, len, rowsize, groupsize, linebuf, linebuflen, ascii);
}

__kmemu_c void dump_stack(void) __kmemu_is(kmemu_dump_stack);
__kmemu_c void dump_stack_print_info(const char *log_lvl)
	__kmemu_is(kmemu_dump_stack_print_info);
__kmemu_c void show_regs_print_info(const char *log_lvl) __kmemu_is(kmemu_dump_stack_print_info);
__kmemu_c void dump_stack_set_arch_desc(const char *fmt, ...)
	__kmemu_is(kmemu_dump_stack_set_arch_desc) __printf(1, 2);

static __always_inline void dump_stack_lvl(const char *level)
{
	(void)level;
	dump_stack();
}

#ifndef __cplusplus

/* The digit behind KERN_SOH, or 0. */
static inline int printk_get_level(const char *buffer)
{
	if (buffer[0] == '\001' && ((buffer[1] >= '0' && buffer[1] <= '7') || buffer[1] == 'c'))
		return buffer[1];
	return 0;
}

static inline const char *printk_skip_level(const char *buffer)
{
	return printk_get_level(buffer) ? buffer + 2 : buffer;
}

static inline const char *printk_skip_headers(const char *buffer)
{
	while (printk_get_level(buffer))
		buffer = printk_skip_level(buffer);
	return buffer;
}

/* An oops ends the program: it is never in progress while drivers run. */
#define oops_in_progress 0
#define printk_deferred_enter() ((void)0)
#define printk_deferred_exit() ((void)0)

static __always_inline void wake_up_klogd(void)
{
}

/* True, at most once in that many milliseconds; *caller_jiffies is 0 at first. */
__kmemu_c bool printk_timed_ratelimit(unsigned long *caller_jiffies, unsigned int interval_msec)
	__kmemu_is(kmemu_printk_timed_ratelimit);

struct dev_printk_info;
__kmemu_c int vprintk_emit(int facility, int level, const struct dev_printk_info *dev_info,
			   const char *fmt, va_list args) __kmemu_is(kmemu_vprintk_emit)
	__printf(4, 0);
#define suppress_printk (*kmemu_suppress_printk())
/* %s: a system, a release, a version, as uname(2) has them. */
#define linux_proc_banner "%s version %s (kmemu@kmemu) (" __VERSION__ ") %s\n"

/* What is below console_loglevel is shown; it is loglevel= until it is set. */
#define console_printk (kmemu_console_printk())
#define console_loglevel (console_printk[0])
#define default_message_loglevel (console_printk[1])
#define minimum_console_loglevel (console_printk[2])
#define default_console_loglevel (console_printk[3])

static inline void console_silent(void)
{
	console_loglevel = CONSOLE_LOGLEVEL_SILENT;
}

static inline void console_verbose(void)
{
	if (console_loglevel)
		console_loglevel = CONSOLE_LOGLEVEL_MOTORMOUTH;
}

/* The log is the only console: it has all, and nobody asked for another (console=). */

static inline void console_try_replay_all(void)
{
}

/* -ENOENT: no console= has this name; -EINVAL: a name is missing, or idx below 0. */
static inline int match_devname_and_update_preferred_console(const char *devname, const char *name,
							     const short idx)
{
	return !devname || !*devname || !name || !*name || idx < 0 ? -22 : -2;
}

/* An entry of the index of formats, which is not kept here. */
struct pi_entry {
	const char *fmt;
	const char *func;
	const char *file;
	unsigned int line;
	const char *level;
	const char *subsys_fmt_prefix;
} __packed;

#define PRINTK_MAX_SINGLE_HEADER_LEN 2
#define printk_index_subsys_emit(subsys_fmt_prefix, level, fmt, ...) ((void)0)
/* As without CONFIG_EARLY_PRINTK. */
static inline __printf(1, 2) void early_printk(const char *fmt, ...)
{
	(void)fmt;
}

static __always_inline void printk_trigger_flush(void)
{
}

/* So that several lines stay together: the caller's are on one thread. */
#define printk_cpu_sync_get_irqsave(flags)              \
	do {                                            \
		(flags) = kmemu_local_irq_save();       \
	} while (0)
#define printk_cpu_sync_put_irqrestore(flags) kmemu_local_irq_restore(flags)

#endif /* __cplusplus */

#endif /* __KERNEL_PRINTK__ */
