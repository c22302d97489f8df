/*
 * ctype.h - kinds of characters, as the kernel's (lib/ctype.c): ISO 8859-1, whatever
 * the program's locale is.
 */
#pragma once

#include "core/os/compiler.h"

static inline bool kernel_isspace(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == (char)0xa0;
}

static inline bool kernel_isdigit(char c)
{
	return c >= '0' && c <= '9';
}

/* -1 for what is no digit of base 36. */
static inline int kernel_digit(char c)
{
	if (kernel_isdigit(c))
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : -1;
}
