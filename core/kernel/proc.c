/*
 * proc.c - what drivers have in /proc (kernel: fs/proc/generic.c, inode.c).
 *
 * An entry hangs on a dentry of a tree of debugfs.c's, which calls the file's functions
 * and frees both; so what is said there of users and of removing is true here.
 *
 * Different from the kernel: no name spaces and owners; remove_proc_entry() of a directory
 * that is not empty frees what is below, behind its WARN; nothing is permanent.
 *
 * Locks: those of debugfs.c. Memory: two kmallocs for each entry.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kernel/alloc.h"
#include "core/kernel/debugfs.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/proc_fs.h"

struct proc_dir_entry {
	struct file_operations fops;
	struct dentry *dentry;
	void *data;
	/* of a seq_file */
	const struct seq_operations *seq_ops;
	unsigned int state_size;
	int (*show)(struct seq_file *m, void *v);
	char target[]; /* of a link */
};

static struct proc_dir_entry *entry_of(const struct file *file)
{
	return container_of(file->f_op, struct proc_dir_entry, fops);
}

static struct dentry *dentry_of(struct proc_dir_entry *entry)
{
	return entry ? entry->dentry : proc_root;
}

/* --- names ----------------------------------------------------------------- */

/*
 * Kernel: xlate_proc_name(). The directory in which the last word of the name is, with a
 * reference (but of the first), and that word; NULL: it is not there.
 */
static struct dentry *find_dir(const char **name, struct proc_dir_entry *parent)
{
	struct dentry *dir = dentry_of(parent);
	const char *slash;

	while ((slash = strchr(*name, '/'))) {
		char word[256] = "";
		struct dentry *next;

		memcpy(word, *name, min((size_t)(slash - *name), sizeof(word) - 1));
		next = kmemu_debugfs_lookup(word, dir);
		if (dir != dentry_of(parent))
			kmemu_dput(dir);
		if (!next)
			return NULL;
		dir = next;
		*name = slash + 1;
	}
	return dir;
}

static void put_dir(struct dentry *dir, struct proc_dir_entry *parent)
{
	if (dir && dir != dentry_of(parent))
		kmemu_dput(dir);
}

static bool is_name(const char *name)
{
	size_t len = strlen(name);

	if (len && len < 256 && strcmp(name, ".") && strcmp(name, ".."))
		return true;
	if (len && len < 256)
		kmemu_warn("fs/proc/generic.c", len == 1 ? 432 : 436, 0, "name '%s'\n", name);
	else
		kmemu_warn("fs/proc/generic.c", 428, 0, "name len %zu\n", len);
	return false;
}

/* --- making ---------------------------------------------------------------- */

static struct proc_dir_entry *new_entry(void *data, const char *target, const void *caller)
{
	size_t len = strlen(target);
	struct proc_dir_entry *entry = kmalloc_for(sizeof(*entry) + len + 1,
						   GFP_KERNEL | __GFP_ZERO, "proc_create", caller);

	if (entry) {
		entry->data = data;
		memcpy(entry->target, target, len + 1);
	}
	return entry;
}

/* Kernel: proc_register(). NULL: it is not possible, and the entry is freed. */
static struct proc_dir_entry *add(const char *name, unsigned short mode,
				  struct proc_dir_entry *parent, struct proc_dir_entry *entry,
				  const void *caller)
{
	const char *last = name;
	struct dentry *dir, *dentry = (void *)-ENOENT;

	if (!entry)
		return NULL;
	dir = find_dir(&last, parent);
	if (!dir)
		kmemu_warn("fs/proc/generic.c", 0, 0, "name '%s'\n", name);
	else if (is_name(last))
		dentry = tree_add(last, mode, dir, entry->data,
				  S_ISDIR(mode) ? NULL : &entry->fops, entry, caller);
	if (dentry == (void *)-EEXIST)
		kmemu_warn("fs/proc/generic.c", 0, 0,
			   "proc_dir_entry '%s/%s' already registered\n",
			   dir == proc_root ? "/proc" : (const char *)dir->d_name.name, last);
	put_dir(dir, parent);
	if (is_err(dentry)) {
		kfree_for(entry, caller);
		return NULL;
	}
	entry->dentry = dentry;
	return entry;
}

static unsigned short file_mode(unsigned short mode)
{
	return (unsigned short)(S_IFREG | (mode & 07777 ? mode & 07777 : 0444));
}

KMEMU_EXPORT struct proc_dir_entry *kmemu_proc_create(const char *name, unsigned short mode,
						      struct proc_dir_entry *parent,
						      const struct proc_ops *ops, void *data)
{
	struct proc_dir_entry *entry = new_entry(data, "", CALLER);

	if (entry && ops)
		entry->fops = (struct file_operations){ .open = ops->proc_open,
							.read = ops->proc_read_iter ?
									NULL :
									ops->proc_read,
							.read_iter = ops->proc_read_iter,
							.write = ops->proc_write,
							.llseek = ops->proc_lseek,
							.release = ops->proc_release,
							.poll = ops->proc_poll,
							.unlocked_ioctl = ops->proc_ioctl,
							.compat_ioctl = ops->proc_compat_ioctl,
							.mmap = ops->proc_mmap,
							.get_unmapped_area =
								ops->proc_get_unmapped_area };
	return add(name, file_mode(mode), parent, entry, CALLER);
}

