/*
 * demangle.h - C++ names as C++ programmers write them (Itanium ABI, "_Z...").
 */
#pragma once

#include "core/os/compiler.h"

/*
 * Writes the demangled name to buf, cut at size - 1. False: no C++ name, or one
 * of a form that is not known; buf is then undefined. Any context: no memory,
 * about 6 KiB of stack at the most.
 */
bool demangle(const char *name, char *buf, size_t size);

/* --- between demangle.c, which makes a tree, and demangle_print.c --------- */

enum node_kind {
	NODE_TEXT, /* s, n */
	NODE_NESTED, /* a::b */
	NODE_LOCAL, /* a::b, a is a function */
	NODE_TEMPLATE, /* a<b>, b: list */
	NODE_LIST, /* a, then b: list */
	NODE_PACK, /* a: list, what a parameter pack stands for */
	NODE_EXPANSION, /* a... */
	NODE_FUNCTION, /* a: name, b: list of parameters, c: return type or 0 */
	NODE_FUNCTION_TYPE, /* b: list of parameters, c: return type */
	NODE_POINTER, /* a*, a&, a&&: text */
	NODE_QUALIFIED, /* a const ...: flags */
	NODE_SUFFIXED, /* a with text behind; a __vector(b) */
	NODE_ARRAY, /* a [b] */
	NODE_MEMBER_POINTER, /* b a::* */
	NODE_CTOR, /* named as the last part of a */
	NODE_DTOR,
	NODE_OPERATOR, /* operator text */
	NODE_CONVERSION, /* operator type a */
	NODE_LITERAL_OPERATOR, /* operator"" a */
	NODE_LAMBDA, /* b: list of parameters, value: its number */
	NODE_UNNAMED, /* value: its number */
	NODE_TAGGED, /* a[abi:text] */
	NODE_SPECIAL, /* text, then a */
	NODE_LITERAL, /* (a)text */
	NODE_CLONE, /* a [clone text] */
	NODE_UNARY, /* text a */
	NODE_BINARY, /* a text b */
	NODE_TERNARY, /* a ? b : c */
	NODE_CALL, /* a(b), b: list */
	NODE_CAST, /* (a)(b), b: list */
	NODE_WRAP, /* text a ) */
	NODE_NUMBER, /* value */
	NODE_PARAMETER, /* {parm#value}; auto:value with b */
};

#define NODE_CONST 1u
#define NODE_VOLATILE 2u
#define NODE_RESTRICT 4u
#define NODE_LVALUE 8u /* & of a member function, or of NODE_POINTER */
#define NODE_RVALUE 16u
#define NODE_NOEXCEPT 32u

typedef u16 node_t; /* index; 0: none */

struct node {
	u8 kind, flags;
	node_t a, b, c;
	u16 value;
	u16 n;
	const char *s;
};

/* From this tree to buf; false: it is cyclic or too deep. */
bool demangle_print(const struct node *nodes, node_t root, char *buf, size_t size,
		    uintptr_t stack_end);
