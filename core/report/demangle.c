/*
 * demangle.c - reads a mangled C++ name into a tree. The kernel has no C++;
 * the grammar is that of the Itanium C++ ABI, chapter 5.1, which gcc and clang
 * follow on Linux.
 *
 * Why not __cxa_demangle: it allocates by malloc, takes some 64 KiB of stack
 * for long names, and is there only where libstdc++ is. A name is wanted in a
 * signal handler, on a small stack, with the heap broken.
 *
 * The tree's nodes are one array, as the number of them is about that of the
 * letters; a name that needs more stays mangled. Substitutions (S_, S0_) are
 * indices of nodes, template parameters (T_) are replaced while reading by what
 * they stand for. That excludes forward references, which only templates of
 * conversion operators have: their names stay mangled. So does what is rare
 * (most expressions of decltype and noexcept in signatures).
 *
 * Whatever the input, the reader ends: each step takes a letter or fails, the
 * depth is bounded by the stack that it may use, and the printer stops when
 * its buffer is full.
 *
 * Locks: demangle_lock, for the nodes; whoever can't have it soon prints the
 * mangled name. Cost: about 1 us a name. Of the 149,000 C++ names in node, cc1,
 * libLLVM and libstdc++ all but 82 come out as __cxa_demangle has them, but for
 * the blank in "> >", which it sometimes leaves out; 21 of them stay mangled.
 */
#include "core/lib/lock.h"
#include "core/report/demangle_read.h"
#include "core/report/patience.h"

#define MAX_NAME 4096
#define STACK_BYTES 6144
#define PATIENCE_MS 20

static struct node all_nodes[MAX_NODES];
static node_t all_subs[MAX_SUBSTITUTIONS];
static kmemu_lock_t demangle_lock = KMEMU_LOCK_INIT(LOCK_REPORT);

/* --- unqualified names --- */

node_t demangle_source_name(struct reader *r)
{
	static const char anonymous[] = "_GLOBAL__N";
	long n = read_number(r);
	const char *s = r->p;

	if (r->failed || n <= 0 || n > r->end - r->p)
		return fail(r);
	r->p += n;
	if (n >= (long)sizeof(anonymous) - 1 && !memcmp(s, anonymous, sizeof(anonymous) - 1))
		return text(r, "(anonymous namespace)");
	return with_text(r, NODE_TEXT, 0, s, (size_t)n);
}

/* clang-format off */
static const struct {
	char code[3];
	u8 operands; /* in an expression; 0: not looked at there */
	const char *text;
} operators[] = {
	{ "nw", 0, " new" }, { "na", 0, " new[]" }, { "dl", 0, " delete" },
	{ "da", 0, " delete[]" }, { "aw", 1, " co_await" }, { "ps", 1, "+" }, { "ng", 1, "-" },
	{ "ad", 1, "&" }, { "de", 1, "*" }, { "co", 1, "~" }, { "nt", 1, "!" }, { "pl", 2, "+" },
	{ "mi", 2, "-" }, { "ml", 2, "*" }, { "dv", 2, "/" }, { "rm", 2, "%" }, { "an", 2, "&" },
	{ "or", 2, "|" }, { "eo", 2, "^" }, { "aS", 2, "=" }, { "pL", 2, "+=" },
	{ "mI", 2, "-=" }, { "mL", 2, "*=" }, { "dV", 2, "/=" }, { "rM", 2, "%=" },
	{ "aN", 2, "&=" }, { "oR", 2, "|=" }, { "eO", 2, "^=" }, { "ls", 2, "<<" },
	{ "rs", 2, ">>" }, { "lS", 2, "<<=" }, { "rS", 2, ">>=" }, { "eq", 2, "==" },
	{ "ne", 2, "!=" }, { "lt", 2, "<" }, { "gt", 2, ">" }, { "le", 2, "<=" },
	{ "ge", 2, ">=" }, { "ss", 2, "<=>" }, { "aa", 2, "&&" }, { "oo", 2, "||" },
	{ "cm", 2, "," }, { "pm", 2, "->*" }, { "pp", 0, "++" }, { "mm", 0, "--" },
	{ "pt", 0, "->" }, { "cl", 0, "()" }, { "ix", 0, "[]" }, { "qu", 0, "?" },
};
/* clang-format on */

const char *demangle_operator(struct reader *r, unsigned int *operands)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (take(r, operators[i].code)) {
			*operands = operators[i].operands;
			return operators[i].text;
		}
	return NULL;
}

