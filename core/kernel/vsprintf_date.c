/*
 * vsprintf_date.c - %pt and %pd (kernel: time_and_date() and dentry_name() of
 * lib/vsprintf.c).
 *
 *	%ptR struct rtc_time, %ptT time64_t; behind it d only the date, t only the
 *	time, r years and months as they are stored, s a blank instead of the T
 *	%pd the last component of a dentry's path, %pd2 to %pd4 so many; %pD that of
 *	a file, which is none here
 *
 * Locks: none. The kernel holds RCU over the names.
 */
#include <linux/rtc.h>

#include "core/kernel/vsprintf_pointer.h"
#include "core/lib/vsprintf.h"
#include "include/kmemu/dcache.h"

/* Kernel: rtc_time64_to_tm(), for all days since year 1 of the common era. */
static struct rtc_time to_rtc(s64 seconds)
{
	s64 days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
	/* Since 1 March of year 0: leap days are at the end of each year. */
	s64 d = days + 719468, era = (d >= 0 ? d : d - 146096) / 146097;
	s64 doe = d - era * 146097;
	s64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	s64 doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	s64 month = mp < 10 ? mp + 2 : mp - 10; /* 0: January */

	return (struct rtc_time){
		.tm_sec = (int)(rest % 60),
		.tm_min = (int)(rest / 60 % 60),
		.tm_hour = (int)(rest / 3600),
		.tm_mday = (int)(doy - (153 * mp + 2) / 5 + 1),
		.tm_mon = (int)month,
		.tm_year = (int)(yoe + era * 400 + (month <= 1) - 1900),
	};
}

/* A date's numbers have no sign in the kernel: -1 is 2^64 - 1 there. */
static unsigned long number(int v)
{
	return (unsigned long)v;
}

static void put_rtc(struct out *o, const struct rtc_time *tm, const char *f)
{
	bool have_t = true, have_d = true, raw = false, blank = false, done = false;
	char text[160];
	int n = 0;

	if (*f == 'd' || *f == 't') {
		have_t = *f == 't';
		have_d = !have_t;
		f++;
	}
	for (; !done; f++) {
		raw |= *f == 'r';
		blank |= *f == 's';
		done = *f != 'r' && *f != 's';
	}
	if (have_d)
		n += kmemu_scnprintf(text, sizeof(text), "%04lu-%02lu-%02lu",
				     number(tm->tm_year + (raw ? 0 : 1900)),
				     number(tm->tm_mon + (raw ? 0 : 1)), number(tm->tm_mday));
	if (have_d && have_t)
		text[n++] = blank ? ' ' : 'T';
	if (have_t)
		n += kmemu_scnprintf(text + n, sizeof(text) - (size_t)n, "%02lu:%02lu:%02lu",
				     number(tm->tm_hour), number(tm->tm_min),
				     number(tm->tm_sec));
	out_text(o, &(struct spec){ .width = 0 }, text, n);
}

void vsprintf_date(struct out *o, struct spec *sp, const char *f, const void *p)
{
	struct rtc_time tm;

	if (vsprintf_is_bad(o, sp, p))
		return;
	if (*f != 'R' && *f != 'T') {
		vsprintf_unknown(o, sp, "(%pt?)");
		return;
	}
	if (*f == 'R')
		tm = *(const struct rtc_time *)p;
	else
		tm = to_rtc(*(const s64 *)p);
	put_rtc(o, &tm, f + 1);
}

#define MAX_DEPTH 4

void vsprintf_dentry(struct out *o, struct spec *sp, const char *f, const void *p)
{
	unsigned int depth = f[1] >= '2' && f[1] <= '4' ? (unsigned int)(f[1] - '0') : 1, n = 0;
	const struct dentry *d = p, *path[MAX_DEPTH];
	char text[512];
	int len = 0;

	if (vsprintf_is_bad(o, sp, p))
		return;
	if (*f == 'D') {
		out_address(o, sp, p);
		return;
	}
	for (;; d = d->d_parent) {
		path[n++] = d;
		if (n == depth || d->d_parent == d)
			break;
	}
	/* A path that reaches the root begins there, unless the root is all. */
	if (n > 1 && path[n - 1]->d_parent == path[n - 1])
		n--, text[len++] = '/';
	while (n--)
		len += kmemu_scnprintf(text + len, sizeof(text) - (size_t)len, "%s%s",
				       path[n]->d_name.name, n ? "/" : "");
	out_text(o, sp, text, len);
}
