/* SPDX-License-Identifier: MIT */
/*
 * printk: the text arrives whole where it should, and never in a file that is
 * the program's. Each case runs in a child of its own, whose standard error is
 * a file: what standard error is, is remembered at the first output.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "config/options.h"
#include "core/lib/printk.h"

static char dir[64], err_name[96], log_name[96], other_name[96];

static int make_dir(void)
{
	snprintf(dir, sizeof(dir), "%.40s/kmemu-XXXXXX", getenv("TMPDIR") ?: "/tmp");
	if (!mkdtemp(dir))
		return 1;
	snprintf(err_name, sizeof(err_name), "%s/err", dir);
	snprintf(log_name, sizeof(log_name), "%s/log", dir);
	snprintf(other_name, sizeof(other_name), "%s/other", dir);
	return 0;
}

static int remove_dir(void)
{
	unlink(err_name);
	unlink(log_name);
	unlink(other_name);
	return rmdir(dir);
}

static int create(const char *name)
{
	return open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
}

/* Runs f in a child with a fresh err file on 2; its exit status. */
static int in_child(int (*f)(void))
{
	int status;
	pid_t pid;

	unlink(log_name);
	unlink(other_name);
	close(create(err_name));
	pid = fork();
	if (pid == 0) {
		dup2(open(err_name, O_WRONLY | O_APPEND), 2);
		closefrom(3);
		alarm(30);
		_exit(f());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static const char *content(const char *name)
{
	static char buf[4][1 << 16];
	static int next;
	char *b = buf[next++ % 4];
	int fd = open(name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, b, sizeof(buf[0]) - 1);

	close(fd);
	if (n < 0)
		return "(no file)";
	b[n] = '\0';
	return b;
}

#define FILE_HAS(name, want) CU_ASSERT_STRING_EQUAL(content(name), want)

/* --- standard error ------------------------------------------------------ */

static int say_three(void)
{
	printk("one %d", 1);
	printk("two\n");
	printk("a\nb");
	return (int)printk_dropped();
}

static void one_line_each(void)
{
	UNIT_EQ(in_child(say_three), 0);
	FILE_HAS(err_name, "one 1\ntwo\na\nb\n");
}

static int close_stderr(void)
{
	printk_init();
	close(2);
	if (create(other_name) != 2)
		return 99;
	printk("lost");
	return (int)printk_dropped();
}

static void not_into_what_took_descriptor_2(void)
{
	UNIT_EQ(in_child(close_stderr), 1);
	FILE_HAS(other_name, "");
	FILE_HAS(err_name, "");
}

static int redirect_and_back(void)
{
	int keep = dup(2);

	printk("before");
	dup2(create(other_name), 2);
	printk("lost");
	dup2(keep, 2);
	printk("after");
	return (int)printk_dropped();
}

static void follows_stderr_back(void)
{
	UNIT_EQ(in_child(redirect_and_back), 1);
	FILE_HAS(err_name, "before\nafter\n");
	FILE_HAS(other_name, "");
}

static int closed_from_start(void)
{
	close(2);
	printk("lost");
	return (int)printk_dropped();
}

static void stderr_closed_from_start(void)
{
	UNIT_EQ(in_child(closed_from_start), 1);
}

static int say_long(void)
{
	static char text[3000];

	memset(text, 'x', sizeof(text) - 1);
	printk("%s", text);
	printk("next");
	return 0;
}

static void long_text_is_cut(void)
{
	UNIT_EQ(in_child(say_long), 0);
	UNIT_EQ(strlen(content(err_name)), 1023 + 5);
	CU_ASSERT_STRING_EQUAL(content(err_name) + 1022, "\nnext\n");
}

/* The reader of standard error is gone. */
static int closed_pipe(void)
{
	sigset_t pending;
	int p[2];

	if (pipe(p) || dup2(p[1], 2) != 2)
		return 99;
	printk_init();
	close(p[0]);
	printk("nobody reads");
	sigprocmask(SIG_BLOCK, NULL, &pending);
	if (sigismember(&pending, SIGPIPE))
		return 98;
	sigpending(&pending);
	return sigismember(&pending, SIGPIPE) ? 97 : (int)printk_dropped();
}

/* As before, in a program that has blocked SIGPIPE and waits for it. */
static int closed_pipe_blocked(void)
{
	sigset_t set, pending;
	int p[2];

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (pipe(p) || dup2(p[1], 2) != 2)
		return 99;
	printk_init();
	close(p[0]);
	printk("nobody reads");
	sigpending(&pending);
	if (sigismember(&pending, SIGPIPE))
		return 98;
	raise(SIGPIPE);
	printk("its own stays");
	sigpending(&pending);
	return sigismember(&pending, SIGPIPE) ? (int)printk_dropped() : 97;
}

static int file_limit(void)
{
	kmemu_opts.log = log_name;
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 4, 4 });
	printk("more than four");
	return (int)printk_dropped();
}

