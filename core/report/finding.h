/*
 * finding.h - a completed report on its way to the outputs. Shared by the files
 * of core/report that make and print it.
 */
#pragma once

#include "core/report/report.h"
#include "core/report/symbols.h"

#define FINDING_ID_BYTES 64
#define FINDING_B4_BYTES 16 /* "Bytes b4" */
#define FINDING_DUMP_BYTES (FINDING_B4_BYTES + 4096)

struct finding {
	struct report r; /* completed: r.here is &here */
	struct stacktrace here;
	unsigned int site; /* of here: the call site, see finding.c */
	u64 hash; /* kind and frames, relative to their modules */
	enum kmemu_policy policy;
	const u8 *bytes; /* a copy of what lies around r.object, NULL: none */
	char id[FINDING_ID_BYTES]; /* slug-hash */
};

/* The report and its stack: all that a repeat needs. No system call. */
void finding_begin(struct finding *f, const struct report *r, enum kmemu_policy policy);
/* The task and the time; no names are looked up. */
void finding_complete(struct finding *f);
/* Of the stack as it is: cheap, and different for what may be the same finding. */
u64 finding_stack_key(const struct finding *f);
/* Finds the call site, makes hash and id. */
void finding_identify(struct finding *f);
/* Copies the object of a slab and the bytes before it, FINDING_DUMP_BYTES at the most. */
void finding_copy_object(struct finding *f, u8 *to);
/* A stack that was kept when memory was allocated or freed; 0 entries: none. */
unsigned int finding_stack(u32 handle, const unsigned long **entries);
/* Writes it to the file of events; buf is used for the line. */
void finding_event(const struct finding *f, const char *text, char *buf, size_t size);

/* --- text ---------------------------------------------------------------- */

/* Lines of dmesg in a buffer: each begins with the time. */
struct text_buf {
	char *buf;
	size_t size, n;
	u64 time_us;
	bool in_line;
	bool full; /* the rest was left out; n ends a line */
	bool brief; /* a small one: no dumps */
};

void text_init(struct text_buf *t, char *buf, size_t size, u64 time_us);
/* At most 640 bytes a call; a line may be written by several. */
void text_put(struct text_buf *t, const char *fmt, ...) __printf(2, 3);

/* kernel_text.c: parts that other kinds are made of. */
const char *print_site(const struct finding *f, char *buf, size_t size);
void put_cut_here(struct text_buf *t);
/* Kernel: __warn(). What stands before it is the caller's. */
void put_warning(struct text_buf *t, const struct finding *f);
void taint_warn(void);
void put_kernel_ident(struct text_buf *t);
void put_frames(struct text_buf *t, const unsigned long *entries, unsigned int nr, int spaces);
/* What this stack holds, of these kinds (1 << RAISE_*), but for one; nothing where that is none. */
void put_locks(struct text_buf *t, const struct finding *f, u32 kinds, const void *except);
void taint_bad_page(void);
const char *print_tainted(char buf[48]);
/* Kernel: dump_stack_print_info(), show_trace_log_lvl(): the parts of dump_stack(). */
/* The machine's name, by kernel code; "": none. */
extern char report_hardware[128];
void put_task_line(struct text_buf *t, const struct finding *f);
void put_trace(struct text_buf *t, const struct finding *f);
void taint_die(void);
/* oops_text.c: the report; and its line, 0: it is another kind. */
void oops_text(struct text_buf *t, const struct finding *f);
int oops_line(const struct report *r, char *buf, size_t size);
/* slub_text.c: "Allocated in" and the stack, nothing where it was not kept. */
void put_stack_of(struct text_buf *t, const char *what, u32 handle);
void object_already_free(struct text_buf *t, const struct finding *f);
void invalid_object(struct text_buf *t, const struct finding *f);
void outside_of_slab(struct text_buf *t, const struct finding *f);
/* As context_text() and context_line(). */
bool slub_text(struct text_buf *t, const struct finding *f);
int slub_line(const struct report *r, char *buf, size_t size);
/* context_text.c: the report, false: it has none of its own; and its line, 0: none. */
bool context_text(struct text_buf *t, const struct finding *f);
int context_line(const struct report *r, char *buf, size_t size);
/* lock_text.c: the same. */
bool lock_text(struct text_buf *t, const struct finding *f);
int lock_line(const struct report *r, char *buf, size_t size);

/* buffer_text.c: the same. */
bool buffer_text(struct text_buf *t, const struct finding *f);
int buffer_line(const struct report *r, char *buf, size_t size);
/* "kmalloc-64 object 0x... of 64 bytes", "page block ...", or the owner alone. */
int memory_text(const struct report *r, const char *owner, char *buf, size_t size);
/* "Allocated in", and by what way its site was reached first. */
void put_allocated(struct text_buf *t, const struct report *r);

/* text.c: what the kernel's warn_alloc() says, in one line. */
int alloc_failure_text(const struct report *r, char *buf, size_t size);
/* What kmalloc_fix_flags() says. */
int gfp_unexpected_text(const struct report *r, char *buf, size_t size);
/* kernel_text.c: the whole report, and its last line, which is ours. */
void kernel_text(struct text_buf *t, const struct finding *f);
/* dump_stack() and the whole of show_mem(), as the OOM killer prints them too. */
void put_dump_stack(struct text_buf *t, const struct finding *f);
void put_mem_info(struct text_buf *t, const struct report_mem *m);
/* "GFP_KERNEL|__GFP_COMP", the kernel's %pGg. */
int gfp_print(char *buf, size_t size, unsigned int gfp);