static node_t read_operator(struct reader *r)
{
	unsigned int operands;
	const char *words;

	if (take(r, "cv"))
		return node(r, NODE_CONVERSION, demangle_type(r), 0);
	if (take(r, "li"))
		return node(r, NODE_LITERAL_OPERATOR, demangle_source_name(r), 0);
	words = demangle_operator(r, &operands);
	return words ? with_text(r, NODE_OPERATOR, 0, words, strlen(words)) : fail(r);
}

/* Ut_ unnamed type, UlvE_ lambda; their numbers begin with 1. */
static node_t read_unnamed(struct reader *r)
{
	bool outer = r->in_lambda;
	node_t params;

	if (take(r, "Ut"))
		return with_value(r, NODE_UNNAMED, 0, read_index(r) + 1);
	if (!take(r, "Ul"))
		return fail(r);
	r->in_lambda = true;
	params = demangle_parameters(r);
	r->in_lambda = outer;
	if (!take(r, "E"))
		return fail(r);
	return with_value(r, NODE_LAMBDA, params, read_index(r) + 1);
}

static node_t read_tags(struct reader *r, node_t id)
{
	while (take(r, "B")) {
		node_t tag = demangle_source_name(r);

		id = with_text(r, NODE_TAGGED, id, r->nodes[tag].s, r->nodes[tag].n);
	}
	return id;
}

static node_t read_structured_binding(struct reader *r)
{
	node_t head = 0, last = 0;

	while (!r->failed && !take(r, "E"))
		append(r, &head, &last, demangle_source_name(r));
	return with_text(r, NODE_SPECIAL, head ? node(r, NODE_PACK, head, 0) : 0, "", 0);
}

/* A constructor or destructor of `scope`. */
static node_t read_structor(struct reader *r, node_t scope)
{
	enum node_kind kind = peek(r) == 'C' ? NODE_CTOR : NODE_DTOR;

	r->p++;
	if (take(r, "I")) { /* inherited: the base follows */
		r->p++;
		demangle_type(r);
		return node(r, kind, scope, 0);
	}
	if (!is_digit(peek(r)) || !scope)
		return fail(r);
	r->p++;
	return node(r, kind, scope, 0);
}

node_t demangle_unqualified(struct reader *r, node_t scope)
{
	node_t id;

	take(r, "L"); /* internal linkage */
	if (is_digit(peek(r)))
		id = demangle_source_name(r);
	else if (peek(r) == 'U')
		id = read_unnamed(r);
	else if (take(r, "DC"))
		id = read_structured_binding(r);
	else if (peek(r) == 'C' || peek(r) == 'D')
		id = read_structor(r, scope);
	else
		id = read_operator(r);
	return read_tags(r, id);
}

/* --- substitutions and template parameters --- */

static const struct {
	char letter;
	const char *text;
} std_names[] = {
	{ 'a', "std::allocator" },     { 'b', "std::basic_string" }, { 's', "std::string" },
	{ 'i', "std::istream" },       { 'o', "std::ostream" },	     { 'd', "std::iostream" },
};

/* The full names, as c++filt writes them where a constructor is called so. */
static const char *std_full_name(char letter)
{
	switch (letter) {
	case 's':
		return "std::basic_string<char, std::char_traits<char>, std::allocator<char> >";
	case 'i':
		return "std::basic_istream<char, std::char_traits<char> >";
	case 'o':
		return "std::basic_ostream<char, std::char_traits<char> >";
	case 'd':
		return "std::basic_iostream<char, std::char_traits<char> >";
	}
	return NULL;
}

static node_t read_std_name(struct reader *r)
{
	char c = peek(r);

	for (size_t i = 0; i < ARRAY_SIZE(std_names); i++) {
		const char *full;

		if (std_names[i].letter != c)
			continue;
		r->p++;
		full = peek(r) == 'C' || peek(r) == 'D' ? std_full_name(c) : NULL;
		return read_tags(r, text(r, full ? full : std_names[i].text));
	}
	return fail(r);
}

/* Behind 'S', and not "St". */
node_t demangle_substitution(struct reader *r)
{
	char c = peek(r);
	long i;

	if (c >= 'a' && c <= 'z')
		return read_std_name(r);
	i = read_base36(r);
	return r->failed || i >= (long)r->nr_subs ? fail(r) : r->subs[i];
}

/* --- names --- */

