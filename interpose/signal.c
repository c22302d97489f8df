/*
 * signal.c - signal handlers are interrupts (kernel: irq_enter_rcu(),
 * __do_softirq(); arch/x86/kernel/signal.c). With context= other than off a
 * handler is installed by way of a stub, which raises hardirq or softirq around
 * it.
 *
 * The kernel's own table of actions stays the only state: a stub is bound to one
 * handler and flavour (with or without SA_SIGINFO) for ever, and what a program
 * asks for is answered by looking up the stub that the kernel tells. So there
 * is nothing that a vfork child, which has actions of its own but our memory,
 * could disturb, no moment at which two tables differ, and libc's own ways to
 * the system call (siginterrupt, posix_spawn) keep a stub in place. Flags, mask,
 * SA_RESETHAND, SA_ONSTACK and the rest are the kernel's business as ever. A
 * stub is always installed with SA_SIGINFO: si_code tells a timer from a kill,
 * and a fault of the thread itself from one that was sent. Such faults are left
 * alone unless context.hardirq names the signal: run-times use them as control
 * flow, and the code that they interrupt is not asynchronous.
 *
 * signal() and its variants are made of sigaction() as libc's are, and
 * siginterrupt() is noted for it. A handler installed by a raw system call is
 * found at the end of the run: verdict unchecked.
 *
 * A handler may be left by siglongjmp (jump.c), by an exception (below) or by
 * swapcontext; core/lib/preempt.c says what becomes of its context.
 *
 * Invariants: bound[i].handler is written once; stubs below nr_bound are bound.
 *
 * Locks: none. Cost: off, one test a call; on, a look through the stubs in use
 * when a handler is installed, and some 40 instructions each time it runs.
 */
#include "interpose/signal.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unwind.h>

#include "core/check/context.h"
#include "core/check/functions.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/lib/signal_name.h"
#include "core/os/filter.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "core/report/run.h"
#include "interpose/interpose.h"

static struct {
	void *handler;
	bool siginfo; /* as the program asked for it */
} bound[SIGNAL_STUBS];
static u32 nr_bound;

typedef int (*sigaction_fn)(int, const struct sigaction *, struct sigaction *);
static sigaction_fn real_sigaction;
static int (*real_siginterrupt)(int, int);
static sighandler_t (*real_sigset)(int, sighandler_t);
static bool used_up; /* a handler found no stub */
static u64 interrupts; /* siginterrupt(signo, 1): a bit each */
static u64 one_shot_plain; /* installed last with SA_RESETHAND, without SA_SIGINFO */

void signal_resolve(void)
{
	real_sigaction = (sigaction_fn)os_dl_next("sigaction");
	real_siginterrupt = (int (*)(int, int))os_dl_next("siginterrupt");
	real_sigset = (sighandler_t(*)(int, sighandler_t))os_dl_next("sigset");
	context_stub_return = signal_return();
}

/* Early constructors install handlers before ours has run. */
static bool armed(void)
{
	int saved = errno;

	if (unlikely(!real_sigaction))
		signal_resolve();
	if (unlikely(!kmemu_is_ready()))
		kmemu_options_init();
	errno = saved;
	return context_armed;
}

/* --- stubs --------------------------------------------------------------- */

static int find_bound(void *handler, bool siginfo, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (READ_ONCE(bound[i].handler) == handler && bound[i].siginfo == siginfo)
			return (int)i;
	return -1;
}

/* Two threads may bind one handler twice: either stub does. -1: all are in use. */
static int bind(void *handler, bool siginfo)
{
	u32 n = min(__atomic_load_n(&nr_bound, __ATOMIC_ACQUIRE), (u32)SIGNAL_STUBS);
	int i = find_bound(handler, siginfo, n);

	if (i >= 0)
		return i;
	n = __atomic_fetch_add(&nr_bound, 1, __ATOMIC_ACQ_REL);
	if (n >= SIGNAL_STUBS || !signal_stub(n)) {
		__atomic_store_n(&nr_bound, n, __ATOMIC_RELEASE);
		return -1;
	}
	bound[n].siginfo = siginfo;
	__atomic_store_n(&bound[n].handler, handler, __ATOMIC_RELEASE);
	return (int)n;
}

/* Locks are looked at with an eye to handlers from the first one on. */
static void note_handler(int signo)
{
	bool faults = signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE || signo == SIGILL ||
		      signo == SIGTRAP;

	if (signo < 1 || signo >= NSIG || context_of_signal(signo, false, faults) == RAISE_NONE)
		return;
	context_may_come();
	lock_note_handler(signo);
}

static bool is_handler(const struct sigaction *act)
{
	return act->sa_handler != SIG_DFL && act->sa_handler != SIG_IGN;
}

