// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * The program maps a driver's file: what it accesses comes by the driver's fault(), what the
 * driver takes back is asked for again, and pages have a reference while they are mapped.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "check.h"

#define PAGES 4

static struct page *pages[PAGES];
static volatile int opened, closed, faults, written, refused;

static void vm_open(struct vm_area_struct *vma)
{
	CHECK(vma->vm_private_data == pages);
	opened++;
}

static void vm_close(struct vm_area_struct *vma)
{
	mmap_assert_write_locked(vma->vm_mm);
	closed++;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	CHECK(vmf->vma->vm_private_data == pages && vmf->gfp_mask & __GFP_IO);
	CHECK(vmf->pgoff - vmf->vma->vm_pgoff ==
	      (vmf->address - vmf->vma->vm_start) >> PAGE_SHIFT);
	mmap_assert_locked(vmf->vma->vm_mm);
	CHECK(find_vma(vmf->vma->vm_mm, vmf->address) == vmf->vma);
	faults++;
	if (vmf->pgoff >= PAGES)
		return VM_FAULT_SIGBUS;
	get_page(pages[vmf->pgoff]);
	vmf->page = pages[vmf->pgoff];
	return 0;
}

static vm_fault_t mkwrite(struct vm_fault *vmf)
{
	CHECK(vmf->page == pages[vmf->pgoff] && vmf->flags & FAULT_FLAG_WRITE);
	written++;
	CHECK(trylock_page(vmf->page));
	return VM_FAULT_LOCKED;
}

/* How often fault() says what comes first: that it waited without the lock, or has no memory. */
static volatile int retries, no_memory;

static vm_fault_t fault_later(struct vm_fault *vmf)
{
	CHECK(vmf->flags & FAULT_FLAG_ALLOW_RETRY && !(vmf->flags & FAULT_FLAG_RETRY_NOWAIT));
	if (no_memory && no_memory--)
		return VM_FAULT_OOM;
	if (!retries)
		return fault(vmf);
	CHECK(fault_flag_allow_retry_first(vmf->flags) == (retries-- == 2));
	mmap_read_unlock(vmf->vma->vm_mm);
	return VM_FAULT_RETRY;
}

static int may_split(struct vm_area_struct *vma, unsigned long addr)
{
	CHECK(addr > vma->vm_start && addr < vma->vm_end);
	return refused ? -EINVAL : 0;
}

static const struct vm_operations_struct ops = {
	.open = vm_open, .close = vm_close, .fault = fault, .may_split = may_split
};
static const struct vm_operations_struct careful_ops = { .fault = fault, .page_mkwrite = mkwrite };
static const struct vm_operations_struct later_ops = { .fault = fault_later };
static const struct vm_operations_struct *use = &ops;

static int map(struct file *file, struct vm_area_struct *vma)
{
	CHECK(vma->vm_file == file && vma->vm_mm == current->mm && !vma->vm_ops);
	if (vma->vm_pgoff == 77)
		return -ENXIO;
	vma->vm_ops = use;
	vma->vm_private_data = pages;
	return 0;
}

static int map_frames(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(pages[0]), PAGE_SIZE,
			       vma->vm_page_prot);
}

static const struct file_operations fops = { .mmap = map };
static const struct file_operations frame_fops = { .mmap = map_frames };
static struct address_space mapping;
static struct file file = { .f_op = &fops, .f_mode = FMODE_READ | FMODE_WRITE,
			    .f_mapping = &mapping };
static struct file frame_file = { .f_op = &frame_fops, .f_mode = FMODE_READ | FMODE_WRITE };

#define RW (PROT_READ | PROT_WRITE)

static unsigned long mapped(struct file *f, size_t n, int prot, int flags, unsigned long pgoff)
{
	unsigned long at = vm_mmap(f, 0, n * PAGE_SIZE, prot, flags, pgoff << PAGE_SHIFT);

	CHECK(!IS_ERR_VALUE(at));
	return at;
}

