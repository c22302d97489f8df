/*
 * view_observe.c - observe=1: this process may be looked at.
 *
 * Who looks (`kmemu show`, `kmemu top`) reads our memory by process_vm_readv.
 * Two things can be in the way: finding kmemu_view_roots, and Yama, which lets
 * only a parent read its children. So a file kmemu/PID is made under the user's
 * run-time directory, or /tmp/kmemu-UID, that says where the roots are, and
 * readers of the same user are allowed (prctl PR_SET_PTRACER).
 *
 * The file goes when the process ends by exit(). One that is killed leaves it
 * behind; publish.c says how a stale one is known. A child of fork makes its
 * own; one of vfork is its parent until it execs.
 *
 * A failure (no directory, a full disk) is no error of the program's: the
 * process is just found by its mappings only, as without observe=1.
 */
#include <string.h>

#include "config/options.h"
#include "core/lib/string.h"
#include "core/lib/vsprintf.h"
#include "core/mm/view.h"
#include "core/os/os.h"
#include "core/os/publish.h"

extern char **environ;

static struct {
	char base[192], name[16];
	void *map;
	int pid; /* whose file it is; 0: none */
	bool make; /* base is below /tmp */
} file;

static const char *run_time_env(void)
{
	static const char name[] = "XDG_RUNTIME_DIR=";
	char **e;

	for (e = environ; e && *e; e++)
		if (str_has_prefix(*e, name))
			return *e + sizeof(name) - 1;
	return NULL;
}

bool view_observe_base(char *buf, size_t size, const char *run_time_dir, unsigned int uid)
{
	if (run_time_dir && run_time_dir[0] == '/' && strlen(run_time_dir) < size) {
		kmemu_scnprintf(buf, size, "%s", run_time_dir);
		return false;
	}
	kmemu_scnprintf(buf, size, "/tmp/kmemu-%u", uid);
	return true;
}

static int publish(void)
{
	struct view_file data = { .magic = VIEW_MAGIC,
				  .roots = (u64)&kmemu_view_roots,
				  .version = VIEW_VERSION,
				  .bytes = sizeof(data),
				  .pid = (u32)os_pid() };

	kmemu_scnprintf(file.name, sizeof(file.name), "%u", data.pid);
	return os_publish(file.base, file.make, file.name, &data, sizeof(data), &file.map);
}

static void make_file(void)
{
	unsigned int uid = os_euid();

	file.make = view_observe_base(file.base, sizeof(file.base), run_time_env(), uid);
	if (publish() && !file.make) {
		/* The one that is named does not exist, or is not ours (su). */
		file.make = view_observe_base(file.base, sizeof(file.base), NULL, uid);
		if (publish())
			return;
	}
	file.pid = os_pid();
}

void view_observe_start(void)
{
	if (!kmemu_opts.observe || file.pid)
		return;
	os_allow_readers();
	make_file();
}

void view_observe_fork_child(void)
{
	if (!kmemu_opts.observe)
		return;
	file.pid = 0;
	view_observe_start();
}

void view_observe_stop(void)
{
	if (!file.pid || file.pid != os_pid())
		return;
	file.pid = 0;
	os_unpublish(file.base, file.name, file.map, sizeof(struct view_file));
}
