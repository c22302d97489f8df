/* SPDX-License-Identifier: MIT */
/*
 * <linux/seq_file.h> of Linux 6.12: text that is made while a file is read. Paths and
 * name spaces are not there; kmemu_debugfs_read() and kmemu_proc_read() read such files.
 */
#ifndef _LINUX_SEQ_FILE_H
#define _LINUX_SEQ_FILE_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/seq_file.h>
#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/types.h>
#include <linux/uidgid.h>

#define SEQ_SKIP 1
#define SEQ_START_TOKEN ((void *)1)

__kmemu_c int seq_open(struct file *file, const struct seq_operations *op)
	__kmemu_is(kmemu_seq_open);
__kmemu_c int seq_release(struct inode *inode, struct file *file) __kmemu_is(kmemu_seq_release);
__kmemu_c ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *ppos)
	__kmemu_is(kmemu_seq_read);
__kmemu_c ssize_t seq_read_iter(struct kiocb *iocb, struct iov_iter *iter)
	__kmemu_is(kmemu_seq_read_iter);
__kmemu_c loff_t seq_lseek(struct file *file, loff_t offset, int whence)
	__kmemu_is(kmemu_seq_lseek);
__kmemu_c void *__seq_open_private(struct file *file, const struct seq_operations *op, int psize)
	__kmemu_is(kmemu_seq_open_private);
__kmemu_c int seq_release_private(struct inode *inode, struct file *file)
	__kmemu_is(kmemu_seq_release_private);
__kmemu_c int single_open_size(struct file *file, int (*show)(struct seq_file *m, void *v),
			       void *data, size_t size) __kmemu_is(kmemu_single_open);
__kmemu_c int single_release(struct inode *inode, struct file *file)
	__kmemu_is(kmemu_single_release);
__kmemu_c void seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
	__kmemu_is(kmemu_seq_vprintf) __printf(2, 0);
__kmemu_c void seq_printf(struct seq_file *m, const char *fmt, ...)
	__kmemu_is(kmemu_seq_printf) __printf(2, 3);
__kmemu_c int seq_write(struct seq_file *m, const void *data, size_t len)
	__kmemu_is(kmemu_seq_write);
__kmemu_c void seq_escape(struct seq_file *m, const char *s, const char *esc)
	__kmemu_is(kmemu_seq_escape);
__kmemu_c void seq_pad(struct seq_file *m, char c) __kmemu_is(kmemu_seq_pad);
__kmemu_c void seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type,
			    int rowsize, int groupsize, const void *buf, size_t len, bool ascii)
	__kmemu_is(kmemu_seq_hex_dump);

static __always_inline int single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
				       void *data)
{
	return single_open_size(file, show, data, 0);
}

static __always_inline int seq_open_private(struct file *file, const struct seq_operations *op,
					    int psize)
{
	return __seq_open_private(file, op, psize) ? 0 : -ENOMEM;
}

static inline bool seq_has_overflowed(struct seq_file *m)
{
	return m->count == m->size;
}

/* What is free of the buffer; commit says how much of it was used, -1: it did not fit. */
static inline size_t seq_get_buf(struct seq_file *m, char **bufp)
{
	size_t room = m->size - m->count;

	BUG_ON(m->count > m->size);
	*bufp = room ? m->buf + m->count : NULL;
	return room;
}

static inline void seq_commit(struct seq_file *m, int num)
{
	BUG_ON(num >= 0 && m->count + (size_t)num > m->size);
	m->count = num < 0 ? m->size : m->count + (size_t)num;
}

static inline void seq_setwidth(struct seq_file *m, size_t size)
{
	m->pad_until = m->count + size;
}

static inline void seq_putc(struct seq_file *m, char c)
{
	if (m->count < m->size)
		m->buf[m->count++] = c;
}

static inline void seq_puts(struct seq_file *m, const char *s)
{
	seq_write(m, s, strlen(s));
}

static inline void seq_put_decimal_ull(struct seq_file *m, const char *delimiter,
				       unsigned long long num)
{
	seq_printf(m, "%s%llu", delimiter ? delimiter : "", num);
}

