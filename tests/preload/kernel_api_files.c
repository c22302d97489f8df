// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code with files of debugfs and text by seq_file: what is read is what the
 * kernel's would be, records longer than a page included.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string_choices.h>

#include "check.h"

static char text[64 * 1024];

/* What a file says, "" when it is an error. */
static const char *read_file(const char *path)
{
	ssize_t n = kmemu_debugfs_read(path, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static ssize_t write_file(const char *path, const char *what)
{
	return kmemu_debugfs_write(path, what, strlen(what));
}

/* --- numbers */

static u8 small = 200;
static u64 wide = 1ULL << 40;
static u32 hex = 0xbeef;
static atomic_t count = ATOMIC_INIT(-3);
static bool flag;
static u64 cubed = 2;

static int cube_get(void *data, u64 *val)
{
	u64 x = *(u64 *)data;

	*val = x * x * x;
	return 0;
}

static int cube_set(void *data, u64 val)
{
	if (val > 1000)
		return -ERANGE;
	*(u64 *)data = val;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(cube_fops, cube_get, cube_set, "%llu\n");
DEFINE_DEBUGFS_ATTRIBUTE(get_only_fops, cube_get, NULL, "%llx\n");

static void numbers(struct dentry *dir)
{
	debugfs_create_u8("small", 0644, dir, &small);
	debugfs_create_u64("wide", 0444, dir, &wide);
	debugfs_create_x32("hex", 0644, dir, &hex);
	debugfs_create_atomic_t("count", 0644, dir, &count);
	debugfs_create_bool("flag", 0644, dir, &flag);
	debugfs_create_file("cube", 0600, dir, &cubed, &cube_fops);
	debugfs_create_file("get_only", 0600, dir, &cubed, &get_only_fops);

	CHECK(!strcmp(read_file("kt/small"), "200\n"));
	CHECK(write_file("kt/small", "0x11\n") == 5 && small == 17);
	CHECK(write_file("kt/small", "x") == -EINVAL && small == 17);
	CHECK(!strcmp(read_file("/kt//wide"), "1099511627776\n"));
	CHECK(write_file("kt/wide", "1") == -EACCES);
	CHECK(!strcmp(read_file("kt/hex"), "0x0000beef\n"));
	CHECK(!strcmp(read_file("kt/count"), "-3\n"));
	CHECK(write_file("kt/count", "-77") == 3 && atomic_read(&count) == -77);
	CHECK(!strcmp(read_file("kt/flag"), "N\n"));
	CHECK(write_file("kt/flag", "on\n") == 3 && flag);
	CHECK(!strcmp(read_file("kt/flag"), "Y\n"));
	CHECK(write_file("kt/flag", "maybe") == 5 && flag);
	CHECK(write_file("kt/cube", "5") == 1 && cubed == 5);
	CHECK(!strcmp(read_file("kt/cube"), "125\n"));
	CHECK(write_file("kt/cube", "1001") == -ERANGE && cubed == 5);
	CHECK(write_file("kt/get_only", "7") == -EACCES);
	CHECK(!strcmp(read_file("kt/get_only"), "7d\n"));
}

static void bytes(struct dentry *dir)
{
	static char data[] = "0123456789";
	static struct debugfs_blob_wrapper blob = { data, 10 };
	static u32 values[] = { 1, 4000000000u, 3 };
	static struct debugfs_u32_array array = { values, 3 };
	char two[3] = "";

	debugfs_create_blob("blob", 0644, dir, &blob);
	debugfs_create_u32_array("array", 0444, dir, &array);
	debugfs_create_symlink("link", dir, "../elsewhere");
	CHECK(!strcmp(read_file("kt/blob"), "0123456789"));
	CHECK(write_file("kt/blob", "ab") == 2 && !strcmp(data, "ab23456789"));
	CHECK(kmemu_debugfs_read("kt/blob", two, 2) == 2 && !strcmp(two, "ab"));
	CHECK(!strcmp(read_file("kt/array"), "1 4000000000 3\n"));
	CHECK(!strcmp(read_file("kt/link"), "../elsewhere"));
}

/* --- seq_file */

#define RECORDS 500
static int shown, started, stopped, longest;

static void *start(struct seq_file *m, loff_t *pos)
{
	started++;
	CHECK(m->private == &shown);
	return *pos < RECORDS ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *next(struct seq_file *m, void *v, loff_t *pos)
{
	(void)m;
	(void)v;
	return ++*pos < RECORDS ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
	stopped++;
}

/* Each third says nothing, number 100 is longer than a page. */
static int show(struct seq_file *m, void *v)
{
	unsigned long nr = (unsigned long)v - 1;

	shown++;
	if (nr % 3 == 2) {
		seq_puts(m, "not this");
		return SEQ_SKIP;
	}
	seq_printf(m, "%lu", nr);
	for (int i = 0; nr == 100 && i < longest; i++)
		seq_putc(m, 'x');
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations many_sops = { start, stop, next, show };
DEFINE_SEQ_ATTRIBUTE(many);

/* What it should say. */
static size_t made(char *buf)
{
	char *p = buf;

	for (unsigned long nr = 0; nr < RECORDS; nr++) {
		if (nr % 3 == 2)
			continue;
		p += sprintf(p, "%lu", nr);
		if (nr == 100) {
			memset(p, 'x', (size_t)longest);
			p += longest;
		}
		*p++ = '\n';
	}
	return (size_t)(p - buf);
}

static void open_seq(struct file *file, struct inode *inode)
{
	memset(file, 0, sizeof(*file));
	file->f_op = &many_fops;
	CHECK(many_fops.open(inode, file) == 0);
}

static void seek(char *want, size_t size, struct inode *inode)
{
	struct file file;
	char piece[100];

	open_seq(&file, inode);
	for (size_t at = 0; at < size; at += size / 7) {
		size_t n = min(sizeof(piece), size - at);

		CHECK(many_fops.llseek(&file, (loff_t)at, SEEK_SET) == (loff_t)at);
		CHECK((size_t)many_fops.read(&file, piece, n, &file.f_pos) <= n);
		CHECK(!memcmp(piece, want + at, (size_t)(file.f_pos - (loff_t)at)));
		CHECK(file.f_pos > (loff_t)at);
	}
	/* pread(2) at a place of its own */
	for (loff_t at = 999, was = at; at < 1050; was = at) {
		CHECK(many_fops.read(&file, piece, 7, &at) > 0 && at > was);
		CHECK(!memcmp(piece, want + was, (size_t)(at - was)));
	}
	CHECK(many_fops.llseek(&file, 0, SEEK_END) == -EINVAL);
	CHECK(many_fops.release(inode, &file) == 0);
}

static void records(struct dentry *dir)
{
	static char want[64 * 1024];
	struct inode inode = { .i_private = &shown };
	size_t size;

	debugfs_create_file("many", 0444, dir, &shown, &many_fops);
	for (longest = 0; longest < 40000; longest += 13000) {
		started = stopped = 0;
		size = made(want);
		CHECK(kmemu_debugfs_read("kt/many", text, sizeof(text)) == (ssize_t)size);
		CHECK(!memcmp(text, want, size));
		CHECK(started == stopped);
		seek(want, size, &inode);
	}
}

struct item {
	int nr;
	struct list_head node;
};
static LIST_HEAD(items);

static int items_show(struct seq_file *m, void *v)
{
	struct item *item;
	char *buf;
	size_t room = seq_get_buf(m, &buf);

	(void)v;
	CHECK(room && m->private == NULL);
	seq_commit(m, scnprintf(buf, room, "items:"));
	list_for_each_entry (item, &items, node)
		seq_printf(m, " %d", item->nr);
	seq_setwidth(m, 10);
	seq_puts(m, " on");
	seq_pad(m, '|');
	seq_escape(m, "a\tb c", "\t ");
	seq_putc(m, '\n');
	seq_hex_dump(m, "> ", DUMP_PREFIX_OFFSET, 16, 1, "0123456789abcdefXY", 18, true);
	seq_put_decimal_ull(m, "n=", 12);
	seq_put_decimal_ll(m, " ", -1);
	seq_put_hex_ll(m, " ", 0xab, 4);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(items);

static void one_record(struct dentry *dir)
{
	struct item a = { .nr = 1 }, b = { .nr = 2 };
	loff_t pos = 1;

	list_add_tail(&a.node, &items);
	list_add_tail(&b.node, &items);
	debugfs_create_file("items", 0444, dir, NULL, &items_fops);
	CHECK(!strcmp(read_file("kt/items"),
		      "items: 1 2 on       |a\\011b\\040c\n"
		      "> 00000000: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66"
		      "  0123456789abcdef\n"
		      "> 00000010: 58 59                                            XY\n"
		      "n=12 -1 00ab"));
	CHECK(seq_list_start(&items, 1) == &b.node && !seq_list_start(&items, 2));
	CHECK(seq_list_start_head(&items, 0) == &items);
	CHECK(!seq_list_next(&b.node, &items, &pos) && pos == 2);
}

/* --- the tree */

static ssize_t slow_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	complete((struct completion *)file->private_data);
	msleep(50);
	return simple_read_from_buffer(buf, count, pos, "slow", 4);
}
static const struct file_operations slow_fops = { .open = simple_open, .read = slow_read };

static int reader(void *data)
{
	char buf[10] = "";

	(void)data;
	return kmemu_debugfs_read("kt/sub/slow", buf, 4) == 4 && !strcmp(buf, "slow") ? 0 : -EIO;
}

static void tree(struct dentry *dir)
{
	struct dentry *sub = debugfs_create_dir("sub", dir), *found;
	DECLARE_COMPLETION_ONSTACK(reads);
	struct task_struct *task;

	CHECK(!IS_ERR(sub) && !strcmp((const char *)sub->d_name.name, "sub"));
	CHECK(PTR_ERR(debugfs_create_dir("sub", dir)) == -EEXIST);
	CHECK(debugfs_create_dir("x", ERR_PTR(-ENODEV)) == ERR_PTR(-ENODEV));
	CHECK(kmemu_debugfs_read("kt", text, 1) == -EISDIR);
	CHECK(kmemu_debugfs_read("kt/none", text, 1) == -ENOENT);
	found = debugfs_lookup("sub", dir);
	CHECK(found == sub);
	dput(found);
	CHECK(!debugfs_lookup("none", dir));
	debugfs_create_file("slow", 0444, sub, &reads, &slow_fops);
	task = kthread_run(reader, NULL, "reader");
	CHECK(!IS_ERR(task));
	get_task_struct(task);
	wait_for_completion(&reads);
	debugfs_lookup_and_remove("sub", dir); /* waits for the reader */
	CHECK(kthread_stop_put(task) == 0);
	CHECK(kmemu_debugfs_read("kt/sub/slow", text, 1) == -ENOENT);
	debugfs_remove(NULL);
	debugfs_remove(ERR_PTR(-ENODEV));
}

static int show_device(struct seq_file *s, void *data)
{
	struct device *dev = s->private;

	CHECK(data == SEQ_START_TOKEN);
	seq_printf(s, "of %s\n", dev_name(dev));
	return 0;
}

static void renamed(struct dentry *dir)
{
	struct device dev = { .init_name = "files" };
	struct dentry *a = debugfs_create_dir("a", dir), *b = debugfs_create_dir("b", a), *f;

	debugfs_create_devm_seqfile(&dev, "state", b, show_device);
	CHECK(!strcmp(read_file("kt/a/b/state"), "of files\n"));
	f = debugfs_lookup("state", b);
	CHECK(debugfs_rename(b, f, dir, "a longer name than it had") == f);
	CHECK(debugfs_rename(dir, f, a, "state") == f && f->d_parent == a);
	CHECK(!strcmp(read_file("kt/a/state"), "of files\n"));
	CHECK(!*read_file("kt/a/b/state") && f->d_name.len == 5);
	CHECK(PTR_ERR(debugfs_rename(a, f, a, "b")) == -EINVAL); /* is there */
	CHECK(PTR_ERR(debugfs_rename(dir, f, a, "x")) == -EINVAL); /* not from there */
	CHECK(PTR_ERR(debugfs_rename(dir, a, b, "x")) == -EINVAL); /* below itself */
	CHECK(debugfs_rename(dir, NULL, b, "x") == NULL);
	dput(f);
	debugfs_remove(a);
	devres_release_all(&dev);
}

static void numbers_of_devices(void)
{
	static const struct file_operations fops = { .llseek = noop_llseek }, others;
	dev_t dev = 0;
	int major = register_chrdev(0, "any", &fops), next;

	CHECK(major == 254 && kmemu_chrdev_fops(MKDEV(major, 255)) == &fops);
	CHECK(!kmemu_chrdev_fops(MKDEV(major, 256)));
	CHECK(register_chrdev((unsigned int)major, "again", &others) == -EBUSY);
	CHECK(!__register_chrdev((unsigned int)major, 256, 1, "beside", &others));
	CHECK(kmemu_chrdev_fops(MKDEV(major, 256)) == &others);
	next = register_chrdev(0, "next", &others);
	CHECK(next == 253);
	CHECK(!alloc_chrdev_region(&dev, 3, 2, "region") && dev == MKDEV(252, 3));
	CHECK(register_chrdev_region(dev + 1, 5, "overlaps") == -EBUSY);
	CHECK(register_chrdev_region(dev + 2, MINORMASK, "into what is taken") == -EBUSY);
	CHECK(!register_chrdev_region(MKDEV(100, 5), MINORMASK, "into the next major"));
	unregister_chrdev_region(MKDEV(100, 5), MINORMASK);
	CHECK(register_chrdev(512, "too high", &fops) == -EINVAL);
	CHECK(register_chrdev(10, "misc", &fops) == -EBUSY); /* has one already */
	unregister_chrdev_region(dev, 2);
	unregister_chrdev((unsigned int)next, "next");
	__unregister_chrdev((unsigned int)major, 256, 1, "beside");
	unregister_chrdev((unsigned int)major, "any");
	CHECK(!kmemu_chrdev_fops(MKDEV(major, 0)));
}

int main(void)
{
	struct dentry *dir = debugfs_create_dir("kt", NULL);

	CHECK(!IS_ERR(dir));
	numbers(dir);
	bytes(dir);
	records(dir);
	one_record(dir);
	tree(dir);
	renamed(dir);
	numbers_of_devices();
	debugfs_remove_recursive(dir);
	CHECK(kmemu_debugfs_read("kt/small", text, 1) == -ENOENT);
	CHECK(!strcmp(str_on_off(true), "on") && !strcmp(str_no_yes(true), "no"));
	return 0;
}
