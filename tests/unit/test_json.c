/* SPDX-License-Identifier: MIT */
/*
 * json: what is written is JSON whatever goes in and however small the buffer
 * is, read back here by a reader of its own; members are whole or missing.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/options.h"
#include "core/report/json.h"
#include "tests/unit/json_reader.h"

/* --- tests --------------------------------------------------------------- */

static char buf[4096];
static struct json j;

#define LINE_IS(want)                                     \
	do {                                              \
		size_t n = json_finish(&j);               \
		UNIT_EQ(n, strlen(buf));                  \
		CU_ASSERT_STRING_EQUAL(buf, want "\n");   \
		CU_ASSERT(is_json_line(buf));             \
	} while (0)

static void types(void)
{
	json_init(&j, buf, sizeof(buf));
	json_str(&j, "s", "text");
	json_str(&j, "none", NULL);
	json_u64(&j, "u", UINT64_MAX);
	json_hex(&j, "h", 0x1f);
	json_bool(&j, "yes", true);
	json_bool(&j, "no", false);
	LINE_IS("{\"kmemu\":1,\"s\":\"text\",\"none\":null,\"u\":18446744073709551615,"
		"\"h\":\"0x1f\",\"yes\":true,\"no\":false}");
}

static void nesting(void)
{
	json_init(&j, buf, sizeof(buf));
	json_object(&j, "o");
	json_array(&j, "a");
	json_u64(&j, NULL, 1);
	json_object(&j, NULL);
	json_close(&j, '}');
	json_str(&j, NULL, "x");
	json_close(&j, ']');
	json_u64(&j, "b", 2);
	json_close(&j, '}');
	json_array(&j, "open");
	json_array(&j, NULL);
	LINE_IS("{\"kmemu\":1,\"o\":{\"a\":[1,{},\"x\"],\"b\":2},\"open\":[[]]}");
}

static void escapes(void)
{
	json_init(&j, buf, sizeof(buf));
	json_str(&j, "e", "\"\\\n\t\r\x01\x7f");
	json_str(&j, "utf8", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	LINE_IS("{\"kmemu\":1,\"e\":\"\\\"\\\\\\n\\t\\r\\u0001\\u007f\","
		"\"utf8\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}");
}

/* Lone and missing continuations, overlong forms, surrogates, beyond U+10FFFF. */
static void invalid_utf8(void)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "\x80", "\\ufffd" },
		{ "a\xff", "a\\ufffd" },
		{ "\xc3", "\\ufffd" },
		{ "\xc3(", "\\ufffd(" },
		{ "\xc0\xaf", "\\ufffd\\ufffd" },
		{ "\xc1\xbf", "\\ufffd\\ufffd" },
		{ "\xe0\x80\xaf", "\\ufffd\\ufffd\\ufffd" },
		{ "\xe2\x82", "\\ufffd\\ufffd" },
		{ "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" },
		{ "\xed\x9f\xbf", "\xed\x9f\xbf" },
		{ "\xf0\x80\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
		{ "\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
		{ "\xf5\x80\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
	};
	char want[128];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_init(&j, buf, sizeof(buf));
		json_str(&j, "x", cases[i].in);
		json_finish(&j);
		snprintf(want, sizeof(want), "{\"kmemu\":1,\"x\":\"%s\"}\n", cases[i].out);
		CU_ASSERT_STRING_EQUAL(buf, want);
	}
}

static void strings_are_cut(void)
{
	char text[300];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	json_init(&j, buf, 100);
	json_str(&j, "long", text);
	json_u64(&j, "left_out", 1);
	json_finish(&j);
	CU_ASSERT(is_json_line(buf));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf, "\"long\":\"xxxxx"));
	CU_ASSERT_PTR_NULL(strstr(buf, "left_out"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf, ",\"truncated\":true}\n"));
}

static void too_deep(void)
{
	json_init(&j, buf, sizeof(buf));
	for (int i = 0; i < 40; i++)
		json_array(&j, i ? NULL : "deep");
	json_u64(&j, NULL, 7);
	for (int i = 0; i < 40; i++)
		json_close(&j, ']');
	json_u64(&j, "after", 8);
	json_finish(&j);
	CU_ASSERT(is_json_line(buf));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf, "\"after\":8"));
	CU_ASSERT_PTR_NULL(strstr(buf, "7"));
}

/* The same calls into every size of buffer: valid, in bounds, a prefix of members. */
static void random_calls(struct json *to, unsigned int seed)
{
	static const char *const texts[] = { "", "plain", "\"quoted\"", "\xff\xfe", "\n\n\n",
					     NULL };
	static const char kinds[] = "sssuuhboac";
	char open[64];
	int depth = 0;

	for (int i = 0; i < 60; i++) {
		bool in_array = depth && open[depth - 1] == ']';
		const char *key = in_array ? NULL : "k\xc3\xa9y";

		seed = seed * 1664525u + 1013904223u;
		switch (kinds[(seed >> 16) % (sizeof(kinds) - 1)]) {
		case 's': json_str(to, key, texts[(seed >> 8) % ARRAY_SIZE(texts)]); break;
		case 'u': json_u64(to, key, seed); break;
		case 'h': json_hex(to, key, seed); break;
		case 'b': json_bool(to, key, seed & 1); break;
		case 'o': json_object(to, key), open[depth++] = '}'; break;
		case 'a': json_array(to, key), open[depth++] = ']'; break;
		case 'c':
			if (depth)
				json_close(to, open[--depth]);
		}
	}
}

static void every_size_of_buffer(void)
{
	unsigned int seed = (unsigned int)unit_seed();
	size_t n;

	for (size_t size = JSON_MIN_BYTES; size < 1500; size += 1 + size / 40) {
		for (unsigned int i = 0; i < 40; i++) {
			memset(buf, 0x55, sizeof(buf));
			json_init(&j, buf, size);
			random_calls(&j, seed + i);
			n = json_finish(&j);
			UNIT_EQ(n, strlen(buf));
			CU_ASSERT(n < size);
			CU_ASSERT(is_json_line(buf));
			CU_ASSERT(buf[size] == 0x55);
		}
	}
}

/* --- the file ------------------------------------------------------------ */

static void event_file(void)
{
	char dir[] = "/tmp/kmemu-json-XXXXXX", option[96], name[96], is[256] = "";
	FILE *f;

	options_init((char *[]){ NULL });
	CU_ASSERT(!events_on());
	json_init(&j, buf, sizeof(buf));
	CU_ASSERT(!json_event(&j));
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	snprintf(option, sizeof(option), "KMEMU_JSON=%s/events-%%p", dir);
	options_init((char *[]){ option, NULL });
	CU_ASSERT(events_on());
	for (int i = 0; i < 2; i++) {
		json_init(&j, buf, sizeof(buf));
		json_u64(&j, "n", (u64)i);
		CU_ASSERT(json_event(&j));
	}
	snprintf(name, sizeof(name), "%s/events-%d", dir, getpid());
	f = fopen(name, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT(fread(is, 1, sizeof(is) - 1, f) > 0);
	fclose(f);
	CU_ASSERT_STRING_EQUAL(is, "{\"kmemu\":1,\"n\":0}\n{\"kmemu\":1,\"n\":1}\n");
	unlink(name);
	rmdir(dir);
}

UNIT_MAIN("json",
	  UNIT_TEST(types),
	  UNIT_TEST(nesting),
	  UNIT_TEST(escapes),
	  UNIT_TEST(invalid_utf8),
	  UNIT_TEST(strings_are_cut),
	  UNIT_TEST(too_deep),
	  UNIT_TEST(every_size_of_buffer),
	  UNIT_TEST(event_file));
