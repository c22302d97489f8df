/*
 * run.c - `kmemu run`: one run of a program, from its command line to the
 * verdict.
 *
 *	look	the file is found as execvp() finds it and looked at; what will
 *		keep kmemu from checking it is said before it starts
 *	dress	its environment: LD_PRELOAD, KMEMU_OPTIONS, KMEMU_JSON
 *	run	launch.c stands behind it
 *	gather	the events that all its processes appended to one file
 *	tell	findings, coverage, verdict; JSON, SARIF, JUnit; or, of `kmemu advise`,
 *		what its call sites should be
 *
 * A run is never silently unchecked: no `start` event at all means that the
 * program's malloc did not come to us, whatever the reason; a process that is
 * still running when the program ends has not said its last word.
 *
 * The options. Profile audit comes first in KMEMU_OPTIONS, then what was there
 * in the environment, then -o: later wins. --profile and --log are the more
 * express wish and become own variables, which win over words, as does
 * --follow. So does the file of events, which has to be ours; a json= or KMEMU_JSON that the user
 * (or a kmemu run around this one) had set gets a copy of all lines.
 *
 * The directory of the events is the user's alone. Root's is passable, and the
 * file writable under a name that cannot be guessed, since a program of root's
 * may become somebody else and must still be able to say what it finds.
 */
#include "cmd/run.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/advise.h"
#include "cmd/launch.h"
#include "cmd/lines.h"
#include "cmd/outfile.h"
#include "cmd/program.h"
#include "cmd/settings.h"
#include "core/lib/signal_name.h"
#include "core/os/linked.h"

extern char **environ;

/* What belongs to this run and is removed with it. */
struct run {
	const struct run_config *c;
	char *dir, *events;
	char *sites; /* the table of `kmemu advise`; NULL: not wanted */
	char *program, *looked_at;
	struct obstacle obstacle;
	struct environment env;
	char *copy_events_to; /* "": nowhere */
	FILE *log; /* where the end is told */
	struct launched launched;
};

/* --- the directory ------------------------------------------------------- */

static const struct run *to_remove;

/* At exit, whichever way it is left. */
static void remove_directory(void)
{
	char link[PATH_MAX];

	if (to_remove->events)
		unlink(to_remove->events);
	if (to_remove->sites)
		unlink(to_remove->sites);
	snprintf(link, sizeof(link), "%s/libkmemu.so", to_remove->dir);
	unlink(link);
	rmdir(to_remove->dir);
}

/* NULL: none can be made there. */
static char *directory_in(const char *tmp)
{
	char *dir = xasprintf("%s/kmemu-XXXXXX", tmp);

	if (mkdtemp(dir))
		return dir;
	free(dir);
	return NULL;
}

static char *new_directory(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = tmp && tmp[0] == '/' ? directory_in(tmp) : NULL;

	if (!dir)
		dir = directory_in("/tmp");
	return dir ? dir : directory_in("/dev/shm");
}

/* A name that cannot be guessed; what children that are somebody else need of `mode`. */
static int new_file(const struct run *r, const char *name, int mode, char **path)
{
	unsigned long long random[2];
	int fd;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		die("no random numbers: %m");
	*path = xasprintf("%s/%s-%016llx%016llx", r->dir, name, random[0], random[1]);
	fd = open(*path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 || (geteuid() == 0 && (chmod(r->dir, 0711) || fchmod(fd, 0600 | mode))))
		die("no file for the events of the run: %s: %m", *path);
	return fd;
}

static void make_directory(struct run *r)
{
	r->dir = new_directory();
	if (!r->dir)
		die("no directory for the events of the run can be made in TMPDIR, /tmp, /dev/shm");
	to_remove = r;
	atexit(remove_directory);
	close(new_file(r, "events", 0022, &r->events));
	if (r->c->advise)
		advise_make_table(new_file(r, "sites", 0066, &r->sites), r->sites);
}

