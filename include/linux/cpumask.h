/* SPDX-License-Identifier: MIT */
/*
 * <linux/cpumask.h> of Linux 6.12 with CONFIG_CPUMASK_OFFSTACK, so that cpumask_var_t
 * is kmalloc memory. The CPUs are those of the machine, numbered from 0, and all of
 * them are always there.
 */
#ifndef __LINUX_CPUMASK_H
#define __LINUX_CPUMASK_H

#include <asm/div64.h>
#include <kmemu/mm.h>
#include <linux/bitmap.h>
#include <linux/gfp_types.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define NR_CPUS KMEMU_NR_CPUS
#define nr_cpu_ids kmemu_nr_cpu_ids()
#define nr_cpumask_bits nr_cpu_ids
#define num_possible_cpus() nr_cpu_ids
#define num_present_cpus() nr_cpu_ids

static __always_inline unsigned int num_online_cpus(void)
{
	return nr_cpu_ids;
}

#define num_active_cpus() nr_cpu_ids

static __always_inline bool cpu_possible(unsigned int cpu)
{
	return (unsigned int)cpu < nr_cpu_ids;
}

static __always_inline bool cpu_present(unsigned int cpu)
{
	return cpu_possible(cpu);
}

static __always_inline bool cpu_online(unsigned int cpu)
{
	return cpu_possible(cpu);
}

static __always_inline bool cpu_active(unsigned int cpu)
{
	return cpu_possible(cpu);
}

#define for_each_possible_cpu(cpu) for ((cpu) = 0; (unsigned int)(cpu) < nr_cpu_ids; (cpu)++)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
#define for_each_online_cpu(cpu) for_each_possible_cpu(cpu)

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

struct cpumask {
	DECLARE_BITMAP(bits, KMEMU_NR_CPUS);
};
typedef struct cpumask cpumask_t;
typedef struct cpumask *cpumask_var_t;

#define cpumask_bits(maskp) ((maskp)->bits)
#define cpumask_pr_args(maskp) (int)nr_cpu_ids, cpumask_bits(maskp)
#define to_cpumask(bitmap) ((struct cpumask *)(bitmap))
#define cpumask_of(cpu) get_cpu_mask(cpu)
#define cpu_possible_mask ((const struct cpumask *)kmemu_cpu_possible_mask())
#define cpu_online_mask cpu_possible_mask
#define cpu_present_mask cpu_possible_mask
#define cpu_active_mask cpu_possible_mask
#define cpu_all_mask cpu_possible_mask
#define cpu_none_mask ((const struct cpumask *)kmemu_cpu_none_mask())

static inline const struct cpumask *get_cpu_mask(unsigned int cpu)
{
	return (const struct cpumask *)kmemu_cpumask_of(cpu);
}

static inline unsigned int cpumask_size(void)
{
	return (unsigned int)bitmap_size(nr_cpu_ids);
}

static __always_inline bool alloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	(void)node;
	*mask = (struct cpumask *)kmemu_kmalloc(cpumask_size(), flags);
	return *mask != NULL;
}

static __always_inline bool zalloc_cpumask_var_node(cpumask_var_t *mask, gfp_t flags, int node)
{
	return alloc_cpumask_var_node(mask, flags | KMEMU___GFP_ZERO, node);
}

static __always_inline bool alloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	return alloc_cpumask_var_node(mask, flags, 0);
}

static __always_inline bool zalloc_cpumask_var(cpumask_var_t *mask, gfp_t flags)
{
	return zalloc_cpumask_var_node(mask, flags, 0);
}

static __always_inline void free_cpumask_var(cpumask_var_t mask)
{
	kmemu_kfree(mask);
}
DEFINE_FREE(free_cpumask_var, struct cpumask *, if (_T) free_cpumask_var(_T))

static inline bool cpumask_available(cpumask_var_t mask)
{
	return mask != NULL;
}

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *dstp)
{
	set_bit(cpu, cpumask_bits(dstp));
}

static inline void __cpumask_set_cpu(unsigned int cpu, struct cpumask *dstp)
{
	__set_bit(cpu, cpumask_bits(dstp));
}

static inline void cpumask_clear_cpu(int cpu, struct cpumask *dstp)
{
	clear_bit((unsigned int)cpu, cpumask_bits(dstp));
}

static inline void __cpumask_clear_cpu(int cpu, struct cpumask *dstp)
{
	__clear_bit((unsigned int)cpu, cpumask_bits(dstp));
}

