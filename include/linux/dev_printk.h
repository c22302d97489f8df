/* SPDX-License-Identifier: MIT */
/*
 * <linux/dev_printk.h> of Linux 6.12: lines that begin with the driver and the
 * device. dev_dbg() is compiled, and prints with DEBUG defined.
 */
#ifndef _DEVICE_PRINTK_H_
#define _DEVICE_PRINTK_H_

#include <kmemu/device.h>
#include <linux/compiler.h>
#include <linux/ratelimit.h>

#ifndef dev_fmt
#define dev_fmt(fmt) fmt
#endif

#define dev_emerg(dev, fmt, ...) kmemu_dev_printk(0, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) kmemu_dev_printk(1, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) kmemu_dev_printk(2, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) kmemu_dev_printk(3, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) kmemu_dev_printk(4, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) kmemu_dev_printk(5, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) kmemu_dev_printk(6, dev, dev_fmt(fmt), ##__VA_ARGS__)

/* level: KERN_ERR and so on. */
#define dev_printk(level, dev, fmt, ...) \
	kmemu_dev_printk((level)[1] - '0', dev, dev_fmt(fmt), ##__VA_ARGS__)

#define dev_no_printk(dev, fmt, ...)                                              \
	do {                                                                      \
		if (0)                                                            \
			kmemu_dev_printk(7, dev, dev_fmt(fmt), ##__VA_ARGS__);    \
	} while (0)

#ifdef DEBUG
#define dev_dbg(dev, fmt, ...) kmemu_dev_printk(7, dev, dev_fmt(fmt), ##__VA_ARGS__)
#else
#define dev_dbg dev_no_printk
#endif
#define dev_vdbg dev_no_printk

#define __kmemu_dev_once(level, dev, fmt, ...)                                    \
	do {                                                                      \
		static char __kmemu_said;                                         \
		if (!__atomic_exchange_n(&__kmemu_said, 1, __ATOMIC_RELAXED))     \
			level(dev, fmt, ##__VA_ARGS__);                           \
	} while (0)
#define dev_err_once(dev, fmt, ...) __kmemu_dev_once(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_once(dev, fmt, ...) __kmemu_dev_once(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_once(dev, fmt, ...) __kmemu_dev_once(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_once(dev, fmt, ...) __kmemu_dev_once(dev_info, dev, fmt, ##__VA_ARGS__)

#define dev_dbg_once(dev, fmt, ...) __kmemu_dev_once(dev_dbg, dev, fmt, ##__VA_ARGS__)
#define dev_emerg_once(dev, fmt, ...) __kmemu_dev_once(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_alert_once(dev, fmt, ...) __kmemu_dev_once(dev_alert, dev, fmt, ##__VA_ARGS__)
#define dev_crit_once(dev, fmt, ...) __kmemu_dev_once(dev_crit, dev, fmt, ##__VA_ARGS__)

/* Nothing is rate limited here. */
#define dev_emerg_ratelimited dev_emerg
#define dev_alert_ratelimited dev_alert
#define dev_crit_ratelimited dev_crit
#define dev_err_ratelimited dev_err
#define dev_warn_ratelimited dev_warn
#define dev_notice_ratelimited dev_notice
#define dev_info_ratelimited dev_info
#define dev_dbg_ratelimited dev_dbg

/* Prints, but for -EPROBE_DEFER and -ENOMEM, and is err. The file's dev_fmt() is not asked. */
__kmemu_c int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
	__kmemu_is(kmemu_dev_err_probe) __printf(3, 4);
__kmemu_c int dev_warn_probe(const struct device *dev, int err, const char *fmt, ...)
	__kmemu_is(kmemu_dev_warn_probe) __printf(3, 4);

#define dev_err_ptr_probe(dev, err, fmt, ...) \
	((void *)(long)dev_err_probe(dev, err, fmt, ##__VA_ARGS__))
#define dev_err_cast_probe(dev, err_ptr, fmt, ...) \
	((void *)(long)dev_err_probe(dev, (int)(long)(err_ptr), fmt, ##__VA_ARGS__))

/* WARN() is <linux/bug.h>'s. */
#define dev_WARN(dev, fmt, ...) \
	WARN(1, "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)
#define dev_WARN_ONCE(dev, cond, fmt, ...) \
	WARN_ONCE(cond, "%s %s: " fmt, dev_driver_string(dev), dev_name(dev), ##__VA_ARGS__)

#ifndef __cplusplus
#define PRINTK_INFO_SUBSYSTEM_LEN 16
#define PRINTK_INFO_DEVICE_LEN 48
struct dev_printk_info {
	char subsystem[PRINTK_INFO_SUBSYSTEM_LEN];
	char device[PRINTK_INFO_DEVICE_LEN];
};
#endif

#endif /* _DEVICE_PRINTK_H_ */
