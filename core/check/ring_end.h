/*
 * ring_end.h - by what the end of a ring's request is seen. rings.c looks for it, flight.c
 * counts.
 */
#pragma once

#include "core/os/compiler.h"

/* By what the end of a request is seen. */
struct ring_end {
	u64 user_data;
	u32 expected; /* so many completions of it; one that says that another follows is none */
	u32 buffer; /* or one that the buffer of this number was chosen for, from 1; 0: none */
	u16 group; /* of that buffer */
	bool bundle; /* a completion may have been of several buffers */
	bool has_other;
	u64 other; /* or one completion of this */
};
