/* SPDX-License-Identifier: MIT */
/* <linux/range.h> of Linux 6.12, as far as one range goes: both ends belong to it. */
#ifndef _LINUX_RANGE_H
#define _LINUX_RANGE_H

#include <linux/types.h>

struct range {
	u64 start;
	u64 end;
};

static inline u64 range_len(const struct range *range)
{
	return range->end - range->start + 1;
}

static inline bool range_contains(struct range *r1, struct range *r2)
{
	return r1->start <= r2->start && r1->end >= r2->end;
}

#endif /* _LINUX_RANGE_H */
