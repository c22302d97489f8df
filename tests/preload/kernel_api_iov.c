// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Files that have read_iter() and write_iter() alone, by all ways to them; iterators of all
 * types, and of memory of which a part is not there (kernel_api_iov.sh).
 */
#include <linux/aio.h>
#include <linux/bvec.h>
#include <linux/debugfs.h>
#include <linux/folio_queue.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>
#include <kmemu/chrdev.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "check.h"

static bool mistakes, atomic;
module_param(mistakes, bool, 0444);
module_param(atomic, bool, 0444);

/* --- a device that is some memory */

static char store[100];
static int last_flags;

static ssize_t store_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	size_t n, left = sizeof(store) - (size_t)iocb->ki_pos;

	CHECK(is_sync_kiocb(iocb) && iov_iter_rw(to) == READ);
	last_flags = iocb->ki_flags;
	if (iocb->ki_pos >= (loff_t)sizeof(store))
		return 0;
	n = copy_to_iter(store + iocb->ki_pos, min(left, iov_iter_count(to)), to);
	if (!n && iov_iter_count(to))
		return -EFAULT;
	iocb->ki_pos += (loff_t)n;
	return (ssize_t)n;
}

static ssize_t store_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	size_t n = min(sizeof(store) - (size_t)iocb->ki_pos, iov_iter_count(from));

	CHECK(iov_iter_rw(from) == WRITE);
	last_flags = iocb->ki_flags;
	if (!n)
		return -ENOSPC;
	if (!copy_from_iter_full(store + iocb->ki_pos, n, from))
		return -EFAULT;
	iocb->ki_pos += (loff_t)n;
	return (ssize_t)n;
}

static const struct file_operations store_fops = {
	.owner = THIS_MODULE,
	.read_iter = store_read_iter,
	.write_iter = store_write_iter,
	.llseek = default_llseek,
	.splice_read = copy_splice_read,
	.splice_write = iter_file_splice_write,
};

static struct miscdevice store_dev = { .minor = MISC_DYNAMIC_MINOR,
				       .name = "store",
				       .fops = &store_fops };

static void of_a_device(void)
{
	struct iovec out[3] = { { "ab", 2 }, { NULL, 0 }, { "cdef", 4 } };
	char text[20] = "", more[20] = "";
	struct iovec in[2] = { { text, 3 }, { more, 3 } };
	struct kvec kvec = { text, sizeof(text) };
	struct iov_iter iter;
	struct inode inode;
	struct file file;
	loff_t pos = 0;

	CHECK(!misc_register(&store_dev));
	CHECK(!kmemu_chrdev_open(kmemu_chrdev_number("store"), O_RDWR | O_APPEND | O_SYNC, &inode,
				 &file));
	CHECK(vfs_write(&file, "hello", 5, &file.f_pos) == 5 && file.f_pos == 5);
	CHECK(last_flags == (IOCB_APPEND | IOCB_DSYNC | IOCB_SYNC));
	CHECK(vfs_read(&file, text, 5, &pos) == 5 && pos == 5 && !memcmp(text, "hello", 5));
	pos = sizeof(store);
	CHECK(!vfs_read(&file, text, 5, &pos) && vfs_write(&file, text, 5, &pos) == -ENOSPC);
	CHECK(vfs_read(&file, (char *)(1ul << 60), 5, &pos) == -EFAULT);
	pos = -1;
	CHECK(vfs_read(&file, text, 5, &pos) == -EINVAL);

	pos = 0;
	CHECK(kmemu_vfs_writev(&file, out, 3, &pos, RWF_DSYNC) == 6 && pos == 6);
	pos = 0;
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, 0) == 6 && pos == 6);
	CHECK(!memcmp(text, "abc", 3) && !memcmp(more, "def", 3));
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, RWF_NOWAIT) == -EOPNOTSUPP);
	file.f_mode |= FMODE_NOWAIT;
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, RWF_NOWAIT) == 6 && last_flags & IOCB_NOWAIT);
	CHECK(kmemu_vfs_readv(&file, in, 1025, &pos, 0) == -EINVAL);

	pos = 0;
	CHECK(kernel_write(&file, "kernel", 6, &pos) == 6 && pos == 6);
	pos = 1;
	CHECK(kernel_read(&file, text, 5, &pos) == 5 && !memcmp(text, "ernel", 5));
	pos = 0;
	iov_iter_kvec(&iter, ITER_DEST, &kvec, 1, 6);
	CHECK(vfs_iter_read(&file, &iter, &pos, 0) == 6 && !memcmp(text, "kernel", 6));
	file.f_mode &= ~FMODE_READ;
	CHECK(vfs_read(&file, text, 5, &pos) == -EBADF);
	CHECK(!kmemu_chrdev_close(&file));
	misc_deregister(&store_dev);
}

