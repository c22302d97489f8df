/*
 * random.c - random numbers (kernel: drivers/char/random.c).
 *
 * get_random_bytes() asks the system. get_random_u32() and its kin, which tests
 * call in loops, mix a counter with a secret that the system gave (splitmix64):
 * uniform, any context, no lock, and no good for keys.
 *
 * Cost: 2 ns.
 */
#include "core/kernel/notifier.h"
#include "core/kernel/task.h"

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
