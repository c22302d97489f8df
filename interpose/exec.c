/*
 * exec.c - programs that are run from here. A process which loses the preload
 * says nothing of itself, so who runs it says so before: while events are
 * written (json=, as under `kmemu run`) each target is judged (target.c), and
 * what will not be reached gets an `unchecked` event. With no events a wrapper
 * is a load, a branch and the call.
 *
 * exec does what it always does: same arguments, same result, same errno. An
 * event is written before exec, since there is no after; it carries the pid
 * of the process that execs, be it a vfork child. Should the kernel refuse
 * such an exec in the end (E2BIG, ETXTBSY), one event is too many. posix_spawn
 * tells, so its event comes after, with the child's pid. The child of system
 * and popen is not known by pid: 0.
 *
 * execl, execle and execlp make an argument vector on the stack, as libc's own
 * do, and go on with execve or execvp: arguments without a va_list cannot be
 * handed on in C.
 *
 * The looks are async-signal-safe, allocate nothing and take less than 4 KiB of
 * stack. The real functions are looked up by the constructor.
 *
 * Not seen: raw execve instructions, a shell's `exec` in a program that is
 * itself not reached, a target chosen by posix_spawn's chdir actions.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/lib/vsprintf.h"
#include "core/os/os.h"
#include "core/report/follow.h"
#include "core/report/json.h"
#include "core/report/run.h"
#include "interpose/interpose.h"
#include "interpose/target.h"

/* Behind the entries of calls.def. */
OURS(execve);
OURS(execv);
OURS(execvp);
OURS(execvpe);
OURS(execveat);
OURS(fexecve);
OURS_NATIVE(execl);
OURS_NATIVE(execle);
OURS_NATIVE(execlp);
OURS(posix_spawn);
OURS(posix_spawnp);
OURS(system);
OURS(popen);

typedef char *const *strings;

/* X(type, name, parameters) */
#define EXEC_CALLS(X)                                                                      \
	X(int, execve, (const char *path, strings argv, strings envp))                     \
	X(int, execv, (const char *path, strings argv))                                    \
	X(int, execvp, (const char *file, strings argv))                                   \
	X(int, execvpe, (const char *file, strings argv, strings envp))                    \
	X(int, execveat, (int dirfd, const char *path, strings argv, strings envp, int flags)) \
	X(int, fexecve, (int fd, strings argv, strings envp))                              \
	X(int, posix_spawn,                                                                \
	  (pid_t *restrict pid, const char *restrict path,                                 \
	   const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr, \
	   strings argv, strings envp))                                                    \
	X(int, posix_spawnp,                                                               \
	  (pid_t *restrict pid, const char *restrict path,                                 \
	   const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr, \
	   strings argv, strings envp))                                                    \
	X(int, system, (const char *command))                                              \
	X(FILE *, popen, (const char *command, const char *type))

#define DECLARE(type, name, params) static type(*real_##name) params;
EXEC_CALLS(DECLARE)

static const struct exec_call {
	const char *name;
	void *real; /* address of the pointer to the function */
} calls[] = {
#define ROW(type, name, params) { #name, &real_##name },
	EXEC_CALLS(ROW)
};

void exec_resolve(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		__atomic_store_n((void **)calls[i].real, os_dlsym_next(calls[i].name),
				 __ATOMIC_RELAXED);
	if (events_on())
		target_resolve();
}

/* The real function's address is in *real, or libc does not have it. */
static bool have(const void *real)
{
	int saved = errno;

	if (likely(*(void *const *)real))
		return true;
	exec_resolve(); /* before our constructor */
	errno = saved;
	if (*(void *const *)real)
		return true;
	errno = ENOSYS;
	return false;
}

/* --- the looks ------------------------------------------------------------ */

static __noinline __cold void say(int pid, const struct target_reason *reason, const char *what)
{
	if (follow_takes(pid, what))
		run_unchecked_process(pid, reason->slug, what, reason->detail, reason->remedy);
	else if (pid)
		follow_left_out(pid, what);
}

static void before_exec(int dirfd, const char *path, char *const *envp, bool shell)
{
	const struct target_reason *reason;

	if (likely(!events_on()))
		return;
	reason = target_judge(dirfd, path, envp, shell);
	if (reason)
		say(os_pid(), reason, path);
}

static __noinline void look_for(const char *file, char *const *envp)
{
	char buf[TARGET_PATH_BYTES];
	const char *path = target_search(file, buf, sizeof(buf));

	if (path)
		before_exec(AT_FDCWD, path, envp, true);
}

static void before_execvp(const char *file, char *const *envp)
{
	if (unlikely(events_on()))
		look_for(file, envp);
}

/* An open file, which may be O_PATH, is looked at under its name in /proc. */
static __noinline void look_at_fd(int fd, char *const *envp)
{
	char path[32];

	kmemu_scnprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	before_exec(AT_FDCWD, path, envp, false);
}

void exec_look_at(int dirfd, const char *path, char *const *envp)
{
	if (unlikely(events_on()))
		before_exec(dirfd, path, envp, false);
}

void exec_look_at_fd(int fd, char *const *envp)
{
	if (unlikely(events_on()))
		look_at_fd(fd, envp);
}

/* system and popen: only the environment can keep us out of the shell. */
static __noinline void look_at_shell(void)
{
	const struct target_reason *reason = target_judge(AT_FDCWD, "/bin/sh", environ, false);

	if (reason)
		say(0, reason, "/bin/sh");
}

