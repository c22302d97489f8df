/*
 * option_texts.c - what `kmemu options` and the manual say of each option. The preload
 * needs none of it, and a pointer in it would be a relocation of every process's start:
 * in the archive alone.
 */
#include "config/options.h"

const struct option_text option_texts[] = {
#define OPTION(field_, name_, type_, def_, low_, high_, words_, mark_, kernel_, help_)             \
	{ kernel_, help_ },
#include "config/options.def"
#undef OPTION
};
