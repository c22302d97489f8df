/*
 * target.h - whose memory show and top look at: a live process or a core file.
 * target.c and target_core.c have the theory.
 */
#pragma once

#include <sys/types.h>

#include "core/mm/view.h"

/* A part of the target's address space that comes from a file. */
struct target_range {
	u64 start, end;
	bool library; /* of a file named libkmemu... */
};

/* A file's part that is mapped in the target. */
struct target_map {
	u64 start, end, offset; /* offset: in the file, bytes */
	char *path;
};

struct page_cache;

struct target {
	struct view_reader reader; /* for view_print() */
	struct view_roots roots;
	char name[64]; /* "process 12 (redis-server)", "core file x" */
	/* Past the cache; false with errno set: not there, or may not be read. */
	bool (*fetch)(struct target *t, void *dst, u64 addr, size_t n);
	void (*close)(struct target *t);
	struct page_cache *cache;
	pid_t pid; /* 0: a core file */
	int fd; /* the core file; /proc/PID/mem where process_vm_readv is refused */
	struct core_map *core;
	struct target_map *maps; /* by address */
	size_t nr_maps;
};

#define EXIT_UNREADABLE 1 /* of show and top */

/* Opened, or NULL: what is wrong and what to do has been said. */
struct target *target_open_pid(pid_t pid);
struct target *target_open_core(const char *path);
void target_close(struct target *t);
/*
 * What the command line of `command` names: pid and core are its words or NULL;
 * both NULL: the one process that runs with observe=1. 0, or the status to end
 * with: what is wrong has been said.
 */
int target_open(const char *command, const char *pid, const char *core, struct target **t);

/* Digits only, a process that can be: else 0. */
pid_t target_parse_pid(const char *s);
/* Processes with observe=1 that live and are ours, at most n; how many there are. */
unsigned int target_observed(pid_t *pids, unsigned int n);

/* Forgets what was read: the next look is a new one. */
void target_refresh(struct target *t);
/* The text of a view (to be freed), or NULL: said. */
char *target_view(struct target *t, const char *name, size_t *len);
/* Says why a view_*() of this target failed with -err. */
void target_say_failed(const struct target *t, int err);

/* target_site.c: "file:line [module] func:name" of a return address; ctx: the target. */
void target_site(void *ctx, unsigned long pc, char *buf, size_t size);
/* The same as "func+0x1d/0x60 [module]". */
void target_caller(void *ctx, unsigned long pc, char *buf, size_t size);

/* --- shared by target*.c --- */

/* Notes a mapping; those of one file come in the order of their addresses. */
void target_add_map(struct target *t, const struct target_map *map);

struct target *target_new(bool (*fetch)(struct target *t, void *dst, u64 addr, size_t n));
/* Looks for kmemu_view_roots in these ranges, the library's first. */
bool target_find_roots(struct target *t, const struct target_range *ranges, size_t n);
bool target_read_roots(struct target *t, u64 addr);
