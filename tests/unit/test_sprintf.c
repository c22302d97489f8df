// SPDX-License-Identifier: MIT
/*
 * sprintf.c, vsprintf_pointer.c, vsprintf_date.c and hexdump.c: what kernel code
 * prints, the values of %pGg among it; kstrtox.c, which reads it back.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/rtc.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>

#include "include/kmemu/dcache.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/resource.h"

static void __attribute__((format(printf, 2, 3))) is(const char *want, const char *fmt, ...)
{
	char buf[300], small[8];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = kmemu_vsnprintf_k(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	UNIT_EQ(n, strlen(want));
	if (strcmp(buf, want))
		printf("\n%s is '%s', should be '%s'\n", fmt, buf, want);
	CU_ASSERT_STRING_EQUAL(buf, want);
	va_start(ap, fmt);
	n = kmemu_vsnprintf_k(small, sizeof(small), fmt, ap);
	va_end(ap);
	UNIT_EQ(n, strlen(want));
	UNIT_EQ(strncmp(small, want, 7), 0);
}

static void gfp(unsigned int flags, const char *want)
{
	is(want, "%pGg", &flags);
}

static void gfp_flags(void)
{
	gfp(0, "");
	gfp(0xdc0, "GFP_KERNEL|__GFP_ZERO");
	gfp(0x40cc0, "GFP_KERNEL|__GFP_COMP");
	gfp(0x42cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_COMP");
	gfp(0x52cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP");
	gfp(0xcc1, "GFP_KERNEL|GFP_DMA");
	gfp(0xcc4, "GFP_KERNEL|GFP_DMA32");
	gfp(0x440, "__GFP_IO|__GFP_DIRECT_RECLAIM");
	gfp(0x820, "GFP_ATOMIC");
	gfp(0x40820, "GFP_ATOMIC|__GFP_COMP");
	gfp(0x920, "GFP_ATOMIC|__GFP_ZERO");
	gfp(0x821, "GFP_ATOMIC|GFP_DMA");
	gfp(0x20, "__GFP_HIGH");
	gfp(0x08000020, "__GFP_HIGH|0x8000000");
}

/* Where the kernel is not C. */
static void numbers(void)
{
	char *volatile no_text = NULL;

	is("0x0|0|0x1234abcd  ", "%#x|%#o|%#-12x", 0, 0, 0x1234abcd);
	is("00|0|0|0", "%.2d|%.1d|%.0d|%.*d", 0, 0, 0, 0, 0);
	is("    |123456", "%4.*s|%.s", -5, "123456", "123456");
	is("(null)|(efault)", "%s|%s", no_text, (char *)171UL);
}

/* Formats that gcc would not let pass. */
static void unknown_directives_end_the_text(void)
{
	static const char *const formats[] = { "a%k%d", "a%jd", "a%f", "a%n", "a%.-1s", "a%" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		char buf[8];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		UNIT_EQ(kmemu_snprintf(buf, sizeof(buf), formats[i], 5), 1);
#pragma GCC diagnostic pop
		CU_ASSERT_STRING_EQUAL(buf, "a");
	}
}

/* Kernel: check_pointer(), error_string() and string_nocheck() in pointer(). */
static void pointers_to_nothing(void)
{
	void *volatile none = NULL;
	unsigned long features = 0x12;

	is("(null)|(efault)|(null)", "%pt|%pNF|%pI", none, (void *)1UL, none);
	is("(%p4?)|(%pC?)|(%pOF?)|(einval)", "%p4ch|%pC|%pOF|%puk", &features, none, none, none);
	is("   (null)|(null)   |(null)   |", "%9pb|%-9pE|%-9pM|", none, none, none);
	is("0x0000000000000012|(%pN?)|(%pI?)", "%pNF|%pNx|%pIx", &features, &features, &features);
	is("|", "%*ph|%*pE", 0, none, 0, none);
}

static void bytes(void)
{
	static const unsigned char hex[] = { 0xc0, 0xff, 0xee }, mac[] = { 0x2d, 0x48, 0xd6, 0xfc,
									   0x7a, 5 };
	unsigned char uuid[16];

	for (unsigned int i = 0; i < 16; i++)
		uuid[i] = (unsigned char)i;
	is("c0 ff ee|c0:ff:ee|c0-ff-ee|c0ffee", "%3ph|%3phC|%*phD|%*phN", hex, hex, 3, hex, 3, hex);
	is("2d:48:d6:fc:7a:05|05:7a:fc:d6:48:2d|2d-48-d6-fc-7a-05", "%pM|%pMR|%pMF", mac, mac, mac);
	is("2d48d6fc7a05|057afcd6482d", "%pm|%pmR", mac, mac);
	is("00010203-0405-0607-0809-0a0b0c0d0e0f", "%pUb", uuid);
	is("03020100-0504-0706-0809-0A0B0C0D0E0F", "%pUL", uuid);
	is("a\\nb\\001", "%*pE", 4, "a\nb\1");
	is("(null)", "%3ph", (void *)NULL);
	is("   2d:48:d6:fc:7a:05|2d48d6fc7a05  |", "%20pM|%-14pm|", mac, mac);
	is("     0|123  |0000000000000000", "%6p|%-5px|%p", NULL, (void *)0x123, NULL);
}

