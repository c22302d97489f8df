/*
 * target_pid.c - a live process as a target: where its roots are, and when it
 * cannot be read the reason, with what to do.
 *
 * First the file that observe=1 makes (core/mm/view_observe.c), as the command
 * and as the process's own environment name its place; what it says is believed
 * only if the roots are there. Then /proc/PID/maps: the library's mappings, and
 * the program's, which may be linked with libkmemu.a.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/target.h"

#define MAX_RANGES 256

/* --- reading --- */

static bool fetch_pid(struct target *t, void *dst, u64 addr, size_t n)
{
	struct iovec to = { dst, n }, from = { (void *)addr, n };
	ssize_t got;

	if (t->fd >= 0) {
		got = pread(t->fd, dst, n, (off_t)addr);
	} else {
		got = process_vm_readv(t->pid, &to, 1, &from, 1, 0);
		if (got < 0 && (errno == ENOSYS || errno == EPERM)) {
			char *path = xasprintf("/proc/%d/mem", t->pid);
			int err = errno;

			t->fd = open(path, O_RDONLY | O_CLOEXEC);
			free(path);
			if (t->fd >= 0)
				return fetch_pid(t, dst, addr, n);
			errno = err;
		}
	}
	if (got >= 0 && got != (ssize_t)n)
		errno = EFAULT;
	return got == (ssize_t)n;
}

static void close_pid(struct target *t)
{
	if (t->fd >= 0)
		close(t->fd);
}

/* --- what /proc says of it --- */

static FILE *open_proc(pid_t pid, const char *file)
{
	char *path = xasprintf("/proc/%d/%s", pid, file);
	FILE *f = fopen(path, "re");
	int err = errno;

	free(path);
	errno = err;
	return f;
}