static inline bool cpumask_test_cpu(int cpu, const struct cpumask *cpumask)
{
	return test_bit((unsigned int)cpu, cpumask_bits(cpumask));
}

static inline bool cpumask_test_and_set_cpu(int cpu, struct cpumask *cpumask)
{
	return test_and_set_bit((unsigned int)cpu, cpumask_bits(cpumask));
}

static inline bool cpumask_test_and_clear_cpu(int cpu, struct cpumask *cpumask)
{
	return test_and_clear_bit((unsigned int)cpu, cpumask_bits(cpumask));
}

static inline void cpumask_setall(struct cpumask *dstp)
{
	bitmap_fill(cpumask_bits(dstp), nr_cpu_ids);
}

static inline void cpumask_clear(struct cpumask *dstp)
{
	bitmap_zero(cpumask_bits(dstp), nr_cpu_ids);
}

static inline void cpumask_copy(struct cpumask *dstp, const struct cpumask *srcp)
{
	bitmap_copy(cpumask_bits(dstp), cpumask_bits(srcp), nr_cpu_ids);
}

static inline bool cpumask_and(struct cpumask *dstp, const struct cpumask *a,
			       const struct cpumask *b)
{
	return bitmap_and(cpumask_bits(dstp), cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline bool cpumask_andnot(struct cpumask *dstp, const struct cpumask *a,
				  const struct cpumask *b)
{
	return bitmap_andnot(cpumask_bits(dstp), cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline void cpumask_or(struct cpumask *dstp, const struct cpumask *a,
			      const struct cpumask *b)
{
	bitmap_or(cpumask_bits(dstp), cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline void cpumask_xor(struct cpumask *dstp, const struct cpumask *a,
			       const struct cpumask *b)
{
	bitmap_xor(cpumask_bits(dstp), cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline bool cpumask_equal(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_equal(cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline bool cpumask_intersects(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_intersects(cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline bool cpumask_subset(const struct cpumask *a, const struct cpumask *b)
{
	return bitmap_subset(cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline bool cpumask_empty(const struct cpumask *srcp)
{
	return bitmap_empty(cpumask_bits(srcp), nr_cpu_ids);
}

static inline bool cpumask_full(const struct cpumask *srcp)
{
	return bitmap_full(cpumask_bits(srcp), nr_cpu_ids);
}

static inline unsigned int cpumask_weight(const struct cpumask *srcp)
{
	return (unsigned int)bitmap_weight(cpumask_bits(srcp), nr_cpu_ids);
}

/* At least nr_cpu_ids: none. */
static inline unsigned int cpumask_first(const struct cpumask *srcp)
{
	return (unsigned int)find_first_bit(cpumask_bits(srcp), nr_cpu_ids);
}

static inline unsigned int cpumask_last(const struct cpumask *srcp)
{
	return (unsigned int)find_last_bit(cpumask_bits(srcp), nr_cpu_ids);
}

/* Behind n, which may be -1. */
static inline unsigned int cpumask_next(int n, const struct cpumask *srcp)
{
	return (unsigned int)find_next_bit(cpumask_bits(srcp), nr_cpu_ids, (unsigned int)(n + 1));
}

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	return (unsigned int)find_first_and_bit(cpumask_bits(a), cpumask_bits(b), nr_cpu_ids);
}

static inline unsigned int cpumask_next_and(int n, const struct cpumask *a,
					    const struct cpumask *b)
{
	return (unsigned int)find_next_and_bit(cpumask_bits(a), cpumask_bits(b), nr_cpu_ids,
					       (unsigned int)(n + 1));
}

static inline unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu)
{
	unsigned int i = cpumask_first(mask);

	return i == cpu ? cpumask_next((int)i, mask) : i;
}

static inline unsigned int cpumask_next_wrap(int n, const struct cpumask *mask, int start,
					     bool wrap)
{
	unsigned int next = cpumask_next(n, mask);

	if (next < nr_cpu_ids && (!wrap || (int)next < start))
		return next;
	if (wrap)
		return nr_cpu_ids;
	next = cpumask_first(mask);
	return (int)next < start ? next : nr_cpu_ids;
}

/* The i-th, modulo how many there are: all CPUs are near. */
static inline unsigned int cpumask_local_spread(unsigned int i, int node)
{
	(void)node;
	return i % nr_cpu_ids;
}

#define cpumask_any(mask) cpumask_first(mask)
#define cpumask_any_and(a, b) cpumask_first_and(a, b)

static __always_inline unsigned int cpumask_any_distribute(const struct cpumask *mask)
{
	return cpumask_first(mask);
}

#define for_each_cpu(cpu, mask) for_each_set_bit(cpu, cpumask_bits(mask), nr_cpu_ids)
#define for_each_cpu_and(cpu, mask1, mask2)                            \
	for ((cpu) = cpumask_first_and(mask1, mask2); (cpu) < nr_cpu_ids; \
	     (cpu) = cpumask_next_and((int)(cpu), mask1, mask2))
#define for_each_cpu_from(cpu, mask) for_each_set_bit_from(cpu, cpumask_bits(mask), nr_cpu_ids)
#define for_each_cpu_wrap(cpu, mask, start) \
	for_each_set_bit_wrap(cpu, cpumask_bits(mask), nr_cpu_ids, start)

static inline ssize_t cpumap_print_to_pagebuf(bool list, char *buf, const struct cpumask *mask)
{
	return bitmap_print_to_pagebuf(list, buf, cpumask_bits(mask), (int)nr_cpu_ids);
}

static inline int cpulist_parse(const char *buf, struct cpumask *dstp)
{
	return bitmap_parselist(buf, cpumask_bits(dstp), (int)nr_cpu_ids);
}

static inline int cpumask_parse(const char *buf, struct cpumask *dstp)
{
	return bitmap_parse(buf, ~0u, cpumask_bits(dstp), (int)nr_cpu_ids);
}

static inline unsigned int cpumask_any_and_but(const struct cpumask *a, const struct cpumask *b,
					       unsigned int cpu)
{
	unsigned int i = cpumask_first_and(a, b);

	return i == cpu ? cpumask_next_and((int)i, a, b) : i;
}

static inline unsigned int cpumask_first_zero(const struct cpumask *srcp)
{
	return (unsigned int)find_first_zero_bit(cpumask_bits(srcp), nr_cpu_ids);
}

static inline unsigned int cpumask_next_zero(int n, const struct cpumask *srcp)
{
	return (unsigned int)find_next_zero_bit(cpumask_bits(srcp), nr_cpu_ids,
						(unsigned int)(n + 1));
}

static inline unsigned int cpumask_first_and_and(const struct cpumask *a, const struct cpumask *b,
						 const struct cpumask *c)
{
	unsigned int cpu = cpumask_first_and(a, b);

	while (cpu < nr_cpu_ids && !cpumask_test_cpu((int)cpu, c))
		cpu = cpumask_next_and((int)cpu, a, b);
	return cpu;
}

static inline unsigned int cpumask_weight_and(const struct cpumask *a, const struct cpumask *b)
{
	unsigned int cpu, n = 0;

	for (cpu = cpumask_first_and(a, b); cpu < nr_cpu_ids;
	     cpu = cpumask_next_and((int)cpu, a, b))
		n++;
	return n;
}

/* The n-th from 0 on; nr_cpu_ids: there are not so many. */
static inline unsigned int cpumask_nth(unsigned int n, const struct cpumask *srcp)
{
	unsigned int cpu = cpumask_first(srcp);

	while (n-- && cpu < nr_cpu_ids)
		cpu = cpumask_next((int)cpu, srcp);
	return cpu < nr_cpu_ids ? cpu : nr_cpu_ids;
}

static __always_inline unsigned int cpumask_any_and_distribute(const struct cpumask *a,
							       const struct cpumask *b)
{
	return cpumask_first_and(a, b);
}

#define for_each_cpu_andnot(cpu, mask1, mask2) \
	for_each_cpu(cpu, mask1)               \
		if (cpumask_test_cpu((int)(cpu), mask2)) { \
		} else
#define for_each_cpu_or(cpu, mask1, mask2)                       \
	for_each_possible_cpu(cpu)                               \
		if (!cpumask_test_cpu((int)(cpu), mask1) &&      \
		    !cpumask_test_cpu((int)(cpu), mask2)) {      \
		} else
#define cpu_is_offline(cpu) (!cpu_online(cpu))
#define CPU_MASK_NONE { { 0 } }

#define CPU_BITS_NONE { 0UL }

#endif /* __cplusplus */

#endif /* __LINUX_CPUMASK_H */
