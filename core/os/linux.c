/*
 * linux.c - system calls. The kernel counterpart is the system call boundary
 * itself; this file is all of core that crosses it.
 *
 * Calls are made raw, not by libc's wrappers, for three reasons: errno must
 * stay the program's (malloc and free keep it), libc's wrappers may be
 * interposed by the program or by another preload, and some are cancellation
 * points. With ARCH=generic libc's syscall() is used and errno is saved.
 *
 * Every call that can fail passes os_call(), which counts down os_fail_nth so
 * that tests can make each call fail in turn (getpid, gettid, futex and
 * sched_yield cannot fail in a way that we could act on). What a sandbox refuses (EPERM or ENOSYS
 * from madvise, mremap, membarrier) is remembered by the caller of the helper
 * here and another way is taken for good; the helpers below say which.
 *
 * Locks: none. Cost: only on slow paths.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "core/os/dl.h"
#include "core/os/dl_find.h"
#include "core/os/filter.h"
#include "core/os/os.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MAP_HUGE_2MB
#define MAP_HUGE_2MB (21 << 26)
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE  103
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

#define ANON_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

long os_fail_nth;

static bool os_fail_now(void)
{
	return unlikely(os_fail_nth > 0) &&
	       __atomic_sub_fetch(&os_fail_nth, 1, __ATOMIC_RELAXED) == 0;
}

#if defined(__x86_64__) && !defined(KMEMU_ARCH_GENERIC)
static long raw_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}
#else
static long raw_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	int saved = errno;
	long ret = syscall(nr, a, b, c, d, e, f);

	if (ret == -1)
		ret = -errno;
	errno = saved;
	return ret;
}
#endif

long os_call(long nr, long a, long b, long c, long d, long e, long f)
{
	if (os_fail_now())
		return -ENOMEM;
	if (unlikely(os_filters) && os_filter_stops(nr, (const long[]){ a, b, c, d, e, f }))
		return -ENOSYS;
	return raw_syscall(nr, a, b, c, d, e, f);
}

static int madvise_(void *addr, size_t bytes, int advice)
{
	return (int)os_call(SYS_madvise, (long)addr, (long)bytes, advice, 0, 0, 0);
}

/* --- memory --- */

static int map_at(void *addr, size_t bytes, int prot)
{
	long ret = os_call(SYS_mmap, (long)addr, (long)bytes, prot,
			   ANON_FLAGS | MAP_FIXED_NOREPLACE, -1, 0);

	if (ret < 0 && ret > -4096)
		return (int)ret;
	if (ret == (long)addr)
		return 0;
	/* A kernel before 4.17 or an emulator took the address as a hint. */
	os_call(SYS_munmap, ret, (long)bytes, 0, 0, 0, 0);
	return -EEXIST;
}

int os_map(void *addr, size_t bytes)
{
	return map_at(addr, bytes, PROT_READ | PROT_WRITE);
}

/* 2 MiB at addr, faulted in and made one huge page; -EINVAL before 6.1. */
static int make_huge(void *addr)
{
	madvise_(addr, OS_HUGE_BYTES, MADV_POPULATE_WRITE);
	return madvise_(addr, OS_HUGE_BYTES, MADV_COLLAPSE);
}

static bool map_hugetlb(void *addr, size_t bytes)
{
	return os_call(SYS_mmap, (long)addr, (long)bytes, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB |
			       MAP_FIXED_NOREPLACE,
		       -1, 0) == (long)addr;
}

int os_map_huge(void *addr, size_t bytes, bool reserved, size_t *huge_bytes)
{
	unsigned long at = ALIGN((unsigned long)addr, OS_HUGE_BYTES);
	unsigned long end = (unsigned long)addr + bytes;
	int err;

	*huge_bytes = 0;
	if (reserved && IS_ALIGNED((unsigned long)addr | bytes, OS_HUGE_BYTES) &&
	    map_hugetlb(addr, bytes)) {
		*huge_bytes = bytes;
		return 0;
	}
	err = os_map(addr, bytes);
	if (err)
		return err;
	madvise_(addr, bytes, MADV_HUGEPAGE);
	for (; at + OS_HUGE_BYTES <= end; at += OS_HUGE_BYTES)
		if (!make_huge((void *)at))
			*huge_bytes += OS_HUGE_BYTES;
	return 0;
}

