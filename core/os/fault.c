/*
 * fault.c - an instruction that cannot be done is a signal here (kernel:
 * arch/x86/mm/fault.c, arch/x86/kernel/traps.c, where it is an exception).
 *
 * The handler takes from the machine's context what the kernel's report of an oops
 * says. It is installed as the program's own would be: in libkmemu.so by
 * interpose/signal.c, for which a fault is no interrupt. A signal that has a handler
 * already (a sanitizer's, the program's) keeps it; where faults are mended, that one is
 * called for those that are not.
 *
 * SA_NODEFER: who leaves the handler by a jump leaves no signal blocked, and a fault in
 * the handler ends the process.
 *
 * A fault that somebody mends (pages of drivers that the program gets at its first access)
 * is none: mending runs nested, as the driver may use such memory itself.
 *
 * Locks: none. Cost: four system calls, once.
 */
#include "core/os/fault.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "core/os/files.h"
#include "core/os/os.h"

static void (*catcher)(const struct os_fault *fault);
static int (*mender)(const struct os_fault *fault);
static __thread bool catching __initial_exec;

static const int signos[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
/* Who was there before: it is called instead of the catcher. */
static struct sigaction before[ARRAY_SIZE(signos)];

#if defined(__x86_64__)
static void read_machine(struct os_fault *f, const ucontext_t *uc)
{
	static const int order[NR_FAULT_REGS] = { REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI,
						  REG_RDI, REG_RBP, REG_R8,  REG_R9,  REG_R10,
						  REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
						  REG_RSP, REG_RIP, REG_EFL };
	const greg_t *gregs = uc->uc_mcontext.gregs;

	for (int i = 0; i < NR_FAULT_REGS; i++)
		f->r[i] = (unsigned long)gregs[order[i]];
	if (f->sent)
		return;
	f->trap = (unsigned int)gregs[REG_TRAPNO];
	f->error = (unsigned int)gregs[REG_ERR];
	if (f->trap == TRAP_PF)
		f->address = (unsigned long)gregs[REG_CR2];
}
#else
static void read_machine(struct os_fault *f, const ucontext_t *uc)
{
	(void)f, (void)uc;
}
#endif

static void by_default(int signo)
{
	struct sigaction act = { .sa_handler = SIG_DFL };

	sigaction(signo, &act, NULL);
}

static bool is_handler(const struct sigaction *act)
{
	return act->sa_flags & SA_SIGINFO ||
	       (act->sa_handler != SIG_DFL && act->sa_handler != SIG_IGN);
}

/* false: nobody was there before. */
static bool pass_on(int signo, siginfo_t *info, void *context)
{
	const struct sigaction *act = before;

	while (act < before + ARRAY_SIZE(before) && signos[act - before] != signo)
		act++;
	if (act == before + ARRAY_SIZE(before) || !is_handler(act))
		return false;
	info->si_signo = signo;
	if (act->sa_flags & SA_SIGINFO)
		act->sa_sigaction(signo, info, context);
	else
		act->sa_handler(signo);
	return true;
}

static void on_fault(int signo, siginfo_t *info, void *context)
{
	struct os_fault f = { .signo = signo, .sent = info->si_code <= 0 };
	int saved = errno;

	f.trap = signo == SIGFPE ? TRAP_DE : signo == SIGILL ? TRAP_UD : TRAP_PF;
	f.address = signo == SIGSEGV || signo == SIGBUS ? (unsigned long)info->si_addr : 0;
	read_machine(&f, context);
	if (mender && !f.sent)
		f.signo = mender(&f);
	if (f.signo && pass_on(f.signo, info, context)) {
		errno = saved;
		return;
	}
	if (f.signo && catcher && !catching && !f.sent) {
		catching = true;
		catcher(&f);
		catching = false;
	}
	if (f.signo)
		by_default(f.signo); /* the instruction is done again */
	if (f.sent || (f.signo && f.signo != signo))
		os_kill_self(f.signo);
	errno = saved;
}

static void install(bool over)
{
	struct sigaction act = { .sa_sigaction = on_fault,
				 .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
	struct sigaction old;

	for (size_t i = 0; i < ARRAY_SIZE(signos); i++) {
		os_signals_leave_open(1UL << (signos[i] - 1));
		if (sigaction(signos[i], NULL, &old) || old.sa_sigaction == on_fault)
			continue;
		if (over && is_handler(&old)) {
			before[i] = old;
			act.sa_mask = old.sa_mask;
		} else if (is_handler(&old) || old.sa_handler == SIG_IGN) {
			continue;
		}
		sigaction(signos[i], &act, NULL);
		sigemptyset(&act.sa_mask);
	}
}

void os_fault_catch(void (*fn)(const struct os_fault *fault))
{
	catcher = fn;
	install(false);
}

void os_fault_mend(int (*fn)(const struct os_fault *fault))
{
	if (mender)
		return;
	mender = fn;
	install(true);
}

void os_fault_stack(void *stack)
{
	stack_t ss = { .ss_sp = stack,
		       .ss_size = stack ? OS_FAULT_STACK_BYTES : 0,
		       .ss_flags = stack ? 0 : SS_DISABLE };

	os_call(SYS_sigaltstack, (long)&ss, 0, 0, 0, 0, 0);
}
