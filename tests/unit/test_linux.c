// SPDX-License-Identifier: MIT
/*
 * Shows that core/os maps only where nobody is, gives back what it says, has a
 * second way where the system refuses the first, never touches errno, and that
 * os_fail_nth fails exactly the n-th call.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* In the plan, so that no library sits there. */
#define HERE ((char *)PAGE_OFFSET + (1UL << 30))
#define LEN (16 * PAGE_SIZE)

static bool readable(const void *p)
{
	char c;

	return os_read_safe(&c, p, 1);
}

static void map_gives_zeroed_memory_there(void)
{
	UNIT_EQ(os_map(HERE, LEN), 0);
	for (unsigned long i = 0; i < LEN; i += 512)
		CU_ASSERT(HERE[i] == 0);
	memset(HERE, 1, LEN);
	UNIT_EQ(os_unmap(HERE, LEN), 0);
	CU_ASSERT(!readable(HERE));
}

static void map_never_replaces(void)
{
	CU_ASSERT_EQUAL_FATAL(os_map(HERE + 2 * PAGE_SIZE, PAGE_SIZE), 0);
	HERE[2 * PAGE_SIZE] = 42;
	UNIT_EQ(os_map(HERE, LEN), -EEXIST);
	UNIT_EQ(os_reserve(HERE, LEN), -EEXIST);
	UNIT_EQ(HERE[2 * PAGE_SIZE], 42);
	CU_ASSERT(!readable(HERE));
	CU_ASSERT(!readable(HERE + 3 * PAGE_SIZE));
	os_unmap(HERE + 2 * PAGE_SIZE, PAGE_SIZE);
	UNIT_EQ(os_map(HERE, LEN), 0);
	os_unmap(HERE, LEN);
}

static void reserved_is_inaccessible(void)
{
	UNIT_EQ(os_reserve(HERE, LEN), 0);
	CU_ASSERT(!readable(HERE));
	UNIT_EQ(os_map(HERE, LEN), -EEXIST);
	os_unmap(HERE, LEN);
}

static void map_any_is_usable(void)
{
	char *p = os_map_any(LEN);

	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
	memset(p, 1, LEN);
	UNIT_EQ(os_unmap(p, LEN), 0);
}

static unsigned long resident(char *p, unsigned long pages)
{
	unsigned char vec[64];
	unsigned long n = 0;

	mincore(p, pages * PAGE_SIZE, vec);
	for (unsigned long i = 0; i < pages; i++)
		n += vec[i] & 1;
	return n;
}

static void discard_zeroes_and_gives_back(void)
{
	CU_ASSERT_EQUAL_FATAL(os_map(HERE, LEN), 0);
	memset(HERE, 1, LEN);
	UNIT_EQ(resident(HERE, 16), 16);
	UNIT_EQ(os_discard(HERE + PAGE_SIZE, LEN - PAGE_SIZE), 0);
	UNIT_EQ(resident(HERE, 16), 1);
	UNIT_EQ(HERE[0], 1);
	UNIT_EQ(HERE[PAGE_SIZE], 0);
	UNIT_EQ(HERE[LEN - 1], 0);
	os_unmap(HERE, LEN);
}

/* A sandbox refuses madvise: fresh pages are mapped over. */
static void discard_has_a_second_way(void)
{
	CU_ASSERT_EQUAL_FATAL(os_map(HERE, LEN), 0);
	memset(HERE, 1, LEN);
	os_fail_nth = 1;
	UNIT_EQ(os_discard(HERE, LEN), 0);
	UNIT_EQ(os_fail_nth, 0);
	UNIT_EQ(HERE[0], 0);
	UNIT_EQ(resident(HERE + PAGE_SIZE, 15), 0);
	HERE[LEN - 1] = 1;
	os_unmap(HERE, LEN);
}

static void populate_faults_in(void)
{
	CU_ASSERT_EQUAL_FATAL(os_map(HERE, LEN), 0);
	os_populate(HERE, LEN);
	CU_ASSERT(resident(HERE, 16) == 16 || resident(HERE, 16) == 0);
	UNIT_EQ(HERE[LEN - 1], 0);
	os_unmap(HERE, LEN);
}

