/* flags: -rdynamic */
/* SPDX-License-Identifier: MIT */
/*
 * unwind: glibc's backtrace() is the oracle, on stacks of all shapes: deep,
 * with alloca, with frames that realign the stack, through libc's callbacks,
 * through signal handlers on small stacks. Stacks that are broken, and call
 * frame information that is garbage, must end the trace and nothing else.
 *
 * The program is linked to the static library, so that its own functions are
 * in kmemu's object: traces are asked for by caller.
 */
#include "tests/unit/unit.h"

#include <alloca.h>
#include <errno.h>
#include <execinfo.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "core/lib/stackdepot.h"
#include "core/os/dl_find.h"
#include "core/os/os.h"
#include "core/report/unwind.h"

#define HERE __builtin_return_address(0)

static struct stacktrace st;
static void *oracle[STACK_DEPTH_MAX + 2];
static int nr_oracle, oracle_from;

static void (*volatile leaf)(void);
static volatile int sink;

/* Both traces of who called this. */
static __attribute__((noinline)) void save_both(void)
{
	nr_oracle = backtrace(oracle, STACK_DEPTH_MAX + 1);
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	for (oracle_from = 0; oracle_from < nr_oracle; oracle_from++)
		if (oracle[oracle_from] == HERE)
			break;
}

/* backtrace() has this function too, and a sanitizer's wrapper of backtrace(). */
static void same_as_oracle(void)
{
	int n = nr_oracle - oracle_from;

	CU_ASSERT(n > 0);
	UNIT_EQ(st.nr, n);
	for (int i = 0; i < n && i < st.nr; i++)
		UNIT_EQ(st.entries[i], (unsigned long)oracle[oracle_from + i]);
	UNIT_EQ(st.nr_irq, 0);
}

/* --- shapes of frames --- */

static __attribute__((noinline)) void deep(int n)
{
	if (n)
		deep(n - 1);
	else
		leaf();
	sink++;
}

static __attribute__((noinline)) void with_alloca(int n)
{
	char *p = alloca((size_t)(n * 40 + 8));

	memset(p, n, (size_t)n + 1);
	if (n)
		with_alloca(n - 1);
	else
		leaf();
	sink += p[n];
}

/* The compiler realigns the stack: CFA by an expression. */
static __attribute__((noinline)) void realigned(int n)
{
	volatile char v[64] __attribute__((aligned(64)));
	char *p = alloca((size_t)n + 16);

	v[0] = p[1] = (char)n;
	if (n)
		realigned(n - 1);
	else
		leaf();
	sink += v[0] + p[1];
}

/* Whose address is asked for has a frame pointer. */
static __attribute__((noinline)) void framed(int n)
{
	sink += __builtin_frame_address(0) != NULL;
	if (n)
		framed(n - 1);
	else
		leaf();
	sink++;
}

/* Many live values: all registers that are to be kept are saved. */
static __attribute__((noinline)) int full(int a, int b, int c, int d, int e, int n)
{
	if (n)
		a += full(b, c, d, e, a, n - 1);
	else
		leaf();
	return a * 3 + b * 5 + c * 7 + d * 11 + e * 13 + n;
}

static __attribute__((noinline)) void great(int n)
{
	volatile char v[100000];

	v[0] = v[99999] = (char)n;
	if (n)
		great(n - 1);
	else
		leaf();
	sink += v[0];
}

static int compare(const void *a, const void *b)
{
	leaf();
	return *(const int *)a - *(const int *)b;
}

static void through_qsort(int n)
{
	int v[2] = { 2, n };

	qsort(v, 2, sizeof(int), compare);
	sink += v[0];
}

static void run_shape(void (*shape)(int), int n)
{
	leaf = save_both;
	shape(n);
	same_as_oracle();
}

static void full_shape(int n)
{
	sink += full(1, 2, 3, 4, 5, n);
}

static void every_shape_is_as_backtrace_sees_it(void)
{
	void (*shapes[])(int) = { deep, with_alloca, realigned, framed,
				  full_shape, great, through_qsort };

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		for (int n = 0; n < 12; n += 3)
			run_shape(shapes[i], n);
}

/* Shapes upon shapes, at random. */
static int plan[24], plan_at, plan_n;

