/*
 * advise_table.h - the call sites of a run, in a file that all its processes
 * map. Written by core/check/advise.c, which has the theory; read by the
 * command when the last one has ended.
 */
#pragma once

#include "core/os/compiler.h"

#define ADVISE_MAGIC 0x65736976646d6bUL /* "kmdvise" */
#define ADVISE_VERSION 3U
#define ADVISE_MODULES 1024U
#define ADVISE_SITES (1U << 15)
#define ADVISE_INDEX (1U << 16)
#define ADVISE_PATH_BYTES 455

/* Where it was called: bits of advise_site.contexts. */
enum advise_context {
	ADVISE_TASK = 1, /* may sleep */
	ADVISE_ATOMIC = 2, /* process context that must not */
	ADVISE_SOFTIRQ = 4,
	ADVISE_HARDIRQ = 8, /* and NMI */
};

/* An object of the program, the same in all processes. */
struct advise_module {
	u64 id; /* hash of the rest; written last, 0: not there */
	u8 build_id[32];
	u8 build_id_bytes;
	u8 runtime; /* libc and its like */
	u8 generated; /* no object: code made at run time */
	u8 unused[13];
	char path[ADVISE_PATH_BYTES + 1];
};

/*
 * A place is the number of its module, from 1 on, and the return address there
 * less the load bias.
 */
#define ADVISE_OFFSET_BITS 48

/* Sums over all processes and their whole lives; only ever grow. */
struct advise_site {
	u64 place; /* 0: not there */
	u64 callee; /* the runtime's function that was called: a place in it; 0: ours */
	u64 calls, bytes; /* as asked for */
	u64 least_inverted, most; /* sizes; ~least, so that 0 is nothing yet */
	u64 alive, alive_bytes; /* at most, in one process; bytes as allocated */
	u64 large; /* calls above the cap */
	u64 blocked, blocked_most; /* calls where it must not sleep, the largest size there */
	/* Whose handlers it was called in, 1 << (signo - 1). */
	u64 hardirq_signals, softirq_signals;
	u32 contexts; /* enum advise_context */
	u32 raised; /* by what: 1 << enum raise_kind */
	u32 how; /* 1 << enum alloc_how */
	u32 dma; /* not 0: memory of it was given to a call that a device would serve */
	u32 unused[2];
};

struct advise_table {
	u64 magic;
	u32 version;
	u32 nr_modules, nr_sites; /* taken; may be above the limits */
	u32 processes; /* that mapped it: programs, not fork children */
	u64 lost; /* calls that found no room */
	u64 cap; /* kmalloc_max */
	u64 sees_dma; /* not 0: such calls were looked at */
	u64 unused[58];
	struct advise_module modules[ADVISE_MODULES];
	u32 index[ADVISE_INDEX]; /* by hash of the place: number of the site, from 1 on */
	struct advise_site sites[ADVISE_SITES];
};
