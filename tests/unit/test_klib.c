// SPDX-License-Identifier: MIT
/*
 * Shows that strings, words of a command line, sorting, whole numbers and copies from
 * memory that may not be there are the kernel's (core/lib: string.c, cmdline.c, sort.c,
 * list_sort.c, math.c, usercopy.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "include/kmemu/lib.h"
#include "tests/unit/unit.h"

static void copies_end_with_0(void)
{
	char buf[8] = "";

	UNIT_EQ(kmemu_sized_strscpy(buf, "hello", 8), 5);
	UNIT_EQ(kmemu_sized_strscpy(buf, "hello, all", 8), -E2BIG);
	CU_ASSERT_STRING_EQUAL(buf, "hello, ");
	UNIT_EQ(kmemu_sized_strscpy(buf, "x", 0), -E2BIG);
	buf[2] = 0;
	UNIT_EQ(kmemu_strlcat(buf, "llow, you", 8), 11);
	CU_ASSERT_STRING_EQUAL(buf, "hellow,");
}

static void strings(void)
{
	char text[] = "  a b \n";
	const char *words[] = { "off", "on", NULL };

	CU_ASSERT_STRING_EQUAL(kmemu_strim(text), "a b");
	CU_ASSERT_STRING_EQUAL(kmemu_strreplace(strcpy(text, "a/b/"), '/', '-'), "a-b-");
	CU_ASSERT(!kmemu_strnchr("abc", 2, 'c') && kmemu_strnchr("abc", 3, 'c'));
	CU_ASSERT(!*kmemu_strchrnul("abc", 'x') && *kmemu_strnchrnul("abc", 2, 'x') == 'c');
	CU_ASSERT(kmemu_strnstr("xaby", "ab", 3) && !kmemu_strnstr("xaby", "by", 3));
	CU_ASSERT(kmemu_sysfs_streq("on\n", "on") && !kmemu_sysfs_streq("on\n\n", "on"));
	UNIT_EQ(kmemu_match_string(words, 2, "on"), 1);
	UNIT_EQ(kmemu_match_string(words, (size_t)-1, "none"), -EINVAL);
	UNIT_EQ(kmemu_sysfs_match_string(words, 2, "on\n"), 1);
}

static void bytes(void)
{
	char mem[16];
	long long pos = 3;

	memset(mem, 7, sizeof(mem));
	CU_ASSERT(!kmemu_memchr_inv(mem, 7, sizeof(mem)));
	mem[11] = 8;
	CU_ASSERT(kmemu_memchr_inv(mem, 7, sizeof(mem)) == mem + 11);
	CU_ASSERT(kmemu_memscan(mem, 9, sizeof(mem)) == mem + 16);
	UNIT_EQ(kmemu_memweight(mem, 12), 11 * 3 + 1);
	kmemu_memcpy_and_pad(mem, 6, "abc", 3, '-');
	CU_ASSERT(!memcmp(mem, "abc---\7", 7));
	UNIT_EQ(kmemu_memory_read_from_buffer(mem, 4, &pos, "hello", 5), 2);
	UNIT_EQ(pos, 5);
	UNIT_EQ(kmemu_memory_read_from_buffer(mem, 4, &pos, "hello", 5), 0);
}

static void words_of_a_command_line(void)
{
	char line[] = "quiet name=\"a b\" \"x=1 2\" last=", *param, *val, *at = line;
	char numbers[] = "3,x", *n = numbers;
	int ints[8], value;

	at = kmemu_next_arg(at, &param, &val);
	CU_ASSERT(!strcmp(param, "quiet") && !val);
	at = kmemu_next_arg(at, &param, &val);
	CU_ASSERT(!strcmp(param, "name") && !strcmp(val, "a b"));
	at = kmemu_next_arg(at, &param, &val);
	CU_ASSERT(!strcmp(param, "x") && !strcmp(val, "1 2"));
	at = kmemu_next_arg(at, &param, &val);
	CU_ASSERT(!strcmp(param, "last") && !*val && !*at);

	UNIT_EQ(kmemu_get_option(&n, &value), 2);
	UNIT_EQ(value, 3);
	UNIT_EQ(kmemu_get_option(&n, &value), 0);
	UNIT_EQ(value, 0);
	CU_ASSERT(!*kmemu_get_options("-3,0-2,6", 8, ints));
	CU_ASSERT(ints[0] == 5 && ints[1] == -3 && ints[2] == 0 && ints[4] == 2 && ints[5] == 6);
	kmemu_get_options("1-100", 4, ints);
	CU_ASSERT(ints[1] == 1 && ints[3] == 3);
	kmemu_get_options("1-100,7", 0, ints);
	UNIT_EQ(ints[0], 101);
	CU_ASSERT(kmemu_parse_option_str("a,bc,d", "bc") && !kmemu_parse_option_str("a,bcd", "bc"));
}

static void backslashes(void)
{
	char buf[32] = "a\\n\\x41\\101\\q\\", out[32];
	int n;

	UNIT_EQ(kmemu_string_unescape(buf, buf, 0, 0xf), 7);
	CU_ASSERT_STRING_EQUAL(buf, "a\nAA\\q\\");
	UNIT_EQ(kmemu_string_unescape(strcpy(buf, "abc"), out, 3, 0xf), 2);
	CU_ASSERT_STRING_EQUAL(out, "ab");
	n = kmemu_string_escape_mem("\n\\\0\1\351b", 6, out, sizeof(out),
				    KMEMU_ESCAPE_SPACE | KMEMU_ESCAPE_SPECIAL |
					    KMEMU_ESCAPE_NULL | KMEMU_ESCAPE_HEX,
				    NULL);
	UNIT_EQ(n, 18);
	CU_ASSERT(!memcmp(out, "\\n\\\\\\0\\x01\\xe9\\x62", 18));
	UNIT_EQ(kmemu_string_escape_mem("\351b", 2, out, 0, KMEMU_ESCAPE_NP | 8, NULL), 2);
	UNIT_EQ(kmemu_string_escape_mem("ab", 2, out, 2, KMEMU_ESCAPE_HEX, "b"), 5);
	CU_ASSERT(out[0] == 'a' && out[1] == '\\');
}

/* The first vectors of the paper's authors, key 00 01 02 ... */
static void sip(void)
{
	const unsigned long key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
	const char in[9] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };

	CU_ASSERT(kmemu_siphash(in, 0, key) == 0x726fdb47dd0e0e31);
	CU_ASSERT(kmemu_siphash(in, 8, key) == 0x93f5f5799a932462);
	CU_ASSERT(kmemu_siphash(in, 9, key) == 0x9e0082df0ba9e4b0);
	CU_ASSERT(kmemu_hsiphash(in, 0, key) == (unsigned int)0xabac0158050fc4dc);
}

