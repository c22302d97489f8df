/* SPDX-License-Identifier: MIT */
/* <linux/gcd.h> of Linux 6.12. */
#ifndef _GCD_H
#define _GCD_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

__kmemu_c unsigned long gcd(unsigned long a, unsigned long b) __kmemu_is(kmemu_gcd);

#endif /* __cplusplus */

#endif /* _GCD_H */
