/*
 * seq_path.c - names of files in files (kernel: fs/seq_file.c seq_dentry(), seq_path();
 * fs/d_path.c). A path goes from the top of the tree that the dentry is in, debugfs or a
 * test's own: nothing is mounted anywhere.
 *
 * Locks: none. The caller keeps the names from changing, as from show() of a file below.
 */
#include <string.h>

#include "core/os/compiler.h"
#include "include/kmemu/dcache.h"
#include "include/kmemu/fs.h"
#include "include/kmemu/seq_file.h"

/* Kernel: a character that is named becomes three octal digits behind a backslash. */
KMEMU_EXPORT char *kmemu_mangle_path(char *s, const char *p, const char *esc)
{
	while (s <= p) {
		unsigned char c = (unsigned char)*p++;

		if (!c)
			return s;
		if (!strchr(esc, c)) {
			*s++ = (char)c;
			continue;
		}
		if (s + 4 > p)
			return NULL;
		*s++ = '\\';
		*s++ = (char)('0' + (c >> 6));
		*s++ = (char)('0' + (c >> 3 & 7));
		*s++ = (char)('0' + (c & 7));
	}
	return NULL;
}

/* Kernel: dentry_path_raw(): the text ends at the end of buf; NULL: there is no room. */
static char *write_path(const struct dentry *dentry, char *buf, size_t size)
{
	char *at = buf + size;

	if (size < 2)
		return NULL;
	*--at = '\0';
	if (!dentry->d_parent || dentry == dentry->d_parent)
		*--at = '/';
	for (; dentry->d_parent && dentry != dentry->d_parent; dentry = dentry->d_parent) {
		size_t n = dentry->d_name.len;

		if ((size_t)(at - buf) < n + 1)
			return NULL;
		at -= n;
		memcpy(at, dentry->d_name.name, n);
		*--at = '/';
	}
	return at;
}

KMEMU_EXPORT int kmemu_seq_dentry(struct seq_file *m, const struct dentry *dentry,
				  const char *esc)
{
	size_t room = m->size - m->count;
	char *buf = m->buf + m->count;
	char *path = room ? write_path(dentry, buf, room) : NULL;
	char *end = path ? kmemu_mangle_path(buf, path, esc) : NULL;

	if (!end) {
		m->count = m->size;
		return -1;
	}
	m->count += (size_t)(end - buf);
	return (int)(end - buf);
}
