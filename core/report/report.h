/*
 * report.h - facts first, words second. A detector fills struct report with
 * what it knows and submits it; report.c looks up the kind's policy, counts,
 * completes the facts (stack, task, time), prints, and tells the detector what
 * to do. No detector prints.
 */
#pragma once

#include "config/options.h"
#include "core/lib/preempt.h"
#include "core/os/compiler.h"
#include "core/os/task.h"
#include "core/report/report_dma.h"
#include "core/report/unwind.h"

enum report_kind {
#define KIND(id, slug, check, each, fail, help) REPORT_##id,
#include "core/check/checks.def"
	NR_REPORT_KINDS
};

enum report_check {
#define CHECK(name, policy, kernel, help) CHECK_##name,
#include "core/check/checks.def"
	NR_REPORT_CHECKS
};

/* report.flags: what `object` is when `cache` is NULL; how large `size` is. */
#define REPORT_IN_VMALLOC 0x1u /* a vmalloc area */
#define REPORT_IN_LARGE 0x2u /* a block of kmalloc_large or alloc_pages */
#define REPORT_EXCEEDS 0x4u /* more than there is in all */
#define REPORT_WAITS 0x8u /* __GFP_NOFAIL: it is asked for again until there is some */

/* What the kernel's print_slab_info() and print_trailer() say. */
struct report_slab {
	const void *page; /* struct page of its head; NULL: no slab */
	const void *start; /* of its memory */
	const void *freelist; /* its first free object, or NULL */
	const void *next; /* the free object behind report.object, or NULL */
	unsigned int objects, used, order, zone;
	/* Of a debug cache: bytes of its objects' parts, else 0 (kernel: calculate_sizes). */
	unsigned int red_left_pad, red_right; /* on both sides of the object */
	unsigned int filler, filler_bytes; /* from the object's start on */
};

/* Kernel: struct track: a debug cache keeps it behind the object. */
struct report_track {
	unsigned long addr; /* who called; 0: nobody did */
	u32 handle; /* in the stack depot */
	u32 cpu;
	int pid;
	u64 when_ms;
};

/* OBJECTS_REMAINING: one of them. */
#define REPORT_LEFT_MAX 16
struct report_left {
	const void *object;
	const struct report_track *track; /* who allocated it, NULL: not kept */
};

/* SLAB_CORRUPT: the bytes that are wrong. */
struct report_bytes {
	const char *what; /* "Right Redzone" */
	const u8 *from, *to; /* to: behind the last */
	u8 found, expected; /* the first */
};

#define REPORT_ZONES 3
#define REPORT_ORDERS 11

/* What the kernel's show_mem() says, in pages. */
struct report_mem {
	struct report_zone {
		const char *name;
		unsigned long free, min, low, high, present, managed, reserved_highatomic;
		unsigned long free_pcp, local_pcp; /* on page lists: of all CPUs, of this one */
		unsigned long lowmem_reserve[REPORT_ZONES];
		unsigned long nr_free[REPORT_ORDERS]; /* blocks of each order */
		/* Migrate types of these: bit 0 unmovable, 1 movable, 2 in the reserve. */
		u8 types[REPORT_ORDERS];
	} zone[REPORT_ZONES];
	unsigned int nr_zones; /* the highest that the request may use, + 1 */
	unsigned long slab_reclaimable, slab_unreclaimable;
	/* For the OOM killer, kmem caches with objects: */
	const struct report_cache {
		const char *name;
		unsigned long used_kb, total_kb;
	} *cache;
	unsigned int nr_caches;
};

/* What the kernel's dump_page() says. */
struct report_page {
	unsigned long pfn, index;
	const void *mapping;
	int refcount;
	unsigned int order; /* of a compound page, else 0 */
};

/* Where the thread was (kernel: what __might_resched() prints), and why. */
struct report_context {
	u32 preempt_count, rcu_depth, non_block;
	bool irqs_disabled;
	struct raise why; /* what forbids to sleep; why.kind RAISE_NONE: nothing */
	bool holds; /* locks of the stack that runs are held by it, but for this one: */
	const void *except;
	const char *call; /* the libc call that may sleep, and why */
	const char *reason;
	const char *wrong; /* what is wrong with the call when not that; NULL: it may sleep */
	const char *mend; /* what is wanted instead: "GFP_ATOMIC"; NULL: nothing helps here */
	/* Locks: the other place. */
	const void *lock;
	u8 taken; /* its enum raise_kind */
	u32 other; /* stack in the depot where it was taken, 0: not kept */
	u8 other_signo; /* of the handler that takes it */
	int owner; /* tid of the thread that holds it; 0: nobody does */
	bool in_handler; /* the finding is in the handler, the other place is not */
	bool softirq; /* the handler is one */
	bool read, other_read; /* taken by a reader: here, there */
	const struct report_order *order;
};

