/*
 * command_line.c - the kernel's command line (kernel: init/main.c saved_command_line): the
 * words behind the program's name.
 *
 * Locks: none; who comes at the same time writes the same. Cost: a file, once.
 */
#include "core/kernel/task.h"
#include "include/kmemu/module.h"

#define LINE_BYTES 2048 /* COMMAND_LINE_SIZE */

/* Words end with 0. */
static void join(char *line, const char *words, size_t n)
{
	size_t at = 0;

	while (at < n && words[at])
		at++;
	for (at++; at < n; at++)
		*line++ = words[at] || at + 1 == n ? words[at] : ' ';
}

KMEMU_EXPORT char *kmemu_command_line(void)
{
	static char line[LINE_BYTES];
	static u32 known;
	char words[LINE_BYTES];
	struct os_file f;
	ssize_t n = 0;

	if (__atomic_load_n(&known, __ATOMIC_ACQUIRE))
		return line;
	if (!os_file_open(&f, "/proc/self/cmdline")) {
		n = os_file_read(&f, words, sizeof(words) - 1, 0);
		os_file_close(&f);
	}
	if (n > 0)
		join(line, words, (size_t)n);
	__atomic_store_n(&known, 1, __ATOMIC_RELEASE);
	return line;
}
