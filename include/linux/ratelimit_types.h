/* SPDX-License-Identifier: MIT */
/* <linux/ratelimit_types.h> of Linux 6.12. */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <asm/byteorder.h>
#include <kmemu/printk.h>
#include <kmemu/sched.h>
#include <linux/bits.h>
#include <linux/compiler.h>

#define DEFAULT_RATELIMIT_INTERVAL KMEMU_RATELIMIT_INTERVAL
#define DEFAULT_RATELIMIT_BURST KMEMU_RATELIMIT_BURST
#define RATELIMIT_MSG_ON_RELEASE BIT(0)

#define ratelimit_state kmemu_ratelimit

/* interval: jiffies. */
#define RATELIMIT_STATE_INIT_FLAGS(name, interval, burst, flags) \
	{ 0, (interval), (burst), 0, 0, (flags), 0 }
#define RATELIMIT_STATE_INIT(name, interval, burst) \
	RATELIMIT_STATE_INIT_FLAGS(name, interval, burst, 0)
#define RATELIMIT_STATE_INIT_DISABLED \
	RATELIMIT_STATE_INIT(ratelimit_state, 0, DEFAULT_RATELIMIT_BURST)
#define DEFINE_RATELIMIT_STATE(name, interval, burst) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, burst)

__kmemu_c int ___ratelimit(struct ratelimit_state *rs, const char *func)
	__kmemu_is(kmemu_ratelimit);
#define __ratelimit(state) ___ratelimit(state, __func__)

#endif /* _LINUX_RATELIMIT_TYPES_H */
