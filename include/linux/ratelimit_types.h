/* SPDX-License-Identifier: MIT */
/* <linux/ratelimit_types.h> of Linux 6.12; jiffies are milliseconds here. */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <asm/byteorder.h>
#include <kmemu/printk.h>
#include <linux/bits.h>
#include <linux/compiler.h>

#define DEFAULT_RATELIMIT_INTERVAL 5000
#define DEFAULT_RATELIMIT_BURST 10
#define RATELIMIT_MSG_ON_RELEASE BIT(0)

struct ratelimit_state {
	struct kmemu_ratelimit rs;
};

#define RATELIMIT_STATE_INIT(name, interval, burst) { { 0, 0, 0, interval, burst } }
#define DEFINE_RATELIMIT_STATE(name, interval, burst) \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval, burst)

static __always_inline int ___ratelimit(struct ratelimit_state *state, const char *func)
{
	return kmemu_ratelimit(&state->rs, func);
}
#define __ratelimit(state) ___ratelimit(state, __func__)

#endif /* _LINUX_RATELIMIT_TYPES_H */