static void next_shape(void)
{
	void (*shapes[])(int) = { deep, with_alloca, realigned, framed,
				  full_shape, great, through_qsort };
	int now = plan_at++;

	if (now == plan_n) {
		save_both();
		same_as_oracle();
	} else {
		shapes[plan[now] % 7](plan[now] / 7 % 3);
	}
	plan_at = now;
	sink++;
}

static void random_stacks_are_as_backtrace_sees_them(void)
{
	srandom((unsigned int)unit_seed());
	for (int i = 0; i < 300; i++) {
		plan_n = (int)(random() % 10);
		plan_at = 0;
		for (int k = 0; k < plan_n; k++)
			plan[k] = (int)(random() % 1000);
		leaf = next_shape;
		next_shape();
	}
}

static void frames_beyond_depth_are_left_out(void)
{
	leaf = save_both;
	deep(200);
	UNIT_EQ(st.nr, STACK_DEPTH_MAX);
	for (int i = 0; i < nr_oracle - oracle_from; i++)
		UNIT_EQ(st.entries[i], (unsigned long)oracle[oracle_from + i]);
	stacktrace_save(&st, 0, HERE);
	UNIT_EQ(st.nr, 0);
	stacktrace_save(&st, 1, HERE);
	UNIT_EQ(st.nr, 1);
	UNIT_EQ(st.entries[0], (unsigned long)HERE);
	stacktrace_save(&st, 1000, HERE);
	CU_ASSERT(st.nr > 1 && st.nr <= STACK_DEPTH_MAX);
}

static void a_caller_not_met_comes_first(void)
{
	stacktrace_save(&st, 4, (void *)0x1234);
	UNIT_EQ(st.entries[0], 0x1234);
	/* the program is hidden as kmemu's own; libc's start of main is found */
	CU_ASSERT(st.nr >= 2 && st.nr <= 4);
}

static void *thread_body(void *arg)
{
	leaf = save_both;
	deep(*(int *)arg);
	return NULL;
}

static void a_thread_ends_where_it_began(void)
{
	for (int n = 0; n < 40; n += 13) {
		pthread_t thread;

		pthread_create(&thread, NULL, thread_body, &n);
		pthread_join(thread, NULL);
		same_as_oracle();
	}
}

static void the_list_finds_the_same(void)
{
	unwind_init();
	os_dl_find_by_list(true);
	unwind_forget();
	every_shape_is_as_backtrace_sees_it();
	os_dl_find_by_list(false);
	unwind_forget();
	every_shape_is_as_backtrace_sees_it();
}

/* --- signals --- */

/* What a trace taken in a handler has to have: who was interrupted, after nr_irq. */
static unsigned long outer; /* a return address below the interrupted code */
static int nr_outer;	    /* entries from there to the end */
static volatile long steps, bad_steps;
static struct stacktrace first_bad;

static int find_entry(const struct stacktrace *t, unsigned long entry)
{
	for (int i = 0; i < t->nr; i++)
		if (t->entries[i] == entry)
			return i;
	return -1;
}

static __attribute__((noinline)) void look_from_handler(void)
{
	struct stacktrace t;
	int at;

	stacktrace_save(&t, STACK_DEPTH_MAX, HERE);
	steps++;
	at = find_entry(&t, outer);
	if (at > 0 && t.nr - at == nr_outer && t.nr_irq > 0 && t.nr_irq <= at)
		return;
	if (!bad_steps++)
		first_bad = t;
}

static void handler(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	(void)context;
	look_from_handler();
	sink++;
}

static void on_signal(int sig, int flags)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };

	sigaction(sig, &action, NULL);
}

/* Calls f; handlers that run in it must see this call's return address. */
static __attribute__((noinline)) void watch(void (*f)(void))
{
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	outer = (unsigned long)HERE;
	nr_outer = st.nr;
	f();
	outer = 0;
	sink++;
}

static void no_bad_steps(long at_least)
{
	char **names;

	CU_ASSERT(steps >= at_least);
	UNIT_EQ(bad_steps, 0);
	if (bad_steps) {
		printf("\nnr %d, nr_irq %d, wanted %lx and %d behind it\n", first_bad.nr,
		       first_bad.nr_irq, outer, nr_outer);
		names = backtrace_symbols((void **)first_bad.entries, first_bad.nr);
		for (int i = 0; i < first_bad.nr; i++)
			printf("  %s\n", names[i]);
		free(names);
	}
	steps = bad_steps = 0;
}

static void raise_it(void)
{
	raise(SIGUSR1);
	sink++;
}

