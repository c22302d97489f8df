/*
 * value.h - one value: from text to its field and back, by the row's type.
 * Used by the parser (options.c) and the tests alone.
 */
#pragma once

#include "config/options.h"

/* A piece of somebody else's memory. */
struct text {
	const char *s;
	size_t n;
};

struct text text_of(const char *s); /* NULL is empty */
bool text_is(struct text t, const char *s);
/* Letters alike, '-' like '_', as in the kernel's parameter names. */
bool text_is_name(struct text t, const char *name);
struct text text_trim(struct text t); /* without blanks at its ends */
bool text_starts(struct text t, const char *prefix);
struct text text_skip(struct text t, size_t n);
/* All of t: digits, decimal or 0x; the same with K, M, G or T behind. */
bool text_number(struct text t, u64 *value);
bool text_size(struct text t, u64 *value);
/* For a message: control characters as '?', a long one cut and "..." added. */
const char *text_show(struct text t, char *buf, size_t size);

/* False: not a value of this option, or no room; then *opts is unchanged. */
bool value_parse(const struct option_row *row, struct text value, struct kmemu_options *opts);
/* The same without keeping anything. */
bool value_is_valid(const struct option_row *row, struct text value);
int value_print(const struct option_row *row, const struct kmemu_options *opts, char *buf,
		size_t size);

/* Texts of STRING, LIST, LOG and PATH are kept in a store of this size. */
#define VALUE_STORE_BYTES 16384
void value_store_reset(void);
bool value_store_overflowed(void);
