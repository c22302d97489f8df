/*
 * follow.c - children that are not looked at. The kernel has nothing like it;
 * valgrind's --trace-children is what users know, and its meaning is ours: what
 * counts is the program. A fork child is the same program and is looked at as
 * its parent is; exec asks anew.
 *
 *	follow=yes	every program is looked at
 *	follow=no	only what the first process of the run runs
 *	follow=NAME,...	that, and programs with one of these names
 *
 * `kmemu run` says by KMEMU_FIRST=PID which process is the first. Where nobody
 * does (LD_PRELOAD by hand) it is not known, and follow=no leaves all in.
 *
 * A process that is left out runs on our heap with every check off, prints
 * nothing, and says one thing to the events: that it is none of the run.
 *
 * Locks: none; written once, before there are threads. Cost: nothing with
 * follow=yes, else one readlink at start.
 */
#include "core/lib/string.h"
#include "core/report/follow.h"

#include "config/options.h"
#include "core/lib/printk.h"
#include "core/os/exec.h"
#include "core/os/os.h"
#include "core/report/json.h"
#include "core/report/report.h"
#include "core/report/suppress.h"

#define NAME_BYTES 256
#define PATH_BYTES 512
#define EVENT_BYTES 1024

static int first_pid; /* 0: not known */
static int own_pid; /* when options were read */

static int number_of(const char *s)
{
	int n = 0;

	for (int i = 0; i < 9 && s[i] >= '0' && s[i] <= '9'; i++)
		n = 10 * n + (s[i] - '0');
	return n;
}

static void read_first(char *const *envp)
{
	static const char name[] = "KMEMU_FIRST=";

	first_pid = 0;
	for (; envp && *envp; envp++)
		if (str_has_prefix(*envp, name))
			first_pid = number_of(*envp + sizeof(name) - 1);
}

static const char *base_name(const char *path)
{
	const char *slash = __builtin_strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_word(const char *word)
{
	return __builtin_strcmp(kmemu_opts.follow, word) == 0;
}

bool follow_takes(int pid, const char *path)
{
	if (is_word("yes") || (first_pid && pid == first_pid))
		return true;
	return is_word("no") ? !first_pid : glob_match_list(kmemu_opts.follow, base_name(path));
}

bool follow_is_first(void)
{
	return os_pid() == (first_pid ? first_pid : own_pid);
}

/* A script's is its own, while the file is its interpreter's. */
static bool is_taken_by_name(void)
{
	char comm[32];

	log_program_name(comm, sizeof(comm));
	return follow_takes(0, comm);
}

void follow_left_out(int pid, const char *path)
{
	char buf[EVENT_BYTES];
	struct json j;

	json_init(&j, buf, sizeof(buf));
	json_str(&j, "event", "start");
	json_u64(&j, "pid", (u64)pid);
	json_str(&j, "comm", base_name(path));
	json_str(&j, "exe", path);
	json_bool(&j, "followed", false);
	json_event(&j);
}

/* What reads policies has not begun, so nothing has to be undone. */
static void step_out(void)
{
	for (int i = 0; i < NR_REPORT_CHECKS; i++) {
		enum kmemu_policy *policy = (enum kmemu_policy *)report_checks[i].policy;

		if (*policy > POLICY_COUNT) /* what is only counted is a constant */
			*policy = POLICY_OFF;
	}
	kmemu_opts.report = REPORT_LINE;
	kmemu_opts.leak = POLICY_OFF;
	kmemu_opts.verdict = false;
	kmemu_opts.summary = false;
	kmemu_opts.json = "";
	kmemu_opts.gfp = "kernel";
	kmemu_opts.gfp_rules = "";
	kmemu_opts.context_functions = "";
	kmemu_opts.advise = "";
}

void follow_init(char *const *envp)
{
	char path[PATH_BYTES] = "";

	own_pid = os_pid();
	read_first(envp);
	if (is_word("yes") || follow_takes(os_pid(), ""))
		return;
	os_readlink("/proc/self/exe", path, sizeof(path));
	if (follow_takes(0, path) || is_taken_by_name())
		return;
	follow_left_out(os_pid(), path);
	step_out();
}
