/*
 * demangle_type.c - the types, template arguments and expressions in a mangled
 * C++ name (chapters 5.1.5 and 5.1.6 of the ABI). demangle.c has the theory.
 *
 * Each type that is neither builtin nor a substitution is remembered when it
 * is complete, its parts before it: their order is what S_ numbers mean.
 *
 * Locks: the caller's.
 */
#include "core/report/demangle_read.h"

static node_t read_expression(struct reader *r);
static node_t read_template_args(struct reader *r, bool tag);

/* --- parts that names have too --- */

/* Types up to an end that is not taken: 'E', a suffix, a reference qualifier. */
node_t demangle_parameters(struct reader *r)
{
	node_t head = 0, last = 0;

	while (!r->failed && peek(r) && peek(r) != 'E' && peek(r) != '.' &&
	       !((peek(r) == 'R' || peek(r) == 'O') && peek2(r) == 'E') && peek(r) != 'Q')
		append(r, &head, &last, demangle_type(r));
	return head;
}

/* T_, T0_: the argument itself. */
node_t demangle_template_param(struct reader *r)
{
	node_t list = r->template_args;
	long i;

	if (!take(r, "T"))
		return fail(r);
	i = read_index(r);
	if (r->in_lambda)
		return with_value(r, NODE_PARAMETER, 1, i + 1);
	while (i-- > 0 && list)
		list = r->nodes[list].b;
	return list ? r->nodes[list].a : fail(r);
}

node_t demangle_template(struct reader *r, node_t name, bool tag)
{
	return node(r, NODE_TEMPLATE, name, read_template_args(r, tag));
}

node_t demangle_decltype(struct reader *r)
{
	node_t id;

	if (!take(r, "Dt") && !take(r, "DT"))
		return fail(r);
	id = with_text(r, NODE_WRAP, read_expression(r), "decltype (", 10);
	return take(r, "E") ? id : fail(r);
}

u32 demangle_qualifiers(struct reader *r)
{
	u32 flags = 0;

	flags |= take(r, "r") ? NODE_RESTRICT : 0;
	flags |= take(r, "V") ? NODE_VOLATILE : 0;
	flags |= take(r, "K") ? NODE_CONST : 0;
	return flags;
}

/* --- types --- */

/* clang-format off */
static const struct {
	char code[3];
	const char *text;
} builtin_types[] = {
	{ "v", "void" }, { "w", "wchar_t" }, { "b", "bool" }, { "c", "char" },
	{ "a", "signed char" }, { "h", "unsigned char" }, { "s", "short" },
	{ "t", "unsigned short" }, { "i", "int" }, { "j", "unsigned int" }, { "l", "long" },
	{ "m", "unsigned long" }, { "x", "long long" }, { "y", "unsigned long long" },
	{ "n", "__int128" }, { "o", "unsigned __int128" }, { "f", "float" }, { "d", "double" },
	{ "e", "long double" }, { "g", "__float128" }, { "z", "..." }, { "Dd", "decimal64" },
	{ "De", "decimal128" }, { "Df", "decimal32" }, { "Dh", "half" }, { "Di", "char32_t" },
	{ "Ds", "char16_t" }, { "Du", "char8_t" }, { "Da", "auto" }, { "Dc", "decltype(auto)" },
	{ "Dn", "decltype(nullptr)" },
};
/* clang-format on */

/* NULL: none of them comes next. */
static const char *take_builtin(struct reader *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtin_types); i++)
		if (take(r, builtin_types[i].code))
			return builtin_types[i].text;
	return NULL;
}

static node_t read_function_type(struct reader *r)
{
	node_t ret, id;

	take(r, "Y"); /* extern "C" */
	ret = demangle_type(r);
	id = node(r, NODE_FUNCTION_TYPE, 0, demangle_parameters(r));
	r->nodes[id].c = ret;
	r->nodes[id].flags = take(r, "R") ? NODE_LVALUE : take(r, "O") ? NODE_RVALUE : 0;
	return take(r, "E") ? id : fail(r);
}

/* Behind 'A': a number, an expression or nothing, '_', the elements' type. */
static node_t read_array(struct reader *r)
{
	const char *from = r->p;
	node_t dimension;

	while (is_digit(peek(r)))
		r->p++;
	if (peek(r) == '_')
		dimension = with_text(r, NODE_TEXT, 0, from, (size_t)(r->p - from));
	else
		dimension = read_expression(r);
	return take(r, "_") ? node(r, NODE_ARRAY, demangle_type(r), dimension) : fail(r);
}

