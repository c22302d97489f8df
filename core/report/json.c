/*
 * json.c - writes JSON into a buffer of the caller's, see json.h.
 *
 * The kernel has no such thing; its nearest relative is the trace event, one
 * record with named fields. A library is no choice: this runs inside malloc
 * and inside handlers, in a process that may be out of memory.
 *
 * A line has to be valid whatever happens, since a reader that meets a broken
 * one may drop all that follows. So a member is written whole or not at all:
 * on overflow n goes back to where the member began. RESERVE bytes are kept
 * for what closes the line. An object that has no room is counted in `skipped`
 * and its members with it, so that the caller's closes still match.
 *
 * Invariants: n <= size - 1 - RESERVE + what json_finish adds <= size - 1
 * (the last byte is for NUL); depth + 1 brackets are open.
 *
 * Strings: control characters, quote and backslash are escaped; a byte that is
 * no UTF-8 (paths and names are bytes here) becomes U+FFFD, so two such names
 * may look alike.
 *
 * Locks: none; printk.c has the file's.
 */
#include "core/report/json.h"

#include "config/options.h"
#include "core/lib/printk.h"
#include "core/lib/vsprintf.h"

#define TRUNCATED ",\"truncated\":true"
#define RESERVE (sizeof(TRUNCATED) + JSON_DEPTH + 3)

static bool put(struct json *j, const char *s, size_t n)
{
	if (j->n + n > j->size - RESERVE) /* n may be beyond, by closing brackets */
		return false;
	__builtin_memcpy(j->buf + j->n, s, n);
	j->n += n;
	return true;
}

static bool put_char(struct json *j, char c)
{
	return put(j, &c, 1);
}

/* Back to where a member began. */
static void undo(struct json *j, size_t n)
{
	j->n = n;
	j->overflow = true;
}

/* --- strings ------------------------------------------------------------- */

/* Bytes of the UTF-8 character at s, 0: there is none (RFC 3629). */
static size_t utf8_length(const u8 *s)
{
	u32 c = s[0], least;
	size_t n;

	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	least = n == 2 ? 0x80 : n == 3 ? 0x800 : 0x10000;
	c &= 0x7f >> n;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least || c > 0x10ffff || (c & 0xfffff800) == 0xd800 ? 0 : n;
}

static const char *short_escape(char c)
{
	switch (c) {
	case '"': return "\\\"";
	case '\\': return "\\\\";
	case '\n': return "\\n";
	case '\t': return "\\t";
	case '\r': return "\\r";
	default: return NULL;
	}
}

/* One character of a string; *s moves behind it. False: no room. */
static bool put_escaped(struct json *j, const char **s)
{
	const char *at = *s, *escape = short_escape(*at);
	size_t n = utf8_length((const u8 *)at);
	char code[8];

	*s += n ? n : 1;
	if (escape)
		return put(j, escape, 2);
	if (n == 0)
		return put(j, "\\ufffd", 6);
	if ((u8)*at >= ' ' && *at != 0x7f)
		return put(j, at, n);
	return put(j, code, (size_t)kmemu_scnprintf(code, sizeof(code), "\\u%04x", (u8)*at));
}

/* As much of s as fits, and its end. */
static bool put_string(struct json *j, const char *s)
{
	if (!put_char(j, '"'))
		return false;
	while (*s) {
		size_t before = j->n;

		/* Room for the closing quote comes first. */
		if (put_escaped(j, &s) && j->n < j->size - RESERVE)
			continue;
		undo(j, before);
		break;
	}
	return put_char(j, '"');
}

/* --- members ------------------------------------------------------------- */

static bool put_key(struct json *j, const char *key)
{
	if (j->comma && !put_char(j, ','))
		return false;
	if (!key)
		return true;
	return put_string(j, key) && !j->overflow && put_char(j, ':');
}

/* The key and a value that needs no escape. */
static bool put_member(struct json *j, const char *key, const char *value, size_t n)
{
	size_t before = j->n;
	bool overflow = j->overflow;

	if (j->skipped)
		return false;
	j->overflow = false;
	if (!put_key(j, key) || !put(j, value, n)) {
		undo(j, before);
		return false;
	}
	j->overflow = overflow;
	j->comma = true;
	return true;
}

void json_str(struct json *j, const char *key, const char *value)
{
	bool overflow = j->overflow, comma = j->comma;
	size_t before = j->n, empty;

	if (!value) {
		put_member(j, key, "null", 4);
		return;
	}
	if (!put_member(j, key, "", 0))
		return;
	empty = j->n + 2;
	j->overflow = false;
	if (!put_string(j, value) || (j->overflow && j->n == empty)) {
		undo(j, before);
		j->comma = comma;
	}
	j->overflow |= overflow;
}

void json_u64(struct json *j, const char *key, u64 v)
{
	char text[24];

	put_member(j, key, text,
		   (size_t)kmemu_scnprintf(text, sizeof(text), "%llu", (unsigned long long)v));
}

void json_hex(struct json *j, const char *key, u64 v)
{
	char text[24];

	put_member(j, key, text,
		   (size_t)kmemu_scnprintf(text, sizeof(text), "\"0x%llx\"",
					   (unsigned long long)v));
}

void json_bool(struct json *j, const char *key, bool v)
{
	put_member(j, key, v ? "true" : "false", v ? 4 : 5);
}

static void open_bracket(struct json *j, const char *key, const char *open, char close)
{
	if (j->skipped || j->depth >= JSON_DEPTH || !put_member(j, key, open, 1)) {
		j->overflow = true;
		j->skipped++;
		return;
	}
	j->close[j->depth++] = close;
	j->comma = false;
}

void json_object(struct json *j, const char *key)
{
	open_bracket(j, key, "{", '}');
}

void json_array(struct json *j, const char *key)
{
	open_bracket(j, key, "[", ']');
}

/* Into RESERVE. */
static void close_one(struct json *j)
{
	j->buf[j->n++] = j->close[--j->depth];
	j->comma = true;
}

void json_close(struct json *j, char bracket)
{
	if (j->skipped) {
		j->skipped--;
		return;
	}
	if (j->depth && j->close[j->depth - 1] == bracket)
		close_one(j);
}

void json_init(struct json *j, char *buf, size_t size)
{
	*j = (struct json){ .buf = buf, .size = size };
	j->buf[j->n++] = '{';
	json_u64(j, "kmemu", JSON_VERSION);
}

size_t json_finish(struct json *j)
{
	while (j->depth)
		close_one(j);
	if (j->overflow) {
		__builtin_memcpy(j->buf + j->n, TRUNCATED, sizeof(TRUNCATED) - 1);
		j->n += sizeof(TRUNCATED) - 1;
	}
	j->buf[j->n++] = '}';
	j->buf[j->n++] = '\n';
	j->buf[j->n] = '\0';
	return j->n;
}

/* --- the file ------------------------------------------------------------ */

bool events_on(void)
{
	return kmemu_opts.json && kmemu_opts.json[0];
}

bool json_event(struct json *j)
{
	size_t n = json_finish(j);

	return events_on() && events_write(j->buf, n);
}
