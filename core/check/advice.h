/*
 * advice.h - what an allocation should be in the kernel, by what was seen of
 * its call site. advice.c has the rules.
 */
#pragma once

#include "core/check/advise_table.h"
#include "core/mm/armed.h"

/* Whether memory of the site was given to a call that a device would serve. */
enum advice_dma { DMA_NOT_LOOKED_AT, DMA_NO, DMA_YES };

struct advice_facts {
	u64 calls;
	u64 least, most; /* sizes asked for */
	u64 alive; /* objects at most */
	u64 blocked, blocked_most; /* calls where it must not sleep, their largest size */
	u64 cap; /* kmalloc_max */
	u32 contexts; /* enum advise_context, never 0 */
	u32 how; /* 1 << enum alloc_how, never 0 */
	const char *callee; /* "strdup": libc's function that was called; NULL: the allocator */
	enum advice_dma dma;
};

/* In the order in which they are told. */
enum advice_severity {
	ADVICE_REDESIGN, /* no function and no flags will do where it is */
	ADVICE_FLAGS, /* GFP_KERNEL would be wrong */
	ADVICE_FUNCTION, /* kmalloc would be wrong, or fail early */
	ADVICE_SAVING, /* a cache of its own would save memory */
	ADVICE_NONE, /* as it is */
	NR_ADVICE_SEVERITIES
};

struct advice {
	enum advice_severity severity;
	const char *function;
	const char *flags; /* "": the function takes none */
	bool beforehand; /* not here: in process context, before it is needed */
	const char *elsewhere; /* the call for where it may sleep, if that is another; NULL */
	u64 saves; /* bytes, by a cache of its own */
	const char *reason; /* a constant, in a few words */
};

/* Pure: the same facts, the same advice. */
void advice_make(const struct advice_facts *f, struct advice *a);

extern const char *const advice_severity_names[NR_ADVICE_SEVERITIES];
/* libc's name of a way to allocate: "malloc". */
extern const char *const alloc_how_names[NR_ALLOC_HOWS];
/* What kmalloc makes of a size: the kernel's own caches, from 8 bytes on. */
u64 kmalloc_bucket(u64 size);