static inline void seq_put_decimal_ull_width(struct seq_file *m, const char *delimiter,
					     unsigned long long num, unsigned int width)
{
	seq_printf(m, "%s%*llu", delimiter ? delimiter : "", (int)width, num);
}

static inline void seq_put_decimal_ll(struct seq_file *m, const char *delimiter, long long num)
{
	seq_printf(m, "%s%lld", delimiter ? delimiter : "", num);
}

static inline void seq_put_hex_ll(struct seq_file *m, const char *delimiter,
				  unsigned long long v, unsigned int width)
{
	seq_printf(m, "%s%0*llx", delimiter ? delimiter : "", (int)width, v);
}

#define DEFINE_SEQ_ATTRIBUTE(__name)                                              \
	static int __name##_open(struct inode *inode, struct file *file)          \
	{                                                                         \
		int ret = seq_open(file, &__name##_sops);                         \
		if (!ret && inode->i_private)                                     \
			((struct seq_file *)file->private_data)->private =        \
				inode->i_private;                                 \
		return ret;                                                       \
	}                                                                         \
	static const struct file_operations __name##_fops = {                     \
		.owner = 0,                                                       \
		.llseek = seq_lseek,                                              \
		.read = seq_read,                                                 \
		.open = __name##_open,                                            \
		.release = seq_release,                                           \
	}

#define __kmemu_single_fops(__name, __write)                                      \
	static int __name##_open(struct inode *inode, struct file *file)          \
	{                                                                         \
		return single_open(file, __name##_show, inode->i_private);        \
	}                                                                         \
	static const struct file_operations __name##_fops = {                     \
		.owner = 0,                                                       \
		.llseek = seq_lseek,                                              \
		.read = seq_read,                                                 \
		.write = __write,                                                 \
		.open = __name##_open,                                            \
		.release = single_release,                                        \
	}
#define DEFINE_SHOW_ATTRIBUTE(__name) __kmemu_single_fops(__name, NULL)
#define DEFINE_SHOW_STORE_ATTRIBUTE(__name) __kmemu_single_fops(__name, __name##_write)

/* --- records that are a list's */

static inline struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *at;

	list_for_each(at, head)
		if (pos-- == 0)
			return at;
	return NULL;
}

static inline struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}

static inline struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *ppos)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*ppos;
	return next == head ? NULL : next;
}

static inline struct hlist_node *seq_hlist_start(struct hlist_head *head, loff_t pos)
{
	struct hlist_node *node;

	hlist_for_each(node, head)
		if (pos-- == 0)
			return node;
	return NULL;
}

static inline struct hlist_node *seq_hlist_start_head(struct hlist_head *head, loff_t pos)
{
	return pos ? seq_hlist_start(head, pos - 1) : (struct hlist_node *)SEQ_START_TOKEN;
}

static inline struct hlist_node *seq_hlist_next(void *v, struct hlist_head *head, loff_t *ppos)
{
	++*ppos;
	return v == SEQ_START_TOKEN ? head->first : ((struct hlist_node *)v)->next;
}

#include <linux/mm.h>

/* ",name=value", with what would end an option escaped (\054). */
static inline void seq_show_option(struct seq_file *m, const char *name, const char *value)
{
	seq_putc(m, ',');
	seq_escape(m, name, ",= \t\n\\");
	if (value) {
		seq_putc(m, '=');
		seq_escape(m, value, ", \t\n\\");
	}
}
#define seq_show_option_n(m, name, value, length)      \
	({                                             \
		char val_buf[length + 1];              \
		memcpy(val_buf, value, length);        \
		val_buf[length] = '\0';                \
		seq_show_option(m, name, val_buf);     \
	})

static __always_inline struct list_head *seq_list_start_rcu(struct list_head *head, loff_t pos)
{
	return seq_list_start(head, pos);
}

static __always_inline struct list_head *seq_list_start_head_rcu(struct list_head *head, loff_t pos)
{
	return seq_list_start_head(head, pos);
}

static __always_inline struct list_head *seq_list_next_rcu(void *v, struct list_head *head,
							   loff_t *ppos)
{
	return seq_list_next(v, head, ppos);
}

