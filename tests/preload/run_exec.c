/*
 * All ways to run a program, with kmemu's wrappers between: the program gets
 * the arguments and the environment that it was given, failures leave libc's
 * errno, from vfork children, small stacks and with long argument lists. With
 * arguments it is the program that is run: it prints what it got.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "check.h"

static char self[4096];
static char *const env[] = { "A=1", "LD_PRELOAD_NOT=x", NULL };

/* The way number `way`; never returns when it works. */
static void run(int way)
{
	char *const argv[] = { "name", "print", "one", "two words", "", NULL };
	int fd;

	switch (way) {
	case 0:
		execl(self, "name", "print", "one", "two words", "", (char *)NULL);
		break;
	case 1:
		execle(self, "name", "print", "one", "two words", "", (char *)NULL, env);
		break;
	case 2:
		execlp(self, "name", "print", "one", "two words", "", (char *)NULL);
		break;
	case 3:
		execv(self, argv);
		break;
	case 4:
		execve(self, argv, env);
		break;
	case 5:
		execvp("run_exec", argv);
		break; /* PATH is set */
	case 6:
		execvpe("run_exec", argv, env);
		break;
	case 7:
		fexecve(open(self, O_RDONLY | O_CLOEXEC), argv, environ);
		break;
	case 8:
		fexecve(open(self, O_PATH | O_CLOEXEC), argv, env);
		break;
	case 9:
		execveat(AT_FDCWD, self, argv, env, 0);
		break;
	case 10:
		fd = open(self, O_PATH | O_CLOEXEC);
		execveat(fd, "", argv, env, AT_EMPTY_PATH);
		break;
	case 11: syscall(SYS_execve, self, argv, env); break;
	case 12: syscall(SYS_execveat, AT_FDCWD, self, argv, env, 0); break;
	}
	_exit(99);
}
#define WAYS 13

/* What a child wrote into the pipe. */
static void read_all(int fd, char *text, size_t size)
{
	size_t n = 0;
	ssize_t got;

	while ((got = read(fd, text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = 0;
	close(fd);
}

/* pid 0: any child. */
static void ended_well(pid_t pid)
{
	int status;

	CHECK(waitpid(pid ? pid : -1, &status, 0) > 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void expect_text(int fd, int with_env)
{
	char text[400], want[400];

	snprintf(want, sizeof(want), "name|one|two words||%s", with_env ? "A=1|" : "");
	read_all(fd, text, sizeof(text));
	CHECK(!strcmp(text, want));
}

static int has_env(int way)
{
	return way == 1 || way == 4 || way == 6 || way >= 8;
}

static void forked(int way, int by_vfork)
{
	int fds[2];
	pid_t pid;

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	pid = by_vfork ? vfork() : fork();
	if (pid == 0) {
		dup2(fds[1], 1);
		run(way);
	}
	close(fds[1]);
	ended_well(pid);
	expect_text(fds[0], has_env(way));
}

static void spawned(int by_name, int wants_pid)
{
	char *const argv[] = { "name", "print", "one", "two words", "", NULL };
	posix_spawn_file_actions_t actions;
	int fds[2], err;
	pid_t pid = 0;

	CHECK(pipe2(fds, O_CLOEXEC) == 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
	if (by_name)
		err = posix_spawnp(wants_pid ? &pid : NULL, "run_exec", &actions, NULL, argv, env);
	else
		err = posix_spawn(wants_pid ? &pid : NULL, self, &actions, NULL, argv, env);
	CHECK(err == 0 && (pid > 0) == wants_pid);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	expect_text(fds[0], 1);
	ended_well(pid);
}

static void failures(void)
{
	char *const argv[] = { "name", NULL };
	pid_t pid;

	errno = 0;
	CHECK(execl("/no/such", "x", (char *)NULL) == -1 && errno == ENOENT);
	CHECK(execle("/etc/passwd", "x", (char *)NULL, env) == -1 && errno == EACCES);
	CHECK(execlp("kmemu-no-such", "x", (char *)NULL) == -1 && errno == ENOENT);
	CHECK(execvp("", argv) == -1 && errno == ENOENT);
	CHECK(execv("/", argv) == -1 && errno == EACCES);
	CHECK(execve("/proc/self/maps/x", argv, NULL) == -1 && errno == ENOTDIR);
	CHECK(execvpe("kmemu-no-such", argv, env) == -1 && errno == ENOENT);
	CHECK(fexecve(-1, argv, env) == -1 && (errno == EINVAL || errno == EBADF));
	CHECK(execveat(-1, "x", argv, env, 0) == -1 && errno == EBADF);
	CHECK(syscall(SYS_execve, NULL, argv, env) == -1 && errno == EFAULT);
	CHECK(posix_spawn(&pid, "/no/such", NULL, NULL, argv, env) == ENOENT);
	CHECK(posix_spawnp(&pid, "kmemu-no-such", NULL, NULL, argv, env) == ENOENT);
}

static void shells(void)
{
	char text[40];
	FILE *f = popen("echo popen; exit 3", "r");

	CHECK(f && fgets(text, sizeof(text), f) && !strcmp(text, "popen\n"));
	CHECK(WEXITSTATUS(pclose(f)) == 3);
	CHECK(WEXITSTATUS(system("exit 7")) == 7);
	CHECK(system(NULL) != 0);
}

/* A list of some 60,000 words; and execl from a small stack. */
static void *on_small_stack(void *unused)
{
	forked(0, 1);
	forked(5, 1);
	return unused;
}

static void extremes(void)
{
	static char *argv[60002];
	pthread_attr_t attr;
	pthread_t thread;
	pid_t pid;

	argv[0] = "true";
	for (int i = 1; i <= 60000; i++)
		argv[i] = "word";
	pid = fork();
	if (pid == 0) {
		execv("/bin/true", argv);
		_exit(1);
	}
	ended_well(pid);
	CHECK(pthread_attr_init(&attr) == 0 && pthread_attr_setstacksize(&attr, 16384) == 0);
	CHECK(pthread_create(&thread, &attr, on_small_stack, NULL) == 0);
	pthread_join(thread, NULL);
}

static int print(int argc, char **argv)
{
	printf("%s|", argv[0]);
	for (int i = 2; i < argc; i++)
		printf("%s|", argv[i]);
	if (environ[0] && !strcmp(environ[0], "A=1") && environ[1])
		printf("A=1|");
	return 0;
}

int main(int argc, char **argv)
{
	char path[5000];

	if (argc > 1)
		return print(argc, argv);
	CHECK(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	snprintf(path, sizeof(path), "/no/such:%s", self);
	*strrchr(path, '/') = 0;
	setenv("PATH", path, 1);
	for (int way = 0; way < WAYS; way++) {
		forked(way, 0);
		forked(way, 1);
	}
	for (int i = 0; i < 4; i++)
		spawned(i & 1, i >> 1);
	setenv("PATH", "/usr/bin:/bin", 1);
	failures();
	shells();
	setenv("PATH", path, 1);
	extremes();
	return 0;
}
