/*
 * view.h - the kernel's files under /proc about memory, as text: of this
 * process (include/kmemu/view.h), of another one, or of a core file. view.c has
 * the theory.
 *
 * For interpose/ (observe=1): view_observe_start() once at start, when options
 * are read and environ is set; view_observe_fork_child() in a child of fork,
 * after its locks are free again; view_observe_stop() at exit. Each does nothing
 * without observe=1, allocates nothing, takes no lock, keeps no descriptor.
 */
#pragma once

#include <stdarg.h>
#include <sys/types.h>

#include "core/mm/mm.h"

/* Where the text is read from: this process's memory or somebody else's. */
struct view_reader {
	/* Copies n bytes from addr; false: there is nothing, or it may not be read. */
	bool (*read)(void *ctx, void *dst, unsigned long addr, size_t n);
	/* What was kept of earlier reads is void: a view begins again. NULL: it never does. */
	void (*refresh)(void *ctx);
	/* "file:line [module] func:name" of a call site, for allocinfo. May be NULL. */
	void (*site)(void *ctx, unsigned long pc, char *buf, size_t size);
	/* "func+0x1d/0x60 [module]" of it, for vmallocinfo. May be NULL. */
	void (*caller)(void *ctx, unsigned long pc, char *buf, size_t size);
	void *ctx;
};

#define VIEW_MAGIC   0x756d656b73746f72UL /* "rotskemu" in memory */
#define VIEW_VERSION 1U

/*
 * Where the structures are, in the process's own addresses. One of them is in
 * the library, under the dynamic symbol kmemu_view_roots; who has no symbols
 * knows it by its magic and by `self`.
 */
struct view_roots {
	u64 magic;
	u64 self; /* the address of this struct */
	u32 version, bytes; /* VIEW_VERSION, sizeof(struct view_roots) */
	u64 layout; /* of the structures below: view_roots_check() compares it */
	u64 slab_caches; /* struct list_head */
	u64 zones; /* struct zone[MAX_NR_ZONES] */
	u64 vmap; /* struct vmap */
	u64 areas; /* struct vmap_area[] */
	u64 slots, guarded_slots; /* struct percpu_slot, PERCPU_SLOT_BYTES apart */
	u64 tags; /* struct alloc_tag_roots */
};

extern const struct view_roots kmemu_view_roots;

/* Of the same build? NULL, else what is wrong, in words that follow "the process". */
const char *view_roots_check(const struct view_roots *roots);

/*
 * Writes the view `name` as text, at most size - 1 bytes and a NUL. Returns the
 * length that the whole text has, or -ENOENT (no such view), -ENODATA (the heap
 * comes with the first block, and there was none), -EFAULT (memory
 * that must be there cannot be read), -EAGAIN (what is read changed faster than
 * it could be followed, repeatedly).
 */
ssize_t view_print(const struct view_reader *r, const struct view_roots *roots, const char *name,
		   char *buf, size_t size);
/* The i-th view's name, NULL behind the last. */
const char *view_name(unsigned int i);
/* The same of this process, locks held meanwhile where they can be had. */
ssize_t view_print_own(const char *name, char *buf, size_t size);

/* A row of slabinfo; the kernel's struct slabinfo with the cache's name. */
struct view_cache {
	char name[32];
	unsigned long active_objs, num_objs, num_slabs;
	unsigned int objsize, objperslab, pagesperslab;
	u32 flags; /* KMEMU_SLAB_* */
};

/* Calls fn for each cache, newest first. 0, -EFAULT or -EAGAIN. */
int view_caches(const struct view_reader *r, const struct view_roots *roots,
		void (*fn)(void *arg, const struct view_cache *c), void *arg);

/* --- view_observe.c ---------------------------------------------------------- */

/* What the file kmemu/PID under the user's run-time directory holds. */
struct view_file {
	u64 magic; /* VIEW_MAGIC */
	u64 roots; /* address of kmemu_view_roots */
	u32 version, bytes; /* VIEW_VERSION, sizeof(struct view_file) */
	u32 pid, reserved;
};

/*
 * The directory that holds kmemu/PID: XDG_RUNTIME_DIR's value, else (it is NULL
 * or no path) one below /tmp; true: the latter.
 */
bool view_observe_base(char *buf, size_t size, const char *run_time_dir, unsigned int uid);
void view_observe_start(void);
void view_observe_fork_child(void);
void view_observe_stop(void);

/* --- shared by view*.c -------------------------------------------------- */

struct view_out {
	char *buf;
	size_t size, len; /* len: of the whole text, may pass size */
};

void view_printf(struct view_out *o, const char *fmt, ...) __printf(2, 3);
bool view_read(const struct view_reader *r, void *dst, u64 addr, size_t n);

int view_slabinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o);
int view_buddyinfo(const struct view_reader *r, const struct view_roots *roots,
		   struct view_out *o);
int view_pagetypeinfo(const struct view_reader *r, const struct view_roots *roots,
		      struct view_out *o);
int view_extfrag_index(const struct view_reader *r, const struct view_roots *roots,
		       struct view_out *o);
int view_unusable_index(const struct view_reader *r, const struct view_roots *roots,
			struct view_out *o);
int view_zoneinfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o);
int view_meminfo(const struct view_reader *r, const struct view_roots *roots, struct view_out *o);
int view_vmallocinfo(const struct view_reader *r, const struct view_roots *roots,
		     struct view_out *o);
int view_allocinfo(const struct view_reader *r, const struct view_roots *roots,
		   struct view_out *o);

/* Slabs' pages: [0] unreclaimable, [1] reclaimable. */
int view_slab_pages(const struct view_reader *r, const struct view_roots *roots,
		    unsigned long pages[2]);