static node_t read_pointer(struct reader *r)
{
	char c = *r->p++;
	const char *star = c == 'P' ? "*" : c == 'R' ? "&" : "&&";
	node_t id = with_text(r, NODE_POINTER, demangle_type(r), star, strlen(star));

	r->nodes[id].flags = c == 'R' ? NODE_LVALUE : c == 'O' ? NODE_RVALUE : 0;
	return id;
}

/* Of a function type they belong behind its parameters. */
static node_t read_qualified(struct reader *r)
{
	u32 flags = demangle_qualifiers(r);
	node_t of = demangle_type(r), id;

	if (r->nodes[of].kind == NODE_FUNCTION_TYPE) {
		id = node(r, NODE_FUNCTION_TYPE, 0, 0);
		r->nodes[id] = r->nodes[of];
		r->nodes[id].flags |= flags;
		return id;
	}
	id = node(r, NODE_QUALIFIED, of, 0);
	r->nodes[id].flags = (u8)flags;
	return id;
}

static node_t read_vector(struct reader *r)
{
	const char *from = r->p;
	node_t size;

	while (is_digit(peek(r)))
		r->p++;
	size = with_text(r, NODE_TEXT, 0, from, (size_t)(r->p - from));
	return take(r, "_") ? node(r, NODE_SUFFIXED, demangle_type(r), size) : fail(r);
}

/* Types that begin with 'D' and are none of the builtin ones. */
static node_t read_d_type(struct reader *r)
{
	node_t id;

	if (peek2(r) == 't' || peek2(r) == 'T')
		return demangle_decltype(r);
	if (take(r, "Dp"))
		return node(r, NODE_EXPANSION, demangle_type(r), 0);
	if (take(r, "Dv"))
		return read_vector(r);
	if (take(r, "DoF")) {
		id = read_function_type(r);
		r->nodes[id].flags |= NODE_NOEXCEPT;
		return id;
	}
	return fail(r);
}

/* A type that can be referred to later, and is remembered by the caller. */
static node_t read_compound(struct reader *r)
{
	node_t id;

	switch (peek(r)) {
	case 'r':
	case 'V':
	case 'K':
		return read_qualified(r);
	case 'P':
	case 'R':
	case 'O':
		return read_pointer(r);
	case 'F':
		r->p++;
		return read_function_type(r);
	case 'A':
		r->p++;
		return read_array(r);
	case 'M':
		r->p++;
		id = demangle_type(r);
		return node(r, NODE_MEMBER_POINTER, id, demangle_type(r));
	case 'C':
		r->p++;
		return with_text(r, NODE_SUFFIXED, demangle_type(r), " _Complex", 9);
	case 'u':
		r->p++;
		return demangle_source_name(r);
	case 'D':
		return read_d_type(r);
	default:
		return demangle_name(r, false);
	}
}

/* T_ or a template template parameter with its arguments. */
static node_t read_param_type(struct reader *r)
{
	node_t id = remember(r, demangle_template_param(r));

	return peek(r) == 'I' ? remember(r, demangle_template(r, id, false)) : id;
}

node_t demangle_type(struct reader *r)
{
	const char *builtin;
	node_t id;

	if (!may_go_deeper(r))
		return 0;
	if (peek(r) == 'T' && !(peek2(r) == 's' || peek2(r) == 'u' || peek2(r) == 'e'))
		return read_param_type(r);
	if (peek(r) == 'S' && peek2(r) != 't') {
		r->p++;
		id = demangle_substitution(r);
		return peek(r) == 'I' ? remember(r, demangle_template(r, id, false)) : id;
	}
	if (peek(r) == 'T')
		r->p += 2; /* struct, union, enum */
	builtin = take_builtin(r);
	return builtin ? text(r, builtin) : remember(r, read_compound(r));
}

/* --- template arguments, expressions --- */

/* Behind 'L': a type and a value, or a function. */
static node_t read_literal(struct reader *r)
{
	const char *from;
	node_t id, type;

	if (take(r, "_Z") || take(r, "Z"))
		id = demangle_encoding(r);
	else {
		type = demangle_type(r);
		from = r->p;
		while (peek(r) && peek(r) != 'E')
			r->p++;
		id = with_text(r, NODE_LITERAL, type, from, (size_t)(r->p - from));
	}
	return take(r, "E") ? id : fail(r);
}

