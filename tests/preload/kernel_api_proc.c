// flags: -Iinclude -l:libkmemu.a -pthread
/* A driver's files in /proc (kernel_api_proc.sh). */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "check.h"

static bool mistakes;
module_param(mistakes, bool, 0444);

static char text[16384];

static const char *content(const char *path)
{
	ssize_t n = kmemu_proc_read(path, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* --- own functions */

static char value[16] = "old\n";
static int opened, released;
static unsigned int flags;

static int value_open(struct inode *inode, struct file *file)
{
	file->private_data = pde_data(inode);
	CHECK(proc_get_parent_data(inode) == &opened);
	flags = file->f_flags;
	opened++;
	return 0;
}

static ssize_t value_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	return simple_read_from_buffer(buf, count, pos, file->private_data,
				       strlen(file->private_data));
}

static ssize_t value_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	ssize_t n = simple_write_to_buffer(file->private_data, sizeof(value) - 1, pos, buf, count);

	if (n > 0)
		((char *)file->private_data)[n] = '\0';
	return n;
}

static int value_release(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	released++;
	return 0;
}

static const struct proc_ops value_ops = {
	.proc_flags = PROC_ENTRY_PERMANENT,
	.proc_open = value_open,
	.proc_read = value_read,
	.proc_write = value_write,
	.proc_lseek = default_llseek,
	.proc_release = value_release,
};

/* --- made by seq_file */

static void *number_start(struct seq_file *m, loff_t *pos)
{
	(void)m;
	return *pos < 1000 ? pos : NULL;
}

static void *number_next(struct seq_file *m, void *v, loff_t *pos)
{
	(void)v;
	++*pos;
	return number_start(m, pos);
}

static void number_stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
}

static int number_show(struct seq_file *m, void *v)
{
	if (m->private)
		++*(int *)m->private;
	seq_printf(m, "%lld\n", *(loff_t *)v);
	return 0;
}

static const struct seq_operations number_ops = { number_start, number_stop, number_next,
						  number_show };

static int single_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "single %s", (char *)m->private);
	return 0;
}

static int remove_it(void *entry)
{
	proc_remove(entry);
	return 0;
}

static void while_open(struct proc_dir_entry *entry)
{
	struct task_struct *t;
	struct file file;

	CHECK(!kmemu_proc_open("driver/kt/value", O_RDWR, &file) && opened == released + 1);
	CHECK(file.f_op->write(&file, "now\n", 4, &file.f_pos) == 4);
	t = kthread_run(remove_it, entry, "remove");
	CHECK(!IS_ERR(t));
	while (kmemu_proc_read("driver/kt/value", text, 1) != -ENOENT)
		msleep(1);
	CHECK(!file.f_op->llseek(&file, 0, SEEK_SET));
	CHECK(file.f_op->read(&file, text, 4, &file.f_pos) == 4 && !memcmp(text, "now\n", 4));
	kmemu_proc_close(&file);
	CHECK(opened == released);
}

/* What an open function decides by. */
static void opened_as(void)
{
	struct file file;

	CHECK(kmemu_proc_read("driver/kt/value", text, 1) == 1 && flags == O_RDONLY);
	CHECK(kmemu_proc_write("driver/kt/value", "old\n", 4) == 4 && flags == O_WRONLY);
	CHECK(!kmemu_proc_open("driver/kt/value", O_RDWR | O_NONBLOCK, &file));
	CHECK(flags == (O_RDWR | O_NONBLOCK) && file.f_flags == flags);
	kmemu_proc_close(&file);
}

static void told(struct proc_dir_entry *dir)
{
	CHECK(!proc_create("value", 0, dir, &value_ops));
	CHECK(!proc_create("nowhere/value", 0, NULL, &value_ops));
	CHECK(!proc_create("..", 0, dir, &value_ops));
	remove_proc_entry("nothing", dir);
	remove_proc_entry("driver", NULL);
	CHECK(kmemu_proc_read("driver/kt/value", text, 1) == -ENOENT);
}

static int __init proc_init(void)
{
	struct proc_dir_entry *driver = proc_mkdir("driver", NULL), *dir, *entry;
	const char *s;

	CHECK(driver);
	dir = proc_mkdir_data("driver/kt", 0, NULL, &opened);
	entry = proc_create_data("value", 0, dir, &value_ops, value);
	CHECK(dir && entry);
	CHECK(!strcmp(content("driver/kt/value"), "old\n") && opened == 1 && released == 1);
	CHECK(kmemu_proc_write("/driver/kt/value", "new\n", 4) == 4);
	CHECK(!strcmp(content("driver/kt/value"), "new\n"));
	CHECK(kmemu_proc_read("driver/kt", text, 1) == -EISDIR);
	CHECK(kmemu_proc_read("value", text, 1) == -ENOENT);
	CHECK(kmemu_debugfs_read("driver/kt/value", text, 1) == -ENOENT);
	CHECK(proc_create_seq("numbers", 0, dir, &number_ops));
	CHECK(proc_create_seq_private("state", 0, dir, &number_ops, sizeof(int), NULL));
	s = content("driver/kt/numbers");
	CHECK(strlen(s) == 3890 && !memcmp(s, "0\n1\n2\n", 6) && !strcmp(s + 3886, "999\n"));
	CHECK(strlen(content("driver/kt/state")) == 3890);
	CHECK(proc_create_single_data("driver/single", 0400, NULL, single_show, value));
	CHECK(!strcmp(content("driver/single"), "single new\n"));
	CHECK(kmemu_proc_write("driver/single", "x", 1) == -EINVAL);
	CHECK(proc_symlink("link", dir, "../single"));
	CHECK(!strcmp(content("driver/kt/link"), "../single"));
	proc_set_size(entry, 4);
	if (mistakes) {
		told(dir);
		return 0;
	}
	opened_as();
	while_open(entry);
	remove_proc_entry("driver/kt/link", NULL);
	remove_proc_entry("numbers", dir);
	CHECK(!*content("driver/kt/numbers"));
	CHECK(remove_proc_subtree("nothing", NULL) == -ENOENT);
	CHECK(!remove_proc_subtree("kt", driver) && !*content("driver/kt/state"));
	proc_remove(driver);
	proc_remove(NULL);
	return 0;
}
module_init(proc_init);
MODULE_LICENSE("Dual MIT/GPL");
