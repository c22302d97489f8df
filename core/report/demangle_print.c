/*
 * demangle_print.c - writes the tree of a C++ name (demangle.h) in the words of
 * c++filt.
 *
 * A declaration has a left and a right part, between which its name or the
 * star of a pointer goes: "int (*" and ")(char)". Each type is printed by two
 * functions therefore; only functions, arrays and what contains them have a
 * right part.
 *
 * Parameter packs: NODE_EXPANSION prints its pattern once for each element of
 * the first pack in it, with `pack` as the element's number; a pack met outside
 * prints all.
 *
 * The tree shares parts, so that a short name can mean an endless text.
 * Printing stops when the buffer is full, when the stack that it may use is
 * used up, or after MAX_STEPS nodes.
 *
 * Locks: the caller's.
 */
#include <string.h>

#include "core/report/demangle.h"

#define MAX_STEPS 100000

struct printer {
	const struct node *nodes;
	char *buf;
	size_t size, n;
	uintptr_t stack_end;
	unsigned int steps;
	int pack; /* element of packs, -1: all */
	bool failed, full;
};

static void print(struct printer *p, node_t id);
static void print_left(struct printer *p, node_t id);
static void print_right(struct printer *p, node_t id);

static const struct node *get(const struct printer *p, node_t id)
{
	return &p->nodes[id];
}

static void put(struct printer *p, const char *s, size_t n)
{
	size_t room = p->size - 1 - p->n;

	if (n > room) {
		n = room;
		p->full = true;
	}
	memcpy(p->buf + p->n, s, n);
	p->n += n;
}

static void puts_(struct printer *p, const char *s)
{
	put(p, s, strlen(s));
}

static char last(const struct printer *p)
{
	return p->n ? p->buf[p->n - 1] : '\0';
}

static void put_number(struct printer *p, unsigned int value)
{
	char digits[12];
	int at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
	} while (value /= 10);
	put(p, digits + at, sizeof(digits) - (size_t)at);
}

/* The i-th element of a list; 0: there is none. */
static node_t element(const struct printer *p, node_t list, int i)
{
	while (list && i-- > 0)
		list = get(p, list)->b;
	return list ? get(p, list)->a : 0;
}

/* What the node stands for: of a pack, the element that is being printed. */
static node_t resolve(const struct printer *p, node_t id)
{
	while (get(p, id)->kind == NODE_PACK && p->pack >= 0)
		id = element(p, get(p, id)->a, p->pack);
	return id;
}

/* The first pack in the pattern, 0: none. */
static node_t find_pack(struct printer *p, node_t id)
{
	const struct node *n = get(p, id);
	node_t found = 0;

	if (!id || ++p->steps > MAX_STEPS ||
	    (uintptr_t)__builtin_frame_address(0) <= p->stack_end)
		return 0;
	if (n->kind == NODE_PACK)
		return id;
	if (n->kind != NODE_EXPANSION)
		found = find_pack(p, n->a) ?: find_pack(p, n->b) ?: find_pack(p, n->c);
	return found;
}

static int length(const struct printer *p, node_t list)
{
	int n = 0;

	for (; list; list = get(p, list)->b)
		n++;
	return n;
}

/* A pack of nothing, which takes no comma. */
static bool is_empty(struct printer *p, node_t id)
{
	const struct node *n = get(p, resolve(p, id));
	node_t list = n->a;

	if (++p->steps > MAX_STEPS || (uintptr_t)__builtin_frame_address(0) <= p->stack_end)
		return false;
	if (n->kind == NODE_EXPANSION) {
		list = find_pack(p, n->a);
		return list && is_empty(p, list);
	}
	if (n->kind != NODE_PACK)
		return false;
	while (list && is_empty(p, get(p, list)->a))
		list = get(p, list)->b;
	return !list;
}

static void print_list(struct printer *p, node_t list)
{
	size_t start = p->n;

	for (; list && !p->failed && !p->full; list = get(p, list)->b) {
		if (is_empty(p, get(p, list)->a))
			continue;
		if (p->n > start)
			puts_(p, ", ");
		print(p, get(p, list)->a);
	}
}

static bool is_void(const struct printer *p, node_t list)
{
	const struct node *only = get(p, get(p, list)->a);

	return list && !get(p, list)->b && only->kind == NODE_TEXT && only->n == 4 &&
	       !memcmp(only->s, "void", 4);
}

static void print_parameters(struct printer *p, node_t list)
{
	puts_(p, "(");
	if (!is_void(p, list))
		print_list(p, list);
	puts_(p, ")");
}