static void no_signal_by_our_write(void)
{
	UNIT_EQ(in_child(closed_pipe), 1);
	UNIT_EQ(in_child(closed_pipe_blocked), 2);
	UNIT_EQ(in_child(file_limit), 1);
}

/* Standard error is a pipe that does not block, full, and read after a while. */
static int full_pipe(void)
{
	char bytes[4096];
	int p[2];

	if (pipe(p) || fcntl(p[1], F_SETFL, O_NONBLOCK) || dup2(p[1], 2) != 2)
		return 99;
	memset(bytes, '\n', sizeof(bytes));
	while (write(p[1], bytes, sizeof(bytes)) > 0)
		;
	if (fork() == 0) {
		usleep(20000);
		_exit(read(p[0], bytes, sizeof(bytes)) <= 0);
	}
	printk_init();
	printk("waits for the reader");
	return (int)printk_dropped();
}

/* As before, and nobody reads. */
static int stuck_pipe(void)
{
	char bytes[4096] = "";
	int p[2];

	if (pipe(p) || fcntl(p[1], F_SETFL, O_NONBLOCK) || dup2(p[1], 2) != 2)
		return 99;
	while (write(p[1], bytes, sizeof(bytes)) > 0)
		;
	printk_init();
	alarm(5);
	for (int i = 0; i < 50; i++)
		printk("is not waited for again");
	return (int)printk_dropped();
}

static void full_pipes(void)
{
	UNIT_EQ(in_child(full_pipe), 0);
	UNIT_EQ(in_child(stuck_pipe), 50);
}

/* --- a path -------------------------------------------------------------- */

static int highest_fd(void)
{
	for (int fd = 1023; fd >= 0; fd--)
		if (fcntl(fd, F_GETFD) >= 0)
			return fd;
	return -1;
}

static int log_to_path(void)
{
	struct stat st;
	int fd;

	kmemu_opts.log = log_name;
	errno = 77;
	printk("hello");
	if (errno != 77)
		return 1;
	fd = highest_fd();
	if (fd < 200 || fcntl(fd, F_GETFD) != FD_CLOEXEC)
		return 2;
	if (fstat(fd, &st) || (st.st_mode & 0777) != 0600)
		return 3;
	printk("again");
	return highest_fd() == fd ? 0 : 4;
}

static void path_is_opened_high_and_private(void)
{
	UNIT_EQ(in_child(log_to_path), 0);
	FILE_HAS(log_name, "hello\nagain\n");
	FILE_HAS(err_name, "");
}

static char wanted_path[200];