static node_t read_template_arg(struct reader *r)
{
	node_t head = 0, last = 0, id;

	if (take(r, "L"))
		return read_literal(r);
	if (take(r, "X")) {
		id = read_expression(r);
		return take(r, "E") ? id : fail(r);
	}
	if (!take(r, "J"))
		return demangle_type(r);
	if (!may_go_deeper(r))
		return 0;
	while (!r->failed && !take(r, "E"))
		append(r, &head, &last, read_template_arg(r));
	return node(r, NODE_PACK, head, 0);
}

/* I ... E: a list. tag: they are what T_ means from now on. */
static node_t read_template_args(struct reader *r, bool tag)
{
	node_t head = 0, last = 0;

	if (!take(r, "I") || !may_go_deeper(r))
		return fail(r);
	if (tag)
		r->template_args = 0;
	while (!r->failed && !take(r, "E")) {
		append(r, &head, &last, read_template_arg(r));
		if (tag) /* arguments may mean those before them */
			r->template_args = head;
	}
	return head;
}

static node_t read_list(struct reader *r)
{
	node_t head = 0, last = 0;

	while (!r->failed && !take(r, "E"))
		append(r, &head, &last, read_expression(r));
	return head;
}

static node_t read_operation(struct reader *r)
{
	unsigned int operands;
	const char *words = demangle_operator(r, &operands);
	node_t a, b, id;

	if (!words || !operands)
		return fail(r);
	a = read_expression(r);
	b = operands == 2 ? read_expression(r) : 0;
	id = with_text(r, b ? NODE_BINARY : NODE_UNARY, a, words, strlen(words));
	r->nodes[id].b = b;
	return id;
}

/* fp_, fp0_, fL0p_: a parameter of the function; numbers begin with 1. */
static node_t read_function_param(struct reader *r)
{
	if (take(r, "fL")) {
		read_number(r);
		if (!take(r, "p"))
			return fail(r);
	} else if (!take(r, "fp")) {
		return fail(r);
	}
	demangle_qualifiers(r);
	return with_value(r, NODE_PARAMETER, 0, read_index(r) + 1);
}

static node_t read_simple_name(struct reader *r, node_t scope)
{
	node_t id = nested(r, scope, demangle_unqualified(r, scope));

	return peek(r) == 'I' ? demangle_template(r, id, false) : id;
}

/* Behind "sr": a name in a type that is not known yet, or in named scopes. */
static node_t read_dependent_name(struct reader *r)
{
	node_t scope = 0;

	if (!is_digit(peek(r)))
		return read_simple_name(r, demangle_type(r));
	while (!r->failed && !take(r, "E"))
		scope = read_simple_name(r, scope);
	return read_simple_name(r, scope);
}

/* Behind "sZ": how many a parameter pack stands for. */
static node_t read_pack_length(struct reader *r)
{
	node_t pack = demangle_template_param(r), list = r->nodes[pack].a;
	long n = 0;

	if (r->nodes[pack].kind != NODE_PACK)
		return fail(r);
	for (; list; list = r->nodes[list].b)
		n++;
	return with_value(r, NODE_NUMBER, 0, n);
}

static node_t read_conversion(struct reader *r)
{
	node_t type = demangle_type(r), head = 0, last = 0;

	if (take(r, "_"))
		head = read_list(r);
	else
		append(r, &head, &last, read_expression(r));
	return node(r, NODE_CAST, type, head);
}

static node_t read_expression(struct reader *r)
{
	node_t id;

	if (!may_go_deeper(r))
		return 0;
	if (take(r, "L"))
		return read_literal(r);
	if (peek(r) == 'T')
		return demangle_template_param(r);
	if (peek(r) == 'f' && (peek2(r) == 'p' || peek2(r) == 'L'))
		return read_function_param(r);
	if (take(r, "sr"))
		return read_dependent_name(r);
	if (take(r, "sZ"))
		return read_pack_length(r);
	if (take(r, "sp"))
		return node(r, NODE_EXPANSION, read_expression(r), 0);
	if (take(r, "st"))
		return with_text(r, NODE_WRAP, demangle_type(r), "sizeof (", 8);
	if (take(r, "cl")) {
		id = read_expression(r);
		return node(r, NODE_CALL, id, read_list(r));
	}
	if (take(r, "cv"))
		return read_conversion(r);
	return is_digit(peek(r)) ? read_simple_name(r, 0) : read_operation(r);
}

