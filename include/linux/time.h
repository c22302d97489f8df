/* SPDX-License-Identifier: MIT */
/*
 * <linux/time.h> of Linux 6.12. struct timeval and its like are libc's: the system's
 * header of this name does not go with <sys/time.h>.
 */
#ifndef _LINUX_TIME_H
#define _LINUX_TIME_H

#include <kmemu/libc_begin.h>
#include <sys/time.h>
#include <time.h>
#include <kmemu/libc_end.h>

#include <asm/timex.h>
#include <linux/time64.h>

/* Seconds since 1970 of a date of the Gregorian calendar; mon from 1. */
static inline time64_t mktime64(const unsigned int year, const unsigned int mon,
				const unsigned int day, const unsigned int hour,
				const unsigned int min, const unsigned int sec)
{
	/* The year begins in March, so that the leap day is its last. */
	long y = (long)year - (mon <= 2), m = ((long)mon + 9) % 12;
	time64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;

	return ((days * 24 + hour) * 60 + min) * 60 + sec;
}

/* libc's struct tm, whose year is an int. offset: seconds east. */
static inline void time64_to_tm(time64_t totalsecs, int offset, struct tm *result)
{
	time64_t t = totalsecs + offset, days = t / 86400 - (t % 86400 < 0), era, y;
	long secs = (long)(t - days * 86400), doe, yoe, doy, mp;
	bool leap;

	result->tm_hour = (int)(secs / 3600);
	result->tm_min = (int)(secs / 60 % 60);
	result->tm_sec = (int)(secs % 60);
	result->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
	days += 719468; /* since 1 March of the year 0 */
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = (long)(days - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	result->tm_mday = (int)(doy - (153 * mp + 2) / 5 + 1);
	result->tm_mon = (int)(mp < 10 ? mp + 2 : mp - 10);
	y = yoe + era * 400 + (result->tm_mon <= 1);
	result->tm_year = (int)(y - 1900);
	leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	result->tm_yday = (int)(mp < 10 ? doy + 59 + leap : doy - 306);
}

#ifndef __cplusplus

#include <kmemu/lib.h>
#include <linux/errno.h>
#include <linux/time_types.h>

#define sys_tz ((const struct timezone){ 0, 0 })
#define time_after32(a, b) ((s32)((u32)(b) - (u32)(a)) < 0)
#define time_before32(b, a) time_after32(a, b)
#define time_between32(t, l, h) ((u32)(h) - (u32)(l) >= (u32)(t) - (u32)(l))

/* From and to a program's memory: 0, or -EFAULT. May sleep. */
static __always_inline int get_timespec64(struct timespec64 *ts,
					  const struct __kernel_timespec __user *uts)
{
	struct __kernel_timespec k;

	if (kmemu_copy_user(&k, uts, sizeof(k)))
		return -EFAULT;
	*ts = (struct timespec64){ k.tv_sec, (long)k.tv_nsec };
	return 0;
}

static __always_inline int put_timespec64(const struct timespec64 *ts,
					  struct __kernel_timespec __user *uts)
{
	struct __kernel_timespec k = { .tv_sec = ts->tv_sec, .tv_nsec = ts->tv_nsec };

	return kmemu_copy_user(uts, &k, sizeof(k)) ? -EFAULT : 0;
}

static __always_inline int get_itimerspec64(struct itimerspec64 *it,
					    const struct __kernel_itimerspec __user *uit)
{
	int err = get_timespec64(&it->it_interval, &uit->it_interval);

	return err ? err : get_timespec64(&it->it_value, &uit->it_value);
}

static __always_inline int put_itimerspec64(const struct itimerspec64 *it,
					    struct __kernel_itimerspec __user *uit)
{
	int err = put_timespec64(&it->it_interval, &uit->it_interval);

	return err ? err : put_timespec64(&it->it_value, &uit->it_value);
}

#endif /* __cplusplus */

#endif /* _LINUX_TIME_H */
