/* SPDX-License-Identifier: MIT */
/* atomic_types.h - atomic_t and atomic64_t (kernel: include/linux/types.h). */
#ifndef KMEMU_ATOMIC_TYPES_H
#define KMEMU_ATOMIC_TYPES_H

typedef struct {
	int counter;
} atomic_t;
typedef struct {
	long long counter;
} atomic64_t;

#endif /* KMEMU_ATOMIC_TYPES_H */
