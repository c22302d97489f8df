/*
 * user_alloc.c - memory of a program's for tests (kernel: lib/kunit/user_alloc.c).
 *
 * Different from the kernel: a test has no address space of its own, so what it maps
 * is this process's and goes when the test ends.
 *
 * Locks: mmap_lock, as vm_mmap() and vm_munmap().
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "core/kunit/kunit.h"
#include "core/os/plan.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/locks.h"
#include "include/kmemu/mm.h"
#include "include/kmemu/vma.h"

struct mapping {
	unsigned long addr, len;
};

static void write_lock(void)
{
	kmemu_down_write(&kmemu_mm.mmap_lock.sem);
}

static void write_unlock(void)
{
	kmemu_up_write(&kmemu_mm.mmap_lock.sem);
	kmemu_vmas_put();
}

static void unmap(void *ctx)
{
	struct mapping *m = ctx;

	write_lock();
	kmemu_munmap(m->addr, m->len);
	write_unlock();
	kmemu_kfree(m);
}

KMEMU_EXPORT unsigned long kmemu_kunit_vm_mmap(struct kunit *test, struct file *file,
					       unsigned long addr, unsigned long len,
					       unsigned long prot, unsigned long flag,
					       unsigned long offset)
{
	struct mapping *m;

	if (offset & ~PAGE_MASK || offset + PAGE_ALIGN(len) < offset)
		return (unsigned long)-EINVAL;
	m = kmemu_kzalloc(sizeof(*m), KMEMU_GFP_KERNEL);
	if (!m)
		return 0;
	m->len = len;
	write_lock();
	addr = kmemu_mmap(file, addr, len, prot, flag, offset >> PAGE_SHIFT);
	write_unlock();
	if (addr >= -4095UL) {
		kmemu_kfree(m);
		return addr;
	}
	m->addr = addr;
	return kmemu_kunit_add_action_or_reset(test, unmap, m) ? 0 : addr;
}