static int by_value(const void *x, const void *y)
{
	return (*(const int *)x > *(const int *)y) - (*(const int *)x < *(const int *)y);
}

static int by_value_r(const void *x, const void *y, const void *priv)
{
	return *(const int *)priv * by_value(x, y);
}

static void sorted(void)
{
	static int v[1000];
	int down = -1, bad = 0;

	srand((unsigned int)unit_seed());
	for (size_t n = 0; n < 1000; n = n * 2 + 1) {
		for (size_t i = 0; i < n; i++)
			v[i] = rand() % 200;
		kmemu_sort(v, n, sizeof(*v), by_value, NULL);
		for (size_t i = 1; i < n; i++)
			bad += v[i - 1] > v[i];
		kmemu_sort_r(v, n, sizeof(*v), by_value_r, NULL, &down);
		for (size_t i = 1; i < n; i++)
			bad += v[i - 1] < v[i];
	}
	UNIT_EQ(bad, 0);
}

/* 6.12's order of equal elements, seen in a kernel. */
static void equal_elements_are_in_the_kernels_order(void)
{
	static const char want[] = "gadjmpilfocqhkebn";
	struct pair {
		int key;
		char name;
	} v[17];

	for (int i = 0; i < 17; i++)
		v[i] = (struct pair){ i * 5 % 3, (char)('a' + i) };
	kmemu_sort(v, 17, sizeof(*v), by_value, NULL);
	for (int i = 0; i < 17; i++)
		CU_ASSERT(v[i].name == want[i]);
}

