/* SPDX-License-Identifier: MIT */
/*
 * fuzz_json: whatever calls are made, with whatever strings and however small
 * the buffer, the line is JSON: it is parsed here. The input is a program: a
 * byte for the size of the buffer, then calls, strings of what follows them.
 */
#include "tests/fuzz/fuzz.h"

#include "core/report/json.h"
#include "tests/unit/json_reader.h"

/* --- calls --------------------------------------------------------------- */

struct nesting {
	char close[256];
	unsigned int depth;
};

static void open_one(struct json *j, struct nesting *nest, const char *key, char close)
{
	if (nest->depth == sizeof(nest->close))
		return;
	if (close == '}')
		json_object(j, key);
	else
		json_array(j, key);
	nest->close[nest->depth++] = close;
}

/* One call; text is a string of the input. */
static void call(struct json *j, struct nesting *nest, unsigned char what, const char *text)
{
	bool in_array = nest->depth && nest->close[nest->depth - 1] == ']';
	const char *key = in_array ? NULL : text;

	switch (what % 8) {
	case 0:
	case 1:
		json_str(j, key, what & 8 ? text : NULL);
		break;
	case 2:
		json_u64(j, key, (u64)what << 56);
		break;
	case 3:
		json_hex(j, key, (uintptr_t)text);
		break;
	case 4:
		json_bool(j, key, what & 8);
		break;
	case 5:
		open_one(j, nest, key, '}');
		break;
	case 6:
		open_one(j, nest, key, ']');
		break;
	default:
		if (nest->depth)
			json_close(j, nest->close[--nest->depth]);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static char text[MAX_INPUT + 1];
	struct nesting nest = { .depth = 0 };
	size_t bytes, i = 0, n;
	struct json j;
	char *buf;

	size = size < MAX_INPUT ? size : MAX_INPUT;
	memcpy(text, data, size);
	text[size] = '\0';
	bytes = JSON_MIN_BYTES + (size ? data[0] * 4 : 0);
	buf = malloc(bytes);
	json_init(&j, buf, bytes);
	while (++i < size) {
		call(&j, &nest, data[i], text + i + 1);
		if (!(data[i] & 16))
			i += strnlen(text + i + 1, size - i - 1);
	}
	n = json_finish(&j);
	CHECK(n == strlen(buf) && n < bytes);
	CHECK(is_json_line(buf));
	free(buf);
	return 0;
}

#ifndef KMEMU_LIBFUZZER
static size_t random_input(unsigned char *buf)
{
	static const char wild[] = "\"\\\n\t\x01\x7f\x80\xbf\xc2\xc3\xe2\x82\xac\xed\xf0\xf4\xff";
	size_t n = (size_t)random() % (random() % 8 ? 200 : MAX_INPUT);

	for (size_t i = 0; i < n; i++)
		buf[i] = random() % 3 ? (unsigned char)random() :
					(unsigned char)wild[(size_t)random() % sizeof(wild)];
	return n;
}
#endif
