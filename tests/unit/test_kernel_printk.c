// SPDX-License-Identifier: MIT
/*
 * core/kernel/printk.c: levels hide what they should, each line has its stamp, a line
 * goes on by KERN_CONT only, what is too long is cut, and rate limits count whom they
 * refuse.
 */
#include "tests/unit/heap.h"
#include "tests/unit/log.h"

#include "include/kmemu/printk.h"
#include "include/kmemu/sched.h"

/* The same text without time stamps. */
static const char *plain(const char *text)
{
	static char out[sizeof(logged_text)];
	char *to = out;

	while (*text) {
		if (*text == '[' && (to == out || to[-1] == '\n'))
			text = strchr(text, ']') + 2;
		while (*text && (*to++ = *text++) != '\n')
			;
	}
	*to = '\0';
	return out;
}

HEAP_TEST(levels, LOGGED " loglevel=5")
{
	UNIT_EQ(kmemu_printk("\0014four %d\n", 4), 7);
	UNIT_EQ(kmemu_printk("\0015five\n"), 5);
	kmemu_printk("none is four\n");
	kmemu_printk("\0010emergency\n");
	OK(!strcmp(plain(logged()), "four 4\nnone is four\nemergency\n"));
	logged_end();
}

HEAP_TEST(lines, LOGGED " loglevel=8")
{
	const char *text;

	kmemu_printk("\0016one\ntwo\n");
	kmemu_printk("\0016begins,");
	kmemu_printk("\001c goes on\n");
	kmemu_printk("\0016open");
	kmemu_printk("\0016next\n");
	text = logged();
	OK(text[0] == '[' && strstr(text, "\n[") && !strchr(text, '\001'));
	OK(!strcmp(plain(text), "one\ntwo\nbegins, goes on\nopen\nnext\n"));
	logged_end();
}

HEAP_TEST(too_long_is_cut, LOGGED)
{
	static char big[3000];

	memset(big, 'x', sizeof(big) - 1);
	UNIT_EQ(kmemu_printk("%s", big), 1023);
	OK(strlen(strchr(logged(), 'x')) <= 1024);
	logged_end();
}

HEAP_TEST(rate_limits, LOGGED)
{
	struct kmemu_ratelimit rs = { .interval = 5000 * KMEMU_HZ, .burst = 3 };
	int printed = 0;

	for (int i = 0; i < 10; i++)
		printed += kmemu_ratelimit(&rs, "here");
	UNIT_EQ(printed, 3);
	rs.begin -= 5001UL * KMEMU_HZ;
	UNIT_EQ(kmemu_ratelimit(&rs, "here"), 1);
	OK(!strcmp(plain(logged()), "here: 7 callbacks suppressed\n"));
	printed = 0;
	for (int i = 0; i < 15; i++)
		printed += kmemu_printk_ratelimit("there");
	UNIT_EQ(printed, 10);
	logged_end();
}

UNIT_MAIN("kernel_printk", UNIT_TEST(levels), UNIT_TEST(lines), UNIT_TEST(too_long_is_cut),
	  UNIT_TEST(rate_limits));