static int log_with_fields(void)
{
	char comm[32];

	snprintf(comm, sizeof(comm), "%.15s", "test_printk");
	snprintf(wanted_path, sizeof(wanted_path), "%s/%d.%s.%%", dir, (int)getpid(), comm);
	snprintf(other_name, sizeof(other_name), "%s/%%p.%%e.%%%%", dir);
	kmemu_opts.log = other_name;
	printk("parent");
	if (strcmp(content(wanted_path), "parent\n"))
		return 1;
	if (unlink(wanted_path))
		return 2;
	if (fork() == 0) {
		printk("child");
		snprintf(wanted_path, sizeof(wanted_path), "%s/%d.%s.%%", dir, (int)getpid(), comm);
		_exit(strcmp(content(wanted_path), "child\n") || unlink(wanted_path));
	}
	wait(&(int){ 0 });
	return 0;
}

static void fields_of_a_path(void)
{
	UNIT_EQ(in_child(log_with_fields), 0);
	FILE_HAS(err_name, "");
}

/* What a daemon does: closes all and opens its own files. */
static int daemonize(void)
{
	int fds[8];

	kmemu_opts.log = log_name;
	printk("before");
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	for (int i = 0; i < 8; i++)
		fds[i] = create(other_name);
	for (int fd = 3; fd < 300; fd++)
		dup2(fds[0], fd);
	printk("after");
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	printk("end");
	return (int)printk_dropped();
}

static void not_into_what_took_our_descriptor(void)
{
	UNIT_EQ(in_child(daemonize), 0);
	FILE_HAS(log_name, "before\nafter\nend\n");
	FILE_HAS(other_name, "");
}

static int limited(rlim_t files)
{
	int before, after;

	kmemu_opts.log = log_name;
	before = highest_fd();
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ files, files });
	printk("hello");
	after = highest_fd();
	if (files <= 10)
		return after != before; /* nothing kept */
	return after < 10 || after >= (int)files;
}

static int limit_64(void)
{
	return limited(64);
}

static int limit_8(void)
{
	return limited(8);
}

static void few_descriptors(void)
{
	UNIT_EQ(in_child(limit_64), 0);
	FILE_HAS(log_name, "hello\n");
	UNIT_EQ(in_child(limit_8), 0);
	FILE_HAS(log_name, "hello\n");
}

static int log_to_link(void)
{
	if (symlink(other_name, log_name))
		return 9;
	kmemu_opts.log = log_name;
	printk("one");
	printk("two");
	return access(other_name, F_OK) ? 0 : 1;
}

static void links_are_not_followed(void)
{
	char want[300];

	strcpy(other_name, dir);
	strcat(other_name, "/other");
	UNIT_EQ(in_child(log_to_link), 0);
	snprintf(want, sizeof(want),
		 "kmemu: log=%s: cannot be opened (a symbolic link, error 40); using stderr\n"
		 "one\ntwo\n",
		 log_name);
	FILE_HAS(err_name, want);
}

/* --- any context --------------------------------------------------------- */

static int interrupted_owner(void)
{
	printk("first");
	if (!spin_lock(&log_lock))
		return 1;
	printk("inside %d", 5); /* as from a handler */
	if (!spin_is_mine(&log_lock))
		return 2;
	spin_unlock(&log_lock);
	printk("last");
	return (int)printk_dropped();
}

static int interrupted_owner_of_path(void)
{
	kmemu_opts.log = log_name;
	return interrupted_owner();
}

static void handler_inside_printk(void)
{
	UNIT_EQ(in_child(interrupted_owner), 0);
	FILE_HAS(err_name, "first\ninside 5\nlast\n");
	UNIT_EQ(in_child(interrupted_owner_of_path), 0);
	FILE_HAS(log_name, "first\ninside 5\nlast\n");
}

/* The handler comes while the log is being opened. */
static int interrupted_opener(void)
{
	int before = highest_fd();

	kmemu_opts.log = log_name;
	spin_lock(&log_lock);
	printk("inside");
	if (highest_fd() != before)
		return 1;
	spin_unlock(&log_lock);
	printk("after");
	return (int)printk_dropped();
}