static void move_takes_the_frames_along(void)
{
	char *to = HERE + (1UL << 24);

	CU_ASSERT_EQUAL_FATAL(os_map(HERE, LEN), 0);
	memset(HERE, 7, LEN);
	if (!os_move(HERE, LEN, to)) {
		UNIT_EQ(to[0], 7);
		UNIT_EQ(to[LEN - 1], 7);
		UNIT_EQ(HERE[0], 0); /* still mapped, empty */
		os_unmap(to, LEN);
	} else {
		UNIT_EQ(HERE[LEN - 1], 7); /* refused: nothing happened */
	}
	os_unmap(HERE, LEN);
}

static void guards_are_inaccessible(void)
{
	int err;

	CU_ASSERT_EQUAL_FATAL(os_map(HERE, LEN), 0);
	err = os_guard_install(HERE + PAGE_SIZE, PAGE_SIZE);
	CU_ASSERT(err == 0 || err == -EINVAL);
	if (!err) {
		CU_ASSERT(!readable(HERE + PAGE_SIZE));
		CU_ASSERT(readable(HERE + 2 * PAGE_SIZE));
		UNIT_EQ(os_guard_remove(HERE + PAGE_SIZE, PAGE_SIZE), 0);
	}
	UNIT_EQ(HERE[PAGE_SIZE], 0);
	os_unmap(HERE, LEN);
}

static void read_safe_does_not_fault(void)
{
	char from[8] = "kmemu", to[8] = "";

	CU_ASSERT(os_read_safe(to, from, sizeof(from)));
	CU_ASSERT_STRING_EQUAL(to, "kmemu");
	CU_ASSERT(!os_read_safe(to, (void *)8, 1));
	CU_ASSERT(!os_read_safe(to, (void *)0x4141414141414141UL, 1));
}

/* --- the test hook --- */

static void the_nth_call_fails_once(void)
{
	os_fail_nth = 3;
	UNIT_EQ(os_call(SYS_getppid, 0, 0, 0, 0, 0, 0), getppid());
	UNIT_EQ(os_call(SYS_getppid, 0, 0, 0, 0, 0, 0), getppid());
	UNIT_EQ(os_call(SYS_getppid, 0, 0, 0, 0, 0, 0), -ENOMEM);
	UNIT_EQ(os_call(SYS_getppid, 0, 0, 0, 0, 0, 0), getppid());
	UNIT_EQ(os_fail_nth, 0);
}

static void failing_map_maps_nothing(void)
{
	os_fail_nth = 1;
	UNIT_EQ(os_map(HERE, LEN), -ENOMEM);
	CU_ASSERT(!readable(HERE));
	os_fail_nth = 1;
	CU_ASSERT_PTR_NULL(os_map_any(LEN));
	os_fail_nth = 1;
	CU_ASSERT(!os_read_safe(&(char){ 0 }, HERE, 1));
}

static void errno_is_the_programs(void)
{
	u64 dev, ino;

	errno = 4711;
	os_unmap((void *)1, LEN); /* EINVAL */
	os_map((void *)1, LEN);
	os_discard((void *)(HERE + 1), LEN);
	os_close(-1);
	os_open("/does/not/exist", O_RDONLY, 0);
	os_file_id(-1, &dev, &ino);
	os_write(-1, "x", 1);
	os_dup_above(-1, 3);
	os_total_ram_bytes();
	os_monotonic_ms();
	os_rseq_fence();
	UNIT_EQ(errno, 4711);
}

/* --- machine, time, threads --- */

static void machine_is_what_libc_says(void)
{
	unsigned char a[16] = { 0 }, b[16] = { 0 };
	u64 libc = (u64)sysconf(_SC_PHYS_PAGES) * PAGE_SIZE;

	CU_ASSERT(os_nr_cpus() >= (unsigned int)sysconf(_SC_NPROCESSORS_ONLN));
	CU_ASSERT((int)os_nr_cpus() > sched_getcpu());
	UNIT_EQ(os_total_ram_bytes(), libc);
	CU_ASSERT(!os_secure_exec());
	os_random(a, sizeof(a));
	os_random(b, sizeof(b));
	CU_ASSERT(memcmp(a, b, sizeof(a)) != 0);
	os_fail_nth = 1; /* the way without getrandom */
	os_random(b, sizeof(b));
	CU_ASSERT(memcmp(a, b, sizeof(a)) != 0);
}

