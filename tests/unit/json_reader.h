/* SPDX-License-Identifier: MIT */
/*
 * A reader of JSON as core/report/json.c writes it, for its test and its fuzzer:
 * is it JSON at all? No blanks, no fractions, no characters that are not UTF-8.
 */
#pragma once

#include <stdbool.h>
#include <string.h>

/* The end of the value at s, NULL if there is none. */
static const char *read_json(const char *s);

static inline bool is_utf8_tail(const char *s, int n)
{
	while (n-- > 0)
		if ((*s++ & 0xc0) != 0x80)
			return false;
	return true;
}

/* Behind the character at s; NULL: none that may stand in a string. */
static inline const char *read_json_char(const char *s)
{
	unsigned char c = (unsigned char)*s;

	if (c == '\\')
		return s[1] == 'u' ? (strspn(s + 2, "0123456789abcdef") >= 4 ? s + 6 : NULL) :
		       s[1] && strchr("\"\\ntr", s[1]) ? s + 2 : NULL;
	if (c < ' ' || c == 0x7f)
		return NULL;
	if (c < 0x80)
		return s + 1;
	if (c >= 0xc2 && c <= 0xdf)
		return is_utf8_tail(s + 1, 1) ? s + 2 : NULL;
	if (c >= 0xe0 && c <= 0xef)
		return is_utf8_tail(s + 1, 2) ? s + 3 : NULL;
	return c >= 0xf0 && c <= 0xf4 && is_utf8_tail(s + 1, 3) ? s + 4 : NULL;
}

static inline const char *read_json_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	while (s && *s != '"')
		s = read_json_char(s);
	return s ? s + 1 : NULL;
}

static inline const char *read_json_list(const char *s, char close)
{
	if (*++s == close)
		return s + 1;
	for (;; s++) {
		if (close == '}') {
			s = read_json_string(s);
			if (!s || *s++ != ':')
				return NULL;
		}
		s = read_json(s);
		if (!s || (*s != ',' && *s != close))
			return NULL;
		if (*s == close)
			return s + 1;
	}
}

static inline const char *read_json(const char *s)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t digits = strspn(s, "0123456789");

	if (*s == '"')
		return read_json_string(s);
	if (*s == '{' || *s == '[')
		return read_json_list(s, *s == '{' ? '}' : ']');
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strncmp(s, words[i], strlen(words[i])))
			return s + strlen(words[i]);
	return digits ? s + digits : NULL;
}

static inline bool is_json_line(const char *s)
{
	const char *end = read_json(s);

	return end && !strcmp(end, "\n");
}
