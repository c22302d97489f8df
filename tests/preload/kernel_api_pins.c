// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that pins pages of the program's, or has references to them: what the device
 * writes is there after the unpin, what the program wrote beside it stays, and what is not
 * there is an answer.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include <sys/mman.h>

#include "check.h"

static DEFINE_SPINLOCK(lock);

static void bytes(char *user)
{
	struct page *pages[4], *again[2];
	char *page;

	memset(user, 'u', 3 * PAGE_SIZE);
	CHECK(pin_user_pages_fast((unsigned long)user + 100, 3, FOLL_WRITE, pages) == 3);
	CHECK(pages[0] != pages[1] && page_maybe_dma_pinned(pages[2]));
	page = page_address(pages[1]);
	CHECK(page[5] == 'u' && page[PAGE_SIZE - 1] == 'u');
	page[7] = 'd';
	memset(page + 1000, 'e', 50);
	user[PAGE_SIZE + 8] = 'v';
	CHECK(user[PAGE_SIZE + 7] == 'u');
	/* Pinned twice: the same page, and both sides are made equal. */
	CHECK(pin_user_pages_unlocked((unsigned long)user + PAGE_SIZE, 2, again, 0) == 2);
	CHECK(again[0] == pages[1] && again[1] == pages[2]);
	CHECK(user[PAGE_SIZE + 7] == 'd' && page[8] == 'v' && user[PAGE_SIZE + 1049] == 'e');
	page[9] = 'f';
	unpin_user_pages(again, 2);
	CHECK(user[PAGE_SIZE + 9] == 'f' && page_maybe_dma_pinned(pages[1]));
	page[10] = 'g';
	unpin_user_pages_dirty_lock(pages, 3, true);
	CHECK(user[PAGE_SIZE + 10] == 'g' && user[PAGE_SIZE + 11] == 'u');
	CHECK(!page_maybe_dma_pinned(pages[1]));
	CHECK(pin_user_pages_fast((unsigned long)user, 1, 0, pages) == 1);
	*(char *)page_address(pages[0]) = 'l';
	unpin_user_page(pages[0]);
	CHECK(user[0] == 'u');
}

/* The same by references, of which put_page() gives the last back. */
static void references(char *user)
{
	struct page *pages[3], *again, *pinned;
	char *page;

	memset(user, 'u', 3 * PAGE_SIZE);
	CHECK(get_user_pages_fast((unsigned long)user + 100, 3, FOLL_WRITE, pages) == 3);
	CHECK(get_user_pages_unlocked((unsigned long)user, 1, &again, 0) == 1 && again == pages[0]);
	page = page_address(pages[0]);
	CHECK(page[PAGE_SIZE - 1] == 'u' && page_count(pages[0]) == 3 && page_count(pages[1]) == 2);
	page[7] = 'd';
	user[8] = 'v';
	spin_lock(&lock); /* in any context */
	put_page(again);
	CHECK(user[7] == 'd' && page[8] == 'v' && user[9] == 'u');
	get_page(pages[0]);
	page[9] = 'e';
	put_page(pages[0]);
	spin_unlock(&lock);
	CHECK(pin_user_pages_fast((unsigned long)user, 1, FOLL_WRITE, &pinned) == 1);
	CHECK(pinned == pages[0] && user[9] == 'e');
	page[10] = 'f';
	set_page_dirty_lock(pages[0]);
	put_page(pages[0]);
	CHECK(user[10] == 'f' && page_maybe_dma_pinned(pinned));
	page[11] = 'g';
	unpin_user_page(pinned);
	CHECK(user[11] == 'g' && !page_maybe_dma_pinned(pinned));
	*(char *)page_address(pages[1]) = 'h';
	release_pages(pages + 1, 2);
	CHECK(user[PAGE_SIZE] == 'h' && user[2 * PAGE_SIZE] == 'u');
	mmap_read_lock(current->mm);
	CHECK(get_user_pages((unsigned long)user, 1, 0, pages) == 1);
	mmap_read_unlock(current->mm);
	*(char *)page_address(pages[0]) = 'l';
	put_page(pages[0]);
	CHECK(user[0] == 'u');
	CHECK(get_user_pages_fast(8, 1, FOLL_WRITE, pages) == -EFAULT);
}

static void absent(char *user)
{
	struct page *pages[4];

	munmap(user + 2 * PAGE_SIZE, PAGE_SIZE);
	mprotect(user + PAGE_SIZE, PAGE_SIZE, PROT_READ);
	CHECK(pin_user_pages_fast((unsigned long)user, 3, FOLL_WRITE, pages) == 1);
	unpin_user_page(pages[0]);
	CHECK(pin_user_pages_fast((unsigned long)user, 3, 0, pages) == 2);
	unpin_user_pages(pages, 2);
	user += PAGE_SIZE;
	CHECK(pin_user_pages_fast((unsigned long)user, 1, FOLL_WRITE, pages) == -EFAULT);
	CHECK(pin_user_pages_fast(8, 1, FOLL_WRITE, pages) == -EFAULT);
}

static int thread(void *arg)
{
	struct mm_struct *mm = arg;
	int value = 0;

	CHECK(!current->mm && !get_task_mm(current));
	kthread_use_mm(mm);
	CHECK(current->mm == mm && !copy_from_user(&value, &mm->mm_users, sizeof(value)));
	kthread_unuse_mm(mm);
	return value;
}

static void memory(void)
{
	struct mm_struct *mm = get_task_mm(current);
	struct task_struct *t = kthread_create(thread, mm, "pins");
	struct page *page;
	int local = 1;

	get_task_struct(t);
	wake_up_process(t);
	CHECK(mm == current->mm && kthread_stop(t) >= -EINTR);
	put_task_struct(t);
	mmap_read_lock(mm);
	CHECK(pin_user_pages((unsigned long)&local, 1, FOLL_WRITE, &page) == 1);
	mmap_read_unlock(mm);
	*(int *)(page_address(page) + offset_in_page(&local)) = 5;
	unpin_user_page(page);
	CHECK(*(volatile int *)&local == 5);
	CHECK(!account_locked_vm(mm, 3, true) && mm->locked_vm == 3);
	mmap_write_lock(mm);
	CHECK(!mmap_read_trylock(mm));
	mmap_write_downgrade(mm);
	mmap_read_unlock(mm);
	mmput(mm);
	CHECK(atomic_read(&mm->mm_users) == 1 && mmget_not_zero(mm));
	mmput(mm);
}

int main(void)
{
	char *user = mmap(NULL, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	CHECK(user != MAP_FAILED);
	bytes(user);
	references(user);
	absent(user);
	memory();
	return 0;
}