static void time_passes(void)
{
	u64 ms = os_monotonic_ms(), ns = os_monotonic_ns(), c = os_cycles();

	usleep(30000);
	CU_ASSERT(os_monotonic_ms() - ms >= 20);
	CU_ASSERT(os_monotonic_ms() - ms < 10000);
	CU_ASSERT(os_monotonic_ns() - ns >= 30000000);
	CU_ASSERT(os_cycles() > c);
}

static void *thread_tid(void *arg)
{
	((long *)arg)[0] = os_tid();
	((long *)arg)[1] = syscall(SYS_gettid);
	return NULL;
}

static void tid_body(void)
{
	os_tid_reset();
	UNIT_EQ(os_tid(), getpid());
	UNIT_EQ(os_pid(), getpid());
}

static void tid_is_each_threads_own(void)
{
	long tid[2];
	pthread_t t;

	UNIT_EQ(os_tid(), syscall(SYS_gettid));
	pthread_create(&t, NULL, thread_tid, tid);
	pthread_join(t, NULL);
	UNIT_EQ(tid[0], tid[1]);
	CU_ASSERT(tid[0] != (long)os_tid());
	in_child(tid_body);
}

static void futex_wait_returns_on_another_value(void)
{
	u32 word = 1;

	os_futex_wait(&word, 2); /* would hang */
	os_futex_wake(&word, 1); /* nobody: nothing */
	os_yield();
	UNIT_EQ(word, 1);
}

static void abort_body(void)
{
	os_kill_self(SIGKILL);
}

static void kill_self_kills(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		abort_body();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* --- files --- */

static void files_are_close_on_exec_and_known(void)
{
	u64 dev = 0, ino = 0, dev2 = 1, ino2 = 1;
	int fd = os_open("/dev/null", O_WRONLY, 0), high;

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	high = os_dup_above(fd, 100);
	CU_ASSERT(high >= 100);
	CU_ASSERT(fcntl(high, F_GETFD) & FD_CLOEXEC);
	CU_ASSERT(os_file_id(fd, &dev, &ino));
	CU_ASSERT(os_file_id(high, &dev2, &ino2));
	CU_ASSERT(dev == dev2 && ino == ino2);
	UNIT_EQ(os_close(fd), 0);
	UNIT_EQ(os_close(fd), -EBADF);
	CU_ASSERT(!os_file_id(fd, &dev, &ino));
	os_close(high);
	UNIT_EQ(os_open("/does/not/exist", O_RDONLY, 0), -ENOENT);
}

static void write_writes_all(void)
{
	char buf[16] = "";
	int fd[2];

	CU_ASSERT_EQUAL_FATAL(pipe(fd), 0);
	UNIT_EQ(os_write(fd[1], "hello", 5), 5);
	UNIT_EQ(os_read(fd[0], buf, sizeof(buf)), 5);
	CU_ASSERT_STRING_EQUAL(buf, "hello");
	UNIT_EQ(os_write(-1, "x", 1), -EBADF);
	close(fd[0]);
	close(fd[1]);
}

UNIT_MAIN("linux",
	  UNIT_TEST(map_gives_zeroed_memory_there),
	  UNIT_TEST(map_never_replaces),
	  UNIT_TEST(reserved_is_inaccessible),
	  UNIT_TEST(map_any_is_usable),
	  UNIT_TEST(discard_zeroes_and_gives_back),
	  UNIT_TEST(discard_has_a_second_way),
	  UNIT_TEST(populate_faults_in),
	  UNIT_TEST(move_takes_the_frames_along),
	  UNIT_TEST(guards_are_inaccessible),
	  UNIT_TEST(read_safe_does_not_fault),
	  UNIT_TEST(the_nth_call_fails_once),
	  UNIT_TEST(failing_map_maps_nothing),
	  UNIT_TEST(errno_is_the_programs),
	  UNIT_TEST(machine_is_what_libc_says),
	  UNIT_TEST(time_passes),
	  UNIT_TEST(tid_is_each_threads_own),
	  UNIT_TEST(futex_wait_returns_on_another_value),
	  UNIT_TEST(kill_self_kills),
	  UNIT_TEST(files_are_close_on_exec_and_known),
	  UNIT_TEST(write_writes_all));