/* The signal that a child which accesses it ends by. */
static int signal_of(volatile char *p, int write)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		if (write)
			*p = 1;
		else
			(void)*p;
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void comes_and_goes(void)
{
	unsigned long at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	volatile char *p = (volatile char *)at;
	char buf[8] = "";

	faults = closed = 0;
	CHECK(!p[0] && faults == 1 && page_count(pages[0]) == 2);
	p[1] = 'a';
	CHECK(faults == 1 && ((char *)page_address(pages[0]))[1] == 'a');
	/* A copy of the kernel's comes by the same way. */
	memcpy(page_address(pages[1]), "second", 7);
	CHECK(!copy_from_user(buf, (void *)(at + PAGE_SIZE), 7) && !strcmp(buf, "second"));
	CHECK(!copy_to_user((void *)(at + 3 * PAGE_SIZE - 4), "12345678", 8) && faults == 4);
	CHECK(!memcmp((char *)page_address(pages[2]) + PAGE_SIZE - 4, "1234", 4));
	CHECK(!memcmp(page_address(pages[3]), "5678", 4));
	unmap_mapping_range(&mapping, PAGE_SIZE, 2 * PAGE_SIZE, 0);
	CHECK(page_count(pages[0]) == 2 && page_count(pages[1]) == 1 && page_count(pages[3]) == 2);
	CHECK(p[1] == 'a' && faults == 4 && p[PAGE_SIZE] == 's' && faults == 5);
	unmap_mapping_range(&mapping, 0, 0, 1);
	CHECK(page_count(pages[0]) == 1 && page_count(pages[3]) == 1);
	CHECK(p[1] == 'a' && faults == 6);
	pagefault_disable();
	CHECK(copy_to_user((void *)(at + 2 * PAGE_SIZE), "no", 2) == 2);
	pagefault_enable();
	preempt_disable();
	CHECK(__copy_to_user_inatomic((void *)(at + 2 * PAGE_SIZE), "no", 2) == 2);
	preempt_enable();
	CHECK(faults == 6 && !get_user(buf[0], (char *)at + 2 * PAGE_SIZE) && faults == 7);
	memcpy(page_address(pages[3]), "end", 4);
	CHECK(strncpy_from_user(buf, (char *)at + 3 * PAGE_SIZE, 8) == 3 && !strcmp(buf, "end"));
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE) && closed == 1 && page_count(pages[0]) == 1);
	CHECK(signal_of(p, 0) == SIGSEGV);
}

static void parts(void)
{
	unsigned long at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	volatile char *p = (volatile char *)at;
	struct vm_area_struct *vma;

	opened = closed = faults = 0;
	p[3 * PAGE_SIZE] = '3';
	refused = 1;
	CHECK(vm_munmap(at + PAGE_SIZE, PAGE_SIZE) == -EINVAL && !opened && !closed);
	refused = 0;
	CHECK(!vm_munmap(at + PAGE_SIZE, PAGE_SIZE) && opened == 2 && closed == 1);
	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, at);
	CHECK(vma->vm_ops == &ops && vma->vm_end == at + PAGE_SIZE && !vma->vm_pgoff);
	CHECK(!vma_lookup(current->mm, at + PAGE_SIZE));
	vma = find_vma(current->mm, at + PAGE_SIZE);
	CHECK(vma->vm_start == at + 2 * PAGE_SIZE && vma->vm_end == at + 4 * PAGE_SIZE);
	CHECK(vma->vm_pgoff == 2 && vma->vm_file == &file && page_count(pages[3]) == 2);
	mmap_read_unlock(current->mm);
	CHECK(p[3 * PAGE_SIZE] == '3' && faults == 1 && !p[2 * PAGE_SIZE + 9] && faults == 2);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE) && closed == 3 && page_count(pages[3]) == 1);
	CHECK(vm_munmap(at + 1, PAGE_SIZE) == -EINVAL && vm_munmap(at, 0) == -EINVAL);
}

static void kinds(void)
{
	unsigned long at = mapped(&file, PAGES + 1, PROT_READ, MAP_SHARED, 0);

	((char *)page_address(pages[0]))[0] = 'k';
	CHECK(*(volatile char *)at == 'k' && signal_of((char *)at, 1) == SIGSEGV);
	CHECK(signal_of((char *)at + PAGES * PAGE_SIZE, 0) == SIGBUS);
	CHECK(!vm_munmap(at, (PAGES + 1) * PAGE_SIZE));
	/* A private one: the program's writes are its own. */
	at = mapped(&file, PAGES, RW, MAP_PRIVATE, 0);
	*(volatile char *)(at + 1) = 'p';
	CHECK(*(volatile char *)at == 'k' && ((char *)page_address(pages[0]))[1] != 'p');
	CHECK(page_count(pages[0]) == 1);
	unmap_mapping_range(&mapping, 0, 0, 0);
	CHECK(*(volatile char *)(at + 1) == 'p');
	unmap_mapping_range(&mapping, 0, 0, 1);
	CHECK(*(volatile char *)(at + 1) != 'p' && page_count(pages[0]) == 2);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	/* Who wants to know of the first write. */
	use = &careful_ops;
	at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	CHECK(*(volatile char *)at == 'k' && !written);
	*(volatile char *)at = 'w';
	CHECK(written == 1 && *(char *)page_address(pages[0]) == 'w' && !PageLocked(pages[0]));
	*(volatile char *)(at + PAGE_SIZE) = 'w';
	*(volatile char *)(at + PAGE_SIZE) = 'x';
	CHECK(written == 2 && *(char *)page_address(pages[1]) == 'x');
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	use = &ops;
}