/* --- files of trees; read() of a vector; the library's own files */

static int show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%s\n", (char *)m->private);
	return 0;
}

static int show_open(struct inode *inode, struct file *file)
{
	return single_open(file, show, pde_data(inode));
}

static const struct proc_ops show_ops = { .proc_open = show_open,
					  .proc_read_iter = seq_read_iter,
					  .proc_lseek = seq_lseek,
					  .proc_release = single_release };

static ssize_t plain_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	(void)file;
	return simple_read_from_buffer(buf, count, pos, "0123456789", 10);
}

static const struct file_operations plain_fops = { .read = plain_read };

static void of_trees(void)
{
	char text[20] = "", more[20] = "";
	struct iovec in[2] = { { text, 4 }, { more, 10 } };
	struct proc_dir_entry *entry;
	struct file file;
	loff_t pos = 0;

	memcpy(store, "store", 5);
	debugfs_create_file("store", 0600, NULL, NULL, &store_fops);
	CHECK(kmemu_debugfs_read("store", text, 5) == 5 && !memcmp(text, "store", 5));
	CHECK(kmemu_debugfs_write("store", "debug", 5) == 5 && !memcmp(store, "debug", 5));
	debugfs_lookup_and_remove("store", NULL);

	entry = proc_create_data("said", 0444, NULL, &show_ops, "what it says");
	CHECK(kmemu_proc_read("said", text, sizeof(text)) == 13);
	CHECK(!memcmp(text, "what it says\n", 13));
	CHECK(!kmemu_proc_open("said", O_RDONLY, &file));
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, 0) == 13 && !memcmp(more, " it says\n", 9));
	pos = 5; /* not where it was left */
	CHECK(kernel_read(&file, text, 2, &pos) == 2 && !memcmp(text, "it", 2) && pos == 7);
	kmemu_proc_close(&file);
	proc_remove(entry);

	file = (struct file){ .f_op = &plain_fops, .f_mode = FMODE_READ };
	pos = 0;
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, 0) == 10 && !memcmp(text, "0123", 4));
	CHECK(!memcmp(more, "456789", 6));
	CHECK(kmemu_vfs_readv(&file, in, 2, &pos, RWF_DSYNC) == -EOPNOTSUPP);
	CHECK(vfs_write(&file, "a", 1, &pos) == -EBADF);

	file = (struct file){ .f_op = &urandom_fops, .f_mode = FMODE_READ | FMODE_WRITE };
	memset(store, 0, sizeof(store));
	CHECK(vfs_read(&file, store, 100, &pos) == 100 && memchr_inv(store, 0, 100));
	CHECK(vfs_write(&file, store, 100, &pos) == 100);
}

/* --- iterators of kernel memory */

static char bytes[4 * PAGE_SIZE];

/* What was put there, and back again, is the same. */
static void there_and_back(struct iov_iter *to, size_t n)
{
	struct iov_iter from = *to;
	char *text = kzalloc(n, GFP_KERNEL);

	from.data_source = ITER_SOURCE;
	fill(bytes, n, 5);
	CHECK(iov_iter_count(to) == n && copy_to_iter(bytes, n, to) == n && !to->count);
	CHECK(copy_from_iter(text, n, &from) == n && !memcmp(text, bytes, n));
	iov_iter_revert(&from, n);
	iov_iter_advance(&from, n / 2);
	CHECK(copy_from_iter_full(text, n - n / 2, &from));
	CHECK(!memcmp(text, bytes + n / 2, n - n / 2));
	iov_iter_revert(to, 10);
	CHECK(iov_iter_zero(100, to) == 10 && !to->count);
	iov_iter_revert(&from, 11);
	CHECK(copy_from_iter(text, 100, &from) == 11);
	CHECK(text[0] == bytes[n - 11] && !memchr_inv(text + 1, 0, 10));
	kfree(text);
}