static void raise_deep(void)
{
	leaf = raise_it;
	with_alloca(3);
	deep(5);
	realigned(2);
}

/* Not run under ThreadSanitizer, which puts signals off. */
#define SIGNAL_TEST __attribute__((unused))

static SIGNAL_TEST void a_handler_sees_both_stacks(void)
{
	on_signal(SIGUSR1, 0);
	watch(raise_deep);
	no_bad_steps(3);
}

static SIGNAL_TEST void so_it_does_on_a_small_stack(void)
{
	static char small[16 << 10] __attribute__((aligned(16)));
	stack_t alternate = { .ss_sp = small, .ss_size = sizeof(small) }, old;

	sigaltstack(&alternate, &old);
	on_signal(SIGUSR1, SA_ONSTACK);
	watch(raise_deep);
	no_bad_steps(3);
	sigaltstack(&old, NULL);
}

/* Each handler is interrupted by the next. */
static void nested_handler(int sig)
{
	if (sig < SIGRTMIN + 3)
		raise(sig + 1);
	else
		look_from_handler();
	sink++;
}

static void raise_nested(void)
{
	raise(SIGRTMIN);
}

static SIGNAL_TEST void handlers_on_handlers_are_all_irq(void)
{
	for (int i = 0; i < 4; i++)
		signal(SIGRTMIN + i, nested_handler);
	watch(raise_nested);
	no_bad_steps(1);
}

/* --- every instruction --- */

static __attribute__((noinline)) void trap_flag(bool on)
{
#if defined(__x86_64__)
	unsigned long flags;

	/* below the red zone */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tpop %0\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : "=r"(flags)
			 :
			 : "memory");
	flags = on ? flags | 0x100 : flags & ~0x100UL;
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpush %0\n\tpopfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "r"(flags)
			 : "memory", "cc");
#else
	(void)on;
#endif
}

static void (*volatile stepping)(bool) = trap_flag; /* called, and no clone of it */

static void leaf_of_steps(void)
{
	char text[64];

	snprintf(text, sizeof(text), "%d %s", sink, "x");
	sink += (int)strlen(text);
}

/*
 * Not realigned(): what gcc 12 says of rbp is wrong for the last two instructions of
 * such a function, whoever reads it.
 */
static void step_shapes(void)
{
	void *volatile p = NULL;

	leaf = leaf_of_steps;
	stepping(true);
	deep(1);
	with_alloca(1);
	full_shape(1);
	framed(1);
	through_qsort(1);
	p = malloc(100);
	free(p);
	stepping(false);
}

/* Not in the functions that switch stepping: their push is not in their CFI. */
static void trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	unsigned long pc = (unsigned long)uc->uc_mcontext.gregs[REG_RIP];

	if (pc - (unsigned long)trap_flag > 96)
		handler(sig, info, context);
}

static SIGNAL_TEST void each_instruction_can_be_unwound_from(void)
{
	struct sigaction action = { .sa_sigaction = trap, .sa_flags = SA_SIGINFO };

	sigaction(SIGTRAP, &action, NULL);
	watch(step_shapes);
	printf("(%ld instructions) ", steps);
	no_bad_steps(1000);
}

/* --- broken stacks --- */

/* A word of the kind that overwrites stacks, or that an attacker would put there. */
static unsigned long bad_word(unsigned long near)
{
	switch (random() % 10) {
	case 0:
		return 0;
	case 1:
		return (unsigned long)random();
	case 2:
		return (unsigned long)random() << 33 ^ (unsigned long)random();
	case 3:
		return ~0UL - (unsigned long)random() % 64;
	case 4: /* the stack, and about its ends */
		return (near & ~0xfffUL) + (unsigned long)(random() % 16 - 8) * 4096;
	case 5:
	case 6:
		return near + (unsigned long)random() % 2048 * 8;
	case 7:
		return near + (unsigned long)random() % 16384;
	case 8: /* code of ours, code of libc */
		return (unsigned long)next_shape + (unsigned long)random() % 2000;
	default:
		return (unsigned long)oracle[(unsigned long)random() % 4];
	}
}

/* Not by memcpy(): the sanitizers know whose words these are. */
static __attribute__((noinline, no_sanitize_address, no_sanitize_thread)) void
copy_words(volatile unsigned long *to, const volatile unsigned long *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
}

static __attribute__((noinline, no_sanitize_address, no_sanitize_thread)) void
spoil_words(volatile unsigned long *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (random() % 3)
			at[i] = bad_word((unsigned long)at);
}