/* A lock, by what its class is called. */
#define LOCK_NAME_BYTES 40
struct report_lock {
	const void *lock; /* it, or the class's key */
	u8 kind; /* enum raise_kind */
	u8 subclass, version; /* of those of this name the how manyth, from 1 */
	bool is_static; /* `lock` is in a module, which may have a name for it */
	u8 usage; /* of its class, as lock_class.h has it; 0: not known */
	char name[LOCK_NAME_BYTES]; /* "": */
	unsigned long site; /* where it was set up, 0: nowhere */
};

/*
 * CIRCULAR_LOCKING, RECURSIVE_LOCKING, IRQ_LOCK_ORDER: two locks, and what leads from the
 * first to the other. IRQ_LOCK_ORDER: what leads from a lock of interrupts to one that is
 * taken with them on.
 */
#define REPORT_LINKS 12
struct report_order {
	struct report_lock next, prev; /* the one that is taken now, with the other held */
	bool next_read, prev_read; /* as a reader */
	unsigned long prev_pc; /* where that was taken */
	u32 nr_links; /* from next to prev; 0: RECURSIVE_LOCKING */
	/* IRQ_LOCK_ORDER: */
	u8 inversion; /* the one taken now got the state: 1 it is the first link, 2 the last */
	u8 middle; /* of link[]: next to the end that is known longer */
	u8 nr_before; /* links up to the one that is held */
	u8 safe_state, unsafe_state; /* bits of usage */
	u32 safe_stack, unsafe_stack; /* in the depot: where they got these */
	struct {
		struct report_lock lock;
		u32 stack; /* in the depot: how it was taken under the one before */
	} link[REPORT_LINKS];
};

/* The name of a lock that this thread holds; false: none is known. Set by core/check. */
extern bool (*report_lock_name)(const struct raise *held, struct report_lock *name);

#define REPORT_RUNS 4
#define REPORT_ELEMENTS 8
#define REPORT_OF_SOURCE 0u /* report_element.of what a copy reads */

/* What is wrong with a call, each piece of its memory by itself. */
struct report_elements {
	unsigned int nr; /* of them; at most REPORT_ELEMENTS are there */
	struct report_element {
		enum report_kind kind;
		unsigned int message, nr, of; /* as report_io.message, segment and segments */
		const void *addr;
		size_t size;
		const char *owner, *cache; /* as in report_io and report */
		const void *object;
		size_t object_size;
	} element[REPORT_ELEMENTS]; /* the first ones; the report is of the first */
};

/* Memory at a call that hands it to the kernel or to a device: core/check/buffers.c. */
struct report_io {
	const char *file; /* of the descriptor, NULL or "": not known */
	int fd; /* -1: none */
	bool to_memory; /* it is written to, else read */
	unsigned int segment, segments; /* which of how many elements, from 0 */
	unsigned int message, messages; /* the same of a call that takes a list; 0: no such */
	const char *unit; /* of the list: "message", "request" */
	const struct report_elements *wrong; /* all of them; NULL: this one alone */
	const char *owner; /* what it lies in: "SLUB object", "vmalloc" */
	const char *module; /* static data: of this module, "" the program */
	size_t nr_runs, covered; /* physical runs, and the bytes they have */
	struct report_run {
		u64 phys;
		size_t bytes;
	} run[REPORT_RUNS]; /* the first ones */
	struct report_machine {
		bool known; /* contig.verify=pagemap has looked, and seen */
		bool agrees; /* as contiguous as the model */
		size_t runs, pages, present; /* present: of its pages */
	} machine;
	u64 mask; /* of addresses that the device reaches */
	u32 mem_align, block; /* what O_DIRECT wants */
	s64 offset; /* in the file, -1: not known */
	const void *other; /* memory of a request in flight */
	size_t other_bytes;
	const char *other_call;
	const char *resized; /* who gives the memory another size; NULL: it is freed */
	u32 other_stack; /* of its submission, in the depot */
	const char *mend; /* what is wanted instead, NULL: nothing helps here */
};

/* Fields that a kind does not need are 0. */
struct report {
	enum report_kind kind;
	const char *func; /* kernel's name of the function: "kfree", "krealloc", "kmalloc" */
	const void *addr; /* as the program gave it */
	size_t size; /* bytes asked for (LARGE) */
	const char *cache; /* name of the cache that addr belongs to */
	const void *object; /* start of the object, area or block around addr; may be NULL */
	size_t object_size; /* its bytes */
	unsigned int flags; /* REPORT_IN_* */
	const void *caller; /* return address in the program; NULL: not known */
	const char *file; /* where might_sleep() stands in the program, NULL: not known */
	int line;

