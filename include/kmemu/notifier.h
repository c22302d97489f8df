/* SPDX-License-Identifier: MIT */
/*
 * notifier.h - an entry of a chain of functions (kernel: include/linux/notifier.h). A bit
 * 0x8000 in what it answers ends the walk.
 */
#ifndef KMEMU_NOTIFIER_H
#define KMEMU_NOTIFIER_H

struct notifier_block {
	int (*notifier_call)(struct notifier_block *nb, unsigned long action, void *data);
	struct notifier_block *next;
	int priority; /* higher ones are called first */
};

#endif /* KMEMU_NOTIFIER_H */
