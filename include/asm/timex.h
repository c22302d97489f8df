/* SPDX-License-Identifier: MIT */
/* <asm/timex.h> of Linux 6.12: a counter of constant rate; only differences mean something. */
#ifndef _ASM_X86_TIMEX_H
#define _ASM_X86_TIMEX_H

#include <kmemu/sched.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

typedef unsigned long long cycles_t;

#define CLOCK_TICK_RATE PIT_TICK_RATE

#define get_cycles() ((cycles_t)kmemu_get_cycles())
#define random_get_entropy() kmemu_get_cycles()

#endif /* _ASM_X86_TIMEX_H */