static void put_qualifiers(struct printer *p, unsigned int flags)
{
	if (flags & NODE_CONST)
		puts_(p, " const");
	if (flags & NODE_VOLATILE)
		puts_(p, " volatile");
	if (flags & NODE_RESTRICT)
		puts_(p, " __restrict");
	if (flags & NODE_LVALUE)
		puts_(p, " &");
	if (flags & NODE_RVALUE)
		puts_(p, " &&");
	if (flags & NODE_NOEXCEPT)
		puts_(p, " noexcept");
}

/* --- names --- */

/* The name itself, of which constructors are called: A of std::A<int>. */
static void print_base(struct printer *p, node_t id)
{
	const struct node *n = get(p, resolve(p, id));
	const char *s, *end;

	for (;;) {
		if (n->kind == NODE_NESTED || n->kind == NODE_LOCAL)
			n = get(p, resolve(p, n->b));
		else if (n->kind == NODE_TEMPLATE || n->kind == NODE_TAGGED)
			n = get(p, resolve(p, n->a));
		else
			break;
	}
	if (n->kind != NODE_TEXT) {
		print(p, (node_t)(n - p->nodes));
		return;
	}
	/* "std::string" and the like are one text */
	end = memchr(n->s, '<', n->n) ?: n->s + n->n;
	for (s = end; s > n->s && s[-1] != ':'; s--)
		;
	put(p, s, (size_t)(end - s));
}

static void print_template(struct printer *p, const struct node *n)
{
	int pack = p->pack;

	print(p, n->a);
	p->pack = -1;
	puts_(p, last(p) == '<' ? " <" : "<");
	print_list(p, n->b);
	puts_(p, last(p) == '>' ? " >" : ">");
	p->pack = pack;
}

static void print_function(struct printer *p, const struct node *n)
{
	if (n->c) {
		print_left(p, n->c);
		if (last(p) != ' ')
			puts_(p, " ");
	}
	print(p, n->a);
	print_parameters(p, n->b);
	if (n->c)
		print_right(p, n->c);
	put_qualifiers(p, n->flags);
}

/* A function around a local name, without its return type. */
static void print_scope(struct printer *p, node_t id)
{
	struct node n = *get(p, id);

	if (n.kind != NODE_FUNCTION) {
		print(p, id);
		return;
	}
	n.c = 0;
	print_function(p, &n);
}

static void print_numbered(struct printer *p, const char *what, const struct node *n)
{
	puts_(p, what);
	put_number(p, n->value);
	puts_(p, "}");
}

static void print_lambda(struct printer *p, const struct node *n)
{
	puts_(p, "{lambda");
	print_parameters(p, n->b);
	print_numbered(p, "#", n);
}

static void print_conversion(struct printer *p, const struct node *n)
{
	puts_(p, "operator ");
	print(p, n->a);
}

static void print_clone(struct printer *p, const struct node *n)
{
	print(p, n->a);
	puts_(p, " [clone ");
	put(p, n->s, n->n);
	puts_(p, "]");
}

/* --- literals, expressions --- */

static const struct {
	const char *type, *behind;
} literals[] = {
	{ "int", "" },	     { "unsigned int", "u" },	{ "long", "l" },
	{ "unsigned long", "ul" }, { "long long", "ll" }, { "unsigned long long", "ull" },
};

static void put_value(struct printer *p, const struct node *n)
{
	const char *s = n->s;
	size_t length = n->n;

	if (length && *s == 'n') {
		puts_(p, "-");
		s++;
		length--;
	}
	put(p, s, length);
}

static bool text_is(const struct node *n, const char *s)
{
	return n->kind == NODE_TEXT && n->n == strlen(s) && !memcmp(n->s, s, n->n);
}

static void print_literal(struct printer *p, const struct node *n)
{
	const struct node *type = get(p, resolve(p, n->a));

	for (size_t i = 0; i < ARRAY_SIZE(literals); i++)
		if (text_is(type, literals[i].type)) {
			put_value(p, n);
			puts_(p, literals[i].behind);
			return;
		}
	if (text_is(type, "bool") && n->n == 1) {
		puts_(p, *n->s == '0' ? "false" : "true");
		return;
	}
	puts_(p, "(");
	print(p, n->a);
	puts_(p, ")");
	put_value(p, n);
}

static bool is_simple(const struct node *n)
{
	return n->kind == NODE_TEXT || n->kind == NODE_NESTED || n->kind == NODE_PARAMETER;
}

static void print_in_parentheses(struct printer *p, node_t id)
{
	puts_(p, "(");
	print(p, id);
	puts_(p, ")");
}

static void print_operand(struct printer *p, node_t id)
{
	if (is_simple(get(p, resolve(p, id))))
		print(p, id);
	else
		print_in_parentheses(p, id);
}

