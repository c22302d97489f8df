/*
 * debugfs.c - a tree of files that are functions (kernel: fs/debugfs/inode.c, file.c).
 *
 * A node is a dentry, its inode and the file's functions in one object of kmalloc, so
 * that a driver that forgets debugfs_remove() has a leak here as there. Who reads or
 * writes a file counts in `users`; remove takes the nodes out of the tree, so that
 * nobody comes, and waits until it is 0. The tree, users and lookup() have a reference.
 *
 * Different from the kernel: nothing is mounted, kmemu_debugfs_read() is the reader;
 * no modes of directories, no automounts.
 *
 * Who reads may say how to end it (debugfs_enter_cancellation()): remove does that to all
 * that are there, and to who comes later.
 *
 * Locks: cancel_lock, alone; tree_lock, over the links and `users`; no function of a file
 * is called and nothing is allocated under the latter.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kernel/alloc.h"
#include "core/kernel/char_dev.h"
#include "core/kernel/debugfs.h"
#include "core/kernel/read_write.h"
#include "core/lib/list.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/printk.h"

struct node {
	struct dentry dentry;
	struct inode inode;
	const struct file_operations *fops; /* NULL: a directory */
	struct list_head child, children, cancellations;
	u32 users, refs;
	bool gone; /* nothing is added below */
	char *name; /* first_name, or kmalloc memory since it was renamed */
	char first_name[];
};

static struct kmemu_mutex tree_lock __own_mutex;
static struct kmemu_mutex cancel_lock __own_mutex; /* over cancellations, and while one runs */
static struct kmemu_wait_queue no_users = { .head = { &no_users.head, &no_users.head } };
static unsigned long last_ino;
static struct node root = {
	.refs = 1,
	.dentry = { .d_parent = &root.dentry, .d_inode = &root.inode },
	.inode = { .i_mode = S_IFDIR | 0700 },
	.children = { &root.children, &root.children },
};

/* What <linux/proc_fs.h> makes (proc.c). */
static struct node proc = {
	.refs = 1,
	.dentry = { .d_parent = &proc.dentry, .d_inode = &proc.inode },
	.inode = { .i_mode = S_IFDIR | 0555 },
	.children = { &proc.children, &proc.children },
};
struct dentry *const proc_root = &proc.dentry;

static struct node *node_of(struct dentry *dentry)
{
	return dentry ? container_of(dentry, struct node, dentry) : &root;
}

static struct node *find_child(struct node *dir, const char *name, size_t len)
{
	struct list_head *at;

	for (at = dir->children.next; at != &dir->children; at = at->next) {
		struct node *n = container_of(at, struct node, child);

		if (n->dentry.d_name.len == len && !memcmp(n->name, name, len))
			return n;
	}
	return NULL;
}

static void put(struct node *n, u32 users, const void *caller)
{
	bool last;

	kmemu_mutex_lock(&tree_lock);
	n->users -= users;
	last = !--n->refs;
	kmemu_mutex_unlock(&tree_lock);
	kmemu_wake_up(&no_users, KMEMU_TASK_NORMAL, 0, NULL);
	if (last) {
		if (n->name != n->first_name)
			kfree_for(n->name, caller);
		kfree_for(n->dentry.d_fsdata, caller);
		kfree_for(n, caller);
	}
}

static struct node *get(struct node *n, u32 users)
{
	if (n) {
		n->refs++;
		n->users += users;
	}
	return n;
}

/* --- making and removing --------------------------------------------------- */

static struct node *new_node(const char *name, unsigned short mode, const void *caller)
{
	size_t len = strlen(name);
	struct node *n = kmalloc_for(sizeof(*n) + len + 1, GFP_KERNEL | __GFP_ZERO,
				     "debugfs_create", caller);

	if (!n)
		return NULL;
	n->name = memcpy(n->first_name, name, len + 1);
	n->dentry.d_name.name = (unsigned char *)n->name;
	n->dentry.d_name.len = (unsigned int)len;
	n->dentry.d_inode = &n->inode;
	n->inode.i_mode = mode;
	n->refs = 1;
	INIT_LIST_HEAD(&n->children);
	INIT_LIST_HEAD(&n->cancellations);
	return n;
}

struct dentry *tree_add(const char *name, unsigned short mode, struct dentry *parent, void *data,
			const struct file_operations *fops, void *fsdata, const void *caller)
{
	struct node *dir = node_of(parent), *n = new_node(name, mode, caller);
	bool there;

	if (!n)
		return (void *)-ENOMEM;
	n->inode.i_private = data;
	n->fops = fops;
	n->dentry.d_parent = &dir->dentry;
	n->dentry.d_fsdata = fsdata;
	kmemu_mutex_lock(&tree_lock);
	there = find_child(dir, name, strlen(name)) || dir->gone;
	if (!there) {
		n->inode.i_ino = ++last_ino;
		list_add_tail(&n->child, &dir->children);
	}
	kmemu_mutex_unlock(&tree_lock);
	if (!there)
		return &n->dentry;
	kfree_for(n, caller);
	return (void *)-EEXIST;
}