/* --- its environment ----------------------------------------------------- */

/* ld.so takes blanks and colons for separators: then a link stands for it. */
static const char *preloadable(const struct run *r, const char *library)
{
	char *link;

	if (!strpbrk(library, " :"))
		return library;
	link = xasprintf("%s/libkmemu.so", r->dir);
	if (strpbrk(link, " :") || symlink(library, link))
		die("LD_PRELOAD cannot hold the path %s", library);
	return link;
}

static bool is_copy(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash ? slash + 1 : path, "libkmemu.so") == 0;
}

/* What is there stays, in its order; but two copies of us would share one heap's work. */
static char *preload_with(const char *library, const char *old)
{
	char *words = xstrdup(old), *rest = words, *word, *list = xstrdup(""), *longer;
	bool there = false;

	while ((word = strsep(&rest, " :"))) {
		bool ours = strcmp(word, library) == 0;

		if (!*word || (ours ? there : is_copy(word)))
			continue;
		there |= ours;
		longer = xasprintf("%s%s%s", list, *list ? ":" : "", word);
		free(list);
		list = longer;
	}
	free(words);
	if (there)
		return list;
	longer = xasprintf("%s%s%s", library, *list ? ":" : "", list);
	free(list);
	return longer;
}

/* A program that has kmemu inside gets it as what its children are to have. */
static void set_preload(struct run *r)
{
	const char *library = library_path(), *old = environment_get(&r->env, "LD_PRELOAD");
	const char *name = r->obstacle.no_preload ? OS_LINKED_PRELOAD : "LD_PRELOAD";

	if (!library)
		die("libkmemu.so is neither beside this command nor in ../lib; "
		    "`make` builds it, `make install` installs both");
	library = preloadable(r, library);
	environment_set(&r->env, name, preload_with(library, old ? old : ""));
}

static void set_options(struct run *r)
{
	const char *old = environment_get(&r->env, "KMEMU_OPTIONS");

	environment_set(&r->env, "KMEMU_OPTIONS",
			xasprintf("profile=%s verdict=0%s%s%s%s", r->sites ? "plain" : "audit",
				  old && *old ? " " : "", old ? old : "",
				  *r->c->words ? " " : "", r->c->words));
	if (r->c->profile)
		environment_set(&r->env, "KMEMU_PROFILE", r->c->profile);
	if (r->c->log)
		environment_set(&r->env, "KMEMU_LOG", r->c->log);
	if (r->c->follow)
		environment_set(&r->env, "KMEMU_FOLLOW", r->c->follow);
}

/* Each path of a list a,b,... from the root. */
static char *absolute_list(const char *list)
{
	char *words = xstrdup(list), *rest = words, *word, *all = xstrdup("");

	while ((word = strsep(&rest, ","))) {
		char *path = absolute_path(word);
		char *longer = xasprintf("%s%s%s", all, all[0] ? "," : "", path);

		free(path);
		free(all);
		all = longer;
	}
	free(words);
	return all;
}

/* A child may have another working directory (make -C) when it opens them. */
static void fix_paths(struct run *r)
{
	if (kmemu_opts.suppress[0])
		environment_set(&r->env, "KMEMU_SUPPRESS", absolute_list(kmemu_opts.suppress));
	if (kmemu_opts.config[0])
		environment_set(&r->env, "KMEMU_CONFIG", absolute_path(kmemu_opts.config));
	if (strcmp(kmemu_opts.log, "stderr") != 0)
		environment_set(&r->env, "KMEMU_LOG", absolute_path(kmemu_opts.log));
	else if (r->c->quiet)
		environment_set(&r->env, "KMEMU_LOG", "/dev/null");
}