/* Everything above this frame is garbage while the trace is taken. */
static __attribute__((noinline)) void smash(unsigned long top)
{
	static unsigned long copy[1 << 13];
	unsigned long *frame = __builtin_frame_address(0);
	size_t n = (top - (unsigned long)frame) / 8, from = (size_t)random() % 40;

	n = n < 1 << 13 ? n : 1 << 13;
	from = from < n ? from : n;
	copy_words(copy, frame, n);
	spoil_words(frame + from, n - from);
	stacktrace_save(&st, STACK_DEPTH_MAX, random() % 2 ? HERE : NULL);
	copy_words(frame, copy, n);
	sink++;
}

static unsigned long stack_top;

static void smash_often(void)
{
	for (int i = 0; i < 3000; i++)
		smash(stack_top);
}

static void broken_stacks_end_the_trace(void)
{
	char *volatile local = NULL;

	srandom((unsigned int)unit_seed());
	stack_top = (unsigned long)&local;
	leaf = smash_often;
	deep(10);
	with_alloca(5);
	realigned(3);
	CU_ASSERT(st.nr <= STACK_DEPTH_MAX);
}

/* A stack that somebody made by hand, with nothing on either side. */
#define COROUTINE_BYTES (16 << 10)
static ucontext_t main_context, coroutine_context;

static void coroutine_body(void)
{
	leaf = save_both;
	deep(20);
	leaf = smash_often;
	deep(5);
}

static void a_coroutine_ends_where_it_began(void)
{
	char *map = mmap(NULL, COROUTINE_BYTES + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);

	srandom((unsigned int)unit_seed());
	mprotect(map + 4096, COROUTINE_BYTES, PROT_READ | PROT_WRITE);
	getcontext(&coroutine_context);
	coroutine_context.uc_stack.ss_sp = map + 4096;
	coroutine_context.uc_stack.ss_size = COROUTINE_BYTES;
	coroutine_context.uc_link = &main_context;
	stack_top = (unsigned long)map + 4096 + COROUTINE_BYTES;
	makecontext(&coroutine_context, coroutine_body, 0);
	swapcontext(&main_context, &coroutine_context);
	/* the last trace is of garbage: only that we came back counts */
	CU_ASSERT(st.nr <= STACK_DEPTH_MAX);
	munmap(map, COROUTINE_BYTES + 8192);
	leaf = save_both;
	deep(3);
	same_as_oracle();
}

/* A handler whose interrupted registers are garbage. */
static void garbage_handler(int sig, siginfo_t *info, void *context)
{
	static const int changed[] = { REG_RIP, REG_RSP, REG_RBP, REG_RBX };
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs, kept[4];
	unsigned long near = (unsigned long)regs[REG_RSP];

	(void)sig;
	(void)info;
	for (int i = 0; i < 4; i++) {
		kept[i] = regs[changed[i]];
		if (random() % 2)
			regs[changed[i]] = (greg_t)bad_word(near);
	}
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	for (int i = 0; i < 4; i++)
		regs[changed[i]] = kept[i];
}

static SIGNAL_TEST void interrupted_garbage_ends_the_trace(void)
{
	struct sigaction action = { .sa_sigaction = garbage_handler, .sa_flags = SA_SIGINFO };

	srandom((unsigned int)unit_seed());
	sigaction(SIGUSR2, &action, NULL);
	for (int i = 0; i < 3000; i++)
		raise(SIGUSR2);
	CU_ASSERT(st.nr >= 1);
}

/* A call through a pointer that is 0: the caller is on top of the stack. */
static void (*volatile nowhere)(void);
static sigjmp_buf back;

static void fault_handler(int sig, siginfo_t *info, void *context)
{
	handler(sig, info, context);
	siglongjmp(back, 1);
}

static void call_nowhere(void)
{
	if (!sigsetjmp(back, 1))
		nowhere();
	sink++;
}

static SIGNAL_TEST void a_call_to_nowhere_has_a_caller(void)
{
	struct sigaction action = { .sa_sigaction = fault_handler, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &action, NULL);
	watch(call_nowhere);
	no_bad_steps(1);
	nowhere = (void (*)(void))0x123456789000;
	watch(call_nowhere);
	no_bad_steps(1);
	signal(SIGSEGV, SIG_DFL);
}

/* --- a closed sandbox --- */