/* As in the kernel: the instruction is done again, a copy of the kernel's is not. */
static void later(int tells)
{
	unsigned long at;
	char c;

	use = &later_ops;
	at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	retries = 2;
	CHECK(*(volatile char *)at == 'w' && !retries);
	retries = 2;
	CHECK(!get_user(c, (char *)at + PAGE_SIZE) && c == 'x' && !retries);
	no_memory = tells; /* which is told of */
	CHECK(!*(volatile char *)(at + 2 * PAGE_SIZE) && !no_memory);
	no_memory = 1;
	CHECK(get_user(c, (char *)at + 3 * PAGE_SIZE) == -EFAULT && !no_memory);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	use = &ops;
}

static volatile int handled;

static void own_handler(int signo, siginfo_t *info, void *context)
{
	(void)context;
	CHECK(info->si_signo == signo);
	handled = signo;
	if (signo == SIGSEGV)
		CHECK(mprotect(info->si_addr, 1, PROT_READ) == 0);
}

static vm_fault_t refuse(struct vm_fault *vmf)
{
	return handled ? fault(vmf) : VM_FAULT_SIGBUS;
}

/* A handler of the program's that is there first has what is no driver's. */
static void with_own_handler(void)
{
	static const struct vm_operations_struct refusing = { .fault = refuse };
	struct sigaction act = { .sa_sigaction = own_handler, .sa_flags = SA_SIGINFO };
	unsigned long at;
	char *other = mmap(NULL, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(!sigaction(SIGSEGV, &act, NULL) && !sigaction(SIGBUS, &act, NULL));
	at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	CHECK(!*(volatile char *)at && !handled);
	CHECK(!*(volatile char *)other && handled == SIGSEGV);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE));
	use = &refusing;
	handled = 0;
	at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	CHECK(!*(volatile char *)at && handled == SIGBUS);
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE) && !munmap(other, PAGE_SIZE));
	use = &ops;
}

static void refusals(void)
{
	static const struct file_operations none;
	struct file f = { .f_op = &none, .f_mode = FMODE_READ };

	CHECK(vm_mmap(&f, 0, PAGE_SIZE, PROT_READ, MAP_SHARED, 0) == (unsigned long)-ENODEV);
	CHECK(vm_mmap(&f, 0, PAGE_SIZE, RW, MAP_SHARED, 0) == (unsigned long)-EACCES);
	CHECK(vm_mmap(&f, 0, PAGE_SIZE, RW, 0, 0) == (unsigned long)-EINVAL);
	f.f_mode = FMODE_WRITE;
	CHECK(vm_mmap(&f, 0, PAGE_SIZE, RW, MAP_SHARED, 0) == (unsigned long)-EACCES);
	CHECK(vm_mmap(&file, 0, 0, RW, MAP_SHARED, 0) == (unsigned long)-EINVAL);
	CHECK(vm_mmap(&file, 0, PAGE_SIZE, RW, MAP_SHARED, 5) == (unsigned long)-EINVAL);
	CHECK(vm_mmap(&file, 0, PAGE_SIZE, RW, MAP_SHARED, 77 * PAGE_SIZE) ==
	       (unsigned long)-ENXIO);
}

static void frames(void)
{
	unsigned long at = mapped(&frame_file, 2, RW, MAP_SHARED, 0);
	struct follow_pfnmap_args args = { .address = at + 5 };
	struct vm_area_struct *vma;

	mmap_read_lock(current->mm);
	args.vma = vma = vma_lookup(current->mm, at);
	CHECK(vma->vm_flags & VM_PFNMAP && !follow_pfnmap_start(&args));
	CHECK(args.pfn == page_to_pfn(pages[0]) && args.writable && args.special);
	follow_pfnmap_end(&args);
	args.address = at + PAGE_SIZE;
	CHECK(follow_pfnmap_start(&args) == -EINVAL);
	CHECK(*(volatile char *)at == 'w' && page_count(pages[0]) == 1);
	zap_vma_ptes(vma, at, 3 * PAGE_SIZE); /* too much: nothing */
	CHECK(*(volatile char *)at == 'w');
	zap_vma_ptes(vma, at, PAGE_SIZE);
	mmap_read_unlock(current->mm);
	CHECK(signal_of((char *)at, 0) == SIGBUS);
	mmap_read_lock(current->mm);
	CHECK(vmf_insert_pfn(vma, at, page_to_pfn(pages[1])) == VM_FAULT_NOPAGE);
	CHECK(vmf_insert_pfn(vma, at, page_to_pfn(pages[0])) == VM_FAULT_NOPAGE);
	CHECK(*(volatile char *)at == 'x');
	CHECK(handle_mm_fault(vma, at, FAULT_FLAG_WRITE, NULL) == 0);
	CHECK(handle_mm_fault(vma, at + PAGE_SIZE, 0, NULL) == VM_FAULT_SIGBUS);
	mmap_read_unlock(current->mm);
	CHECK(!vm_munmap(at, 2 * PAGE_SIZE));
}