/* One part of a nested name, behind `scope`; *first: substitutable as it is. */
static node_t read_part(struct reader *r, node_t scope, bool tag, bool *is_old)
{
	*is_old = false;
	if (peek(r) == 'S' && peek2(r) == 't') {
		r->p += 2;
		*is_old = true;
		return text(r, "std");
	}
	if (peek(r) == 'S' && !scope) {
		r->p++;
		*is_old = true;
		return demangle_substitution(r);
	}
	if (peek(r) == 'T')
		return demangle_template_param(r);
	if (peek(r) == 'I')
		return scope ? demangle_template(r, scope, tag) : fail(r);
	if (peek(r) == 'D' && (peek2(r) == 't' || peek2(r) == 'T'))
		return demangle_decltype(r);
	return nested(r, scope, demangle_unqualified(r, scope));
}

static node_t read_nested(struct reader *r, bool tag)
{
	node_t scope = 0;
	bool is_old = true;
	u32 flags = demangle_qualifiers(r);

	flags |= take(r, "R") ? NODE_LVALUE : 0;
	flags |= take(r, "O") ? NODE_RVALUE : 0;
	while (!r->failed && !take(r, "E")) {
		scope = read_part(r, scope, tag, &is_old);
		if (!is_old)
			remember(r, scope);
		take(r, "M"); /* of a member's initializer */
	}
	if (!scope)
		return fail(r);
	if (!is_old) /* the whole name is the caller's to remember */
		r->nr_subs--;
	r->flags = flags;
	return scope;
}

/* _0, __10_: which of several of one name; not shown */
static void skip_discriminator(struct reader *r)
{
	if (!take(r, "_"))
		return;
	if (take(r, "_")) {
		read_number(r);
		take(r, "_");
	} else if (is_digit(peek(r))) {
		r->p++;
	} else {
		fail(r);
	}
}

/* Behind 'Z'. */
static node_t read_local(struct reader *r, bool tag)
{
	node_t args = r->template_args, function = demangle_encoding(r), entity;

	if (!take(r, "E"))
		return fail(r);
	if (!tag) /* what T_ means goes on behind the type */
		r->template_args = args;
	if (take(r, "s")) {
		skip_discriminator(r);
		r->flags = 0;
		return node(r, NODE_LOCAL, function, text(r, "string literal"));
	}
	if (take(r, "d")) { /* in a default argument */
		long i = read_index(r);
		node_t scope = with_value(r, NODE_UNNAMED, 1, i + 1);

		entity = demangle_name(r, tag);
		return node(r, NODE_LOCAL, function, node(r, NODE_NESTED, scope, entity));
	}
	r->flags = 0;
	entity = demangle_name(r, tag);
	skip_discriminator(r);
	return node(r, NODE_LOCAL, function, entity);
}

/* Sets r->flags to what the name says of a member function. */
node_t demangle_name(struct reader *r, bool tag)
{
	node_t id, std;

	if (!may_go_deeper(r))
		return 0;
	r->flags = 0;
	if (take(r, "N"))
		return read_nested(r, tag);
	if (take(r, "Z"))
		return read_local(r, tag);
	if (peek(r) == 'S' && peek2(r) != 't') {
		r->p++;
		id = demangle_substitution(r);
		return peek(r) == 'I' ? demangle_template(r, id, tag) : id;
	}
	std = take(r, "St") ? text(r, "std") : 0;
	id = nested(r, std, demangle_unqualified(r, 0));
	if (peek(r) != 'I')
		return id;
	remember(r, id);
	return demangle_template(r, id, tag);
}

/* --- whole names --- */

static const struct {
	char code[4];
	bool is_type;
	const char *text;
} specials[] = {
	{ "TV", true, "vtable for " },
	{ "TT", true, "VTT for " },
	{ "TI", true, "typeinfo for " },
	{ "TS", true, "typeinfo name for " },
	{ "TW", false, "TLS wrapper function for " },
	{ "TH", false, "TLS init function for " },
	{ "GV", false, "guard variable for " },
};

/* h<offset>_ or v<offset>_<offset>_ */
static void skip_call_offset(struct reader *r)
{
	int numbers = take(r, "h") ? 1 : take(r, "v") ? 2 : 0;

	if (!numbers)
		fail(r);
	for (; numbers && !r->failed; numbers--) {
		take(r, "n");
		read_number(r);
		if (!take(r, "_"))
			fail(r);
	}
}

