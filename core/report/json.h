/*
 * json.h - one event is one line of JSON is one write(2) to the file of option
 * json= (opened for appending, so that processes can share it). docs/events.md
 * has the events and their fields; every line begins with "kmemu":1, the
 * version of that schema.
 *
 *	char buf[512];
 *	struct json j;
 *
 *	json_init(&j, buf, sizeof(buf));
 *	json_str(&j, "event", "start");
 *	json_array(&j, "args");
 *	json_str(&j, NULL, "first");
 *	json_close(&j, ']');
 *	json_event(&j);
 *
 * Any context; allocates nothing. What does not fit is left out member by
 * member (a string is cut if there is room for some of it), and the line says
 * "truncated":true: it is valid JSON in any case.
 */
#pragma once

#include "core/os/compiler.h"

#define JSON_VERSION 1
#define JSON_DEPTH 15
#define JSON_MIN_BYTES 64 /* of a buffer */

struct json {
	char *buf;
	size_t size, n;
	bool overflow; /* something was left out */
	bool comma; /* a member stands before */
	u8 depth; /* open brackets behind the first */
	u32 skipped; /* open brackets that were left out */
	char close[JSON_DEPTH + 1];
};

void json_init(struct json *j, char *buf, size_t size);
/* key is NULL inside arrays. Invalid UTF-8 becomes U+FFFD; value NULL is null. */
void json_str(struct json *j, const char *key, const char *value);
void json_u64(struct json *j, const char *key, u64 v);
void json_hex(struct json *j, const char *key, u64 v); /* "0x1f" */
void json_bool(struct json *j, const char *key, bool v);
void json_object(struct json *j, const char *key);
void json_array(struct json *j, const char *key);
void json_close(struct json *j, char bracket); /* '}' or ']' */
/* Closes what is open and ends the line; its length. json_event() does it. */
size_t json_finish(struct json *j);
/* Writes the line; nothing when json= is off. False: it reached no file. */
bool json_event(struct json *j);
bool events_on(void);

/*
 * event.c: a code address as an object. Without names nothing is read and the
 * function is null: who reads the event can find it by module and offset.
 */
void event_frame(struct json *j, const char *key, unsigned long pc, bool named);
