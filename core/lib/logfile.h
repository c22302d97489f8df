/*
 * logfile.h - a path of an option (%p pid, %e program, %t ms since boot) as an
 * open file in a process whose descriptors are its own. For printk.c, which
 * has the lock.
 */
#pragma once

#include "core/os/compiler.h"

/* Read without lock too: atomically, fd set last, reset first. */
struct logfile {
	int fd; /* -1: not open */
	int pid; /* who opened it */
	u64 dev, ino;
};

#define LOGFILE_INIT { .fd = -1 }

/* 0, -EIO when the write failed, or why spec could not be opened. With the lock. */
int logfile_write(struct logfile *f, const char *spec, const char *s, size_t n);
/* The same without: changes nothing, opens the path for this one text. */
int logfile_write_once(const struct logfile *f, const char *spec, const char *s, size_t n);
/*
 * A line could not be written (a full disk, RLIMIT_FSIZE): the end of the one before
 * is taken away, which needs no room, so that a reader knows.
 */
void logfile_mark_lost(const struct logfile *f);
/* The programs that this process becomes have it, too, if it is open: see inherited_fd(). */
void logfile_inherit(const struct logfile *f);
/* All of s, so that other writers' lines and ours stay whole. */
bool logfile_write_all(int fd, const char *s, size_t n);