/* The address of a function is that of its name. */
static void print_unary(struct printer *p, const struct node *n)
{
	const struct node *of = get(p, resolve(p, n->a));
	bool is_address = n->n == 1 && *n->s == '&';

	put(p, n->s, n->n);
	if (is_address && of->kind == NODE_FUNCTION && !of->flags &&
	    get(p, of->a)->kind == NODE_NESTED)
		print(p, of->a);
	else
		print_operand(p, n->a);
}

static void print_binary(struct printer *p, const struct node *n)
{
	bool greater = n->n == 1 && *n->s == '>'; /* would end a template's arguments */

	puts_(p, greater ? "(" : "");
	print_operand(p, n->a);
	put(p, n->s, n->n);
	print_operand(p, n->b);
	puts_(p, greater ? ")" : "");
}

static void print_cast(struct printer *p, const struct node *n)
{
	print_in_parentheses(p, n->a);
	puts_(p, "(");
	print_list(p, n->b);
	puts_(p, ")");
}

/* --- packs --- */

static void print_expansion(struct printer *p, node_t pattern)
{
	node_t pack = find_pack(p, pattern);
	int outer = p->pack, n = length(p, get(p, pack)->a);
	size_t start = p->n;

	if (!pack) {
		print(p, pattern);
		puts_(p, "...");
		return;
	}
	for (int i = 0; i < n && !p->failed && !p->full; i++) {
		if (p->n > start)
			puts_(p, ", ");
		p->pack = i;
		print(p, pattern);
	}
	p->pack = outer;
}

/* --- types --- */

static bool has_right(const struct printer *p, node_t id)
{
	while (get(p, id)->kind == NODE_QUALIFIED)
		id = resolve(p, get(p, id)->a);
	return get(p, id)->kind == NODE_FUNCTION_TYPE || get(p, id)->kind == NODE_ARRAY;
}

/* What a pointer points to; a reference to a reference is one of them. */
static node_t pointee(const struct printer *p, const struct node *n, bool *lvalue)
{
	node_t to = resolve(p, n->a);

	*lvalue = n->flags & NODE_LVALUE;
	while ((n->flags & (NODE_LVALUE | NODE_RVALUE)) && get(p, to)->kind == NODE_POINTER &&
	       (get(p, to)->flags & (NODE_LVALUE | NODE_RVALUE))) {
		*lvalue |= get(p, to)->flags & NODE_LVALUE;
		to = resolve(p, get(p, to)->a);
	}
	return to;
}

static void print_pointer_left(struct printer *p, const struct node *n)
{
	bool lvalue;
	node_t to = pointee(p, n, &lvalue);

	print_left(p, to);
	if (has_right(p, to))
		puts_(p, last(p) == ' ' ? "(" : " (");
	if (lvalue)
		puts_(p, "&");
	else
		put(p, n->s, n->n);
}

static void print_pointer_right(struct printer *p, const struct node *n)
{
	bool lvalue;
	node_t to = pointee(p, n, &lvalue);

	if (has_right(p, to))
		puts_(p, ")");
	print_right(p, to);
}

static void print_member_pointer(struct printer *p, const struct node *n)
{
	node_t to = resolve(p, n->b);

	print_left(p, to);
	puts_(p, has_right(p, to) ? (last(p) == ' ' ? "(" : " (") : " ");
	print(p, n->a);
	puts_(p, "::*");
}

static void print_suffixed(struct printer *p, const struct node *n)
{
	print_left(p, n->a);
	if (n->b) {
		puts_(p, " __vector(");
		print(p, n->b);
		puts_(p, ")");
	} else {
		put(p, n->s, n->n);
	}
}

/* What is said twice by nested templates is said once: T const const. */
static void print_qualified(struct printer *p, const struct node *n)
{
	const struct node *of = get(p, resolve(p, n->a));
	unsigned int flags = n->flags;

	print_left(p, n->a);
	if (of->kind == NODE_QUALIFIED)
		flags &= ~of->flags;
	put_qualifiers(p, flags);
}

static void print_right(struct printer *p, node_t id)
{
	const struct node *n;

	id = resolve(p, id);
	n = get(p, id);
	if ((uintptr_t)__builtin_frame_address(0) <= p->stack_end)
		p->failed = true;
	if (p->failed || p->full)
		return;
	if (n->kind == NODE_POINTER) {
		print_pointer_right(p, n);
	} else if (n->kind == NODE_QUALIFIED) {
		print_right(p, n->a);
	} else if (n->kind == NODE_FUNCTION_TYPE) {
		print_parameters(p, n->b);
		put_qualifiers(p, n->flags);
		print_right(p, n->c);
	} else if (n->kind == NODE_ARRAY) {
		puts_(p, last(p) == ']' ? "[" : " [");
		print(p, n->b);
		puts_(p, "]");
		print_right(p, n->a);
	} else if (n->kind == NODE_MEMBER_POINTER) {
		if (has_right(p, resolve(p, n->b)))
			puts_(p, ")");
		print_right(p, n->b);
	}
}

