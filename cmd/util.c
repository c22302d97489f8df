/*
 * util.c - small things that all commands use: speaking, memory that cannot
 * fail, the nearest name of a mistyped option, where the library is.
 */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- speaking ------------------------------------------------------------ */

static void vsay(const char *fmt, va_list ap)
{
	fputs("kmemu: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(fmt, ap);
	va_end(ap);
}

void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(fmt, ap);
	va_end(ap);
	exit(EXIT_KMEMU);
}

const char *colour(FILE *f, enum colour c)
{
	static const char *const codes[] = {
		[COLOUR_NONE] = "\033[0m",
		[COLOUR_BOLD] = "\033[1m",
		[COLOUR_RED] = "\033[31m",
		[COLOUR_GREEN] = "\033[32m",
		[COLOUR_YELLOW] = "\033[33m",
	};
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (no_color && no_color[0])
		return "";
	if (!isatty(fileno(f)) || !term || strcmp(term, "dumb") == 0)
		return "";
	return codes[c];
}

/* --- memory -------------------------------------------------------------- */

static void *not_null(void *p)
{
	if (!p)
		die("out of memory");
	return p;
}

void *xmalloc(size_t size)
{
	return not_null(malloc(size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return not_null(realloc(p, size ? size : 1));
}

char *xstrdup(const char *s)
{
	return not_null(strdup(s));
}

char *xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return not_null(s);
}

const char *printable(const char *s)
{
	char *plain = NULL;

	for (size_t i = 0; s && s[i]; i++) {
		if ((unsigned char)s[i] >= ' ' && s[i] != 0x7f)
			continue;
		if (!plain)
			plain = xstrdup(s);
		plain[i] = '?';
	}
	return plain ? plain : s;
}

char *absolute_path(const char *path)
{
	char dir[PATH_MAX];

	if (!path[0] || path[0] == '/' || !getcwd(dir, sizeof(dir)))
		return xstrdup(path);
	return xasprintf("%s/%s", dir, path);
}

/* --- the nearest name ---------------------------------------------------- */

#define MAX_WORD 40

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Edits from a to b: one letter more, less or other, or two exchanged. */
static unsigned int edits(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned int d[MAX_WORD + 1][MAX_WORD + 1];

	for (size_t i = 0; i <= na; i++) {
		for (size_t j = 0; j <= nb; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = (unsigned int)(i + j);
				continue;
			}
			d[i][j] = least(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = least(d[i][j], d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[na][nb];
}

const char *nearest_word(const char *word, const char *const *words, size_t n)
{
	size_t len = strlen(word);
	unsigned int best = len <= 4 ? 2 : 3;
	const char *found = NULL;

	if (len < 2 || len > MAX_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(words[i]);
		unsigned int d = other > MAX_WORD ? best : edits(word, len, words[i], other);

		if (d < best) {
			best = d;
			found = words[i];
		}
	}
	return found;
}

static const char *nearest_option(const char *name, const struct option *longopts)
{
	const char *names[64];
	size_t n = 0;

	for (; longopts->name && n < ARRAY_SIZE(names); longopts++)
		names[n++] = longopts->name;
	return nearest_word(name, names, n);
}

/* How many options begin so; the words of all into buf. */
static unsigned int options_with(const char *start, const struct option *longopts, char *buf,
				 size_t size)
{
	size_t n = strlen(start), used = 0;
	unsigned int found = 0;

	buf[0] = '\0';
	for (; longopts->name; longopts++)
		if (strncmp(longopts->name, start, n) == 0 && used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s--%s",
						 found++ ? ", " : "", longopts->name);
	return found;
}

static const struct option *option_of(int val, const struct option *longopts)
{
	for (; longopts->name; longopts++)
		if (longopts->val == val)
			return longopts;
	return NULL;
}

/* getopt_long() left optind behind the word unless it is a group of letters. */
static void say_unknown(char **argv, const struct option *longopts)
{
	const char *word = argv[optind - 1];
	const char *near;
	char name[MAX_WORD + 1], several[256];

	if (optopt && !option_of(optopt, longopts)) {
		say("-%c is no option", optopt);
		return;
	}
	if (optopt) {
		say("%s: --%s takes no value", word, option_of(optopt, longopts)->name);
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	if (name[0] && options_with(name, longopts, several, sizeof(several)) > 1) {
		say("%s begins several options: %s", word, several);
		return;
	}
	near = nearest_option(name, longopts);
	if (near)
		say("%s is no option; did you mean --%s?", word, near);
	else
		say("%s is no option", word);
}

int bad_option(const char *command, char **argv, int c, const struct option *longopts)
{
	const struct option *o = option_of(optopt, longopts);

	if (c == ':' && o)
		say("%s: --%s needs a value", argv[optind - 1], o->name);
	else if (c == ':')
		say("-%c needs a value", optopt);
	else
		say_unknown(argv, longopts);
	say("`kmemu %s --help` lists the options", command);
	return EXIT_KMEMU;
}

/* --- the library --------------------------------------------------------- */

static char *own_directory(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return xstrdup(path);
}

const char *library_path(void)
{
	static const char *const places[] = {
		"libkmemu.so",
		"../lib/libkmemu.so",
		"../lib64/libkmemu.so",
		"../lib/x86_64-linux-gnu/libkmemu.so",
		"../lib/aarch64-linux-gnu/libkmemu.so",
	};
	char *dir = own_directory();
	char path[PATH_MAX + 64], real[PATH_MAX];

	for (size_t i = 0; dir && i < ARRAY_SIZE(places); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, places[i]);
		if (access(path, R_OK) && errno != ENOENT && errno != ENOTDIR)
			die("%s cannot be read: %m", path);
		if (access(path, R_OK) == 0 && realpath(path, real)) {
			free(dir);
			return xstrdup(real);
		}
	}
	free(dir);
	return NULL;
}
