/* SPDX-License-Identifier: MIT */
/* <linux/lcm.h> of Linux 6.12. */
#ifndef _LCM_H
#define _LCM_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/gcd.h>

static inline unsigned long lcm(unsigned long a, unsigned long b)
{
	return a && b ? a / gcd(a, b) * b : 0;
}

/* The other one where one is 0. */
static inline unsigned long lcm_not_zero(unsigned long a, unsigned long b)
{
	return a && b ? lcm(a, b) : b ? b : a;
}

#endif /* __cplusplus */

#endif /* _LCM_H */
