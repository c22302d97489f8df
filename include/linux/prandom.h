/* SPDX-License-Identifier: MIT */
/*
 * <linux/prandom.h> of Linux 6.12: numbers that a seed repeats. The generator is
 * L'Ecuyer's LFSR113 (Maximally equidistributed combined LFSR generators, 1999), as
 * the kernel's; the seeding from 64 bits is the kernel's as well.
 */
#ifndef _LINUX_PRANDOM_H
#define _LINUX_PRANDOM_H

#include <asm/div64.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>

struct rnd_state {
	u32 s1, s2, s3, s4;
};

static inline u32 __kmemu_tausworthe(u32 s, int a, int b, u32 mask, int c)
{
	return ((s & mask) << c) ^ (((s << a) ^ s) >> b);
}

static inline u32 prandom_u32_state(struct rnd_state *state)
{
	state->s1 = __kmemu_tausworthe(state->s1, 6, 13, 4294967294U, 18);
	state->s2 = __kmemu_tausworthe(state->s2, 2, 27, 4294967288U, 2);
	state->s3 = __kmemu_tausworthe(state->s3, 13, 21, 4294967280U, 7);
	state->s4 = __kmemu_tausworthe(state->s4, 3, 12, 4294967168U, 13);
	return state->s1 ^ state->s2 ^ state->s3 ^ state->s4;
}

static inline void prandom_bytes_state(struct rnd_state *state, void *buf, size_t nbytes)
{
	u8 *p = (u8 *)buf;
	size_t i;
	u32 x = 0;

	for (i = 0; i < nbytes; i++) {
		x = i % 4 ? x >> 8 : prandom_u32_state(state);
		p[i] = (u8)x;
	}
}

static inline u32 __seed(u32 x, u32 m)
{
	return x < m ? x + m : x;
}

static inline void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	u32 i = (u32)((seed >> 32) ^ (seed << 10) ^ seed);

	state->s1 = __seed(i, 2U);
	state->s2 = __seed(i, 8U);
	state->s3 = __seed(i, 16U);
	state->s4 = __seed(i, 128U);
}

static inline u32 next_pseudo_random32(u32 seed)
{
	return seed * 1664525 + 1013904223;
}

#endif /* _LINUX_PRANDOM_H */