static void bitmaps(void)
{
	static unsigned long large[1024];
	unsigned long bits = 0;

	is("00000|", "%20pb|%20pbl", &bits, &bits);
	bits = 1 << 2 | 1 << 3 | 1 << 5 | 1 << 7 | 1 << 11 | 1 << 13 | 1 << 17 | 1 << 19;
	is("a28ac|2-3,5,7,11,13,17,19", "%*pb|%*pbl", 20, &bits, 20, &bits);
	large[0] = 6;
	large[1023] = 1;
	is("1-2,65472", "%*pbl", 1 << 16, large);
	is("1,00000000,00000006", "%65pb", (unsigned long[]){ 6, 1 });
}

static void addresses(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(12345),
				  .sin_addr.s_addr = htonl(0x01020304) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(80),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	unsigned long phys = 0x12345;
	unsigned int code = 0x3231564e;

	is("001.002.003.004|1.2.3.4", "%pi4|%pI4", &sa.sin_addr, &sa.sin_addr);
	is("001.002.003.004:12345|1.2.3.4:12345", "%piSp|%pISp", &sa, &sa);
	is("0000:0000:0000:0000:0000:0000:0000:0001|::1", "%pI6|%pI6c", &six.sin6_addr,
	   &six.sin6_addr);
	is("[::1]:80", "%pISpc", &six);
	is("        1.2.3.4|1.2.3.4  |", "%15pI4|%-9pI4|", &sa.sin_addr, &sa.sin_addr);
	is("0x0000000000012345 x", "%pap x", &phys);
	is("NV12 little-endian (0x3231564e)", "%p4cc", &code);
}

static void compressed(const char *want, const char *address)
{
	is(want, "%pI6c", address);
}