/* What the kernel is told. */
static void to_stub(struct sigaction *act)
{
	int i;

	if (!is_handler(act) || signal_stub_at((void *)act->sa_sigaction) >= 0)
		return;
	/* In the handler itself no file is read to find what a name means. */
	if (unlikely(context_functions_on))
		context_function_of_now((unsigned long)act->sa_sigaction + 1);
	i = bind((void *)act->sa_sigaction, act->sa_flags & SA_SIGINFO);
	if (i < 0) {
		WRITE_ONCE(used_up, true);
		return;
	}
	act->sa_sigaction = (void (*)(int, siginfo_t *, void *))signal_stub((u32)i);
	act->sa_flags |= SA_SIGINFO;
}

/*
 * A one-shot handler's flags outlive it: with SIG_DFL the kernel tells those of the
 * stub, which no stub's number explains any more.
 */
static void note_one_shot(int signo, int flags)
{
	u64 bit = signo >= 1 && signo <= 64 ? 1UL << (signo - 1) : 0;

	if (flags & (int)SA_RESETHAND && !(flags & SA_SIGINFO))
		__atomic_fetch_or(&one_shot_plain, bit, __ATOMIC_RELAXED);
	else if (READ_ONCE(one_shot_plain) & bit)
		__atomic_fetch_and(&one_shot_plain, ~bit, __ATOMIC_RELAXED);
}

static bool was_one_shot_plain(int signo, const struct sigaction *act)
{
	return act->sa_handler == SIG_DFL && act->sa_flags & (int)SA_RESETHAND &&
	       signo <= 64 && READ_ONCE(one_shot_plain) >> (signo - 1) & 1;
}

/* What the program is told. */
static void from_stub(int signo, struct sigaction *act)
{
	int i = signal_stub_at((void *)act->sa_sigaction);

	if (was_one_shot_plain(signo, act))
		act->sa_flags &= ~SA_SIGINFO;
	if (i < 0)
		return;
	act->sa_sigaction = (void (*)(int, siginfo_t *, void *))bound[i].handler;
	if (!bound[i].siginfo)
		act->sa_flags &= ~SA_SIGINFO;
}

KMEMU_EXPORT int sigaction(int signo, const struct sigaction *act, struct sigaction *old)
{
	struct sigaction stub;
	int flags = 0, ret;

	if (!armed())
		return real_sigaction(signo, act, old);
	if (act) {
		stub = *act;
		flags = act->sa_flags; /* old may lie in the same place */
		to_stub(&stub);
		if (is_handler(act))
			note_handler(signo);
	}
	ret = real_sigaction(signo, act ? &stub : NULL, old);
	if (!ret && old)
		from_stub(signo, old);
	if (!ret && act)
		note_one_shot(signo, flags);
	return ret;
}

int __sigaction(int signo, const struct sigaction *act, struct sigaction *old);

KMEMU_EXPORT int __sigaction(int signo, const struct sigaction *act, struct sigaction *old)
{
	return sigaction(signo, act, old);
}

/* --- signal() and its variants ------------------------------------------- */

static sighandler_t install(int signo, sighandler_t handler, int flags, bool mask_itself)
{
	struct sigaction act = { .sa_handler = handler, .sa_flags = flags }, old;

	if (handler == SIG_ERR || signo < 1 || signo >= NSIG) {
		errno = EINVAL;
		return SIG_ERR;
	}
	if (mask_itself)
		sigaddset(&act.sa_mask, signo);
	return sigaction(signo, &act, &old) < 0 ? SIG_ERR : old.sa_handler;
}

KMEMU_EXPORT sighandler_t signal(int signo, sighandler_t handler)
{
	bool cuts = signo >= 1 && signo <= 64 && READ_ONCE(interrupts) >> (signo - 1) & 1;

	return install(signo, handler, cuts ? 0 : SA_RESTART, true);
}

KMEMU_EXPORT sighandler_t ssignal(int signo, sighandler_t handler)
{
	return signal(signo, handler);
}

sighandler_t bsd_signal(int signo, sighandler_t handler);

KMEMU_EXPORT sighandler_t bsd_signal(int signo, sighandler_t handler)
{
	return signal(signo, handler);
}

/* System V's: once, and not blocked meanwhile. */
KMEMU_EXPORT sighandler_t sysv_signal(int signo, sighandler_t handler)
{
	return install(signo, handler, (int)SA_RESETHAND | SA_NODEFER, false);
}

sighandler_t __sysv_signal(int signo, sighandler_t handler);

KMEMU_EXPORT sighandler_t __sysv_signal(int signo, sighandler_t handler)
{
	return sysv_signal(signo, handler);
}

KMEMU_EXPORT int siginterrupt(int signo, int interrupt)
{
	u64 bit = signo >= 1 && signo <= 64 ? 1UL << (signo - 1) : 0;

	armed();
	if (interrupt)
		__atomic_fetch_or(&interrupts, bit, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&interrupts, ~bit, __ATOMIC_RELAXED);
	return real_siginterrupt(signo, interrupt);
}

