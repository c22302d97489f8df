/*
 * demangle_read.h - what demangle.c (names) and demangle_type.c (types and
 * expressions) read a mangled name with. Only they include it.
 */
#pragma once

#include <string.h>

#include "core/report/demangle.h"

#define MAX_NODES 1024
#define MAX_SUBSTITUTIONS 256

struct reader {
	const char *p, *end;
	struct node *nodes; /* nodes[0] is none */
	node_t *subs;
	uintptr_t stack_end; /* the stack must not grow below */
	unsigned int nr_nodes, nr_subs;
	node_t template_args; /* NODE_LIST that T_ means; 0: none */
	bool in_lambda; /* T_ is auto */
	bool failed;
	u32 flags; /* of the member function that was named last */
};

/* --- demangle.c --- */

/* tag: its template arguments are what T_ means from then on. Sets flags. */
node_t demangle_name(struct reader *r, bool tag);
node_t demangle_encoding(struct reader *r);
node_t demangle_source_name(struct reader *r);
/* A part behind `scope`, which may be 0: a name, an operator, a constructor. */
node_t demangle_unqualified(struct reader *r, node_t scope);
/* Behind 'S', and not "St". */
node_t demangle_substitution(struct reader *r);
/* The code's text and number of operands (0: none in expressions), or NULL. */
const char *demangle_operator(struct reader *r, unsigned int *operands);

/* --- demangle_type.c --- */

node_t demangle_type(struct reader *r);
/* Types up to an end that is not taken: 'E', a suffix, a reference qualifier. */
node_t demangle_parameters(struct reader *r);
/* T_, T0_: the argument itself. */
node_t demangle_template_param(struct reader *r);
/* name and its arguments, which come next. */
node_t demangle_template(struct reader *r, node_t name, bool tag);
node_t demangle_decltype(struct reader *r);
u32 demangle_qualifiers(struct reader *r);

/* --- letters and nodes --- */

static inline node_t fail(struct reader *r)
{
	r->failed = true;
	r->p = r->end;
	return 0;
}

static inline char peek(const struct reader *r)
{
	return r->p < r->end ? *r->p : '\0';
}

static inline char peek2(const struct reader *r)
{
	return r->end - r->p > 1 ? r->p[1] : '\0';
}

static inline bool take(struct reader *r, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, s, n) != 0)
		return false;
	r->p += n;
	return true;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline node_t node(struct reader *r, enum node_kind kind, node_t a, node_t b)
{
	if (r->nr_nodes >= MAX_NODES || r->failed)
		return fail(r);
	r->nodes[r->nr_nodes] = (struct node){ .kind = (u8)kind, .a = a, .b = b };
	return (node_t)r->nr_nodes++;
}

static inline node_t with_text(struct reader *r, enum node_kind kind, node_t a, const char *s,
			       size_t n)
{
	node_t id = node(r, kind, a, 0);

	r->nodes[id].s = s;
	r->nodes[id].n = (u16)n;
	return id;
}

static inline node_t text(struct reader *r, const char *s)
{
	return with_text(r, NODE_TEXT, 0, s, strlen(s));
}

static inline node_t with_value(struct reader *r, enum node_kind kind, node_t b, long value)
{
	node_t id = node(r, kind, 0, b);

	r->nodes[id].value = (u16)value;
	return id;
}

/* What was read can be referred to from now on. */
static inline node_t remember(struct reader *r, node_t id)
{
	if (r->nr_subs >= MAX_SUBSTITUTIONS || !id)
		return fail(r);
	r->subs[r->nr_subs++] = id;
	return id;
}

/* Appends to a list, of which *last is the last link. */
static inline void append(struct reader *r, node_t *head, node_t *last, node_t item)
{
	node_t link = node(r, NODE_LIST, item, 0);

	if (!*head)
		*head = link;
	else
		r->nodes[*last].b = link;
	*last = link;
}

/* False: no stack is left for another level. */
static inline bool may_go_deeper(struct reader *r)
{
	if ((uintptr_t)__builtin_frame_address(0) > r->stack_end && !r->failed)
		return true;
	fail(r);
	return false;
}

/* --- numbers --- */

static inline long read_number(struct reader *r)
{
	long n = 0;

	if (!is_digit(peek(r)))
		fail(r);
	while (is_digit(peek(r)) && n < 1000000)
		n = n * 10 + *r->p++ - '0';
	return n;
}

/* "_" is 0, "0_" is 1 and so on. */
static inline long read_index(struct reader *r)
{
	long n = 0;

	if (peek(r) != '_')
		n = read_number(r) + 1;
	if (!take(r, "_") || n > UINT16_MAX)
		fail(r);
	return n;
}

/* The same in base 36: of substitutions. */
static inline long read_base36(struct reader *r)
{
	long n = 0;
	char c;

	for (; (c = peek(r)) && c != '_' && n < 100000; r->p++, n++) {
		if (is_digit(c))
			n = (n ? n - 1 : 0) * 36 + c - '0';
		else if (c >= 'A' && c <= 'Z')
			n = (n ? n - 1 : 0) * 36 + c - 'A' + 10;
		else
			fail(r);
		if (r->failed)
			return 0;
	}
	if (!take(r, "_"))
		fail(r);
	return n;
}

static inline node_t nested(struct reader *r, node_t scope, node_t name)
{
	return scope ? node(r, NODE_NESTED, scope, name) : name;
}

