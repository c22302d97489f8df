/*
 * Handlers that are left in other ways than by return: what follows is no
 * handler, and what is inside is one. Each call of inside() is a finding, none
 * of outside() is; the number of the former is printed. For context_left.sh.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <ucontext.h>
#include "check.h"

static int expected;
static void (*handler)(void);
static sigjmp_buf back;

__attribute__((noinline)) static void allocate(void)
{
	free(opaque(malloc(40)));
}

static void inside(void)
{
	expected++;
	allocate();
}

static int (*preempt_count)(void);

static void outside(void)
{
	CHECK(!preempt_count || !preempt_count());
	allocate();
}

static void on_signal(int signo)
{
	(void)signo;
	handler();
}

static void install(int flags)
{
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = flags };

	CHECK(sigaction(SIGUSR1, &act, NULL) == 0);
	CHECK(sigaction(SIGUSR2, &act, NULL) == 0);
}

static void run(void (*what)(void))
{
	handler = what;
	raise(SIGUSR1);
}

static void returns(void)
{
	inside();
}

static void jumps(void)
{
	inside();
	siglongjmp(back, 1);
}

static void jump_out(void)
{
	if (!sigsetjmp(back, 1))
		run(jumps);
	outside();
}

/* A jump that stays inside. */
static void jumps_inside(void)
{
	sigjmp_buf here;

	if (!sigsetjmp(here, 1))
		siglongjmp(here, 1);
	inside();
}

/* Two handlers deep, left by one jump; and only the inner one left. */
static void nests(void)
{
	handler = jumps;
	raise(SIGUSR2);
}

static void nest_out(void)
{
	if (!sigsetjmp(back, 1))
		run(nests);
	outside();
}

static void inner_out(void)
{
	if (!sigsetjmp(back, 1)) {
		handler = jumps;
		raise(SIGUSR2);
	}
	inside();
}

/* No function of libc's is called for this one. */
static void *words[5];

__attribute__((noinline)) static void builtin_jumps(void)
{
	inside();
	__builtin_longjmp(words, 1);
}

__attribute__((noinline)) static void builtin_out(void)
{
	sigset_t none;

	sigemptyset(&none);
	if (!__builtin_setjmp(words))
		run(builtin_jumps);
	outside();
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static ucontext_t main_uc, handler_uc, other_uc;
static char other_stack[64 << 10];

static void coroutine(void)
{
	outside();
	swapcontext(&other_uc, &handler_uc);
	outside();
	swapcontext(&other_uc, &main_uc);
}

/* Out of the handler and into it again. */
static void swaps(void)
{
	inside();
	swapcontext(&handler_uc, &other_uc);
	inside();
}

static void swap_out(void)
{
	getcontext(&other_uc);
	other_uc.uc_stack.ss_sp = other_stack;
	other_uc.uc_stack.ss_size = sizeof(other_stack);
	makecontext(&other_uc, coroutine, 0);
	run(swaps);
	outside();
	swapcontext(&main_uc, &other_uc);
	outside();
}

static void in_vfork(void)
{
	pid_t pid = vfork();

	if (!pid) {
		raise(SIGUSR1);
		_exit(0);
	}
	CHECK(waitpid(pid, NULL, 0) == pid);
	outside();
}

static void exits(void)
{
	inside();
	pthread_exit(NULL);
}

static void destructor(void *unused)
{
	(void)unused;
	outside();
}

static void *thread(void *unused)
{
	pthread_key_t key;

	CHECK(pthread_key_create(&key, destructor) == 0);
	pthread_setspecific(key, other_stack);
	run(exits);
	return unused;
}

static void exit_out(void)
{
	pthread_t id;

	CHECK(pthread_create(&id, NULL, thread, NULL) == 0);
	pthread_join(id, NULL);
	outside();
}

/* pthread_exit opens libgcc_s the first time, which allocates. */
static void *exits_once(void *unused)
{
	pthread_exit(unused);
}

static void warm_up(void)
{
	pthread_t id;

	CHECK(pthread_create(&id, NULL, exits_once, NULL) == 0);
	pthread_join(id, NULL);
}

static void all(void)
{
	run(returns);
	outside();
	jump_out();
	run(jumps_inside);
	nest_out();
	run(inner_out);
	builtin_out();
	swap_out();
	handler = returns;
	in_vfork();
	exit_out();
	outside();
}

int main(void)
{
	static char alternate[64 << 10];
	stack_t alt = { .ss_sp = alternate, .ss_size = sizeof(alternate) };

	setvbuf(stdout, NULL, _IONBF, 0);
	preempt_count = (int (*)(void))dlsym(RTLD_DEFAULT, "kmemu_preempt_count");
	warm_up();
	install(0);
	all();
	CHECK(sigaltstack(&alt, NULL) == 0);
	install(SA_ONSTACK);
	all();
	install((int)SA_ONSTACK | SA_NODEFER | SA_SIGINFO);
	all();
	printf("%d\n", expected);
	return 0;
}
