/*
 * settings.c - the library's option parser, asked by the command.
 *
 * There is one parser (config/options.c), and it speaks by printk: on standard
 * error, or where log= says. The command wants to know what it would say
 * before a program runs, and to choose what of it is shown. So descriptor 2 is
 * a file in memory while the parser is at work; printk_init() remembers that
 * file as standard error for good, hence nothing of the core in this process
 * ever writes to the user's terminal. Words that set log= cannot move the
 * messages: an own variable KMEMU_LOG comes last and wins.
 */
#include "cmd/settings.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *read_text(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = xmalloc((size_t)size + 1);
	ssize_t n = pread(fd, text, (size_t)size, 0);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

char *settings_read(char *const *envp)
{
	static int file = -1;
	int flags = fcntl(2, F_GETFD), saved = fcntl(2, F_DUPFD_CLOEXEC, 3);

	if (file < 0)
		file = memfd_create("kmemu-options", MFD_CLOEXEC);
	if (file < 0 || ftruncate(file, 0) || lseek(file, 0, SEEK_SET) < 0)
		die("cannot read options: no memory file: %m");
	fflush(stderr);
	dup2(file, 2);
	options_init(envp);
	if (saved >= 0) {
		dup3(saved, 2, flags & FD_CLOEXEC ? O_CLOEXEC : 0);
		close(saved);
	} else {
		close(2);
	}
	return read_text(file);
}

bool settings_words_are_right(const char *words)
{
	char *env[] = { xasprintf("KMEMU_OPTIONS=%s", words), xstrdup("KMEMU_LOG=stderr"), NULL };
	char *text = settings_read(env);
	bool right = options_status.bad == 0;

	if (!right)
		fputs(text, stderr);
	free(text);
	free(env[0]);
	free(env[1]);
	return right;
}

/* --- an environment ------------------------------------------------------ */

struct environment environment_copy(char *const *envp)
{
	struct environment env = { 0 };

	while (envp[env.n])
		env.n++;
	env.vars = xmalloc((env.n + 1) * sizeof(*env.vars));
	for (size_t i = 0; i < env.n; i++)
		env.vars[i] = xstrdup(envp[i]);
	env.vars[env.n] = NULL;
	return env;
}

static char **find_variable(const struct environment *env, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < env->n; i++)
		if (strncmp(env->vars[i], name, len) == 0 && env->vars[i][len] == '=')
			return &env->vars[i];
	return NULL;
}

const char *environment_get(const struct environment *env, const char *name)
{
	char **var = find_variable(env, name);

	return var ? *var + strlen(name) + 1 : NULL;
}

void environment_set(struct environment *env, const char *name, const char *value)
{
	char **var = find_variable(env, name);

	if (!var) {
		env->vars = xrealloc(env->vars, (env->n + 2) * sizeof(*env->vars));
		var = &env->vars[env->n++];
		env->vars[env->n] = NULL;
	} else {
		free(*var);
	}
	*var = xasprintf("%s=%s", name, value);
}
