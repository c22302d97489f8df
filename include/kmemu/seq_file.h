/* SPDX-License-Identifier: MIT */
/*
 * seq_file.h - text that is made record by record while a file is read (kernel:
 * include/linux/seq_file.h, fs/seq_file.c). <linux/seq_file.h> is thin names over it.
 */
#ifndef KMEMU_SEQ_FILE_H
#define KMEMU_SEQ_FILE_H

#include <stdarg.h>

#include "fs.h"

#ifdef __cplusplus
extern "C" {
#endif

struct seq_operations;

struct seq_file {
	char *buf; /* kvmalloc: a page, twice as much each time a record does not fit */
	size_t size, from, count; /* count bytes at from are not read yet; size: overflow */
	size_t pad_until;
	long long index; /* of the record that comes */
	long long read_pos;
	struct mutex lock;
	const struct seq_operations *op;
	int poll_event;
	const struct file *file;
#ifdef __cplusplus
	void *private_; /* a word that C++ keeps for itself */
#else
	void *private;
#endif
};

struct seq_operations {
	void *(*start)(struct seq_file *m, long long *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, long long *pos);
	int (*show)(struct seq_file *m, void *v);
};

struct dentry;
/* From show: its path from the top of its tree; -1: it did not fit. */
int kmemu_seq_dentry(struct seq_file *m, const struct dentry *dentry, const char *esc);
/* s and p in one buffer, s before p; NULL: the room between them is too small. */
char *kmemu_mangle_path(char *s, const char *p, const char *esc);

/*
 * All may sleep but what prints, which must be called from show. open: 0 or -ENOMEM.
 * read: what a record needs is allocated with GFP_KERNEL; no record is cut.
 */
int kmemu_seq_open(struct file *file, const struct seq_operations *op);
int kmemu_seq_release(struct inode *inode, struct file *file);
ssize_t kmemu_seq_read(struct file *file, char *buf, size_t size, long long *pos);
ssize_t kmemu_seq_read_iter(struct kiocb *iocb, struct iov_iter *to);
long long kmemu_seq_lseek(struct file *file, long long offset, int whence);
/* private: zeroed, of that size; freed by release_private. NULL: no memory. */
void *kmemu_seq_open_private(struct file *file, const struct seq_operations *op, int size);
int kmemu_seq_release_private(struct inode *inode, struct file *file);
/* One record. size: of the buffer at first, 0: a page. */
int kmemu_single_open(struct file *file, int (*show)(struct seq_file *m, void *v), void *data,
		      size_t size);
int kmemu_single_release(struct inode *inode, struct file *file);

void kmemu_seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
	__attribute__((__format__(__printf__, 2, 0)));
/* fmt with the arguments that vbin_printf() kept. */
void kmemu_seq_bprintf(struct seq_file *m, const char *fmt, const unsigned int *binary);
void kmemu_seq_printf(struct seq_file *m, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
int kmemu_seq_write(struct seq_file *m, const void *data, size_t len); /* -1: did not fit */
void kmemu_seq_escape(struct seq_file *m, const char *s, const char *esc);
void kmemu_seq_pad(struct seq_file *m, char c);
void kmemu_seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type, int rowsize,
			int groupsize, const void *buf, size_t len, bool ascii);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_SEQ_FILE_H */
