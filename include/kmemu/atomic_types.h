/* SPDX-License-Identifier: MIT */
/* atomic_types.h - atomic_t, atomic64_t (kernel: include/linux/types.h), counts of references. */
#ifndef KMEMU_ATOMIC_TYPES_H
#define KMEMU_ATOMIC_TYPES_H

typedef struct {
	int counter;
} atomic_t;
typedef struct {
	long long counter;
} atomic64_t;

/* Kernel: include/linux/refcount.h, kref.h. */
typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;
struct kref {
	refcount_t refcount;
};

#endif /* KMEMU_ATOMIC_TYPES_H */