static void of_pages(struct page *block, struct page **pages)
{
	struct bio_vec bvec[2];
	struct kvec kvec[2] = { { page_address(block), 5000 }, { page_address(pages[0]), 3000 } };
	struct folio_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);
	struct scatterlist sg[8];
	struct sg_table sgt = { .sgl = sg };
	struct iov_iter i;
	DEFINE_XARRAY(xa);

	iov_iter_kvec(&i, ITER_DEST, kvec, 2, 8000);
	there_and_back(&i, 8000);
	bvec_set_folio(&bvec[0], page_folio(block), 7000, 5000);
	bvec_set_page(&bvec[1], pages[1], 1000, 96);
	iov_iter_bvec(&i, ITER_DEST, bvec, 2, 8000);
	there_and_back(&i, 8000);
	iov_iter_bvec(&i, ITER_DEST, bvec, 2, 8000);
	CHECK(iov_iter_npages(&i, 100) == 3 && iov_iter_single_seg_count(&i) == 7000);
	CHECK(iov_iter_alignment(&i) == (5000 % 4096 | 7000 | 96 | 1000));
	sg_init_table(sg, 8);
	CHECK(extract_iter_to_sg(&i, 8000, &sgt, 8, 0) == 8000 && sgt.nents == 2);
	CHECK(sg[0].length == 7000 && sg_page(&sg[1]) == pages[1] && sg[1].offset == 96);

	folioq_init(q, 0);
	folioq_append(q, page_folio(block));
	folioq_append(q, page_folio(pages[0]));
	iov_iter_folio_queue(&i, ITER_DEST, q, 0, 100, 4 * PAGE_SIZE);
	there_and_back(&i, 4 * PAGE_SIZE);
	kfree(q);
	xa_store(&xa, 7, pages[0], GFP_KERNEL);
	xa_store(&xa, 8, pages[1], GFP_KERNEL);
	iov_iter_xarray(&i, ITER_DEST, &xa, 7 * PAGE_SIZE + 10, 5000);
	there_and_back(&i, 5000);
	xa_destroy(&xa);
	iov_iter_discard(&i, ITER_DEST, 50);
	CHECK(copy_to_iter(bytes, 40, &i) == 40 && iov_iter_count(&i) == 10);

	/* Of pages, over their ends. */
	iov_iter_kvec(&i, ITER_DEST, kvec, 1, 5000);
	fill(page_address(block), 4 * PAGE_SIZE, 1);
	kvec[0].iov_base = bytes;
	CHECK(copy_folio_to_iter(page_folio(block), 4000, 5000, &i) == 5000);
	CHECK(!memcmp(bytes, (char *)page_address(block) + 4000, 5000));
}

/* --- of a program's */

static void of_holes(void)
{
	char *user = mmap(NULL, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *end = user + PAGE_SIZE, *kernel = kzalloc(PAGE_SIZE, GFP_KERNEL);
	struct iovec iov[3] = { { user, 10 }, { NULL, 0 }, { end - 20, 100 } };
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO), *got[4];
	struct iov_iter_state state;
	struct iov_iter i;
	size_t offset;

	CHECK(!mprotect(end, PAGE_SIZE, PROT_NONE));
	iov_iter_init(&i, ITER_DEST, iov, 3, 110);
	iov_iter_save_state(&i, &state);
	CHECK(fault_in_iov_iter_readable(&i, 200) == 170);
	CHECK(fault_in_iov_iter_writeable(&i, 30) == 0);
	fill(kernel, 110, 3);
	CHECK(copy_to_iter(kernel, 110, &i) == 30 && i.count == 80 && i.iov_offset == 20);
	CHECK(filled(user, 10, 3) && !memcmp(end - 20, kernel + 10, 20));
	CHECK(copy_to_iter(kernel, 80, &i) == 0 && i.count == 80);
	iov_iter_restore(&i, &state);
	CHECK(!copy_to_iter_full(kernel, 110, &i) && i.count == 110 && i.nr_segs == 3);
	CHECK(copy_to_iter_full(kernel, 30, &i));
	iov_iter_restore(&i, &state);
	CHECK(copy_page_to_iter(page, 4000, 96, &i) == 30 && !end[-1]);
	iov_iter_restore(&i, &state);
	CHECK(iov_iter_get_pages2(&i, got, 110, 4, &offset) == 10 && !offset);
	put_page(got[0]);
	CHECK(iov_iter_extract_will_pin(&i) && i.count == 100);
	iov_iter_ubuf(&i, ITER_DEST, end - 20, 20);
	{
		struct page **pages = got;

		CHECK(iov_iter_extract_pages(&i, &pages, 100, 4, 0, &offset) == 20);
		CHECK(offset == PAGE_SIZE - 20 && !i.count);
		memcpy((char *)page_address(got[0]) + offset, "by the device", 13);
		unpin_user_page(got[0]);
		CHECK(!memcmp(end - 20, "by the device", 13));
	}
	iov_iter_ubuf(&i, ITER_SOURCE, end - 20, 100);
	CHECK(copy_from_iter(kernel, 100, &i) == 20 && !memcmp(kernel, "by the device", 13));
	iov_iter_ubuf(&i, ITER_SOURCE, (void *)(1ul << 60), 100);
	CHECK(!copy_from_iter(kernel, 100, &i));
	__free_page(page);
	kfree(kernel);
	munmap(user, 3 * PAGE_SIZE);
}

