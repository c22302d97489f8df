/*
 * launch.c - a program runs as if kmemu were not there: the same terminal,
 * process group, signal dispositions and mask, descriptors.
 *
 * kmemu has to outlive it, for the verdict. So it blocks all signals that it
 * can be sent and takes them one at a time with sigwaitinfo():
 *
 *	from the terminal (si_code > 0): the program got it as well, since both
 *		are in one process group; nothing to do
 *	from a process by kill(): meant for the program; handed on, unless the
 *		program itself sent it to its group
 *	SIGCHLD: the program ended, or was stopped
 *
 * The stop signals are left alone: ^Z stops both, and the shell continues
 * both. A program that stops only itself while kmemu is the terminal's
 * foreground job takes kmemu with it, or the shell would never come back; in
 * the background or without terminal kmemu waits, since whoever stopped the
 * program knows its pid and will continue it.
 *
 * If kmemu is killed in a way that it cannot hand on (SIGKILL), the program is
 * killed, too: a CI job that is given up leaves nothing behind.
 *
 * An exec that fails is told by errno through a pipe that a successful one
 * closes.
 */
#include "cmd/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the program has to find as kmemu found it. */
struct inherited {
	sigset_t mask;
	struct sigaction child; /* SIGCHLD */
};

static void take_signals(struct inherited *old, sigset_t *taken)
{
	struct sigaction normal = { .sa_handler = SIG_DFL };

	sigfillset(taken);
	sigdelset(taken, SIGTSTP);
	sigdelset(taken, SIGTTIN);
	sigdelset(taken, SIGTTOU);
	sigdelset(taken, SIGCONT);
	sigprocmask(SIG_BLOCK, taken, &old->mask);
	sigaction(SIGCHLD, &normal, &old->child);
}

/* One that came with the program's end (^C) is not for us. */
static void forget_pending(const sigset_t *taken)
{
	struct timespec now = { 0 };

	while (sigtimedwait(taken, NULL, &now) > 0)
		;
}

static void give_signals_back(const struct inherited *old)
{
	sigaction(SIGCHLD, &old->child, NULL);
	sigprocmask(SIG_SETMASK, &old->mask, NULL);
}

/* An ELF file that the kernel refuses: sh would only find syntax errors in it. */
static bool is_elf(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[4] = "";
	bool is = fd >= 0 && read(fd, magic, 4) == 4 && memcmp(magic, "\177ELF", 4) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

/* As the shell and execvp() do with a text file that has no #! line. */
static void exec_as_script(const char *path, char **argv, char **envp)
{
	char **args;
	size_t n = 0;

	while (argv[n])
		n++;
	args = xmalloc((n + 3) * sizeof(*args));
	args[0] = "/bin/sh";
	args[1] = (char *)path;
	memcpy(args + 2, argv + 1, n * sizeof(*args));
	execve(args[0], args, envp);
}

/* Which process is the first of the run: core/report/follow.c reads it. */
static void tell_first(char **envp)
{
	static const char placeholder[] = LAUNCH_FIRST_NAME "=" LAUNCH_FIRST_ROOM;

	for (; *envp; envp++)
		if (strcmp(*envp, placeholder) == 0)
			sprintf(*envp, LAUNCH_FIRST_NAME "=%d", getpid());
}

static void child(int failure, const struct inherited *old, int parent, const char *path,
		  char **argv, char **envp)
{
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_KMEMU);
	give_signals_back(old);
	tell_first(envp);
	execve(path, argv, envp);
	error = errno;
	if (error == ENOEXEC && !is_elf(path)) {
		exec_as_script(path, argv, envp);
		error = errno;
	}
	if (write(failure, &error, sizeof(error)) < 0)
		_exit(EXIT_KMEMU);
	_exit(EXIT_CANNOT_RUN);
}

static bool is_foreground_job(void)
{
	int tty = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	bool is = tty >= 0 && tcgetpgrp(tty) == getpgrp();

	if (tty >= 0)
		close(tty);
	return is;
}

/* True: it has ended. */
static bool look_at_child(struct launched *l)
{
	int status;

	if (waitpid(l->pid, &status, WNOHANG | WUNTRACED) != l->pid)
		return false;
	if (WIFSTOPPED(status)) {
		if (is_foreground_job()) {
			raise(SIGSTOP);
			kill(l->pid, SIGCONT);
		}
		return false;
	}
	l->status = WEXITSTATUS(status);
	if (WIFSIGNALED(status)) {
		l->signal = WTERMSIG(status);
		l->status = EXIT_SIGNAL + l->signal;
		l->dumped_core = WCOREDUMP(status);
	}
	return true;
}

static bool is_for_the_program(const siginfo_t *info, int pid)
{
	return info->si_code <= 0 && info->si_pid != pid;
}

static void stand_behind(struct launched *l, const sigset_t *taken)
{
	siginfo_t info;

	while (!look_at_child(l)) {
		if (sigwaitinfo(taken, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD && is_for_the_program(&info, l->pid))
			kill(l->pid, info.si_signo);
	}
}

struct launched launch(const char *path, char **argv, char **envp)
{
	struct launched l = { 0 };
	struct inherited old;
	sigset_t taken;
	int failure[2], parent = getpid();

	if (pipe2(failure, O_CLOEXEC)) {
		l.error = errno;
		return l;
	}
	take_signals(&old, &taken);
	l.pid = fork();
	if (l.pid == 0)
		child(failure[1], &old, parent, path, argv, envp);
	close(failure[1]);
	if (l.pid < 0) {
		l.error = errno;
		l.pid = 0;
	} else if (read(failure[0], &l.error, sizeof(l.error)) == sizeof(l.error)) {
		waitpid(l.pid, NULL, 0);
		l.pid = 0;
	} else {
		stand_behind(&l, &taken);
	}
	close(failure[0]);
	forget_pending(&taken);
	give_signals_back(&old);
	return l;
}
