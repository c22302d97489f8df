/*
 * vsprintf_out.h - what vsprintf.c formats with, for those who add directives to
 * it: core/kernel/vsprintf_pointer.c has the kernel's %p extensions.
 */
#pragma once

#include <stdarg.h>

#include "core/os/compiler.h"

struct spec {
	bool left, plus, space, alt, zero, upper;
	bool has_width; /* also one of 0, which '*' can give */
	int width; /* 0: none */
	int precision; /* -1: none */
	int base;
	char length; /* 'H' hh, 'h', 'l', 'L' ll, 'z' (also j, t), 0 */
};

/* A text that counts on beyond its end. */
struct out {
	char *buf;
	size_t size;
	size_t len; /* what the text needs so far */
	/*
	 * NULL: as in vsprintf.h. Else numbers and strings are as lib/vsprintf.c has
	 * them where C differs, a directive that it does not know ends the text, and
	 * this prints a %p; f is behind the p. Returns what follows the directive.
	 */
	const char *(*pointer)(struct out *o, struct spec *sp, const char *f, const void *p);
	/* The first that is wrong with the directives, of the kernel's; 0: nothing. */
	enum { OUT_FINE, OUT_UNKNOWN, OUT_WIDTH, OUT_PRECISION } wrong;
	int wrong_value; /* the letter, the number */
};

void out_char(struct out *o, char c);
void out_fill(struct out *o, char c, int n);
/* n bytes, padded with blanks to the width. */
void out_text(struct out *o, const struct spec *sp, const char *s, int n);
/* The same for a string, cut at the precision. */
void out_string(struct out *o, const struct spec *sp, const char *s);
void out_number(struct out *o, const struct spec *sp, u64 v, const char *sign);
/* 16 digits. */
void out_address(struct out *o, const struct spec *sp, const void *p);
/* All of fmt. */
void out_format(struct out *o, const char *fmt, va_list ap);