/* By vm_insert_page(): it is there already, and is counted. */
static void inserted(void)
{
	unsigned long at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	struct vm_area_struct *vma;
	struct page *got;

	faults = 0;
	mmap_read_lock(current->mm);
	vma = vma_lookup(current->mm, at);
	CHECK(!vm_insert_page(vma, at, pages[2]) && page_count(pages[2]) == 2);
	CHECK(vm_insert_page(vma, at, pages[1]) == -EBUSY && page_count(pages[1]) == 1);
	CHECK(vmf_insert_page(vma, at, pages[1]) == VM_FAULT_NOPAGE);
	CHECK(get_user_pages(at, 1, FOLL_WRITE, &got) == 1 && got == pages[2]);
	CHECK(page_count(got) == 3);
	put_page(got);
	*(volatile char *)at = 'i';
	CHECK(!faults && *(char *)page_address(pages[2]) == 'i');
	zap_page_range_single(vma, at, PAGE_SIZE, NULL);
	CHECK(page_count(pages[2]) == 1);
	mmap_read_unlock(current->mm);
	CHECK(*(volatile char *)at == 'w' && faults == 1);
	CHECK(get_user_pages_fast_only(at + PAGE_SIZE, 1, 0, &got) == 0);
	CHECK(pin_user_pages_fast(at + PAGE_SIZE, 1, FOLL_WRITE, &got) == 1 && faults == 2);
	CHECK(got == pages[1] && page_count(got) == 3);
	unpin_user_page(got);
	CHECK(page_count(got) == 2);
	/* Another one over its end takes that away. */
	CHECK(vm_mmap(NULL, at + 2 * PAGE_SIZE, 2 * PAGE_SIZE, RW,
		      MAP_PRIVATE | MAP_FIXED, 0) == at + 2 * PAGE_SIZE);
	*(volatile char *)(at + 3 * PAGE_SIZE) = 'n';
	CHECK(faults == 2 && *(volatile char *)at == 'w');
	CHECK(!vm_munmap(at, PAGES * PAGE_SIZE) && page_count(pages[0]) == 1);
}

static unsigned long race_at;
static int stop;

static void *reader(void *arg)
{
	volatile char *p = (volatile char *)race_at;

	(void)arg;
	while (!__atomic_load_n(&stop, __ATOMIC_ACQUIRE))
		for (int i = 0; i < PAGES; i++) {
			p[i * PAGE_SIZE + 1] = (char)i;
			CHECK(p[i * PAGE_SIZE + 1] == (char)i);
		}
	return NULL;
}

/* Threads that access what is taken back meanwhile: no page and no reference is lost. */
static void races(void)
{
	pthread_t threads[2];

	race_at = mapped(&file, PAGES, RW, MAP_SHARED, 0);
	for (int i = 0; i < 2; i++)
		CHECK(!pthread_create(&threads[i], NULL, reader, NULL));
	for (int i = 0; i < 500; i++)
		unmap_mapping_range(&mapping, 0, 0, 1);
	__atomic_store_n(&stop, 1, __ATOMIC_RELEASE);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	CHECK(!vm_munmap(race_at, PAGES * PAGE_SIZE));
	CHECK(signal_of((char *)8, 0) == SIGSEGV);
}

static int map_vmalloc(struct file *f, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, f->private_data, vma->vm_pgoff);
}

static void of_vmalloc(void)
{
	static const struct file_operations vmalloc_fops = { .mmap = map_vmalloc };
	char *area = vmalloc_user(2 * PAGE_SIZE);
	struct file f = { .f_op = &vmalloc_fops, .f_mode = FMODE_READ, .private_data = area };
	unsigned long at = mapped(&f, 1, PROT_READ, MAP_SHARED, 1);

	area[PAGE_SIZE] = 'V';
	CHECK(*(volatile char *)at == 'V' && signal_of((char *)at, 1) == SIGSEGV);
	CHECK(!vm_munmap(at, PAGE_SIZE));
	vfree(area);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 0; i < PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (argc > 1 && !strcmp(argv[1], "handler")) {
		with_own_handler();
		return 0;
	}
	comes_and_goes();
	parts();
	kinds();
	later(argc > 1 && !strcmp(argv[1], "memory"));
	refusals();
	frames();
	inserted();
	of_vmalloc();
	if (argc > 1 && !strcmp(argv[1], "races")) /* libc keeps something of threads */
		races();
	for (i = 0; i < PAGES; i++) {
		CHECK(page_count(pages[i]) == 1);
		__free_page(pages[i]);
	}
	return 0;
}