static void of_vectors(void)
{
	struct iovec iov[10] = { { bytes, 10 }, { bytes, 20 } }, fast[8], *vec = fast;
	struct iovec bad = { bytes, (size_t)-1 }, *none = ERR_PTR(-EINVAL);
	struct iov_iter i, copy;
	const void *pieces;

	CHECK(import_iovec(ITER_DEST, iov, 2, 8, &vec, &i) == 30 && !vec && iter_is_iovec(&i));
	CHECK(iter_iov(&i) == fast && iov_length(fast, 2) == 30);
	vec = fast;
	CHECK(import_iovec(ITER_DEST, iov, 10, 8, &vec, &i) == 30 && vec && vec != fast);
	kfree(vec);
	vec = fast;
	CHECK(import_iovec(ITER_DEST, iov, 1, 8, &vec, &i) == 10 && !vec && iter_is_ubuf(&i));
	CHECK(iter_iov(&i)->iov_base == bytes && iter_iov_len(&i) == 10);
	CHECK(import_iovec(ITER_DEST, &bad, 1, 8, &vec, &i) == -EINVAL && !vec);
	CHECK(iovec_from_user(iov, 1025, 8, fast, false) == none);
	CHECK(import_iovec(ITER_DEST, NULL, 2, 8, &vec, &i) == -ENOMEM ||
	      import_iovec(ITER_DEST, NULL, 2, 8, &vec, &i) == -EFAULT);
	iov[1].iov_len = 0x7ffff000;
	vec = fast;
	CHECK(import_iovec(ITER_DEST, iov, 2, 8, &vec, &i) == 0x7ffff000);
	CHECK(fast[1].iov_len == 0x7ffff000 - 10);
	iov_iter_truncate(&i, 12);
	CHECK(iov_iter_count(&i) == 12 && iov_iter_npages_cap(&i, 10, 5) == 1);
	iov_iter_reexpand(&i, 30);
	CHECK(iov_iter_gap_alignment(&i) == (((unsigned long)bytes + 10) | (unsigned long)bytes));
	pieces = dup_iter(&copy, &i, GFP_KERNEL);
	CHECK(pieces && copy.__iov == pieces && pieces != fast && !memcmp(pieces, fast, 32));
	kfree(pieces);
}

static void of_areas(void)
{
	char *area = vmalloc(PAGE_SIZE), text[40];
	struct kvec kvec = { text, sizeof(text) };
	struct iov_iter i;

	fill(area, PAGE_SIZE, 9);
	iov_iter_kvec(&i, ITER_DEST, &kvec, 1, sizeof(text));
	memset(text, 1, sizeof(text));
	CHECK(vread_iter(&i, area + PAGE_SIZE - 20, 40) == 40);
	CHECK(!memcmp(text, area + PAGE_SIZE - 20, 20) && !memchr_inv(text + 20, 0, 20));
	vfree(area);
}

/* --- each is one WARN */

static void of_mistakes(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct kvec kvec = { store, sizeof(store) };
	struct iov_iter i;

	iov_iter_kvec(&i, 2, &kvec, 1, 10);
	iov_iter_kvec(&i, ITER_SOURCE, &kvec, 1, 10);
	CHECK(!copy_to_iter("text", 4, &i));
	iov_iter_kvec(&i, ITER_DEST, &kvec, 1, 10);
	CHECK(!copy_from_iter(store, 4, &i));
	CHECK(!copy_page_to_iter(page, 4000, 97, &i));
	__free_page(page);
}

/* One may sleep. */
static noinline void under_a_lock(void)
{
	static DEFINE_SPINLOCK(lock);
	char user[8] = "";
	struct kvec kvec = { store, 8 };
	struct iov_iter to_user, to_kernel;
	size_t n;

	iov_iter_ubuf(&to_user, ITER_DEST, user, 8);
	iov_iter_kvec(&to_kernel, ITER_DEST, &kvec, 1, 8);
	spin_lock(&lock);
	n = copy_to_iter("kernel", 7, &to_kernel);
	n += copy_to_iter("user", 5, &to_user); /* HERE */
	spin_unlock(&lock);
	CHECK(n == 12);
}

static int __init iov_init(void)
{
	struct page *block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2);
	struct page *pages[2] = { alloc_page(GFP_KERNEL), alloc_page(GFP_KERNEL) };

	if (atomic) {
		under_a_lock();
	} else if (mistakes) {
		of_mistakes();
	} else {
		of_a_device();
		of_trees();
		of_pages(block, pages);
		of_holes();
		of_vectors();
		of_areas();
	}
	__free_pages(block, 2);
	__free_page(pages[0]);
	__free_page(pages[1]);
	return 0;
}
module_init(iov_init);
MODULE_LICENSE("Dual MIT/GPL");