/* Kernel: ip6_compressed_string(). */
static void compressed_addresses(void)
{
	compressed("::ffff:1.2.3.4", "\0\0\0\0\0\0\0\0\0\0\xff\xff\1\2\3\4");
	compressed("fe80::5efe:1.2.3.4", "\xfe\x80\0\0\0\0\0\0\0\0\x5e\xfe\1\2\3\4");
	compressed("::102:304", "\0\0\0\0\0\0\0\0\0\0\0\0\1\2\3\4");
	compressed("2001:0:1::1:0", "\x20\1\0\0\0\1\0\0\0\0\0\0\0\1\0\0");
	compressed("1::", "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	compressed("::", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	compressed("1:0:2::", "\0\1\0\0\0\2\0\0\0\0\0\0\0\0\0\0");
}

static struct va_format nested;

static void __attribute__((format(printf, 2, 3))) through(const char *want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	nested.fmt = fmt;
	nested.va = &ap;
	is(want, "<%pV>", &nested);
	va_end(ap);
}

static void words(void)
{
	unsigned long text[1] = { 0 };

	is("-ENOMEM|[-EIO    ]|-EPROBE_DEFER|-1234", "%pe|[%-8pe]|%pe|%pe", (void *)-12L,
	   (void *)-5L, (void *)-517L, (void *)-1234L);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat" /* of a precision, which the kernel's %pe has */
	is("-EN|  -EN|-1234", "%.3pe|%5.3pe|%pe", (void *)-12L, (void *)-12L, (void *)-1234L);
#pragma GCC diagnostic pop
	is("(%pG?)|(%pG?)", "%pG|%pGx", text, text);
	through("<5 x>", "%d %s", 5, "x");
	is("00000000000000ab|00000000000000ab", "%p|%px", (void *)171UL, (void *)171UL);
	is("words", "%ps", (void *)words);
}

static void dates(void)
{
	long long t = 1546615943, leap = 951782400;
	struct rtc_time tm = { .tm_mday = 1 };

	is("2019-01-04T15:32:23|0119-00-04T15:32:23", "%ptT|%ptTr", &t, &t);
	is("15:32:23|2019-01-04|2019-01-04 15:32:23", "%ptTt|%ptTd|%ptTs", &t, &t, &t);
	is("2000-02-29", "%ptTd", &leap);
	is("(%pt?)", "%pt", &t);
	tm.tm_mon = -2;
	is("1900-18446744073709551615-01", "%ptRd", &tm);
}

static void resources(void)
{
	struct resource r = { .start = 0, .end = 0xff };

	is("[??? 0x00000000-0x000000ff flags 0x0]", "%pR", &r);
	r.flags = 0x200;
	is("  [mem 0x00000000-0x000000ff]|", "%29pR|", &r);
	is("[mem 0x00000000-0x000000ff flags 0x200] |", "%-40pr|", &r);
}

static void dentries(void)
{
	struct dentry root = { .d_parent = &root, .d_name.name = (const unsigned char *)"foo" };
	struct dentry b = { .d_parent = &root, .d_name.name = (const unsigned char *)"bravo" };
	struct dentry a = { .d_parent = &b, .d_name.name = (const unsigned char *)"alfa" };

	is("foo|foo|alfa|bravo/alfa|/bravo/alfa", "%pd|%pd2|%pd|%pd2|%pd4", &root, &root, &a, &a,
	   &a);
	is("  bravo/alfa|(null)", "%12pd2|%pd", &a, (void *)NULL);
}

static void hexdump(void)
{
	char line[100];

	UNIT_EQ(kmemu_hex_dump_to_buffer("hello", 5, 16, 1, line, sizeof(line), 1), 54);
	CU_ASSERT_STRING_EQUAL(line, "68 65 6c 6c 6f                                   hello");
	UNIT_EQ(kmemu_hex_dump_to_buffer("\1\2\3\4", 4, 16, 4, line, sizeof(line), 0), 8);
	CU_ASSERT_STRING_EQUAL(line, "04030201");
	UNIT_EQ(kmemu_hex_dump_to_buffer("\1\2\3", 3, 16, 2, line, 5, 0), 8);
	CU_ASSERT_STRING_EQUAL(line, "01 0");
}

static void allocated(void)
{
	char *p = kmemu_kasprintf(KMEMU_GFP_KERNEL, "%d-%s", 7, "seven");

	CU_ASSERT_STRING_EQUAL(p, "7-seven");
	kmemu_kfree(p);
}

static void from_text(void)
{
	unsigned long long ull = 1;
	unsigned char u8;
	char *end;
	bool yes;
	int i;

	UNIT_EQ(kmemu_kstrtoint("0x10", 0, &i), 0);
	UNIT_EQ(i, 16);
	UNIT_EQ(kmemu_kstrtoint("-010\n", 0, &i), 0);
	UNIT_EQ(i, -8);
	UNIT_EQ(kmemu_kstrtoint("+5", 10, &i), 0);
	UNIT_EQ(kmemu_kstrtoint("", 0, &i), -EINVAL);
	UNIT_EQ(kmemu_kstrtoint("5x", 0, &i), -EINVAL);
	UNIT_EQ(kmemu_kstrtoint("5\n\n", 0, &i), -EINVAL);
	UNIT_EQ(kmemu_kstrtoint(" 5", 0, &i), -EINVAL);
	UNIT_EQ(kmemu_kstrtoint("2147483648", 0, &i), -ERANGE);
	UNIT_EQ(kmemu_kstrtou8("256", 0, &u8), -ERANGE);
	UNIT_EQ(kmemu_kstrtou8("-1", 0, &u8), -EINVAL);
	UNIT_EQ(kmemu_kstrtoull("18446744073709551615", 0, &ull), 0);
	CU_ASSERT(ull == ULLONG_MAX);
	UNIT_EQ(kmemu_kstrtoull("18446744073709551616", 0, &ull), -ERANGE);
	UNIT_EQ(kmemu_kstrtobool("on", &yes), 0);
	CU_ASSERT(yes);
	UNIT_EQ(kmemu_kstrtobool("oops", &yes), -EINVAL);
	/* All digits count, and the value wraps. */
	CU_ASSERT(kmemu_simple_strtoull("99999999999999999999999x", &end, 10) ==
		  200376420520689663ull);
	CU_ASSERT_STRING_EQUAL(end, "x");
	UNIT_EQ(kmemu_simple_strtoull("0xg", &end, 16), 0);
	CU_ASSERT_STRING_EQUAL(end, "g");
	UNIT_EQ(kmemu_simple_strtoull("0xg", &end, 0), 0);
	CU_ASSERT_STRING_EQUAL(end, "xg");
	UNIT_EQ(kmemu_memparse("4Kx", &end), 4096);
	CU_ASSERT_STRING_EQUAL(end, "x");
}

UNIT_MAIN("sprintf", UNIT_TEST(gfp_flags), UNIT_TEST(numbers), UNIT_TEST(bytes),
	  UNIT_TEST(bitmaps), UNIT_TEST(addresses), UNIT_TEST(compressed_addresses),
	  UNIT_TEST(words), UNIT_TEST(dates),
	  UNIT_TEST(unknown_directives_end_the_text), UNIT_TEST(pointers_to_nothing),
	  UNIT_TEST(resources), UNIT_TEST(dentries), UNIT_TEST(hexdump), UNIT_TEST(allocated),
	  UNIT_TEST(from_text));
