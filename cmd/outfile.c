/*
 * outfile.c - see outfile.h. A reader (a CI job that uploads SARIF) never sees
 * half a file, and a run that fails leaves the file of the run before.
 *
 * The name is resolved first, so that a symbolic link stays one. The mode is
 * the old file's, or what the umask leaves of 0666.
 */
#include "cmd/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdout(const char *path)
{
	return strcmp(path, "-") == 0;
}

static mode_t mode_for(const char *path)
{
	struct stat st;
	mode_t mask;

	if (stat(path, &st) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* It exists and is no regular file: nothing can be renamed onto it. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static char *resolved(const char *path)
{
	char real[PATH_MAX];

	return xstrdup(realpath(path, real) ? real : path);
}

/* A descriptor of a new file beside path, or -1. */
static int open_beside(const char *path, char **temporary)
{
	int fd;

	*temporary = xasprintf("%s.kmemu-XXXXXX", path);
	fd = mkostemp(*temporary, O_CLOEXEC);
	if (fd >= 0)
		fchmod(fd, mode_for(path));
	return fd;
}

/* error 0: it was met by an earlier write, and is not known any more. */
static int cannot(const char *path, int error)
{
	say("%s cannot be written%s%s", is_stdout(path) ? "standard output" : path,
	    error ? ": " : "", error ? strerror(error) : "");
	return 0;
}

char *outfile_name(const char *spec, const char *program)
{
	const char *slash = strrchr(program, '/'), *at;
	char *name = xstrdup("");

	for (; spec && (at = strchr(spec, '%')); spec = at + 2) {
		char *longer, pid[24], as_it_is[] = { '%', at[1], '\0' };
		const char *field = as_it_is;

		if (!at[1])
			break;
		snprintf(pid, sizeof(pid), "%ld", (long)getpid());
		if (at[1] == 'p')
			field = pid;
		else if (at[1] == 'e')
			field = slash ? slash + 1 : program;
		else if (at[1] == '%')
			field = "%";
		longer = xasprintf("%s%.*s%s", name, (int)(at - spec), spec, field);
		free(name);
		name = longer;
	}
	return spec ? xasprintf("%s%s", name, spec) : NULL;
}

bool outfile_possible(const char *path)
{
	char *real, *temporary;
	struct stat st;
	int fd;

	if (is_stdout(path))
		return true;
	if (!path[0])
		return cannot("a file without name", ENOENT);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return cannot(path, EISDIR);
	if (access(path, F_OK) == 0 && access(path, W_OK))
		return cannot(path, errno);
	if (is_special(path))
		return true;
	real = resolved(path);
	fd = open_beside(real, &temporary);
	if (fd < 0)
		cannot(path, errno);
	else
		close(fd), unlink(temporary);
	free(real);
	free(temporary);
	return fd >= 0;
}

struct outfile outfile_open(const char *path)
{
	struct outfile out = { .path = resolved(path) };
	int fd;

	if (is_stdout(path)) {
		out.f = stdout;
		return out;
	}
	if (is_special(path))
		fd = open(path, O_WRONLY | O_CLOEXEC);
	else
		fd = open_beside(out.path, &out.temporary);
	out.f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out.f)
		die("%s cannot be written: %m", path);
	return out;
}

bool outfile_close(struct outfile *out)
{
	bool good = !ferror(out->f) && fflush(out->f) == 0;
	if (out->f != stdout)
		good = fclose(out->f) == 0 && good;
	if (out->temporary && good)
		good = rename(out->temporary, out->path) == 0;
	if (!good) {
		cannot(out->path, errno);
		clearerr(stdout); /* it is said */
		if (out->temporary)
			unlink(out->temporary);
	}
	free(out->path);
	free(out->temporary);
	return good;
}