static void name_process(struct target *t)
{
	FILE *f = open_proc(t->pid, "comm");
	char comm[32] = "";

	if (f && fgets(comm, sizeof(comm), f))
		comm[strcspn(comm, "\n")] = '\0';
	if (f)
		fclose(f);
	for (char *c = comm; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	snprintf(t->name, sizeof(t->name), "process %d (%s)", t->pid, comm);
}

static bool is_zombie(pid_t pid)
{
	FILE *f = open_proc(pid, "stat");
	char line[512] = "", *end;

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	end = strrchr(line, ')');
	return end && (end[2] == 'Z' || end[2] == 'X');
}

static uid_t owner_of(pid_t pid)
{
	char *path = xasprintf("/proc/%d", pid);
	struct stat st;
	uid_t uid = stat(path, &st) ? geteuid() : st.st_uid;

	free(path);
	return uid;
}

/* --- the mappings --- */

static bool parse_map(struct target *t, char *line, const char *exe, struct target_range *r)
{
	unsigned long start, end, offset;
	char perms[8];
	char *path = strchr(line, '/'), *base;

	if (!path || sscanf(line, "%lx-%lx %7s %lx", &start, &end, perms, &offset) != 4)
		return false;
	path[strcspn(path, "\n")] = '\0';
	target_add_map(t, &(struct target_map){ start, end, offset, xstrdup(path) });
	base = strrchr(path, '/') + 1;
	*r = (struct target_range){ start, end, !strncmp(base, "libkmemu", 8) };
	if (perms[0] != 'r' || perms[2] == 'x' || perms[3] != 'p')
		return false;
	return r->library || (exe && !strcmp(path, exe));
}

static char *exe_of(pid_t pid)
{
	char *path = xasprintf("/proc/%d/exe", pid), *exe = xmalloc(PATH_MAX);
	ssize_t n = readlink(path, exe, PATH_MAX - 1);

	free(path);
	exe[n < 0 ? 0 : n] = '\0';
	return exe;
}

/* Ranges where roots can be; -1 with errno: the mappings may not be read. */
static int read_maps(struct target *t, struct target_range *ranges)
{
	FILE *f = open_proc(t->pid, "maps");
	char *line = NULL, *exe;
	size_t size = 0;
	int n = 0;

	if (!f)
		return -1;
	exe = exe_of(t->pid);
	errno = 0;
	while (getline(&line, &size, f) > 0)
		n += parse_map(t, line, exe, &ranges[n]) && n + 1 < MAX_RANGES;
	if (!n && errno)
		n = -1;
	free(line);
	free(exe);
	fclose(f);
	return n;
}

/* --- observe=1 --- */

static bool read_file(const char *base, pid_t pid, uid_t uid, struct view_file *file)
{
	char *path = xasprintf("%s/kmemu/%d", base, pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	bool ok = fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == uid &&
		  read(fd, file, sizeof(*file)) == sizeof(*file) && file->magic == VIEW_MAGIC &&
		  file->version == VIEW_VERSION && file->pid == (u32)pid;

	free(path);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* XDG_RUNTIME_DIR in the environment that the process was started with. */
static char *run_time_dir_of(pid_t pid)
{
	FILE *f = open_proc(pid, "environ");
	char *word = NULL, *dir = NULL;
	size_t size = 0;

	while (f && !dir && getdelim(&word, &size, '\0', f) > 0)
		if (!strncmp(word, "XDG_RUNTIME_DIR=/", 17))
			dir = xstrdup(word + 16);
	free(word);
	if (f)
		fclose(f);
	return dir;
}

static bool find_by_file(struct target *t)
{
	char *theirs = run_time_dir_of(t->pid);
	const char *dirs[] = { getenv("XDG_RUNTIME_DIR"), theirs, NULL };
	uid_t uid = owner_of(t->pid);
	struct view_file file;
	bool found = false;

	for (unsigned int i = 0; i < ARRAY_SIZE(dirs) && !found; i++) {
		char base[192];

		view_observe_base(base, sizeof(base), dirs[i], uid);
		found = read_file(base, t->pid, uid, &file) && target_read_roots(t, file.roots);
	}
	free(theirs);
	return found;
}

/* A file of ours whose process is no more is removed: it was killed, or called _exit. */
static bool is_observed(const char *base, pid_t pid)
{
	struct target *t;
	struct view_file file;
	char *path;
	bool ok;

	if (!pid || !read_file(base, pid, geteuid(), &file))
		return false;
	t = target_new(fetch_pid);
	t->pid = pid;
	t->close = close_pid;
	ok = target_read_roots(t, file.roots);
	target_close(t);
	if (!ok && kill(pid, 0) && errno == ESRCH) {
		path = xasprintf("%s/kmemu/%d", base, pid);
		unlink(path);
		free(path);
	}
	return ok;
}

static unsigned int observed_below(const char *run_time_dir, pid_t *pids, unsigned int n)
{
	unsigned int found = 0;
	char base[192], *path;
	struct dirent *e;
	DIR *dir;

	view_observe_base(base, sizeof(base), run_time_dir, geteuid());
	path = xasprintf("%s/kmemu", base);
	dir = opendir(path);
	free(path);
	while (dir && (e = readdir(dir))) {
		pid_t pid = target_parse_pid(e->d_name);

		if (!is_observed(base, pid))
			continue;
		if (found < n)
			pids[found] = pid;
		found++;
	}
	if (dir)
		closedir(dir);
	return found;
}

unsigned int target_observed(pid_t *pids, unsigned int n)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	unsigned int found = observed_below(NULL, pids, n);

	if (dir && dir[0] == '/')
		found += observed_below(dir, pids + min(found, n), n - min(found, n));
	return found;
}

/* --- opening --- */

static int yama_scope(void)
{
	FILE *f = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (f && fscanf(f, "%d", &scope) != 1)
		scope = 0;
	if (f)
		fclose(f);
	return scope;
}

static void say_forbidden(const struct target *t)
{
	uid_t uid = owner_of(t->pid);
	const struct passwd *user = getpwuid(uid);
	int scope = yama_scope();

	if (uid != geteuid() && geteuid())
		say("%s may not be read: it belongs to %s (uid %u). Run this as that user or as "
		    "root", t->name, user ? user->pw_name : "another user", uid);
	else if (scope >= 2 && geteuid())
		say("%s may not be read: kernel.yama.ptrace_scope is %d. Run this as root, or set "
		    "it to 1 and start the program with KMEMU_OPTIONS=observe=1", t->name, scope);
	else if (scope)
		say("%s may not be read: kernel.yama.ptrace_scope is %d. Start the program with "
		    "KMEMU_OPTIONS=observe=1", t->name, scope);
	else
		say("%s may not be read: it runs in a sandbox, or under the rights of another "
		    "program. Start it with KMEMU_OPTIONS=observe=1, as the same user", t->name);
}

/* No roots: why not? */
static void say_not_found(struct target *t, int ranges, int err)
{
	if (is_zombie(t->pid))
		say("%s has ended and waits for its parent", t->name);
	else if (kill(t->pid, 0) && errno == ESRCH)
		say("%s has ended", t->name);
	else if (ranges < 0 ? err == EACCES || err == EPERM : err == EPERM)
		say_forbidden(t);
	else
		say("%s does not run on kmemu. Start the program with `kmemu run`, or with "
		    "LD_PRELOAD=libkmemu.so", t->name);
}

static bool find_roots(struct target *t)
{
	struct target_range ranges[MAX_RANGES];
	int n = read_maps(t, ranges), err = errno;

	if (find_by_file(t))
		return true;
	if (n > 0) {
		errno = 0;
		if (target_find_roots(t, ranges, (size_t)n))
			return true;
		err = errno;
	}
	say_not_found(t, n, err);
	return false;
}

pid_t target_parse_pid(const char *s)
{
	char *end;
	long pid;

	if (s[0] < '1' || s[0] > '9')
		return 0;
	errno = 0;
	pid = strtol(s, &end, 10);
	return *end || errno || pid > INT_MAX ? 0 : (pid_t)pid;
}

struct target *target_open_pid(pid_t pid)
{
	struct target *t;
	const char *wrong;

	if (kill(pid, 0) && errno == ESRCH) {
		say("there is no process %d", pid);
		return NULL;
	}
	t = target_new(fetch_pid);
	t->pid = pid;
	t->close = close_pid;
	name_process(t);
	if (find_roots(t)) {
		wrong = view_roots_check(&t->roots);
		if (!wrong)
			return t;
		say("%s %s: use the kmemu command of that build", t->name, wrong);
	}
	target_close(t);
	return NULL;
}

/* --- for the commands --- */

/* The process that is meant when none is named. */
static struct target *open_only(void)
{
	pid_t pids[8];
	unsigned int n = target_observed(pids, ARRAY_SIZE(pids));

	if (n == 1)
		return target_open_pid(pids[0]);
	if (!n) {
		say("whose memory? Name a process with --pid, or a core file with --core; a "
		    "program started with KMEMU_OPTIONS=observe=1 is found by itself");
		return NULL;
	}
	say("whose memory? %u processes run with observe=1; name one with --pid:", n);
	for (unsigned int i = 0; i < min(n, (unsigned int)ARRAY_SIZE(pids)); i++) {
		struct target *t = target_open_pid(pids[i]);

		if (t)
			say("  %s", t->name);
		target_close(t);
	}
	return NULL;
}

int target_open(const char *command, const char *pid, const char *core, struct target **t)
{
	if (pid && core) {
		say("%s: --pid and --core exclude each other", command);
		return EXIT_KMEMU;
	}
	if (pid && !target_parse_pid(pid)) {
		say("%s: --pid wants the number of a process, not '%s'", command, pid);
		return EXIT_KMEMU;
	}
	if (core)
		*t = target_open_core(core);
	else
		*t = pid ? target_open_pid(target_parse_pid(pid)) : open_only();
	return *t ? 0 : EXIT_UNREADABLE;
}