/* kmemu_opts is now what the program's process will have. */
static void dress(struct run *r)
{
	r->env = environment_copy(environ);
	set_options(r);
	free(settings_read(r->env.vars));
	fix_paths(r);
	if (strcmp(kmemu_opts.follow, "yes") != 0)
		environment_set(&r->env, LAUNCH_FIRST_NAME, LAUNCH_FIRST_ROOM);
	r->copy_events_to = xstrdup(kmemu_opts.json);
	if (strchr(r->copy_events_to, '%'))
		die("json=%s: `kmemu run` gathers all processes in one file: use --json=FILE",
		    r->copy_events_to);
	environment_set(&r->env, "KMEMU_JSON", r->events);
	if (r->sites)
		advise_dress(r->c->advise, &r->env, r->sites);
	if (!r->obstacle.no_preload || !r->obstacle.reason)
		set_preload(r);
}

/* --- where text goes ----------------------------------------------------- */

/* A log of each process's own (%) cannot hold what is said of all. */
static FILE *open_log(void)
{
	const char *log = kmemu_opts.log;
	int fd;

	if (strcmp(log, "stderr") == 0 || strchr(log, '%'))
		return stderr;
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		die("log=%s cannot be written: %s", log,
		    errno == ELOOP ? "a symbolic link" : strerror(errno));
	return fdopen(fd, "a");
}

/* Nobody has to read standard error; a log that was asked for has to be whole. */
static bool flush_log(FILE *log)
{
	bool bad = ferror(log) != 0;

	if (log == stderr || (fflush(log) == 0 && !bad))
		return true;
	say("log=%s cannot be written: %m", kmemu_opts.log);
	return false;
}

static bool outputs_possible(const struct run_config *c)
{
	return (!c->json || outfile_possible(c->json)) &&
	       (!c->sarif || outfile_possible(c->sarif)) &&
	       (!c->junit || outfile_possible(c->junit));
}

/* --- the run ------------------------------------------------------------- */

static const char *nearest_command(const char *name)
{
	const char *names[16];
	unsigned int n = 0;

	for (; n < nr_commands && n < ARRAY_SIZE(names); n++)
		names[n] = commands[n].name;
	return nearest_word(name, names, n);
}

static int exec_failure(const char *name, int error)
{
	bool in_path = !strchr(name, '/');
	const char *near = in_path ? nearest_command(name) : NULL;

	say("%s: %s", printable(name),
	    error == ENOENT && in_path ? "not found in PATH" : strerror(error));
	if (near)
		say("did you mean the command `kmemu %s`?", near);
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

static void say_obstacle(const struct run *r)
{
	if (r->obstacle.reason && !r->c->quiet)
		fprintf(r->log, "kmemu: %s %s; to check it: %s\n", printable(r->looked_at),
			r->obstacle.detail, r->obstacle.remedy);
	fflush(r->log);
}

static void say_signal(const struct run *r)
{
	const struct launched *l = &r->launched;
	char name[SIGNAL_NAME_BYTES];

	if (l->signal && !r->c->quiet)
		fprintf(r->log, "kmemu: %s was killed by %s%s\n", printable(r->c->argv[0]),
			signal_name(l->signal, name), l->dumped_core ? " (core dumped)" : "");
}

/* --- what only the command can know --------------------------------------- */

/* NULL: the process is gone, or another user's. */
static FILE *open_proc(const char *pid, const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "/proc/%s/%s", pid, name);
	return fopen(path, "re");
}

/* Is it one of this run's? Its environment tells; a zombie has none. */
static bool is_of_run(const struct run *r, const char *pid)
{
	FILE *f = open_proc(pid, "environ");
	char *text = NULL;
	size_t size = 0;
	bool is = false;

	while (f && !is && getdelim(&text, &size, '\0', f) > 0)
		is = strncmp(text, "KMEMU_JSON=", 11) == 0 && strcmp(text + 11, r->events) == 0;
	if (f)
		fclose(f);
	free(text);
	return is;
}

static bool is_empty(const char *pid, const char *name)
{
	FILE *f = open_proc(pid, name);
	bool empty = f && fgetc(f) == EOF && !ferror(f);

	if (f)
		fclose(f);
	return empty;
}

