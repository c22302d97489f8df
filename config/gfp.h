/*
 * gfp.h - expressions of allocation flags, and the names of the flags. gfp.c
 * has the theory.
 */
#pragma once

#include "config/value.h"

struct gfp_name {
	u32 mask;
	const char *name;
};

/* In the order in which %pGg takes them (mem_info.c). */
extern const struct gfp_name gfp_names[];
extern const unsigned int nr_gfp_names;

/*
 * In a parsed expression: the context decides between GFP_KERNEL, whose bits
 * are set, and GFP_ATOMIC. No flag of the kernel's.
 */
#define GFP_AUTO 0x80000000u

struct gfp_error {
	struct text word; /* what is wrong */
	const char *what; /* with it: "is no flag" */
	char nearest[32]; /* what may have been meant, or "" */
};

/* False: *flags is unchanged, *error (may be NULL) tells why. */
bool gfp_parse(struct text t, u32 *flags, struct gfp_error *error);
/* "'GFP_KERNLE' is no flag, did you mean GFP_KERNEL?"; the length. */
int gfp_error_text(const struct gfp_error *error, char *buf, size_t size);
