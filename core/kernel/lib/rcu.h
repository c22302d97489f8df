/*
 * rcu.h - what is freed when no reader can see it any more (kernel: call_rcu).
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/types.h"

void kmemu_call_rcu(struct callback_head *head, void (*func)(struct callback_head *head))
	__attribute__((weak));

static inline void after_grace_period(struct callback_head *head,
				      void (*func)(struct callback_head *head))
{
	if (kmemu_call_rcu)
		kmemu_call_rcu(head, func);
	else
		func(head);
}