/*
 * Within execve() a process has no words for a moment: it may be of this run. A kernel
 * thread and a zombie have no file.
 */
static bool is_in_exec(const char *pid)
{
	char path[300], exe[16];

	snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	return readlink(path, exe, sizeof(exe)) > 0 && is_empty(pid, "environ") &&
	       is_empty(pid, "cmdline");
}

static void read_comm(const char *pid, char *comm, size_t size)
{
	FILE *f = open_proc(pid, "comm");

	if (!f || !fgets(comm, (int)size, f))
		snprintf(comm, size, "?");
	comm[strcspn(comm, "\n")] = '\0';
	if (f)
		fclose(f);
}

#define LEFT_MAX   32
#define REST_TRIES 10 /* of 20 ms */
#define BUSY_TRIES 250

/* Processes of this run that are there when the program has ended. */
struct left {
	size_t nr;
	bool busy; /* one of them computes, or waits for the CPU or a disk */
	bool in_exec; /* somebody is within execve(), maybe one of them */
	struct {
		int pid;
		char comm[32];
	} of[LEFT_MAX];
};

static bool is_busy(const char *pid)
{
	FILE *f = open_proc(pid, "stat");
	char line[256] = "";
	const char *state;

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	state = strrchr(line, ')');
	return state && state[1] && (state[2] == 'R' || state[2] == 'D');
}

static void find_left(const struct run *r, struct left *left)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	left->nr = 0;
	left->busy = left->in_exec = false;
	while (proc && left->nr < LEFT_MAX && (entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		if (!is_of_run(r, entry->d_name)) {
			left->in_exec |= is_in_exec(entry->d_name);
			continue;
		}
		read_comm(entry->d_name, left->of[left->nr].comm, sizeof(left->of[0].comm));
		left->of[left->nr++].pid = atoi(entry->d_name);
		left->busy |= is_busy(entry->d_name);
	}
	if (proc)
		closedir(proc);
}

/*
 * Those that are about to end may do so; a daemon stays. One that is busy gets more time: it may
 * have been about to end all the while, on a machine that has much to do.
 */
static void wait_for_left(const struct run *r, struct left *left)
{
	int rested = 0, tries = 0;

	find_left(r, left);
	while ((left->nr || left->in_exec) && rested < REST_TRIES && tries++ < BUSY_TRIES) {
		usleep(left->nr ? 20000 : 1000);
		find_left(r, left);
		rested += !left->busy;
	}
}

/*
 * Of those that were there before the events were read: one that has not said its end is
 * still running, or has said it since. Then they are read again.
 */
static void gather_all(const struct run *r, struct gathered *g)
{
	char pid[16], *what;
	struct left left;
	size_t i;

	for (int tries = 0;; tries++) {
		wait_for_left(r, &left);
		gather(g, r->events, r->launched.pid);
		for (i = 0; i < left.nr && !gather_may_tell(g, left.of[i].pid); i++)
			;
		if (i == left.nr)
			return;
		snprintf(pid, sizeof(pid), "%d", left.of[i].pid);
		if (tries == 3 || is_of_run(r, pid))
			break;
	}
	what = xasprintf("%s (pid %s)", left.of[i].comm, pid);
	gather_unchecked(g, left.of[i].pid, "still-running", what,
			 "was still running when the program ended",
			 "let it stay in the foreground, or end it before");
	free(what);
}

static bool has_started(const struct gathered *g)
{
	for (size_t i = 0; i < g->nr_processes; i++)
		if (g->processes[i].comm)
			return true;
	return false;
}

static void gather_obstacle(const struct run *r, struct gathered *g)
{
	const struct obstacle *o = &r->obstacle;

	gather_unchecked(g, r->launched.pid, o->reason, r->looked_at, o->detail, o->remedy);
	/* The program itself may have noticed it, too. */
	for (size_t i = 0; i < g->nr_unchecked; i++)
		g->unchecked[i].said |= strcmp(g->unchecked[i].reason, o->reason) == 0 &&
					g->unchecked[i].pid == r->launched.pid;
}

