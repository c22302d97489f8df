/*
 * random.c - random numbers (kernel: drivers/char/random.c).
 *
 * get_random_bytes() asks the system. get_random_u32() and its kin, which tests
 * call in loops, mix a counter with a secret that the system gave (splitmix64):
 * uniform, any context, no lock, and no good for keys. /dev/random is the system's bytes.
 *
 * Cost: 2 ns.
 */
#include <errno.h>
#include <linux/random.h>

#include "core/kernel/iov_iter.h"
#include "core/kernel/notifier.h"
#include "core/kernel/task.h"
#include "include/kmemu/fs.h"
#include "include/kmemu/lib.h"

static u64 mix(u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9UL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebUL;
	return x ^ x >> 31;
}

KMEMU_EXPORT unsigned long kmemu_get_random_u64(void)
{
	static u64 state;

	if (unlikely(!READ_ONCE(state))) {
		u64 seed, none = 0;

		os_random(&seed, sizeof(seed));
		__atomic_compare_exchange_n(&state, &none, seed | 1, false, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED);
	}
	return mix(__atomic_add_fetch(&state, 0x9e3779b97f4a7c15UL, __ATOMIC_RELAXED));
}

KMEMU_EXPORT unsigned int kmemu_get_random_u32(void)
{
	return (u32)(kmemu_get_random_u64() >> 32);
}

KMEMU_EXPORT void kmemu_get_random_bytes(void *buf, size_t len)
{
	os_random(buf, len);
}

/* Lemire's multiplication; what would make it uneven is thrown away. */
KMEMU_EXPORT unsigned int kmemu_get_random_u32_below(unsigned int ceil)
{
	u64 wide;

	if (!ceil)
		return kmemu_get_random_u32();
	do {
		wide = (u64)kmemu_get_random_u32() * ceil;
	} while ((u32)wide < -ceil % ceil);
	return (u32)(wide >> 32);
}

/* --- /dev/random ---------------------------------------------------------- */

static ssize_t random_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	bool wanted = to->count;
	char some[256];
	size_t done = 0, n = 1;

	(void)iocb;
	while (to->count && n) {
		os_random(some, min(to->count, sizeof(some)));
		n = kmemu_copy_to_iter(some, min(to->count, sizeof(some)), to);
		done += n;
	}
	return done || !wanted ? (ssize_t)done : -EFAULT;
}

/* The system's generator needs none of the program's. */
static ssize_t random_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	bool wanted = from->count;
	char some[256];
	size_t done = 0, n = 1;

	(void)iocb;
	while (from->count && n) {
		n = kmemu_copy_from_iter(some, sizeof(some), from);
		done += n;
	}
	return done || !wanted ? (ssize_t)done : -EFAULT;
}

/* It has all the bits that it can have, and takes what it is told. */
static long random_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int bits = 256;

	(void)file;
	switch (cmd) {
	case RNDGETENTCNT:
		return kmemu_copy_user((void *)arg, &bits, sizeof(bits)) ? -EFAULT : 0;
	case RNDADDTOENTCNT:
	case RNDADDENTROPY:
		if (kmemu_copy_user(&bits, (void *)arg, sizeof(bits)))
			return -EFAULT;
		return bits < 0 ? -EINVAL : 0;
	case RNDZAPENTCNT:
	case RNDCLEARPOOL:
	case RNDRESEEDCRNG:
		return 0;
	default:
		return -EINVAL;
	}
}

static long long random_llseek(struct file *file, long long offset, int whence)
{
	(void)offset;
	(void)whence;
	return file->f_pos;
}

KMEMU_EXPORT const struct file_operations kmemu_random_fops = {
	.llseek = random_llseek,
	.read_iter = random_read_iter,
	.write_iter = random_write_iter,
	.unlocked_ioctl = random_ioctl,
};

/* --- who wants to know --------------------------------------------------- */

static struct notifier_chain vmfork_chain __own_lock;

KMEMU_EXPORT int kmemu_register_random_vmfork_notifier(struct notifier_block *nb)
{
	return notifier_add(&vmfork_chain, nb);
}

KMEMU_EXPORT int kmemu_unregister_random_vmfork_notifier(struct notifier_block *nb)
{
	return notifier_remove(&vmfork_chain, nb);
}

/* A driver tells that the machine is a copy of another; the system's numbers are its own. */
KMEMU_EXPORT void kmemu_add_vmfork_randomness(const void *unique_vm_id, size_t len)
{
	(void)unique_vm_id;
	(void)len;
	notifier_call(&vmfork_chain, 0, NULL);
}

KMEMU_EXPORT int kmemu_execute_with_initialized_rng(struct notifier_block *nb)
{
	nb->notifier_call(nb, 0, NULL);
	return 0;
}
