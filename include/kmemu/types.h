/* SPDX-License-Identifier: MIT */
/*
 * types.h - small structures whose layout kernel code and the library share, by
 * the kernel's names (include/linux/types.h of 6.12).
 */
#ifndef KMEMU_TYPES_H
#define KMEMU_TYPES_H

struct list_head {
	struct list_head *next, *prev;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
};

struct hlist_head {
	struct hlist_node *first;
};

/* atomic_long_t. */
struct kmemu_atomic_long {
	long counter;
};

/* struct rcu_head, too: what is called when a grace period has passed. */
struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
} __attribute__((aligned(sizeof(void *))));

typedef struct {
	unsigned long pgprot;
} pgprot_t;

/* Entries of page tables (arch/x86/include/asm/pgtable_64_types.h). */
typedef struct {
	unsigned long pte;
} pte_t;
typedef struct {
	unsigned long pgd;
} pgd_t;

/* Users and groups (include/linux/uidgid.h). */
typedef struct {
	unsigned int val;
} kuid_t;
typedef struct {
	unsigned int val;
} kgid_t;

#endif /* KMEMU_TYPES_H */
