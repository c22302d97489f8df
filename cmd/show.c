/*
 * show.c - kmemu show VIEW: one of the kernel's files about memory, of a live
 * process or a core file, as the kernel would print it.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/target.h"

static const struct option long_options[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "core", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int usage(FILE *f, int status)
{
	fputs("usage: kmemu show VIEW [--pid PID | --core FILE]\n\n"
	      "Prints what the kernel's file /proc/VIEW would say of a program's memory,\n"
	      "in the format of Linux 6.12. The process is neither stopped nor signalled.\n\n"
	      "  slabinfo      caches: objects, slabs\n"
	      "  vmallocinfo   vmalloc areas\n"
	      "  buddyinfo     free blocks of each order\n"
	      "  pagetypeinfo  the same by migrate type\n"
	      "  extfrag_index, unusable_index\n"
	      "                how fragmented the free memory is, for each order\n"
	      "  zoneinfo      zones: watermarks, counters, per-CPU lists\n"
	      "  meminfo       memory as a whole\n"
	      "  allocinfo     live allocations by call site, with leak=, contig= or usercopy=\n\n"
	      "  -p, --pid PID     a process that runs on kmemu. Without it: the one process of\n"
	      "                    yours that was started with KMEMU_OPTIONS=observe=1\n"
	      "  -c, --core FILE   a core file of such a process\n"
	      "  -h, --help        this text\n\n"
	      "Ends with 0, 1 when the memory cannot be read, 125 when the call is wrong.\n", f);
	return status;
}

static bool is_view(const char *name)
{
	const char *view;

	for (unsigned int i = 0; (view = view_name(i)); i++)
		if (!strcmp(view, name))
			return true;
	return false;
}

static int wrong_view(const char *name)
{
	const char *views[16], *near;
	size_t n = 0;

	while (n < ARRAY_SIZE(views) && (views[n] = view_name((unsigned int)n)))
		n++;
	near = nearest_word(name, views, n);
	say("show: there is no view '%s'%s%s%s; `kmemu show --help` lists them", name,
	    near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	return EXIT_KMEMU;
}

static int show(struct target *t, const char *view)
{
	size_t len;
	char *text = target_view(t, view, &len);
	bool ok;

	if (!text)
		return EXIT_UNREADABLE;
	ok = fwrite(text, 1, len, stdout) == len && !fflush(stdout);
	if (!ok)
		say("show: standard output cannot be written");
	free(text);
	return ok ? 0 : EXIT_KMEMU;
}

static int show_args(int argc, char **argv, const char *pid, const char *core)
{
	struct target *t;
	int status;

	if (argc != 1) {
		say("show: %s; `kmemu show --help` lists the views",
		    argc ? "one view at a time" : "which view?");
		return EXIT_KMEMU;
	}
	if (!is_view(argv[0]))
		return wrong_view(argv[0]);
	status = target_open("show", pid, core, &t);
	if (status)
		return status;
	t->reader.site = target_site;
	t->reader.caller = target_caller;
	status = show(t, argv[0]);
	target_close(t);
	return status;
}

int cmd_show(int argc, char **argv)
{
	const char *pid = NULL, *core = NULL;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":p:c:h", long_options, NULL)) != -1) {
		switch (c) {
		case 'p':
			pid = optarg;
			break;
		case 'c':
			core = optarg;
			break;
		case 'h':
			return usage(stdout, 0);
		default:
			return bad_option("show", argv, c, long_options);
		}
	}
	return show_args(argc - optind, argv + optind, pid, core);
}
