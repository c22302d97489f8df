/*
 * init.c - the order in which the heap comes up (kernel: init/main.c
 * start_kernel, mm/mm_init.c mm_core_init).
 *
 * malloc is called before any code of ours can run, by constructors and by the
 * loader itself, so there is no "start": the first miss of a hit path finds
 * kmemu_ready unset and comes here. In a bare preload a program may do so late, and
 * anywhere: in a handler, in a vfork child, in a child of a fork that nobody saw.
 * Options are read first, from environ or, before libc has set it, from the stack
 * where the kernel put it.
 *
 * The per-CPU slots come last, since looking for rseq means dlsym, which may
 * call malloc: by then kmemu_ready is set and the guarded way serves.
 *
 * Locks: init_lock; a thread that comes second waits. Signals are blocked meanwhile:
 * a handler's block must not be refused for coming in the middle. Cost: some 15
 * system calls, once.
 */
#include "config/options.h"
#include "core/check/advise.h"
#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/check/functions.h"
#include "core/init/init.h"
#include "core/init/program.h"
#include "core/lib/lock.h"
#include "core/lib/printk.h"
#include "core/mm/armed.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/os/files.h"
#include "core/os/os.h"
#include "core/report/follow.h"
#include "core/report/report.h"

extern char **environ;
extern void *__libc_stack_end __attribute__((weak));

/* Brings linked.c with it out of the archive. */
static void (*const constructor)(int argc, char **argv, char **envp) __attribute__((used)) =
	 program_constructor;

bool kmemu_ready;
void (*kmemu_init_done)(void);
static bool options_read; /* written under init_lock */
static kmemu_lock_t init_lock = KMEMU_LOCK_INIT(LOCK_INIT);

/* argc, argv[], NULL, envp[]: what the kernel leaves at the stack's start. */
static char *const *early_environ(void)
{
	char *const *sp;

	if (environ || !&__libc_stack_end || !__libc_stack_end)
		return environ;
	sp = (char *const *)__libc_stack_end;
	return sp + 1 + (long)sp[0] + 1;
}

static void read_options(void)
{
	char *const *envp = early_environ();

	if (options_read)
		return;
	options_init(envp);
	follow_init(envp);
	report_init();
	os_fail_nth = kmemu_opts.os_fail;
	gfp_rules_init();
	context_init();
	buffers_init();
	__atomic_store_n(&options_read, true, __ATOMIC_RELEASE);
}

static void start(void)
{
	read_options();
	armed_init(buffers_armed || context_always || kmemu_opts.advise[0]);
	page_alloc_init();
	kmem_cache_init();
	vmalloc_init();
	__atomic_store_n(&kmemu_ready, true, __ATOMIC_RELEASE);
	percpu_init(kmemu_opts.percpu == PERCPU_GUARDED);
	report_prepare();
	if (unlikely(kmemu_opts.advise[0]))
		advise_init();
}

void kmemu_options_init(void)
{
	if (__atomic_load_n(&options_read, __ATOMIC_ACQUIRE) || !spin_lock(&init_lock))
		return;
	read_options();
	spin_unlock(&init_lock);
}

bool kmemu_init(void)
{
	u64 mask;
	bool locked;

	if (kmemu_is_ready())
		return true;
	mask = os_signals_block();
	os_tid_reset(); /* a fork before the first block is seen by nobody */
	locked = spin_lock(&init_lock);
	if (locked && !kmemu_ready)
		start();
	if (locked)
		spin_unlock(&init_lock);
	os_signals_restore(mask);
	if (locked && kmemu_init_done)
		kmemu_init_done();
	return locked;
}

bool kmemu_init_hold(void)
{
	if (kmemu_is_ready() || !spin_lock(&init_lock))
		return true;
	if (kmemu_ready)
		spin_unlock(&init_lock);
	return kmemu_ready;
}

void kmemu_init_let_go(void)
{
	spin_unlock(&init_lock);
}
