// SPDX-License-Identifier: MIT
/*
 * Files of debugfs, /proc and sysfs.
 */
#include <linux/module.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/proc_fs.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>
#include <linux/ctype.h>
#include <linux/kstrtox.h>
#include <linux/sort.h>
#include <linux/bsearch.h>
#include <kmemu/debugfs.h>
#include <kmemu/proc_fs.h>

struct rec {
	struct list_head list;
	int id;
	const char *name;
};

static LIST_HEAD(recs);
static DEFINE_MUTEX(lock);
static struct dentry *dir;
static u32 level = 3;
static u64 mask;
static bool enabled;
static char *label;
static struct kobject *kobj;
static atomic_t hits = ATOMIC_INIT(4);
static struct debugfs_regset32 regset;

static void *rec_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&lock);
	return seq_list_start_head(&recs, *pos);
}

static void *rec_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &recs, pos);
}

static void rec_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&lock);
}

static int rec_show(struct seq_file *m, void *v)
{
	struct rec *r;

	if (v == &recs) {
		seq_puts(m, "id name\n");
		return 0;
	}
	r = list_entry(v, struct rec, list);
	seq_printf(m, "%-3d", r->id);
	seq_escape_str(m, r->name, ESCAPE_SPACE, "\n");
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations rec_sops = {
	.start = rec_start, .next = rec_next, .stop = rec_stop, .show = rec_show,
};
DEFINE_SEQ_ATTRIBUTE(rec);

static int summary_show(struct seq_file *m, void *v)
{
	char size[16];

	string_get_size(123456789, 1, STRING_UNITS_2, size, sizeof(size));
	seq_printf(m, "level %u enabled %s size %s\n", level, str_yes_no(enabled), size);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(summary);

static int twice_get(void *data, u64 *val)
{
	*val = *(u32 *)data * 2;
	return 0;
}

static int twice_set(void *data, u64 val)
{
	*(u32 *)data = val / 2;
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(twice_ops, twice_get, twice_set, "%llu\n");

static ssize_t cmd_write(struct file *file, const char __user *ubuf, size_t count, loff_t *ppos)
{
	char buf[32];
	ssize_t n = simple_write_to_buffer(buf, sizeof(buf) - 1, ppos, ubuf, count);
	unsigned int v;
	int ret;

	if (n < 0)
		return n;
	buf[n] = 0;
	ret = kstrtouint(strim(buf), 0, &v);
	if (ret)
		return ret;
	level = v;
	return count;
}
static const struct file_operations cmd_fops = {
	.owner = THIS_MODULE, .open = simple_open, .write = cmd_write, .llseek = default_llseek,
};

static ssize_t level_show(struct kobject *k, struct kobj_attribute *a, char *buf)
{
	return sysfs_emit(buf, "%u\n", level);
}
static ssize_t level_store(struct kobject *k, struct kobj_attribute *a, const char *buf, size_t n)
{
	return kstrtou32(buf, 0, &level) ?: n;
}
static struct kobj_attribute level_attr = __ATTR_RW(level);
static struct attribute *attrs[] = { &level_attr.attr, NULL };
static const struct attribute_group group = { .attrs = attrs };
static const struct attribute_group *groups[] = { &group, NULL };

static int cmp(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static int __init dbg_init(void)
{
	static const char *const names[] = { "a", "b\nc", "d" };
	int ids[] = { 3, 1, 2 }, i, key = 2;
	char buf[256] = "";
	struct rec *r, *n;
	long len;

	sort(ids, ARRAY_SIZE(ids), sizeof(int), cmp, NULL);
	if (bsearch(&key, ids, ARRAY_SIZE(ids), sizeof(int), cmp) != &ids[1])
		return -EINVAL;
	for (i = 0; i < 3; i++) {
		r = kzalloc(sizeof(*r), GFP_KERNEL);
		r->id = ids[i];
		r->name = kstrdup_const(names[i], GFP_KERNEL);
		list_add_tail(&r->list, &recs);
	}
	label = kstrdup("hello", GFP_KERNEL);
	dir = debugfs_create_dir("dbg", NULL);
	debugfs_create_u32("level", 0644, dir, &level);
	debugfs_create_x64("mask", 0444, dir, &mask);
	debugfs_create_bool("enabled", 0600, dir, &enabled);
	debugfs_create_atomic_t("hits", 0444, dir, &hits);
	debugfs_create_str("label", 0644, dir, &label);
	debugfs_create_file("recs", 0444, dir, NULL, &rec_fops);
	debugfs_create_file("summary", 0444, dir, NULL, &summary_fops);
	debugfs_create_file("twice", 0644, dir, &level, &twice_ops);
	debugfs_create_file("cmd", 0200, dir, NULL, &cmd_fops);
	debugfs_create_regset32("regs", 0444, dir, &regset);
	proc_create_single("dbg_summary", 0444, NULL, summary_show);
	kobj = kobject_create_and_add("dbg", kernel_kobj);
	if (!kobj || sysfs_create_groups(kobj, groups))
		return -ENOMEM;
	len = kmemu_debugfs_read("dbg/recs", buf, sizeof(buf));
	if (len < 0)
		return len;
	if (strcmp(buf, "id name\n1  a\n2  b\\nc\n3  d\n")) {
		pr_err("%s", buf);
		return -EINVAL;
	}
	memset(buf, 0, sizeof(buf));
	len = kmemu_debugfs_read("dbg/summary", buf, sizeof(buf));
	if (strcmp(buf, "level 3 enabled no size 118 MiB\n")) {
		pr_err("%s", buf);
		return -EINVAL;
	}
	if (kmemu_debugfs_write("dbg/cmd", "0x10\n", 5) != 5 || level != 16)
		return -EINVAL;
	memset(buf, 0, sizeof(buf));
	kmemu_debugfs_read("dbg/twice", buf, sizeof(buf));
	if (strcmp(buf, "32\n") || kmemu_debugfs_write("dbg/label", "world\n", 6) != 6)
		return -EINVAL;
	memset(buf, 0, sizeof(buf));
	kmemu_debugfs_read("dbg/label", buf, sizeof(buf));
	if (strcmp(buf, "world\n") || strcmp(label, "world"))
		return -EINVAL;
	if (kmemu_proc_read("dbg_summary", buf, sizeof(buf)) < 10)
		return -EINVAL;
	debugfs_lookup_and_remove("mask", dir);
	debugfs_remove_recursive(dir);
	remove_proc_entry("dbg_summary", NULL);
	kobject_put(kobj);
	list_for_each_entry_safe(r, n, &recs, list) {
		list_del(&r->list);
		kfree_const(r->name);
		kfree(r);
	}
	kfree(label);
	return 0;
}
module_init(dbg_init);
MODULE_LICENSE("GPL");
