/* SPDX-License-Identifier: MIT */
/*
 * vsprintf: says what libc's snprintf says wherever both know the directive,
 * for buffers of every size; differs where vsprintf.h says so.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lib/vsprintf.h"

static int sized(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = kmemu_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

/* Text and length, in buffers that hold it and buffers that do not. */
#define SAME(...)                                                                                  \
	do {                                                                                       \
		char want[512], is[512];                                                           \
		int len = snprintf(want, sizeof(want), __VA_ARGS__);                               \
		for (size_t size = 0; size < sizeof(is); size += size < 20 ? 1 : 123) {            \
			memset(is, '#', sizeof(is));                                               \
			snprintf(want, size, __VA_ARGS__);                                         \
			UNIT_EQ(sized(is, size, __VA_ARGS__), len);                                \
			if (size)                                                                  \
				CU_ASSERT_STRING_EQUAL(is, want);                                  \
			CU_ASSERT(is[size] == '#');                                                \
		}                                                                                  \
	} while (0)

static void numbers_as_libc(void)
{
	SAME("%d %i %u", 0, -1, 1u);
	SAME("%d %d %u", INT_MIN, INT_MAX, UINT_MAX);
	SAME("%ld %lu", LONG_MIN, ULONG_MAX);
	SAME("%lld %llu", LLONG_MIN, ULLONG_MAX);
	SAME("%zu %zd %jd %td", (size_t)-1, (ssize_t)-7, (intmax_t)-9, (ptrdiff_t)-11);
	SAME("%Ld %Lu %016Lx %LX", -1LL, ULLONG_MAX, 255LL, 171LL);
	SAME("%hd %hu %hhd %hhu", (short)-3, (unsigned short)65535, (signed char)-3,
	     (unsigned char)255);
	SAME("%x %X %#x %#X %o %#o", 48879u, 48879u, 48879u, 48879u, 8u, 8u);
	SAME("%#x %#o", 0u, 0u);
}

static void widths_as_libc(void)
{
	SAME("[%5d|%-5d|%05d|%+d|% d]", 42, 42, 42, 42, 42);
	SAME("[%5d|%-5d|%05d|%+d|% d]", -42, -42, -42, -42, -42);
	SAME("[%#10x|%#010x|%-#10x|]", 255u, 255u, 255u);
	SAME("[%.3d|%8.3d|%-8.3d|%08d]", 7, 7, 7, 7);
	SAME("[%.0d|%.0d]", 0, 1);
	SAME("[%*d|%*d|%.*d]", 6, 1, -6, 1, 4, 1);
}

static void texts_as_libc(void)
{
	SAME("%s|%5s|%-5s|%.2s|%.*s|%s", "abc", "abc", "abc", "abc", 1, "abc", "");
	SAME("%c|%3c|%-3c|%%|100%%", 'x', 'y', 'z');
	SAME("%.3s", (char[]){ 'a', 'b', 'c' }); /* no NUL within the precision */
	SAME("%10.4s|", "abcdefgh");
}

static void random_numbers_as_libc(void)
{
	static const char *const fmts[] = { "%ld",   "%lu",   "%lx",    "%#lx",  "%20ld",
					    "%-22lx", "%022lu", "%+25ld", "%.19lx", "%lo" };
	unsigned long seed = unit_seed();

	srandom((unsigned int)seed);
	for (int i = 0; i < 20000; i++) {
		unsigned long v = (unsigned long)random() << 33 ^ (unsigned long)random() << 5;
		const char *fmt = fmts[i % (int)(sizeof(fmts) / sizeof(fmts[0]))];
		char is[64], want[64];

		v >>= random() % 64;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		UNIT_EQ(sized(is, sizeof(is), fmt, v), snprintf(want, sizeof(want), fmt, v));
#pragma GCC diagnostic pop
		CU_ASSERT_STRING_EQUAL(is, want);
	}
}

static void pointers_as_the_kernel(void)
{
	char is[64];

	UNIT_EQ(kmemu_scnprintf(is, sizeof(is), "0x%px|%p", (void *)0x1234abcdUL, NULL), 35);
	CU_ASSERT_STRING_EQUAL(is, "0x000000001234abcd|0000000000000000");
}

static void names_in_one_line(void)
{
	const char *name = "a\nb\x01 \x7f\\\xc3\xa9";
	char is[64];

	UNIT_EQ(kmemu_scnprintf(is, sizeof(is), "<%pE>", (const void *)name), 20);
	CU_ASSERT_STRING_EQUAL(is, "<a\\012b\\001 \\177\\\xc3\xa9>");
	kmemu_scnprintf(is, 6, "%pE", (const void *)name);
	CU_ASSERT_STRING_EQUAL(is, "a\\012");
	kmemu_scnprintf(is, sizeof(is), "%pE", (const void *)NULL);
	CU_ASSERT_STRING_EQUAL(is, "(null)");
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-security"
static void null_and_unknown(void)
{
	const char *volatile none = NULL;
	char is[64];

	kmemu_scnprintf(is, sizeof(is), "%s|%8s|", none, none);
	CU_ASSERT_STRING_EQUAL(is, "(null)|  (null)|");
	kmemu_scnprintf(is, sizeof(is), "%y %5q %", 1);
	CU_ASSERT_STRING_EQUAL(is, "%y %5q %");
	kmemu_scnprintf(is, sizeof(is), "%99999d", 1);
	UNIT_EQ(strlen(is), sizeof(is) - 1);
}
#pragma GCC diagnostic pop

static void scn_returns_what_it_wrote(void)
{
	char is[8];

	UNIT_EQ(kmemu_scnprintf(is, sizeof(is), "%s", "abc"), 3);
	UNIT_EQ(kmemu_scnprintf(is, sizeof(is), "%s", "abcdefghijkl"), 7);
	CU_ASSERT_STRING_EQUAL(is, "abcdefg");
	UNIT_EQ(kmemu_scnprintf(is, 1, "%s", "abc"), 0);
	UNIT_EQ(kmemu_scnprintf(is, 0, "%s", "abc"), 0);
}

static void errno_is_kept(void)
{
	char is[64];

	errno = 77;
	kmemu_scnprintf(is, sizeof(is), "%d %s %p", 1, "a", (void *)is);
	UNIT_EQ(errno, 77);
}

UNIT_MAIN("vsprintf", UNIT_TEST(numbers_as_libc), UNIT_TEST(widths_as_libc),
	  UNIT_TEST(texts_as_libc), UNIT_TEST(random_numbers_as_libc),
	  UNIT_TEST(pointers_as_the_kernel),
	  UNIT_TEST(names_in_one_line), UNIT_TEST(null_and_unknown),
	  UNIT_TEST(scn_returns_what_it_wrote), UNIT_TEST(errno_is_kept));