static int seq_open(struct inode *inode, struct file *file)
{
	const struct proc_dir_entry *entry = entry_of(file);

	(void)inode;
	if (!entry->state_size)
		return kmemu_seq_open(file, entry->seq_ops);
	return kmemu_seq_open_private(file, entry->seq_ops, (int)entry->state_size) ? 0 : -ENOMEM;
}

static int seq_release(struct inode *inode, struct file *file)
{
	return entry_of(file)->state_size ? kmemu_seq_release_private(inode, file) :
					    kmemu_seq_release(inode, file);
}

KMEMU_EXPORT struct proc_dir_entry *
kmemu_proc_create_seq(const char *name, unsigned short mode, struct proc_dir_entry *parent,
		      const struct seq_operations *ops, unsigned int state_size, void *data)
{
	struct proc_dir_entry *entry = new_entry(data, "", CALLER);

	if (entry) {
		entry->seq_ops = ops;
		entry->state_size = state_size;
		entry->fops = (struct file_operations){ .open = seq_open,
							.read = kmemu_seq_read,
							.llseek = kmemu_seq_lseek,
							.release = seq_release };
	}
	return add(name, file_mode(mode), parent, entry, CALLER);
}

static int single_open(struct inode *inode, struct file *file)
{
	(void)inode;
	return kmemu_single_open(file, entry_of(file)->show, entry_of(file)->data, 0);
}

KMEMU_EXPORT struct proc_dir_entry *
kmemu_proc_create_single(const char *name, unsigned short mode, struct proc_dir_entry *parent,
			 int (*show)(struct seq_file *m, void *v), void *data)
{
	struct proc_dir_entry *entry = new_entry(data, "", CALLER);

	if (entry) {
		entry->show = show;
		entry->fops = (struct file_operations){ .open = single_open,
							.read = kmemu_seq_read,
							.llseek = kmemu_seq_lseek,
							.release = kmemu_single_release };
	}
	return add(name, file_mode(mode), parent, entry, CALLER);
}

KMEMU_EXPORT struct proc_dir_entry *kmemu_proc_mkdir(const char *name, unsigned short mode,
						     struct proc_dir_entry *parent, void *data)
{
	return add(name, (unsigned short)(S_IFDIR | (mode ? mode : 0555)), parent,
		   new_entry(data, "", CALLER), CALLER);
}

static ssize_t link_read(struct file *file, char *buf, size_t count, long long *pos)
{
	const char *target = entry_of(file)->target;

	return kmemu_simple_read_from_buffer(buf, count, pos, target, strlen(target));
}

KMEMU_EXPORT struct proc_dir_entry *kmemu_proc_symlink(const char *name,
						       struct proc_dir_entry *parent,
						       const char *dest)
{
	struct proc_dir_entry *entry = new_entry(NULL, dest, CALLER);

	if (entry)
		entry->fops.read = link_read;
	return add(name, S_IFLNK | 0777, parent, entry, CALLER);
}

KMEMU_EXPORT void kmemu_proc_set_size(struct proc_dir_entry *entry, long long size)
{
	entry->dentry->d_inode->i_size = size;
}

KMEMU_EXPORT void *kmemu_proc_get_parent_data(const struct inode *inode)
{
	const struct proc_dir_entry *dir = tree_dentry_of(inode)->d_parent->d_fsdata;

	return dir ? dir->data : NULL;
}

/* --- removing -------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_proc_remove(struct proc_dir_entry *entry)
{
	if (entry)
		kmemu_debugfs_remove(entry->dentry);
}

/* With a reference; NULL: it is not there. */
static struct dentry *find(const char *name, struct proc_dir_entry *parent)
{
	struct dentry *dir = find_dir(&name, parent);
	struct dentry *dentry = dir ? kmemu_debugfs_lookup(name, dir) : NULL;

	put_dir(dir, parent);
	return dentry;
}

KMEMU_EXPORT void kmemu_remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	struct dentry *dentry = find(name, parent);

	if (!dentry) {
		kmemu_warn("fs/proc/generic.c", 0, 0, "name '%s'\n", name);
		return;
	}
	if (!tree_is_empty(dentry))
		kmemu_warn("fs/proc/generic.c", 0, 0,
			   "remove_proc_entry: removing non-empty directory '%s'\n", name);
	kmemu_debugfs_remove(dentry);
	kmemu_dput(dentry);
}

KMEMU_EXPORT int kmemu_remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	struct dentry *dentry = find(name, parent);

	if (!dentry)
		return -ENOENT;
	kmemu_debugfs_remove(dentry);
	kmemu_dput(dentry);
	return 0;
}

/* --- for tests ------------------------------------------------------------- */

KMEMU_EXPORT ssize_t kmemu_proc_read(const char *path, char *buf, size_t size)
{
	return tree_read(proc_root, path, buf, size);
}

KMEMU_EXPORT ssize_t kmemu_proc_write(const char *path, const char *buf, size_t size)
{
	return tree_write(proc_root, path, buf, size);
}

KMEMU_EXPORT int kmemu_proc_open(const char *path, unsigned int flags, struct file *file)
{
	return tree_open(proc_root, path, flags, file);
}

KMEMU_EXPORT void kmemu_proc_close(struct file *file)
{
	tree_close(file);
}