static __always_inline struct hlist_node *seq_hlist_start_rcu(struct hlist_head *head, loff_t pos)
{
	return seq_hlist_start(head, pos);
}

static __always_inline struct hlist_node *seq_hlist_start_head_rcu(struct hlist_head *head,
								   loff_t pos)
{
	return seq_hlist_start_head(head, pos);
}

static __always_inline struct hlist_node *seq_hlist_next_rcu(void *v, struct hlist_head *head,
							     loff_t *ppos)
{
	return seq_hlist_next(v, head, ppos);
}

#define DEFINE_PROC_SHOW_ATTRIBUTE(__name)                                              \
	static int __name##_open(struct inode *inode, struct file *file)                \
	{                                                                               \
		return single_open(file, __name##_show, inode->i_private);              \
	}                                                                               \
	static const struct proc_ops __name##_proc_ops = {                              \
		.proc_open = __name##_open,                                             \
		.proc_read = seq_read,                                                  \
		.proc_lseek = seq_lseek,                                                \
		.proc_release = single_release,                                         \
	}

/* All of it, or the file is read again with more room. */
static inline void seq_escape_mem(struct seq_file *m, const char *src, size_t len,
				  unsigned int flags, const char *esc)
{
	char *buf;
	size_t room = seq_get_buf(m, &buf);
	int n = string_escape_mem(src, len, buf, room, flags, esc);

	seq_commit(m, n < (int)room ? n : -1);
}

static inline void seq_escape_str(struct seq_file *m, const char *src, unsigned int flags,
				  const char *esc)
{
	seq_escape_mem(m, src, strlen(src), flags, esc);
}

/* A path from the top of its tree; what esc names becomes \\ooo. -1: it did not fit. */
__kmemu_c int seq_dentry(struct seq_file *m, struct dentry *dentry, const char *esc)
	__kmemu_is(kmemu_seq_dentry);
__kmemu_c char *mangle_path(char *s, const char *p, const char *esc)
	__kmemu_is(kmemu_mangle_path);

static inline int seq_path(struct seq_file *m, const struct path *path, const char *esc)
{
	return seq_dentry(m, path->dentry, esc);
}

static inline int seq_file_path(struct seq_file *m, struct file *file, const char *esc)
{
	return seq_path(m, &file->f_path, esc);
}

static __always_inline void __seq_puts(struct seq_file *m, const char *s)
{
	seq_puts(m, s);
}

/* Of a list for each CPU; *cpu: whose it is. */
static inline struct hlist_node *seq_hlist_start_percpu(struct hlist_head __percpu *head, int *cpu,
							loff_t pos)
{
	struct hlist_node *node;

	for_each_possible_cpu(*cpu)
		hlist_for_each(node, per_cpu_ptr(head, *cpu))
			if (pos-- == 0)
				return node;
	return NULL;
}

static inline struct hlist_node *seq_hlist_next_percpu(void *v, struct hlist_head __percpu *head,
						       int *cpu, loff_t *pos)
{
	struct hlist_node *next = ((struct hlist_node *)v)->next;

	++*pos;
	while (!next && (*cpu = (int)cpumask_next(*cpu, cpu_possible_mask)) < (int)nr_cpu_ids)
		next = per_cpu_ptr(head, *cpu)->first;
	return next;
}

/* For a file of one thing that has a next and a stop of its own. */
static inline void *single_start(struct seq_file *p, loff_t *pos)
{
	(void)p;
	return *pos ? NULL : SEQ_START_TOKEN;
}

/* Who opened it is the kernel. */

static __always_inline struct user_namespace *seq_user_ns(struct seq_file *seq)
{
	(void)seq;
	return &init_user_ns;
}

__kmemu_c void seq_bprintf(struct seq_file *m, const char *f, const u32 *binary)
	__kmemu_is(kmemu_seq_bprintf);

/* Nothing is mounted: every root is the top of the tree that the path is in. */
static inline int seq_path_root(struct seq_file *m, const struct path *path,
				const struct path *root, const char *esc)
{
	(void)root;
	seq_path(m, path, esc);
	return 0;
}

#endif /* __cplusplus */

#endif /* _LINUX_SEQ_FILE_H */