struct item {
	struct list_head node;
	int key, serial;
};

static int by_key(void *priv, const struct list_head *x, const struct list_head *y)
{
	*(int *)priv += 1;
	return ((const struct item *)x)->key - ((const struct item *)y)->key;
}

static void sorted_lists_are_stable(void)
{
	static struct item items[777];
	int calls = 0, bad = 0, n = 0;

	srand((unsigned int)unit_seed());
	for (int len = 0; len <= 777; len += 111) {
		struct list_head head = { &head, &head }, *pos, *before = &head;

		for (int i = 0; i < len; i++) {
			items[i].key = rand() % 50;
			items[i].serial = i;
			items[i].node.prev = head.prev;
			items[i].node.next = &head;
			head.prev->next = &items[i].node;
			head.prev = &items[i].node;
		}
		kmemu_list_sort(&calls, &head, by_key);
		for (n = 0, pos = head.next; pos != &head; before = pos, pos = pos->next, n++) {
			struct item *x = (struct item *)before, *y = (struct item *)pos;

			bad += pos->prev != before;
			if (n)
				bad += x->key > y->key || (x->key == y->key &&
							   x->serial > y->serial);
		}
		bad += head.prev != before || n != len;
	}
	UNIT_EQ(bad, 0);
	CU_ASSERT(calls > 777);
}

static void whole_numbers(void)
{
	UNIT_EQ(kmemu_int_pow(3, 13), 1594323);
	UNIT_EQ(kmemu_int_pow(7, 0), 1);
	UNIT_EQ(kmemu_int_sqrt(0), 0);
	UNIT_EQ(kmemu_int_sqrt(99), 9);
	UNIT_EQ(kmemu_int_sqrt(100), 10);
	UNIT_EQ(kmemu_int_sqrt(~0ul), 0xffffffff);
	UNIT_EQ(kmemu_gcd(12, 18), 6);
	UNIT_EQ(kmemu_gcd(0, 5), 5);
}

static void memory_that_is_not_there(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char buf[300];

	CU_ASSERT_FATAL(page != MAP_FAILED && !munmap(page + 4096, 4096));
	memset(page, 'x', 4096);
	UNIT_EQ(kmemu_copy_user(buf, page + 3800, 296), 0);
	UNIT_EQ(kmemu_copy_user(buf, page + 4000, 200), 104);
	UNIT_EQ(buf[95], 'x');
	UNIT_EQ(kmemu_copy_user(page + 4000, buf, 200), 104);
	UNIT_EQ(kmemu_copy_user(buf, NULL, 10), 10);
	UNIT_EQ(kmemu_clear_user(page + 4000, 200), 104);
	UNIT_EQ(page[4000] | page[4095], 0);
	memset(page + 4000, 'y', 96);
	UNIT_EQ(kmemu_strncpy_from_user(buf, page + 4000, 300), -EFAULT);
	UNIT_EQ(kmemu_strnlen_user(page + 4000, 300), 0);
	UNIT_EQ(kmemu_strnlen_user(page + 4000, 50), 51);
	page[4095] = 0;
	UNIT_EQ(kmemu_strncpy_from_user(buf, page + 4000, 300), 95);
	UNIT_EQ(kmemu_strncpy_from_user(buf, page + 4000, 20), 20);
	UNIT_EQ(kmemu_strnlen_user(page + 4000, 300), 96);
	munmap(page, 4096);
}

UNIT_MAIN("klib", UNIT_TEST(copies_end_with_0), UNIT_TEST(strings), UNIT_TEST(bytes),
	  UNIT_TEST(words_of_a_command_line), UNIT_TEST(backslashes), UNIT_TEST(sip),
	  UNIT_TEST(sorted),
	  UNIT_TEST(equal_elements_are_in_the_kernels_order), UNIT_TEST(sorted_lists_are_stable),
	  UNIT_TEST(whole_numbers), UNIT_TEST(memory_that_is_not_there));
