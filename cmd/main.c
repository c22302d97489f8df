/*
 * main.c - the `kmemu` command: finds the command's name and hands over.
 *
 *	kmemu COMMAND ...	one of the table below
 *	kmemu [options] PROGRAM	the same as kmemu run [options] PROGRAM
 *
 * A program that has the name of a command is run by `kmemu run NAME` or
 * `kmemu -- NAME`. Nothing goes to standard output but what was asked for, so
 * help goes there only when --help asked for it.
 */
#include "cmd/cmd.h"

#include <fcntl.h>
#include <string.h>

const struct command commands[] = {
	{ "run", "runs a program on kmemu and tells what was found (the default)", cmd_run },
	{ "advise", "runs a program and tells what its allocations should be in the kernel",
	  cmd_advise },
	{ "show", "prints slabinfo, vmallocinfo ... of a live process or a core", cmd_show },
	{ "top", "slabtop of a live process", cmd_top },
	{ "options", "lists the options, or tells all about one", cmd_options },
	{ "explain", "what a kind of finding means and how to mend it", cmd_explain },
	{ "decode", "adds file and line to a log", cmd_decode },
	{ "kunit", "runs a program of KUnit suites: a table, JUnit", cmd_kunit },
	{ "selftest", "proves that interception and checks work on this machine", cmd_selftest },
};
const unsigned int nr_commands = ARRAY_SIZE(commands);

static const struct command *find_command(const char *name)
{
	for (unsigned int i = 0; i < nr_commands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int usage(FILE *f, int status)
{
	fputs("usage: kmemu [run] [OPTIONS] [--] PROGRAM [ARGUMENTS]\n"
	      "       kmemu COMMAND [OPTIONS]\n\n"
	      "Runs a program on an emulation of the Linux kernel's memory allocators and\n"
	      "tells what the kernel would not have stood for.\n\nCommands:\n", f);
	for (unsigned int i = 0; i < nr_commands; i++)
		fprintf(f, "  %-10s %s\n", commands[i].name, commands[i].help);
	fputs("\n`kmemu COMMAND --help` tells a command's options; `kmemu --version` the version.\n"
	      "A program of a command's name: kmemu run NAME.\n", f);
	return status;
}

static bool is_word(const char *arg, const char *word)
{
	return strcmp(arg, word) == 0;
}

/*
 * What of descriptors 0 to 2 is closed gets something that takes and gives
 * nothing, and that exec closes again: no file of ours shall be there.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = 0; fd < 3; fd++) {
		int held = fcntl(fd, F_GETFD);

		if (held < 0)
			held = open("/dev/null", (fd == 0 ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
		if (held < 0)
			return;
	}
}

/* What was asked for has been written, or that it has not is said. */
static int close_stdout(int status)
{
	bool bad = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !bad)
		return status;
	if (status != EXIT_KMEMU)
		say("standard output cannot be written: %m");
	return EXIT_KMEMU;
}

static int run_command(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return usage(stderr, EXIT_KMEMU);
	if (is_word(argv[1], "--help") || is_word(argv[1], "-h") || is_word(argv[1], "help"))
		return usage(stdout, 0);
	if (is_word(argv[1], "--version") || is_word(argv[1], "-V"))
		return puts("kmemu " KMEMU_VERSION) < 0 ? EXIT_KMEMU : 0;
	command = find_command(argv[1]);
	if (command)
		return command->run(argc - 1, argv + 1);
	return cmd_run(argc, argv);
}

int main(int argc, char **argv)
{
	hold_standard_descriptors();
	return close_stdout(run_command(argc, argv));
}