/* libc's own for what is no handler: it blocks and unblocks. */
KMEMU_EXPORT sighandler_t sigset(int signo, sighandler_t handler)
{
	struct sigaction old;
	sigset_t now, before;
	sighandler_t was;

	if (!armed())
		return real_sigset(signo, handler);
	if (handler == SIG_HOLD || handler == SIG_DFL || handler == SIG_IGN) {
		if (sigaction(signo, NULL, &old) < 0)
			return SIG_ERR;
		was = real_sigset(signo, handler);
		return was == SIG_ERR || was == SIG_HOLD ? was : old.sa_handler;
	}
	was = install(signo, handler, 0, false);
	if (was == SIG_ERR)
		return SIG_ERR;
	sigemptyset(&now);
	sigaddset(&now, signo);
	if (pthread_sigmask(SIG_UNBLOCK, &now, &before))
		return SIG_ERR;
	return sigismember(&before, signo) ? SIG_HOLD : was;
}

/* --- the handler runs ---------------------------------------------------- */

/* Beside the stubs: the kernel's own code has taken the caches, so each line counts. */
#define __signal_text __attribute__((section("signal_text")))

/* Raised by what the thread itself did, not sent. */
static bool is_fault(int signo, int code)
{
	return code > 0 && (signo == SIGSEGV || signo == SIGBUS || signo == SIGFPE ||
			    signo == SIGILL || signo == SIGTRAP);
}

static enum raise_kind kind_of(int signo, int code)
{
	if (likely(code != SI_TIMER && !is_fault(signo, code)))
		return (enum raise_kind)context_signal_kinds[signo];
	return context_of_signal(signo, code == SI_TIMER, is_fault(signo, code));
}

static const void *interrupted_pc(const ucontext_t *uc)
{
#if defined(__x86_64__)
	return (const void *)uc->uc_mcontext.gregs[REG_RIP];
#else
	(void)uc;
	return NULL;
#endif
}

__signal_text void *signal_enter(int signo, siginfo_t *info, void *ucontext, u32 stub,
				 unsigned long sp)
{
	const ucontext_t *uc = ucontext;
	unsigned long lo = (unsigned long)uc->uc_stack.ss_sp, hi = lo + uc->uc_stack.ss_size;
	void *handler = __atomic_load_n(&bound[stub].handler, __ATOMIC_ACQUIRE);
	struct raise r = { .signo = (u8)signo, .by_handler = true, .sp = sp, .what = handler };

	r.kind = (u8)kind_of(signo, info->si_code);
	if (r.kind == RAISE_NONE)
		return handler;
	r.pc = interrupted_pc(uc);
	if (sp >= lo && sp < hi) {
		r.alt_lo = lo;
		r.alt_hi = hi;
	}
	if (unlikely(!context_raise_handler(&r)))
		context_raise(&r);
	return handler;
}

__signal_text void signal_leave(unsigned long sp)
{
	context_leave_handler(sp);
}

_Unwind_Reason_Code signal_personality(int version, _Unwind_Action actions,
				       _Unwind_Exception_Class class,
				       struct _Unwind_Exception *exception,
				       struct _Unwind_Context *context);

/* The frame of a stub goes: an exception, a cancellation, pthread_exit. */
_Unwind_Reason_Code signal_personality(int version, _Unwind_Action actions,
				       _Unwind_Exception_Class class,
				       struct _Unwind_Exception *exception,
				       struct _Unwind_Context *context)
{
	(void)version;
	(void)class;
	(void)exception;
	(void)context;
	if (actions & _UA_CLEANUP_PHASE)
		context_unwind_handler();
	return _URC_CONTINUE_UNWIND;
}

/* --- the end ------------------------------------------------------------- */

void signal_end(void)
{
	char name[SIGNAL_NAME_BYTES];
	struct sigaction act;

	if (READ_ONCE(used_up)) {
		run_unchecked("signal-handler", NULL,
			      "more different handlers were installed than can be looked at",
			      "look at a shorter run");
		return;
	}
	if (!context_armed || !real_sigaction || os_filter_kills(SYS_rt_sigaction))
		return;
	for (int signo = 1; signo <= SIGNAL_MAX; signo++) {
		if (context_of_signal(signo, false, false) == RAISE_NONE ||
		    real_sigaction(signo, NULL, &act) < 0 || !is_handler(&act) ||
		    signal_stub_at((void *)act.sa_sigaction) >= 0)
			continue;
		run_unchecked("signal-handler", signal_name(signo, name),
			      "a handler was installed by a raw system call; it is not looked at",
			      "install it by sigaction(), or name its signal in context.ignore");
	}
}