static void judge(const struct run *r, struct gathered *g)
{
	const struct obstacle *o = &r->obstacle;

	gather_all(r, g);
	if (o->reason)
		gather_obstacle(r, g);
	else if (!has_started(g))
		gather_unchecked(g, r->launched.pid, "not-reached", r->program,
				 "did not reach kmemu with its malloc: no process said it began",
				 "run `kmemu selftest`; does it end before main, or start itself "
				 "anew with another environment?");
	gather_finish(g);
	for (size_t i = 0; i < g->nr_findings; i++)
		lines_add(g->findings[i].event);
	for (size_t i = 0; r->c->verbose && i < g->nr_leaks; i++)
		lines_add_to_frame(g->leaks[i].site);
}

/* --- outputs ------------------------------------------------------------- */

static bool write_outputs(const struct run *r, const struct gathered *g)
{
	const struct run_config *c = r->c;
	struct outfile out;
	bool good = true;

	if (c->json) {
		out = outfile_open(c->json);
		write_json(out.f, g, r->launched.status);
		good &= outfile_close(&out);
	}
	if (c->sarif) {
		out = outfile_open(c->sarif);
		write_sarif(out.f, c, g, r->launched.status);
		good &= outfile_close(&out);
	}
	if (c->junit) {
		out = outfile_open(c->junit);
		write_junit(out.f, c, g);
		good &= outfile_close(&out);
	}
	return good;
}

/* In the manner of the library: whole lines, appended. */
static bool copy_events(const char *path, const struct gathered *g)
{
	int fd;
	bool good;

	if (!path[0])
		return true;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	good = fd >= 0 && write(fd, g->lines, g->bytes) == (ssize_t)g->bytes;
	if (!good)
		say("%s cannot be written: %m", path);
	if (fd >= 0)
		close(fd);
	return good;
}

static int status_of(const struct run *r, const struct gathered *g)
{
	const struct run_config *c = r->c;

	if (g->totals.findings && c->error_exitcode >= 0)
		return c->error_exitcode;
	if (!g->totals.findings && g->nr_unchecked && c->unchecked_exitcode >= 0)
		return c->unchecked_exitcode;
	return r->launched.status;
}

static int finish(struct run *r)
{
	struct gathered g;
	bool good;

	signal(SIGPIPE, SIG_IGN); /* nobody reads any more: the status still counts */
	judge(r, &g);
	say_signal(r);
	good = write_outputs(r, &g);
	good &= copy_events(r->copy_events_to, &g);
	if (r->sites)
		good &= advise_tell(r->c, &g, r->sites, r->launched.status, r->log);
	else
		run_tell(r->c, &g, r->log);
	good &= flush_log(r->log);
	return good ? status_of(r, &g) : EXIT_KMEMU;
}

static int run_program(struct run *r)
{
	make_directory(r);
	dress(r);
	r->log = open_log();
	say_obstacle(r);
	r->launched = launch(r->program, r->c->argv, r->env.vars);
	if (r->launched.pid)
		return finish(r);
	return exec_failure(r->c->argv[0], r->launched.error);
}

int run(const struct run_config *c)
{
	static struct run r;
	int error;

	r.c = c;
	r.program = program_find(c->argv[0], &error);
	if (!r.program)
		return exec_failure(c->argv[0], error);
	if (!outputs_possible(c))
		return EXIT_KMEMU;
	r.obstacle = program_look(r.program, &r.looked_at);
	return run_program(&r);
}

int cmd_run(int argc, char **argv)
{
	static struct run_config c;
	int status = run_parse(&c, argc, argv);

	if (status)
		return status < 0 ? 0 : status;
	return run(&c);
}
