/* SPDX-License-Identifier: MIT */
/* <linux/rhashtable-types.h> of Linux 6.12 over <kmemu/rhashtable.h>. */
#ifndef _LINUX_RHASHTABLE_TYPES_H
#define _LINUX_RHASHTABLE_TYPES_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/atomic.h>
#include <linux/spinlock_types.h>
#include <linux/types.h>

#define KMEMU_RHT_LOCK spinlock_t
#define KMEMU_RHT_COUNT atomic_t
#include <kmemu/rhashtable.h>

#endif /* __cplusplus */

#endif /* _LINUX_RHASHTABLE_TYPES_H */
