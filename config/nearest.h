/*
 * nearest.h - which of the known names was meant by a word that is none.
 */
#pragma once

#include "config/value.h"

#define NEAREST_MAX 40 /* letters; longer words resemble nothing */

/* Begin with nearest_begin(), offer every name; best: 0-based number, or -1. */
struct nearest {
	struct text word;
	unsigned int least, nr;
	int best;
};

void nearest_begin(struct nearest *n, struct text word);
void nearest_offer(struct nearest *n, struct text name);
