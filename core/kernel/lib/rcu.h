/*
 * rcu.h - what is freed when no reader can see it any more (kernel: call_rcu).
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/rcu.h"

static inline void after_grace_period(struct callback_head *head,
				      void (*func)(struct callback_head *head))
{
	kmemu_call_rcu(head, func);
}
