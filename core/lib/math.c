/*
 * math.c - whole numbers (kernel: lib/math: int_pow.c, int_sqrt.c, gcd.c).
 */
#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

KMEMU_EXPORT uint64_t kmemu_int_pow(uint64_t base, unsigned int exp)
{
	uint64_t result = 1;

	for (; exp; exp >>= 1, base *= base)
		if (exp & 1)
			result *= base;
	return result;
}

/* Bit by bit, from the greatest that can be in the root. */
KMEMU_EXPORT unsigned long kmemu_int_sqrt(unsigned long x)
{
	unsigned long root = 0;

	for (unsigned long bit = 1ul << 31; bit; bit >>= 1)
		if ((root | bit) * (root | bit) <= x)
			root |= bit;
	return root;
}

KMEMU_EXPORT unsigned long kmemu_gcd(unsigned long a, unsigned long b)
{
	while (b) {
		unsigned long rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}
