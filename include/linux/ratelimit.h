/* SPDX-License-Identifier: MIT */
/* <linux/ratelimit.h> of Linux 6.12. */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <linux/bug.h>
#include <linux/ratelimit_types.h>
#include <linux/sched.h>

static __always_inline void ratelimit_state_init(struct ratelimit_state *state, int interval,
						 int burst)
{
	struct ratelimit_state fresh = RATELIMIT_STATE_INIT(state, interval, burst);

	*state = fresh;
}

#ifndef __cplusplus
static inline void ratelimit_default_init(struct ratelimit_state *state)
{
	ratelimit_state_init(state, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
}

static inline void ratelimit_set_flags(struct ratelimit_state *state, unsigned long flags)
{
	state->flags = (unsigned int)flags;
}

/* How many lines were suppressed that nobody has told of. */
static inline void ratelimit_state_exit(struct ratelimit_state *state)
{
	if (!(state->flags & RATELIMIT_MSG_ON_RELEASE))
		return;
	if (state->missed)
		pr_warn("%s: %d output lines suppressed due to ratelimiting\n", current->comm,
			state->missed);
	state->missed = 0;
}
#endif

#define WARN_ON_RATELIMIT(condition, state)                             \
	__extension__({                                                 \
		bool __rtn_cond = !!(condition);                        \
		WARN_ON(__rtn_cond && __ratelimit(state));              \
		__rtn_cond;                                             \
	})
#define WARN_RATELIMIT(condition, format, ...)                                    \
	__extension__({                                                           \
		static DEFINE_RATELIMIT_STATE(__kmemu_rs, DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST);           \
		int __rtn_cond = !!(condition);                                   \
		if (unlikely(__rtn_cond && kmemu_ratelimit(&__kmemu_rs, __func__))) \
			WARN(__rtn_cond, format, ##__VA_ARGS__);                  \
		__rtn_cond;                                                       \
	})

#endif /* _LINUX_RATELIMIT_H */