static bool is_directory(struct node *dir, const char *name)
{
	struct node *n;
	bool is_dir;

	kmemu_mutex_lock(&tree_lock);
	n = find_child(dir, name, strlen(name));
	is_dir = n && S_ISDIR(n->inode.i_mode);
	kmemu_mutex_unlock(&tree_lock);
	return is_dir;
}

struct dentry *debugfs_create(const char *name, unsigned short mode, struct dentry *parent,
			      void *data, const struct file_operations *fops, const void *caller)
{
	struct node *dir;
	struct dentry *dentry;

	if (is_err(parent))
		return parent;
	if (!*name) /* kernel: lookup_one_len() */
		return (void *)-EACCES;
	dir = node_of(parent);
	dentry = tree_add(name, mode, parent, data, fops, NULL, caller);
	if (dentry == (void *)-EEXIST)
		kmemu_printk(is_directory(dir, name) ?
				     "\0013debugfs: Directory '%s' with parent '%s' already "
				     "present!\n" :
				     "\0013debugfs: File '%s' in directory '%s' already present!\n",
			     name, dir == &root ? "/" : dir->name);
	return dentry;
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_file(const char *name, unsigned short mode,
						      struct dentry *parent, void *data,
						      const struct file_operations *fops)
{
	static const struct file_operations none;

	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	return debugfs_create(name, mode, parent, data, fops ? fops : &none, CALLER);
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_dir(const char *name, struct dentry *parent)
{
	return debugfs_create(name, S_IFDIR | 0755, parent, NULL, NULL, CALLER);
}

KMEMU_EXPORT void kmemu_debugfs_enter_cancellation(struct file *file,
						   struct debugfs_cancellation *c)
{
	struct node *n = node_of(file->f_path.dentry);

	kmemu_mutex_lock(&cancel_lock);
	list_add_tail(&c->list, &n->cancellations);
	kmemu_mutex_unlock(&cancel_lock);
	kmemu_wake_up(&no_users, KMEMU_TASK_NORMAL, 0, NULL); /* it may be removed already */
}

KMEMU_EXPORT void kmemu_debugfs_leave_cancellation(struct file *file,
						   struct debugfs_cancellation *c)
{
	(void)file;
	kmemu_mutex_lock(&cancel_lock);
	list_del(&c->list);
	kmemu_mutex_unlock(&cancel_lock);
}

/* Once each: they leave when they like. */
static void cancel_users(struct node *n)
{
	kmemu_mutex_lock(&cancel_lock);
	while (!list_empty(&n->cancellations)) {
		struct debugfs_cancellation *c =
			list_first_entry(&n->cancellations, struct debugfs_cancellation, list);

		list_del(&c->list);
		c->list.next = c->list.prev = &c->list;
		c->cancel(&n->dentry, c->cancel_data);
	}
	kmemu_mutex_unlock(&cancel_lock);
}

/* The leaf that comes first below n, n itself when it has none; out of the tree. */
static struct node *take_leaf(struct node *n)
{
	kmemu_mutex_lock(&tree_lock);
	n->gone = true;
	while (n->children.next != &n->children) {
		n = container_of(n->children.next, struct node, child);
		n->gone = true;
	}
	list_del(&n->child);
	while (n->users) {
		struct kmemu_wait_entry wait = { .private_data = kmemu_current(),
						 .func = kmemu_autoremove_wake_function,
						 .entry = { &wait.entry, &wait.entry } };

		kmemu_prepare_to_wait(&no_users, &wait, KMEMU_TASK_UNINTERRUPTIBLE);
		kmemu_mutex_unlock(&tree_lock);
		if (READ_ONCE(n->cancellations.next) == &n->cancellations)
			kmemu_schedule();
		kmemu_finish_wait(&no_users, &wait);
		cancel_users(n);
		kmemu_mutex_lock(&tree_lock);
	}
	kmemu_mutex_unlock(&tree_lock);
	return n;
}

KMEMU_EXPORT void kmemu_debugfs_remove(struct dentry *dentry)
{
	struct node *top, *n;

	if (!dentry || is_err(dentry))
		return;
	top = node_of(dentry);
	do {
		n = take_leaf(top);
		put(n, 0, CALLER);
	} while (n != top);
}

static bool is_below(const struct node *n, const struct node *dir)
{
	while (n != dir && n != &root)
		n = node_of(n->dentry.d_parent);
	return n == dir;
}

/* Under the lock. The former name is for the caller to free; NULL: it is not possible. */
static char *move(struct node *n, struct node *old_dir, struct node *dir, char *name, size_t len)
{
	char *old = n->name;

	if (n->gone || dir->gone || !S_ISDIR(dir->inode.i_mode) ||
	    n->dentry.d_parent != &old_dir->dentry || is_below(dir, n) ||
	    find_child(dir, name, len))
		return NULL;
	list_del(&n->child);
	list_add_tail(&n->child, &dir->children);
	n->dentry.d_parent = &dir->dentry;
	n->name = name;
	n->dentry.d_name.name = (unsigned char *)name;
	n->dentry.d_name.len = (unsigned int)len;
	return old;
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_rename(struct dentry *old_dir, struct dentry *dentry,
						 struct dentry *dir, const char *name)
{
	size_t len = strlen(name);
	struct node *n;
	char *copy, *old;

	if (is_err(old_dir) || is_err(dir))
		return is_err(old_dir) ? old_dir : dir;
	if (!dentry || is_err(dentry))
		return dentry;
	n = node_of(dentry);
	copy = kmalloc_for(len + 1, GFP_KERNEL, "debugfs_rename", CALLER);
	if (!copy)
		return (void *)-ENOMEM;
	memcpy(copy, name, len + 1);
	kmemu_mutex_lock(&tree_lock);
	old = move(n, node_of(old_dir), node_of(dir), copy, len);
	kmemu_mutex_unlock(&tree_lock);
	if (!old)
		kfree_for(copy, CALLER);
	else if (old != n->first_name)
		kfree_for(old, CALLER);
	return old ? dentry : (void *)-EINVAL;
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_lookup(const char *name, struct dentry *parent)
{
	struct node *n;

	if (is_err(parent) || !name)
		return NULL;
	kmemu_mutex_lock(&tree_lock);
	n = get(find_child(node_of(parent), name, strlen(name)), 0);
	kmemu_mutex_unlock(&tree_lock);
	return n ? &n->dentry : NULL;
}

KMEMU_EXPORT void kmemu_dput(struct dentry *dentry)
{
	if (dentry)
		put(node_of(dentry), 0, CALLER);
}

struct dentry *tree_dentry_of(const struct inode *inode)
{
	return &container_of(inode, struct node, inode)->dentry;
}

bool tree_is_empty(struct dentry *dentry)
{
	return list_empty(&node_of(dentry)->children);
}

/* --- reading and writing --------------------------------------------------- */

static struct node *find_path(struct node *n, const char *path)
{

	kmemu_mutex_lock(&tree_lock);
	while (n && *(path += strspn(path, "/"))) {
		size_t len = strcspn(path, "/");

		n = find_child(n, path, len);
		path += len;
	}
	get(n, 1);
	kmemu_mutex_unlock(&tree_lock);
	return n;
}

/* top NULL: debugfs, whose modes count. */
static int open_path(struct dentry *top, const char *path, unsigned int mode, unsigned int flags,
		     struct file *file)
{
	struct node *n = find_path(node_of(top), path);
	int err = 0;

	if (!n)
		return -ENOENT;
	*file = (struct file){ .f_path = { &n->dentry },
			       .f_inode = &n->inode,
			       .f_mapping = &n->inode.i_data,
			       .f_op = n->fops,
			       .f_lock.rlock.word = KMEMU_LOCK_SET_UP,
			       .f_flags = flags,
			       .f_mode = mode | KMEMU_FMODE_LSEEK };
	file->f_iocb_flags = file_iocb_flags(file);
	file_set_cred(file);
	if (!n->fops)
		err = -EISDIR;
	else if (!top && !(n->inode.i_mode & (mode & KMEMU_FMODE_WRITE ? 0222 : 0444)))
		err = -EACCES;
	else if (n->fops->open)
		err = n->fops->open(&n->inode, file);
	if (err) {
		file_put_cred(file);
		put(n, 1, NULL);
	}
	return err;
}

void tree_close(struct file *file)
{
	if (file->f_op->release)
		file->f_op->release(file->f_inode, file);
	file_put_cred(file);
	put(node_of(file->f_path.dentry), 1, NULL);
}

int tree_open(struct dentry *top, const char *path, unsigned int flags, struct file *file)
{
	unsigned int mode = KMEMU_FMODE_PREAD | KMEMU_FMODE_PWRITE;

	if ((flags & O_ACCMODE) != O_WRONLY)
		mode |= KMEMU_FMODE_READ;
	if ((flags & O_ACCMODE) != O_RDONLY)
		mode |= KMEMU_FMODE_WRITE;
	return open_path(top, path, mode, flags, file);
}

ssize_t tree_read(struct dentry *top, const char *path, char *buf, size_t size)
{
	struct file file;
	ssize_t n = open_path(top, path, KMEMU_FMODE_READ | KMEMU_FMODE_PREAD, O_RDONLY, &file);
	size_t done = 0;

	if (n)
		return n;
	while (done < size) {
		n = kmemu_vfs_read(&file, buf + done, size - done, &file.f_pos);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	tree_close(&file);
	return done ? (ssize_t)done : n;
}

ssize_t tree_write(struct dentry *top, const char *path, const char *buf, size_t size)
{
	struct file file;
	ssize_t n = open_path(top, path, KMEMU_FMODE_WRITE | KMEMU_FMODE_PWRITE, O_WRONLY, &file);

	if (n)
		return n;
	n = kmemu_vfs_write(&file, buf, size, &file.f_pos);
	tree_close(&file);
	return n;
}

KMEMU_EXPORT ssize_t kmemu_debugfs_read(const char *path, char *buf, size_t size)
{
	return tree_read(NULL, path, buf, size);
}

KMEMU_EXPORT ssize_t kmemu_debugfs_write(const char *path, const char *buf, size_t size)
{
	return tree_write(NULL, path, buf, size);
}
