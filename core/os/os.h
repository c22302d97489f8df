/*
 * os.h - the one seam to the operating system. Everything that asks the
 * kernel for something is declared here and nowhere else; core above it is
 * plain C. The kernel counterpart is arch/: what only the machine can do.
 *
 * Conventions: verbs return 0 (or a count) or -errno and never touch errno,
 * questions return bool. No function here allocates, takes a lock or is a
 * cancellation point; all may be called from a signal handler.
 *
 * Every system call passes os_call(), where os_fail_nth (option os.fail, for
 * tests) makes the n-th one fail with ENOMEM.
 */
#pragma once

#include <sys/types.h>

#include "core/os/compiler.h"
#include "core/os/plan.h"

struct timespec;

/* --- raw calls (linux.c) ------------------------------------------------ */

/* The system call nr, -errno on failure; counted and failed by os_fail_nth. */
long os_call(long nr, long a, long b, long c, long d, long e, long f);
/* 0: off; n > 0: the n-th call from now fails with ENOMEM (once). */
extern long os_fail_nth;

/* --- memory ------------------------------------------------------------- */

/*
 * Maps zeroed private memory at exactly addr; never replaces what is there.
 * -EEXIST when somebody else holds a part of the range, -ENOMEM/-EAGAIN when
 * a limit is reached; on failure nothing is mapped.
 */
int os_map(void *addr, size_t bytes);
/*
 * The same, faulted in and in huge pages as far as the system has them: reserved ones
 * (hugetlb) when asked for and there, else transparent ones. *huge_bytes: how much is
 * known to be so.
 */
#define OS_HUGE_BYTES (2UL << 20)
int os_map_huge(void *addr, size_t bytes, bool reserved, size_t *huge_bytes);
/* The same as PROT_NONE (a hole that nobody else can take). */
int os_reserve(void *addr, size_t bytes);
/* The word at p, which need not be there. */
bool os_is_writable(const void *p);
/* The same, in place of what is ours there. */
int os_reserve_over(void *addr, size_t bytes);
/* Private memory wherever the system likes; NULL on failure. */
void *os_map_any(size_t bytes);
/* What *place points to; where that is NULL such memory, for all threads the same. */
void *os_map_once(void **place, size_t bytes);
int os_unmap(void *addr, size_t bytes);
/*
 * Gives the frames back; the range stays mapped and reads as zero.
 * MADV_DONTNEED; where that is refused (EPERM, ENOSYS under a filter, EINVAL
 * with mlocked memory), maps fresh pages over it, which we own by contract.
 */
int os_discard(void *addr, size_t bytes);
/* Faults the range in by one call; failure is harmless and not reported. */
void os_populate(void *addr, size_t bytes);
/*
 * Moves the frames of [from, from + bytes) to `to`, which must be free or
 * ours; the old range stays mapped and empty. -ENOSYS and friends: copy.
 */
int os_move(void *from, size_t bytes, void *to);
/*
 * Memory that can be mapped twice. os_share: [addr, addr + bytes), private
 * memory of ours, becomes a shared anonymous mapping; its first `keep` bytes
 * are copied, the rest is zero. What others write meanwhile may be lost. On
 * failure nothing has changed. os_alias: the same frames at `to` as well, whatever was
 * there; the range lies in one mapping that was made by os_share. os_map_over:
 * private zeroed memory instead of what is there.
 */
int os_share(void *addr, size_t bytes, size_t keep);
int os_alias(const void *from, size_t bytes, void *to);
int os_map_over(void *addr, size_t bytes);
/* Guard pages without a mapping of their own (6.13); -EINVAL: not there. */
int os_guard_install(void *addr, size_t bytes);
int os_guard_remove(void *addr, size_t bytes);
/* Copies n bytes from src even if it is not mapped: false if it is not. */
bool os_read_safe(void *dst, const void *src, size_t n);
/* The same; 0, -EFAULT, or what the system says when it does not do that at all. */
int os_copy_safe(void *dst, const void *src, size_t n);

/* --- machine ------------------------------------------------------------ */

u64 os_total_ram_bytes(void);
/* CPUs that may ever run: the number of slots. 1 at the least. */
unsigned int os_nr_cpus(void);
bool os_address_space_limited(void); /* RLIMIT_AS */
void os_random(void *dst, size_t n); /* getrandom, else AT_RANDOM */
bool os_secure_exec(void);	     /* AT_SECURE */

/* --- time --------------------------------------------------------------- */

u64 os_monotonic_ms(void); /* CLOCK_MONOTONIC_COARSE by the vDSO */
u64 os_monotonic_ns(void);
/* Of any CLOCK_; 0 where there is none. No lock, any context. */
u64 os_clock_ns(int clock);
/* A cheap counter of constant rate (TSC); only differences mean something. */
u64 os_cycles(void);

/* --- threads ------------------------------------------------------------ */

u32 os_tid(void); /* cached per thread; os_tid_reset() after fork */
void os_tid_reset(void);
int os_pid(void);
uintptr_t os_program_break(void); /* the end of the heap of brk(2) */
/* A thread of this process; true when it cannot be known. */
bool os_thread_exists(u32 tid);
bool os_task_is_rt(void); /* of a real-time or deadline class */
void os_futex_wait(u32 *word, u32 value);
void os_futex_wake(u32 *word, int count);
/*
 * Waits while both words are what is said, ns at the most (~0: for ever). It may come back
 * before; where the system cannot wait for two it does so every few milliseconds.
 */
void os_futex_wait_either(u32 *word, u32 value, u32 *other, u32 other_value, u64 ns);
void os_yield(void);
void os_sleep_us(unsigned int us);
/* 0, or -errno: the process cannot fence other CPUs' sequences. */
int os_rseq_fence_init(void);
int os_rseq_fence(void);
/*
 * Each running thread has executed a memory barrier between call and return. Where the
 * system has no such call it waits until the processors have surely written what they had.
 */
void os_process_barrier(void);
/* The kernel fills in struct rseq's mm_cid (6.3). */
bool os_rseq_has_mm_cid(void);
void os_kill_self(int sig);

/* --- output, files ------------------------------------------------------ */

ssize_t os_write(int fd, const void *buf, size_t n); /* all of it, EINTR retried */
/* open(2) with O_CLOEXEC|O_NOCTTY added; the fd or -errno. */
int os_open(const char *path, int flags, unsigned int mode);
int os_close(int fd);
ssize_t os_read(int fd, void *buf, size_t n);
/* Duplicates fd to a number >= low, close-on-exec; the new fd or -errno. */
int os_dup_above(int fd, int low);
/* Identity of an open file; false when fd is not open. */
bool os_file_id(int fd, u64 *dev, u64 *ino);

/* --- loader (dl.c): dlsym(RTLD_DEFAULT/NEXT), never called in a handler - */

void *os_dlsym_default(const char *name);
void *os_dlsym_next(const char *name);