	const char *wrong_cache; /* WRONG_CACHE: where it was freed to */
	struct report_slab slab;
	const struct report_mem *mem; /* PAGE_ALLOC_FAILURE */
	const struct report_context *context; /* of contexts: core/check/context.c */
	const struct report_io *io; /* of memory at calls: core/check/buffers.c */
	const struct report_dma *dma; /* of memory for devices: core/check/dma_debug.c */
	unsigned int gfp, order;
	unsigned int gfp_fixed; /* GFP_UNEXPECTED: what is left of gfp */
	const char *rule; /* what was broken; KERNEL_WARNING: its words; BAD_PAGE: the reason */
	const struct report_page *page; /* BAD_PAGE */
	const struct os_fault *fault; /* KERNEL_OOPS; rule: the exception's name */
	u32 allocated, freed; /* stacks in the depot, 0: not kept */
	u32 first_from_site; /* where `allocated` is a call site alone: its first call's stack */
	const struct report_track *alloc_track, *free_track; /* of debug caches */
	u64 now_ms; /* by the tracks' clock */
	const struct report_bytes *bytes;
	const char *title; /* SLAB_CORRUPT: behind "BUG cache (taint): " */
	const char *fix; /* SLAB_CORRUPT: behind "FIX cache: " */
	const struct report_left *left; /* OBJECTS_REMAINING */
	unsigned int nr_left; /* of them, in all; at most REPORT_LEFT_MAX are there */
	int error; /* CACHE_CREATE: -errno, 0: it was made in spite of it */

	/* Completed by report_submit(). */
	struct report_task {
		unsigned int cpu, uid;
		int pid, tid;
		char comm[TASK_COMM_LEN];
		u64 time_us; /* CLOCK_MONOTONIC, as dmesg's */
		bool irq; /* in a signal handler */
	} task;
	const struct stacktrace *here;
};

/*
 * Counts the report and, by the kind's policy, prints it and aborts. Returns
 * the policy: for POLICY_FAIL the caller does what checks.def says, for all
 * others it goes on. A suppressed one returns POLICY_COUNT. Any context; no
 * allocation; locks are only tried.
 */
enum kmemu_policy report_submit(const struct report *r);
/* SLAB_TRACE's words, which are no report: line, the freed object's bytes, stack. Any context. */
void slub_trace(const struct report *r, bool alloc);

/* The kind's policy is warn or above: facts that cost something are wanted. */
bool report_is_wanted(enum report_kind kind);

/* Reads the suppressions. Once, when options are read and the heap is up. */
void report_init(void);

/*
 * Looks up what names in reports need, if there may be such. When dlsym may be
 * called, but not in a handler.
 */
void report_prepare(void);

/* Waits, not for ever, for the report that another thread is making. */
void report_settle(void);

/* The process is about to be ended by a report: what its end has to say is said. Any context. */
void report_last_words(void);
/* Findings that nobody could be told of: the stack was too small, or the buffers taken. */
unsigned long report_lost(void);

/* In a fork child: a report that another thread was making is not made here. */
void report_fork_child(void);

/* How often the kind was submitted with a policy other than off. */
unsigned long report_count(enum report_kind kind);
/* Distinct findings (policy warn, fail, panic) of a kind; of all kinds. */
unsigned long report_findings(enum report_kind kind);
unsigned long report_findings_total(void);
/* Reports, repeats included, that a suppression took. */
unsigned long report_suppressed(void);
/* func of the first report of the kind, NULL if there was none. */
const char *report_first_func(enum report_kind kind);

/*
 * oom=kill: the OOM killer's text (mm/oom_kill.c), with report=line its first
 * and last line, then SIGKILL. r: gfp, order, mem (may be NULL). used_kb is the
 * emulated memory in use. Whether 6.12 would kill (order <= 3, may reclaim, no
 * __GFP_NORETRY) is for mm to know.
 */
void report_oom_kill(const struct report *r, unsigned long used_kb) __attribute__((noreturn));

/* --- the tables of checks.def, for summaries, documents and tests --------- */

struct report_check_row {
	const char *name;
	const enum kmemu_policy *policy;
};

struct report_kind_row {
	const char *slug, *fail;
	enum report_check check;
	bool once_per_site;
};

extern const struct report_check_row report_checks[NR_REPORT_CHECKS];
extern const struct report_kind_row report_kinds[NR_REPORT_KINDS];
/* What is said of them for people (check_texts.c). */
extern const char *const report_kind_help[NR_REPORT_KINDS];
extern const char *const report_check_kernel[NR_REPORT_CHECKS]; /* the kernel's rule */

/* The line of a report, without newline; returns its length. */
int report_text(const struct report *r, char *buf, size_t size);
