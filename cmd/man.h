/* man.h - texts for people: wrapped for a terminal, and roff for the manual. */
#pragma once

#include <stdio.h>

/* Words of text in lines of at most `width` columns, `indent` blanks before each. */
void print_wrapped(FILE *f, const char *text, int indent, int width);

/* The generated parts of kmemu-options(7) and kmemu-reports(7); 0. */
int man_options(FILE *f);
int man_kinds(FILE *f);
