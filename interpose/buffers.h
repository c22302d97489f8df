/*
 * buffers.h - what buffers.c and buffers_slots.c share, and those who open and close
 * libraries.
 */
#pragma once

#include "core/check/buffers.h"

typedef long (*buffer_fn)(long, long, long, long, long, long);

/* What a call goes on to, by enum buffer_id; NULL: not known. */
extern __hidden buffer_fn buffers_real[NR_BUFFERS];
/* Ours that stands before a function that is no entry. */
void *buffers_led(enum buffer_id id);

/* The calls of libraries that have no entry are led to us. Not in a handler. */
void buffers_lead_slots(void);
/* Before a dlopen, and behind a dlclose. */
void buffers_dlopen(void);
void buffers_dlclose(void);
/* How often it is still looked for what a dlopen brought. Any context. */
extern __hidden u32 buffers_looks;
void __buffers_look(void);

static inline void buffers_look(void)
{
	if (unlikely(READ_ONCE(buffers_looks)))
		__buffers_look();
}
