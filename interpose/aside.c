/*
 * aside.c - a program that has kmemu inside (libkmemu.a) is left to it. Both heaps want
 * the same addresses, and what the program calls is its own. So before anything is
 * set up it is started anew without us, in the same process: same file, arguments and
 * descriptors. core/init/linked.c puts LD_PRELOAD back for its children. The
 * constructors of libraries have run by then, and run again.
 *
 * It cannot be done where LD_PRELOAD did not bring us (we were linked behind
 * libkmemu.a), or exec is refused; then that is said in one line.
 *
 * Locks: none. Cost: a look at the program's notes; an exec.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/lib/printk.h"
#include "core/lib/string.h"
#include "core/lib/vsprintf.h"
#include "core/os/dl.h"
#include "core/os/exec.h"
#include "core/os/linked.h"
#include "core/os/os.h"
#include "core/report/run.h"
#include "interpose/interpose.h"
#include "interpose/target.h"

/* NULL: nothing is wrong. */
static const char *mend;

/* "LD_PRELOAD=..." without us, into buf; false: we are not in it. */
static bool without_us(const char *entry, char *buf)
{
	const char *at = strchr(entry, '=') + 1;
	char *to = buf + (at - entry), *begin = to;
	bool there = false;

	memcpy(buf, entry, (size_t)(at - entry));
	while (*at) {
		size_t n = strcspn(at, " :");

		if (target_is_us(at, n)) {
			there = true;
		} else if (n) {
			to += to > begin ? (*to = ':', 1) : 0;
			memcpy(to, at, n);
			to += n;
		}
		at += n + (at[n] != '\0');
	}
	*to = '\0';
	return there;
}

/* NULL: there is no such, or no memory. */
static char **environment(char **envp)
{
	char **vars, *text, **e, **preload = NULL, **to;
	size_t n = 0, length;

	for (e = envp; *e; e++, n++)
		if (str_has_prefix(*e, "LD_PRELOAD="))
			preload = e;
	if (!preload)
		return NULL;
	length = strlen(*preload) + 1;
	vars = os_map_any((n + 2) * sizeof(*vars) + 2 * length + sizeof(OS_LINKED_CARRIES));
	if (!vars)
		return NULL;
	text = (char *)(vars + n + 2);
	if (!without_us(*preload, text))
		return NULL;
	for (e = envp, to = vars; *e; e++)
		*to++ = e == preload ? text : *e;
	*to++ = text + length;
	memcpy(text + length, OS_LINKED_CARRIES, sizeof(OS_LINKED_CARRIES) - 1);
	memcpy(text + length + sizeof(OS_LINKED_CARRIES) - 1, *preload, length);
	return vars;
}

void step_aside(char **argv, char **envp)
{
	char **vars;

	target_resolve();
	vars = environment(envp);
	if (!vars) {
		mend = "link libkmemu.so before libkmemu.a, or leave it out";
		return;
	}
	os_exec_self(argv, vars);
	mend = "run it without LD_PRELOAD, or link it with libkmemu.so first";
}

void aside_tell(void)
{
	if (!mend)
		return;
	printk("kmemu: the program has libkmemu.a inside and libkmemu.so beside it, which share "
	       "no memory: nothing is looked at; %s\n",
	       mend);
	run_unchecked("two-kmemu", "libkmemu.a",
		      "the program has libkmemu.a inside and libkmemu.so beside it", mend);
}