static void print_type_left(struct printer *p, const struct node *n)
{
	switch (n->kind) {
	case NODE_POINTER:
		print_pointer_left(p, n);
		break;
	case NODE_QUALIFIED:
		print_qualified(p, n);
		break;
	case NODE_FUNCTION_TYPE:
		print_left(p, n->c);
		puts_(p, " ");
		break;
	case NODE_ARRAY:
		print_left(p, n->a);
		break;
	case NODE_MEMBER_POINTER:
		print_member_pointer(p, n);
		break;
	case NODE_SUFFIXED:
		print_suffixed(p, n);
		break;
	}
}

static void print_expression(struct printer *p, const struct node *n)
{
	switch (n->kind) {
	case NODE_LITERAL:
		print_literal(p, n);
		break;
	case NODE_UNARY:
		print_unary(p, n);
		break;
	case NODE_BINARY:
		print_binary(p, n);
		break;
	case NODE_CALL:
		print(p, n->a);
		puts_(p, "(");
		print_list(p, n->b);
		puts_(p, ")");
		break;
	case NODE_CAST:
		print_cast(p, n);
		break;
	case NODE_WRAP:
		put(p, n->s, n->n);
		print(p, n->a);
		puts_(p, ")");
		break;
	case NODE_PARAMETER:
		if (n->b) {
			puts_(p, "auto:");
			put_number(p, n->value);
		} else {
			print_numbered(p, "{parm#", n);
		}
		break;
	case NODE_NUMBER:
		put_number(p, n->value);
		break;
	case NODE_EXPANSION:
		print_expansion(p, n->a);
		break;
	case NODE_PACK:
		print_list(p, n->a);
		break;
	default:
		print_type_left(p, n);
	}
}

static void print_special_name(struct printer *p, const struct node *n)
{
	switch (n->kind) {
	case NODE_DTOR:
		puts_(p, "~");
		print_base(p, n->a);
		break;
	case NODE_CTOR:
		print_base(p, n->a);
		break;
	case NODE_OPERATOR:
		puts_(p, "operator");
		put(p, n->s, n->n);
		break;
	case NODE_CONVERSION:
		print_conversion(p, n);
		break;
	case NODE_LITERAL_OPERATOR:
		puts_(p, "operator\"\" ");
		print(p, n->a);
		break;
	case NODE_LAMBDA:
		print_lambda(p, n);
		break;
	case NODE_UNNAMED:
		print_numbered(p, n->b ? "{default arg#" : "{unnamed type#", n);
		break;
	case NODE_TAGGED:
		print(p, n->a);
		puts_(p, "[abi:");
		put(p, n->s, n->n);
		puts_(p, "]");
		break;
	default:
		print_expression(p, n);
	}
}

static void print_left(struct printer *p, node_t id)
{
	const struct node *n;

	id = resolve(p, id);
	n = get(p, id);
	if (++p->steps > MAX_STEPS || (uintptr_t)__builtin_frame_address(0) <= p->stack_end)
		p->failed = true;
	if (p->failed || p->full || !id)
		return;
	switch (n->kind) {
	case NODE_TEXT:
		put(p, n->s, n->n);
		break;
	case NODE_NESTED:
		print(p, n->a);
		puts_(p, "::");
		print(p, n->b);
		break;
	case NODE_LOCAL:
		print_scope(p, n->a);
		puts_(p, "::");
		print(p, n->b);
		break;
	case NODE_TEMPLATE:
		print_template(p, n);
		break;
	case NODE_FUNCTION:
		print_function(p, n);
		break;
	case NODE_SPECIAL:
		put(p, n->s, n->n);
		print(p, n->a);
		break;
	case NODE_CLONE:
		print_clone(p, n);
		break;
	default:
		print_special_name(p, n);
	}
}

static void print(struct printer *p, node_t id)
{
	print_left(p, id);
	print_right(p, id);
}

bool demangle_print(const struct node *nodes, node_t root, char *buf, size_t size,
		    uintptr_t stack_end)
{
	struct printer p = { .nodes = nodes,
			     .buf = buf,
			     .size = size,
			     .stack_end = stack_end,
			     .pack = -1 };

	print(&p, root);
	buf[p.n] = '\0';
	return !p.failed;
}
