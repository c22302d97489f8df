/*
 * zones.h - the values of zones= and frag=. zones.c has the theory.
 */
#pragma once

#include "config/value.h"

/* Ends of the zones in bytes; dma32 >= dma. */
struct zones_ends {
	u64 dma, dma32;
};

struct frag_value {
	u32 percent; /* 0: off */
	u64 seed;
};

/* False: the text is no such value, and *v is undefined. */
bool zones_parse(struct text t, struct zones_ends *v);
bool frag_parse(struct text t, struct frag_value *v); /* "" is 0 */
