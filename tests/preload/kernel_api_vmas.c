// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that looks for mappings of the program's: it finds what the system has mapped,
 * as PROCMAP_QUERY tells it, or, with "text", /proc/self/maps.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <fcntl.h>

#include "check.h"

static char *map(char *at, size_t pages, int prot, int flags, int fd)
{
	char *p = mmap(at, pages * PAGE_SIZE, prot, flags, fd, fd < 0 ? 0 : PAGE_SIZE);

	CHECK(p != MAP_FAILED);
	return p;
}

/* ioctl(PROCMAP_QUERY) is unknown from now on. */
static void without_query(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 25),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(code), code };

	CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	CHECK(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));
}

/* Three mappings that the system cannot merge, with a hole behind the second. */
static char *three(int fd)
{
	char *p = map(NULL, 8, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	munmap(p, 8 * PAGE_SIZE);
	map(p + PAGE_SIZE, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1);
	map(p + 3 * PAGE_SIZE, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, fd);
	map(p + 5 * PAGE_SIZE, 2, PROT_READ, MAP_SHARED | MAP_FIXED, fd);
	return p + PAGE_SIZE;
}

#define MAY (VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC)

static void looks(struct mm_struct *mm, char *p)
{
	unsigned long at = (unsigned long)p;
	struct vm_area_struct *vma = find_vma(mm, at + PAGE_SIZE + 5), *prev;

	CHECK(vma && vma->vm_start == at && vma->vm_end == at + 2 * PAGE_SIZE);
	CHECK(vma->vm_flags == (VM_READ | VM_WRITE | MAY) && vma->vm_mm == mm && !vma->vm_file);
	CHECK(vma_is_anonymous(vma) && vma->vm_pgoff == at >> PAGE_SHIFT && vma_pages(vma) == 2);
	CHECK(pgprot_val(vma->vm_page_prot) == pgprot_val(PAGE_COPY) && !vma->vm_private_data);
	CHECK(vma == vma_lookup(mm, at) && vma == find_vma_intersection(mm, at - 1, at + 1));
	CHECK(vma == find_exact_vma(mm, at, at + 2 * PAGE_SIZE));
	CHECK(!find_exact_vma(mm, at, at + PAGE_SIZE) && !vma_lookup(mm, at - 1));
	CHECK(!find_vma_intersection(mm, at - PAGE_SIZE, at));
	prev = vma;
	vma = find_vma(mm, vma->vm_end);
	CHECK(vma->vm_start == at + 2 * PAGE_SIZE && vma->vm_end == at + 3 * PAGE_SIZE);
	CHECK(vma->vm_flags == (VM_READ | VM_EXEC | MAY) && vma->vm_pgoff == 1);
	CHECK(!vma_is_anonymous(vma) && is_cow_mapping(vma->vm_flags));
	CHECK(prev == find_vma_prev(mm, at + 5, &vma) && vma && vma->vm_end <= at);
	/* In the hole: what is behind it, and before. */
	CHECK(!vma_lookup(mm, at + 3 * PAGE_SIZE));
	vma = find_vma_prev(mm, at + 3 * PAGE_SIZE, &prev);
	CHECK(vma->vm_start == at + 4 * PAGE_SIZE && prev->vm_start == at + 2 * PAGE_SIZE);
	CHECK(vma->vm_flags == (VM_READ | VM_SHARED | VM_MAYSHARE | VM_MAYREAD | VM_MAYEXEC));
	CHECK(vma->vm_pgoff == 1 && !is_shared_maywrite(vma->vm_flags));
	CHECK(!find_vma(mm, TASK_SIZE) && !find_vma_prev(mm, 0, &prev)->kmemu_named && !prev);
}

static void iterators(struct mm_struct *mm, char *p)
{
	unsigned long at = (unsigned long)p, last = 0, n = 0;
	struct vm_area_struct *vma;
	VMA_ITERATOR(all, mm, 0);
	VMA_ITERATOR(some, mm, at + 5);
	VMA_ITERATOR(back, mm, at + 3 * PAGE_SIZE);

	for_each_vma(all, vma) {
		CHECK(vma->vm_start >= last && vma->vm_end > vma->vm_start);
		last = vma->vm_end;
		n++;
	}
	CHECK(n > 8 && last <= TASK_SIZE && !vma_next(&all) && vma_prev(&all)->vm_end == last);
	n = 0;
	for_each_vma_range(some, vma, at + 4 * PAGE_SIZE + 1)
		CHECK(vma->vm_start == at + (n++ * 2) * PAGE_SIZE);
	CHECK(n == 3 && vma_next(&some)->vm_start > at + 4 * PAGE_SIZE);
	vma_iter_init(&some, mm, at);
	n = 0;
	for_each_vma_range(some, vma, at + 4 * PAGE_SIZE)
		n++;
	CHECK(n == 2);
	CHECK(vma_prev(&back)->vm_start == at + 2 * PAGE_SIZE);
	CHECK(vma_iter_addr(&back) == at + 2 * PAGE_SIZE && vma_prev(&back)->vm_start == at);
	CHECK(vma_iter_end(&back) == at + 2 * PAGE_SIZE);
	CHECK(vma_next(&back)->vm_start == at + 2 * PAGE_SIZE);
	vma_iter_set(&back, at + PAGE_SIZE);
	CHECK(vma_find(&back, at + PAGE_SIZE + 1)->vm_start == at);
}

static void named(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	char *heap = sbrk(PAGE_SIZE);
	int here;

	CHECK(heap != (void *)-1);
	vma = vma_lookup(mm, (unsigned long)&here);
	CHECK(vma && vma_is_initial_stack(vma) && vma->vm_flags & VM_GROWSDOWN);
	CHECK(vma_is_stack_for_current(vma) && !vma_is_initial_heap(vma));
	CHECK(vm_start_gap(vma) == vma->vm_start - (1 << 20) && vm_end_gap(vma) == vma->vm_end);
	vma = vma_lookup(mm, (unsigned long)heap);
	CHECK(vma && vma_is_initial_heap(vma) && !vma_is_initial_stack(vma));
	CHECK(!vma_is_stack_for_current(vma) && vm_start_gap(vma) == vma->vm_start);
	vma = vma_lookup(mm, (unsigned long)named);
	CHECK(vma && vma->vm_flags & VM_EXEC && !vma_is_initial_heap(vma));
}

/* While somebody holds the lock what was looked up stays, also when the program unmaps it. */
static void lives(struct mm_struct *mm, char *p)
{
	struct vm_area_struct *vma, *other;

	mmap_write_lock(mm);
	vma = vma_lookup(mm, (unsigned long)p);
	mprotect(p + PAGE_SIZE, PAGE_SIZE, PROT_READ);
	CHECK(vma_lookup(mm, (unsigned long)p) == vma && vma_pages(vma) == 1);
	other = vma_lookup(mm, (unsigned long)p + PAGE_SIZE);
	CHECK(other != vma && !(other->vm_flags & VM_WRITE) && other->vm_flags & VM_MAYWRITE);
	mmap_write_downgrade(mm);
	munmap(p, PAGE_SIZE);
	CHECK(!vma_lookup(mm, (unsigned long)p) && vma->vm_start == (unsigned long)p);
	mmap_read_unlock(mm);
}

int main(int argc, char **argv)
{
	struct mm_struct *mm = current->mm;
	int fd = open("/proc/self/exe", O_RDONLY);
	char *p;

	mmap_read_lock(mm); /* what a first lock maps is no neighbour of ours then */
	mmap_read_unlock(mm);
	p = three(fd);
	if (argc > 1 && !strcmp(argv[1], "text"))
		without_query();
	if (argc > 1 && !strcmp(argv[1], "unlocked"))
		return !find_vma(mm, (unsigned long)p);
	mmap_read_lock(mm);
	looks(mm, p);
	iterators(mm, p);
	named(mm);
	mmap_read_unlock(mm);
	lives(mm, p);
	return 0;
}