/* --- exec ----------------------------------------------------------------- */

int execve(const char *path, char *const argv[], char *const envp[])
{
	before_exec(AT_FDCWD, path, envp, false);
	return have(&real_execve) ? real_execve(path, argv, envp) : -1;
}

int execv(const char *path, char *const argv[])
{
	before_exec(AT_FDCWD, path, environ, false);
	return have(&real_execv) ? real_execv(path, argv) : -1;
}

int execvp(const char *file, char *const argv[])
{
	before_execvp(file, environ);
	return have(&real_execvp) ? real_execvp(file, argv) : -1;
}

int execvpe(const char *file, char *const argv[], char *const envp[])
{
	before_execvp(file, envp);
	return have(&real_execvpe) ? real_execvpe(file, argv, envp) : -1;
}

int execveat(int dirfd, const char *path, char *const argv[], char *const envp[],
			  int flags)
{
	if (flags & AT_EMPTY_PATH)
		exec_look_at_fd(dirfd, envp);
	else
		exec_look_at(dirfd, path, envp);
	return have(&real_execveat) ? real_execveat(dirfd, path, argv, envp, flags) : -1;
}

int fexecve(int fd, char *const argv[], char *const envp[])
{
	exec_look_at_fd(fd, envp);
	return have(&real_fexecve) ? real_fexecve(fd, argv, envp) : -1;
}

/* Words of an argument list up to its NULL, the one that has a name included. */
static size_t count_words(va_list *ap)
{
	size_t n = 1;

	while (va_arg(*ap, const char *))
		n++;
	return n;
}

/* Leaves ap behind the NULL. */
static void copy_words(char **argv, const char *first, size_t n, va_list *ap)
{
	size_t i;

	argv[0] = (char *)first;
	for (i = 1; i <= n; i++)
		argv[i] = va_arg(*ap, char *);
}

/* Defines argv, a vector on the stack; ap is to be ended by va_end. */
#define MAKE_ARGV(argv, arg, ap)             \
	size_t words;                        \
                                             \
	va_start(ap, arg);                   \
	words = count_words(&ap);            \
	va_end(ap);                          \
	char *argv[words + 1];               \
                                             \
	va_start(ap, arg);                   \
	copy_words(argv, arg, words, &ap)

int execl(const char *path, const char *arg, ...)
{
	va_list ap;

	MAKE_ARGV(argv, arg, ap);
	va_end(ap);
	before_exec(AT_FDCWD, path, environ, false);
	return have(&real_execve) ? real_execve(path, argv, environ) : -1;
}

int execle(const char *path, const char *arg, ...)
{
	char *const *envp;
	va_list ap;

	MAKE_ARGV(argv, arg, ap);
	envp = va_arg(ap, char *const *);
	va_end(ap);
	before_exec(AT_FDCWD, path, envp, false);
	return have(&real_execve) ? real_execve(path, argv, envp) : -1;
}

int execlp(const char *file, const char *arg, ...)
{
	va_list ap;

	MAKE_ARGV(argv, arg, ap);
	va_end(ap);
	before_execvp(file, environ);
	return have(&real_execvp) ? real_execvp(file, argv) : -1;
}

/* --- children ------------------------------------------------------------- */

typedef int (*spawn_fn)(pid_t *restrict pid, const char *restrict path,
			const posix_spawn_file_actions_t *actions,
			const posix_spawnattr_t *restrict attr, strings argv, strings envp);

/* The events are on. found: the file that is run; NULL: none. */
static int spawn_judged(spawn_fn real, const char *found, pid_t *pid, const char *path,
			const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr,
			strings argv, strings envp)
{
	const struct target_reason *reason = NULL;
	pid_t child;
	int ret;

	if (found)
		reason = target_judge(AT_FDCWD, found, envp, false);
	ret = real(pid ? pid : &child, path, actions, attr, argv, envp);
	if (!ret && reason)
		say(pid ? *pid : child, reason, found);
	return ret;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path,
			     const posix_spawn_file_actions_t *actions,
			     const posix_spawnattr_t *restrict attr, char *const argv[],
			     char *const envp[])
{
	if (!have(&real_posix_spawn))
		return ENOSYS;
	if (likely(!events_on()))
		return real_posix_spawn(pid, path, actions, attr, argv, envp);
	return spawn_judged(real_posix_spawn, path, pid, path, actions, attr, argv, envp);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
			      const posix_spawn_file_actions_t *actions,
			      const posix_spawnattr_t *restrict attr, char *const argv[],
			      char *const envp[])
{
	char buf[TARGET_PATH_BYTES];

	if (!have(&real_posix_spawnp))
		return ENOSYS;
	if (likely(!events_on()))
		return real_posix_spawnp(pid, file, actions, attr, argv, envp);
	return spawn_judged(real_posix_spawnp, target_search(file, buf, sizeof(buf)), pid, file,
			    actions, attr, argv, envp);
}

int system(const char *command)
{
	if (unlikely(events_on()) && command)
		look_at_shell();
	return have(&real_system) ? real_system(command) : -1;
}

FILE *popen(const char *command, const char *type)
{
	if (unlikely(events_on()))
		look_at_shell();
	return have(&real_popen) ? real_popen(command, type) : NULL;
}