static void handler_inside_open(void)
{
	UNIT_EQ(in_child(interrupted_opener), 0);
	FILE_HAS(log_name, "inside\nafter\n");
}

static void *take_and_keep(void *unused)
{
	spin_lock(&log_lock);
	return unused;
}

/* A thread left printk by siglongjmp and ended: the lock is never given back. */
static int lock_lost(void)
{
	pthread_t t;

	pthread_create(&t, NULL, take_and_keep, NULL);
	pthread_join(t, NULL);
	printk("still there");
	return (int)printk_dropped();
}

static void lost_lock_does_not_hang(void)
{
	UNIT_EQ(in_child(lock_lost), 0);
	FILE_HAS(err_name, "still there\n");
}

static ucontext_t main_context;

static void say_path(void)
{
	printk("small %p %s %d", (void *)&main_context, "stack", 1);
	setcontext(&main_context);
}

/*
 * A page for printk, in front of it a page that cannot be touched.
 * Sanitizers need more.
 */
static int on_small_stack(void)
{
#ifdef KMEMU_SANITIZE
	size_t size = 65536;
#else
	size_t size = 4096;
#endif
	static ucontext_t small;
	char *stack = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	mprotect(stack, 4096, PROT_NONE);
	kmemu_opts.log = log_name;
	getcontext(&small);
	small.uc_stack.ss_sp = stack + 4096;
	small.uc_stack.ss_size = size;
	makecontext(&small, say_path, 0);
	swapcontext(&main_context, &small);
	return 0;
}

static void small_stack(void)
{
	UNIT_EQ(in_child(on_small_stack), 0);
	CU_ASSERT(!strncmp(content(log_name), "small 0", 7));
}

#define LINES 400

static void *say_lines(void *letter)
{
	for (int i = 0; i < LINES; i++)
		printk("%c%c%c %d", *(char *)letter, *(char *)letter, *(char *)letter, i);
	return NULL;
}

static int two_threads(void)
{
	pthread_t t;

	kmemu_opts.log = log_name;
	printk_init(); /* is for a process of one thread, as options_init() */
	pthread_create(&t, NULL, say_lines, (char[]){ 'a' });
	say_lines((char[]){ 'b' });
	pthread_join(t, NULL);
	return (int)printk_dropped();
}

static void lines_stay_whole(void)
{
	int next[2] = { 0, 0 }, number;
	const char *line;
	char word[4];

	UNIT_EQ(in_child(two_threads), 0);
	line = content(log_name);
	for (int i = 0; i < 2 * LINES; i++) {
		if (sscanf(line, "%3s %d\n", word, &number) != 2)
			break;
		CU_ASSERT(word[0] == word[1] && word[1] == word[2]);
		UNIT_EQ(number, next[word[0] == 'b']++);
		line = strchr(line, '\n') + 1;
	}
	UNIT_EQ(next[0], LINES);
	UNIT_EQ(next[1], LINES);
}

UNIT_MAIN_INIT("printk", make_dir, remove_dir,
	       UNIT_TEST(one_line_each),
	       UNIT_TEST(not_into_what_took_descriptor_2),
	       UNIT_TEST(follows_stderr_back),
	       UNIT_TEST(stderr_closed_from_start),
	       UNIT_TEST(long_text_is_cut),
	       UNIT_TEST(no_signal_by_our_write),
	       UNIT_TEST(full_pipes),
	       UNIT_TEST(path_is_opened_high_and_private),
	       UNIT_TEST(fields_of_a_path),
	       UNIT_TEST(not_into_what_took_our_descriptor),
	       UNIT_TEST(few_descriptors),
	       UNIT_TEST(links_are_not_followed),
	       UNIT_TEST(handler_inside_printk),
	       UNIT_TEST(handler_inside_open),
	       UNIT_TEST(lost_lock_does_not_hang),
	       UNIT_TEST(small_stack),
	       UNIT_TEST(lines_stay_whole));