int os_reserve(void *addr, size_t bytes)
{
	return map_at(addr, bytes, PROT_NONE);
}

void *os_map_any(size_t bytes)
{
	long ret = os_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, ANON_FLAGS, -1, 0);

	return ret < 0 && ret > -4096 ? NULL : (void *)ret;
}

int os_unmap(void *addr, size_t bytes)
{
	return (int)os_call(SYS_munmap, (long)addr, (long)bytes, 0, 0, 0, 0);
}

void *os_map_once(void **place, size_t bytes)
{
	void *have = __atomic_load_n(place, __ATOMIC_ACQUIRE), *mine;

	if (likely(have))
		return have;
	mine = os_map_any(PAGE_ALIGN(bytes));
	if (!mine)
		return __atomic_load_n(place, __ATOMIC_ACQUIRE);
	if (__atomic_compare_exchange_n(place, &have, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	os_unmap(mine, PAGE_ALIGN(bytes));
	return have;
}

int os_discard(void *addr, size_t bytes)
{
	int err = madvise_(addr, bytes, MADV_DONTNEED);
	long ret;

	if (!err)
		return 0;
	ret = os_call(SYS_mmap, (long)addr, (long)bytes, PROT_READ | PROT_WRITE,
		      ANON_FLAGS | MAP_FIXED, -1, 0);
	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

void os_populate(void *addr, size_t bytes)
{
	madvise_(addr, bytes, MADV_POPULATE_WRITE);
}

int os_move(void *from, size_t bytes, void *to)
{
	long ret = os_call(SYS_mremap, (long)from, (long)bytes, (long)bytes,
			   MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP, (long)to, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

#define SHARED_FLAGS (MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE)

int os_share(void *addr, size_t bytes, size_t keep)
{
	long ret = os_call(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, SHARED_FLAGS, -1, 0);
	void *made;

	if (ret < 0 && ret > -4096)
		return (int)ret;
	made = (void *)ret;
	/* cppcheck-suppress nullPointerRedundantCheck; mmap gives no page 0 */
	__builtin_memcpy(made, addr, keep);
	ret = os_call(SYS_mremap, (long)made, (long)bytes, (long)bytes,
		      MREMAP_MAYMOVE | MREMAP_FIXED, (long)addr, 0);
	if (ret >= 0 || ret <= -4096)
		return 0;
	os_unmap(made, bytes);
	return (int)ret;
}

/* A length of 0 is how mremap(2) is asked for a second mapping. */
int os_alias(const void *from, size_t bytes, void *to)
{
	long ret = os_call(SYS_mremap, (long)from, 0, (long)bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
			   (long)to, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

int os_map_over(void *addr, size_t bytes)
{
	long ret = os_call(SYS_mmap, (long)addr, (long)bytes, PROT_READ | PROT_WRITE,
			   ANON_FLAGS | MAP_FIXED, -1, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

int os_reserve_over(void *addr, size_t bytes)
{
	long ret = os_call(SYS_mmap, (long)addr, (long)bytes, PROT_NONE, ANON_FLAGS | MAP_FIXED,
			   -1, 0);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

int os_guard_install(void *addr, size_t bytes)
{
	return madvise_(addr, bytes, MADV_GUARD_INSTALL);
}

int os_guard_remove(void *addr, size_t bytes)
{
	return madvise_(addr, bytes, MADV_GUARD_REMOVE);
}

static long copy_own(void *dst, const void *src, size_t n)
{
	struct iovec to = { dst, n };
	struct iovec from = { (void *)src, n };

	return os_call(SYS_process_vm_readv, os_pid(), (long)&to, 1, (long)&from, 1, 0);
}

static bool all_readable(const void *p, size_t n)
{
	unsigned long at = (unsigned long)p & ~7UL, end = (unsigned long)p + n;

	for (; at < end; at = (at & PAGE_MASK) + PAGE_SIZE)
		if (!os_readable((const void *)at))
			return false;
	return end >= (unsigned long)p;
}

/*
 * Behind a filter that kills for the copy (sandboxes know it as a way into other
 * processes) pages are asked for first; one that another thread unmaps between is a
 * fault, as it would have been for who gave us the address.
 */
bool os_read_safe(void *dst, const void *src, size_t n)
{
	if (likely(!os_filter_kills(SYS_process_vm_readv)))
		return copy_own(dst, src, n) == (long)n;
	if (!all_readable(src, n))
		return false;
	memcpy(dst, src, n);
	return true;
}

int os_copy_safe(void *dst, const void *src, size_t n)
{
	long done = copy_own(dst, src, n);

	return done == (long)n ? 0 : done < 0 ? (int)done :
						-EFAULT;
}

/* --- machine --- */

u64 os_total_ram_bytes(void)
{
	/* struct sysinfo: uptime, loads[3], totalram, ..., mem_unit at 104 */
	struct {
		long uptime;
		unsigned long loads[3], totalram, rest[9];
		u32 mem_unit, pad[5];
	} si = { 0 };

	if (os_call(SYS_sysinfo, (long)&si, 0, 0, 0, 0, 0) || !si.totalram)
		return 1UL << 30;
	return (u64)si.totalram * (si.mem_unit ? si.mem_unit : 1);
}

/*
 * The CPUs this process may ever see. sched_getaffinity's return value is the
 * size of the kernel's cpumask, which bounds every cpu_id; the count of bits
 * set is only today's affinity and may grow.
 */
unsigned int os_nr_cpus(void)
{
	static unsigned int cached;
	u64 mask[128];
	unsigned int i, top = 0;
	long n;

	if (cached)
		return cached;
	n = os_call(SYS_sched_getaffinity, 0, sizeof(mask), (long)mask, 0, 0, 0);
	for (i = 0; n > 0 && i < (unsigned int)n / 8; i++)
		if (mask[i])
			top = i * 64 + fls64(mask[i]);
	if (top)
		cached = top; /* a refused call is asked again */
	return top ? top : 1;
}

/* Behind a filter that kills for asking: as it was before. */
bool os_address_space_limited(void)
{
	static bool limited;
	struct {
		u64 cur, max;
	} limit = { ~0UL, ~0UL };

	if (os_filter_kills(SYS_prlimit64))
		return READ_ONCE(limited);
	os_call(SYS_prlimit64, 0, RLIMIT_AS, 0, (long)&limit, 0, 0);
	WRITE_ONCE(limited, limit.cur != ~0UL);
	return limit.cur != ~0UL;
}

void os_random(void *dst, size_t n)
{
	const u8 *at = (const u8 *)getauxval(AT_RANDOM);
	u64 mix = os_cycles();
	size_t i;

	if (os_call(SYS_getrandom, (long)dst, (long)n, 1 /* GRND_NONBLOCK */, 0, 0, 0) == (long)n)
		return;
	for (i = 0; i < n; i++) {
		mix = mix * 6364136223846793005UL + 1442695040888963407UL;
		((u8 *)dst)[i] = (u8)(mix >> 56) ^ (at ? at[i & 15] : 0);
	}
}

bool os_secure_exec(void)
{
	return getauxval(AT_SECURE) != 0;
}

/* --- time --- */

/*
 * No trap, where the kernel has it so. Not by libc's name, which is the program's, or that
 * of a library before libc: that may take locks, in a report that tells of them, or has
 * another time than what the kernel's waits go by.
 */
u64 os_clock_ns(int clock)
{
	static int (*vdso)(clockid_t, struct timespec *);
	static u32 asked;
	struct timespec ts = { 0, 0 };

	if (unlikely(!__atomic_load_n(&asked, __ATOMIC_ACQUIRE))) {
		WRITE_ONCE(vdso, (int (*)(clockid_t, struct timespec *))os_vdso_function(
					 "__vdso_clock_gettime"));
		__atomic_store_n(&asked, 1, __ATOMIC_RELEASE);
	}
	if (!vdso || vdso(clock, &ts))
		raw_syscall(SYS_clock_gettime, clock, (long)&ts, 0, 0, 0, 0);
	return (u64)ts.tv_sec * 1000000000UL + (u64)ts.tv_nsec;
}

u64 os_monotonic_ms(void)
{
	return os_clock_ns(CLOCK_MONOTONIC_COARSE) / 1000000;
}

u64 os_monotonic_ns(void)
{
	return os_clock_ns(CLOCK_MONOTONIC);
}

u64 os_cycles(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return os_monotonic_ns();
#endif
}

/* --- threads --- */

static __thread u32 tid_cache __initial_exec;

u32 os_tid(void)
{
	if (unlikely(!tid_cache))
		tid_cache = (u32)raw_syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
	return tid_cache;
}

void os_tid_reset(void)
{
	tid_cache = 0;
}

uintptr_t os_program_break(void)
{
	return (uintptr_t)raw_syscall(SYS_brk, 0, 0, 0, 0, 0, 0);
}

int os_pid(void)
{
	return (int)raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

bool os_thread_exists(u32 tid)
{
	return raw_syscall(SYS_tgkill, os_pid(), tid, 0, 0, 0, 0) != -ESRCH;
}

bool os_task_is_rt(void)
{
	long policy = os_call(SYS_sched_getscheduler, 0, 0, 0, 0, 0, 0) & ~SCHED_RESET_ON_FORK;

	return policy == SCHED_FIFO || policy == SCHED_RR || policy == SCHED_DEADLINE;
}

void os_futex_wait(u32 *word, u32 value)
{
	raw_syscall(SYS_futex, (long)word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, 0, 0, 0);
}

void os_futex_wake(u32 *word, int count)
{
	raw_syscall(SYS_futex, (long)word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, 0, 0, 0);
}

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449 /* 5.16 */
#endif
#define FUTEX_IS_U32 2

struct two_words { /* kernel: struct futex_waitv */
	u64 value;
	u64 address;
	u32 flags;
	u32 reserved;
};

void os_futex_wait_either(u32 *word, u32 value, u32 *other, u32 other_value, u64 ns)
{
	static bool refused;
	struct two_words words[] = {
		{ value, (uintptr_t)word, FUTEX_IS_U32 | FUTEX_PRIVATE_FLAG, 0 },
		{ other_value, (uintptr_t)other, FUTEX_IS_U32 | FUTEX_PRIVATE_FLAG, 0 },
	};
	u64 end = ns > 1UL << 62 ? 0 : os_monotonic_ns() + ns;
	struct timespec ts = { .tv_sec = (time_t)(end / 1000000000),
			       .tv_nsec = (long)(end % 1000000000) };
	long ret = -ENOSYS;

	if (!READ_ONCE(refused))
		ret = raw_syscall(SYS_futex_waitv, (long)words, 2, 0, end ? (long)&ts : 0,
				  CLOCK_MONOTONIC, 0);
	if (ret != -ENOSYS && ret != -EPERM)
		return;
	WRITE_ONCE(refused, true);
	ts = (struct timespec){ .tv_nsec = (long)min(ns, 4000000UL) };
	raw_syscall(SYS_futex, (long)word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, (long)&ts, 0, 0);
}

/* Adds 0 to it: atomic, and an answer where a store would be a fault. */
bool os_is_writable(const void *p)
{
	static u32 nobody;

	return raw_syscall(SYS_futex, (long)&nobody, FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG, 0, 0,
			   (long)p, FUTEX_OP(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0)) != -EFAULT;
}

void os_yield(void)
{
	raw_syscall(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

void os_sleep_us(unsigned int us)
{
	struct timespec ts = { .tv_nsec = (long)us * 1000 };

	raw_syscall(SYS_nanosleep, (long)&ts, 0, 0, 0, 0, 0);
}

static int membarrier(int cmd)
{
	return (int)os_call(SYS_membarrier, cmd, 0, 0, 0, 0, 0);
}

int os_rseq_fence_init(void)
{
	return membarrier(1 << 8 /* REGISTER_PRIVATE_EXPEDITED_RSEQ, 5.10 */);
}

int os_rseq_fence(void)
{
	int err = membarrier(1 << 7 /* PRIVATE_EXPEDITED_RSEQ */);

	if (err == -EPERM && !os_rseq_fence_init()) /* not inherited */
		err = membarrier(1 << 7);
	return err;
}

void os_process_barrier(void)
{
	int err = membarrier(1 << 3 /* PRIVATE_EXPEDITED */);

	if (err == -EPERM && !membarrier(1 << 4 /* REGISTER_PRIVATE_EXPEDITED */))
		err = membarrier(1 << 3);
	if (err)
		os_sleep_us(1000);
}

#ifndef AT_RSEQ_FEATURE_SIZE
#define AT_RSEQ_FEATURE_SIZE 27
#endif

/* mm_cid is the field that ends at byte 28. */
bool os_rseq_has_mm_cid(void)
{
	return getauxval(AT_RSEQ_FEATURE_SIZE) >= 28;
}

void os_kill_self(int sig)
{
	raw_syscall(SYS_tgkill, os_pid(), raw_syscall(SYS_gettid, 0, 0, 0, 0, 0, 0), sig, 0, 0, 0);
}

/* --- output, files --- */

static ssize_t write_all(int fd, const char *buf, size_t n)
{
	size_t done = 0;
	long ret;

	while (done < n) {
		ret = os_call(SYS_write, fd, (long)buf + (long)done, (long)(n - done), 0, 0, 0);
		if (ret == -EINTR)
			continue;
		if (ret <= 0)
			return done ? (ssize_t)done : ret;
		done += (size_t)ret;
	}
	return (ssize_t)done;
}

/* What a write raises whose reader is gone, or whose file is at its limit. */
#define WRITE_SIGNALS (1UL << (SIGPIPE - 1) | 1UL << (SIGXFSZ - 1))

/*
 * The text is ours, so its failure must not kill the program: its signals are
 * blocked meanwhile, and one that our write raised is taken off the thread.
 */
ssize_t os_write(int fd, const void *buf, size_t n)
{
	u64 block = WRITE_SIGNALS, old = ~0ULL, pending = 0;
	struct timespec at_once = { 0, 0 };
	ssize_t done;

	if (os_call(SYS_rt_sigprocmask, SIG_BLOCK, (long)&block, (long)&old, sizeof(old), 0, 0))
		return write_all(fd, buf, n);
	if (old & WRITE_SIGNALS)
		os_call(SYS_rt_sigpending, (long)&pending, sizeof(pending), 0, 0, 0, 0);
	done = write_all(fd, buf, n);
	block &= ~pending;
	if (done != (ssize_t)n)
		os_call(SYS_rt_sigtimedwait, (long)&block, 0, (long)&at_once, sizeof(block), 0, 0);
	os_call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, sizeof(old), 0, 0);
	return done;
}

int os_open(const char *path, int flags, unsigned int mode)
{
	return (int)os_call(SYS_openat, AT_FDCWD, (long)path, flags | O_CLOEXEC | O_NOCTTY, mode, 0,
			    0);
}

int os_close(int fd)
{
	return (int)os_call(SYS_close, fd, 0, 0, 0, 0, 0);
}

ssize_t os_read(int fd, void *buf, size_t n)
{
	return os_call(SYS_read, fd, (long)buf, (long)n, 0, 0, 0);
}

int os_dup_above(int fd, int low)
{
	return (int)os_call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, low, 0, 0, 0);
}

bool os_file_id(int fd, u64 *dev, u64 *ino)
{
	struct stat st;

	if (os_call(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0))
		return false;
	*dev = st.st_dev;
	*ino = st.st_ino;
	return true;
}