/*
 * Nothing but read, write and _exit: any other call would end the child by SIGKILL.
 * Both walks are of the same return addresses: where two objects' pages share a slot of
 * the table of modules, an address that was not met before asks the kernel.
 */
static bool in_sandbox;

static void save_and_again_in_sandbox(void)
{
	unsigned int n = st.nr;

	if (in_sandbox && prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		syscall(SYS_exit, 77);
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	if (in_sandbox)
		syscall(SYS_exit, st.nr > 30 && st.nr == n ? 0 : 1);
}

static void no_system_call_is_needed(void)
{
	int status = 0;
	pid_t pid = 0;

	leaf = save_and_again_in_sandbox;
	unwind_forget();
	unwind_init();
	for (int i = 0; i < 2; i++) {
		in_sandbox = i;
		pid = i ? fork() : 0;
		if (!pid)
			deep(30);
	}
	in_sandbox = false;
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFEXITED(status));
	CU_ASSERT(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
}

/* --- stack --- */

#define PAINT_BYTES 16384

/* Paints the stack below itself; the second call says how much lost its paint. */
static __attribute__((noinline, no_sanitize_address)) size_t paint(bool look)
{
	volatile unsigned char v[PAINT_BYTES];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(v); i++) {
		if (look && !used && v[i] != 0x5a)
			used = sizeof(v) - i;
		if (!look)
			v[i] = 0x5a;
	}
	return used;
}

static size_t used_warm, used_cold;

static void measure_stack(void)
{
	unwind_forget();
	paint(false);
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	used_cold = paint(true);
	paint(false);
	stacktrace_save(&st, STACK_DEPTH_MAX, HERE);
	used_warm = paint(true);
}

/* What of a stack of 16 KiB is taken, new pcs and frames of all kinds met. */
static void little_stack_is_used(void)
{
	leaf = measure_stack;
	realigned(3);
	printf("(%zu bytes, known pcs %zu) ", used_cold, used_warm);
#ifndef KMEMU_SANITIZE
	CU_ASSERT(used_cold > 0 && used_cold < 2048);
	CU_ASSERT(used_warm <= used_cold);
#endif
}

/* --- time --- */

static unsigned long best_ns;

static __attribute__((noinline)) void save_and_keep(void)
{
	stacktrace_save(&st, 8, HERE);
	sink += (int)stack_depot_save(st.entries, st.nr);
}

static void measure(void)
{
	for (int k = 0; k < 11; k++) {
		u64 start = os_monotonic_ns(), ns;

		for (int i = 0; i < 10000; i++)
			save_and_keep();
		ns = (os_monotonic_ns() - start) / 10000;
		best_ns = ns < best_ns ? ns : best_ns;
	}
}

/* 300 ns is promised on a quiet machine; a test that runs beside others is told less. */
static void eight_frames_are_cheap(void)
{
	best_ns = ~0UL;
	leaf = measure;
	deep(12);
	UNIT_EQ(st.nr, 8);
	printf("(8 frames saved and kept: %lu ns) ", best_ns);
#ifndef KMEMU_SANITIZE
	CU_ASSERT(best_ns < 1000);
#endif
}

UNIT_MAIN("unwind",
	UNIT_TEST(every_shape_is_as_backtrace_sees_it),
	UNIT_TEST(random_stacks_are_as_backtrace_sees_them),
	UNIT_TEST(frames_beyond_depth_are_left_out),
	UNIT_TEST(a_caller_not_met_comes_first),
	UNIT_TEST(a_thread_ends_where_it_began),
	UNIT_TEST(the_list_finds_the_same),
	UNIT_TEST(broken_stacks_end_the_trace),
	UNIT_TEST(a_coroutine_ends_where_it_began),
#ifndef KMEMU_PLAN_LOW /* ThreadSanitizer puts signals off */
	UNIT_TEST(a_handler_sees_both_stacks),
	UNIT_TEST(so_it_does_on_a_small_stack),
	UNIT_TEST(handlers_on_handlers_are_all_irq),
	UNIT_TEST(each_instruction_can_be_unwound_from),
	UNIT_TEST(interrupted_garbage_ends_the_trace),
	UNIT_TEST(a_call_to_nowhere_has_a_caller),
#endif
	UNIT_TEST(no_system_call_is_needed),
	UNIT_TEST(little_stack_is_used),
	UNIT_TEST(eight_frames_are_cheap)
);