static node_t special(struct reader *r, node_t of, const char *words)
{
	return with_text(r, NODE_SPECIAL, of, words, strlen(words));
}

static node_t read_thunk(struct reader *r)
{
	bool covariant = take(r, "Tc"), is_virtual;

	if (!covariant)
		r->p++;
	is_virtual = peek(r) == 'v';
	skip_call_offset(r);
	if (covariant)
		skip_call_offset(r);
	return special(r, demangle_encoding(r),
		       covariant  ? "covariant return thunk to " :
		       is_virtual ? "virtual thunk to " :
				    "non-virtual thunk to ");
}

static node_t read_special(struct reader *r)
{
	node_t id;

	for (size_t i = 0; i < ARRAY_SIZE(specials); i++) {
		if (!take(r, specials[i].code))
			continue;
		id = specials[i].is_type ? demangle_type(r) : demangle_name(r, false);
		return special(r, id, specials[i].text);
	}
	if (take(r, "GR")) {
		id = special(r, demangle_name(r, false), "reference temporary #0 for ");
		skip_discriminator(r);
		return id;
	}
	if (take(r, "GTt"))
		return special(r, demangle_encoding(r), "transaction clone for ");
	return peek(r) == 'T' ? read_thunk(r) : fail(r);
}

/* Templates tell their return type, but constructors and conversions don't. */
static bool has_return_type(const struct reader *r, node_t name)
{
	const struct node *n = &r->nodes[name];
	int steps = MAX_NODES;

	while (n->kind == NODE_LOCAL && steps--)
		n = &r->nodes[n->b];
	if (n->kind != NODE_TEMPLATE)
		return false;
	for (n = &r->nodes[n->a]; steps-- > 0; n = &r->nodes[n->kind == NODE_TAGGED ? n->a : n->b])
		if (n->kind != NODE_NESTED && n->kind != NODE_LOCAL && n->kind != NODE_TAGGED)
			break;
	return n->kind != NODE_CTOR && n->kind != NODE_DTOR && n->kind != NODE_CONVERSION;
}

node_t demangle_encoding(struct reader *r)
{
	node_t name, id, ret = 0;
	u32 flags;

	if (!may_go_deeper(r))
		return 0;
	if (peek(r) == 'G' || (peek(r) == 'T' && peek2(r) != '_' && !is_digit(peek2(r))))
		return read_special(r);
	r->template_args = 0;
	name = demangle_name(r, true);
	flags = r->flags;
	if (!peek(r) || peek(r) == 'E' || peek(r) == '.')
		return name;
	if (has_return_type(r, name))
		ret = demangle_type(r);
	id = node(r, NODE_FUNCTION, name, demangle_parameters(r));
	r->nodes[id].c = ret;
	r->nodes[id].flags = (u8)flags;
	return r->nodes[id].b ? id : fail(r);
}

static bool is_clone_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* ".part.0", ".constprop.1.2", ".cold": copies that the compiler made. */
static node_t read_clones(struct reader *r, node_t id)
{
	while (!r->failed && peek(r) == '.') {
		const char *from = r->p++;

		if (is_clone_letter(peek(r)))
			while (is_clone_letter(peek(r)))
				r->p++;
		else if (!is_digit(peek(r)))
			return fail(r);
		else
			r->p = from;
		while (peek(r) == '.' && is_digit(peek2(r)))
			for (r->p++; is_digit(peek(r)); r->p++)
				;
		id = with_text(r, NODE_CLONE, id, from, (size_t)(r->p - from));
	}
	return id;
}

static bool demangle_locked(const char *name, size_t n, char *buf, size_t size)
{
	struct reader r = { .p = name + 2,
			    .end = name + n,
			    .nodes = all_nodes,
			    .subs = all_subs,
			    .nr_nodes = 1 };
	node_t root;

	r.stack_end = (uintptr_t)__builtin_frame_address(0) - STACK_BYTES;
	root = read_clones(&r, demangle_encoding(&r));
	return !r.failed && r.p == r.end && demangle_print(all_nodes, root, buf, size, r.stack_end);
}

bool demangle(const char *name, char *buf, size_t size)
{
	size_t n = strnlen(name, MAX_NAME);
	bool done;

	if (n < 3 || n == MAX_NAME || name[0] != '_' || name[1] != 'Z' || !size ||
	    !lock_patiently(&demangle_lock, PATIENCE_MS))
		return false;
	done = demangle_locked(name, n, buf, size);
	spin_unlock(&demangle_lock);
	return done;
}
