/* SPDX-License-Identifier: MIT */
/* <linux/instruction_pointer.h> of Linux 6.12. */
#ifndef _LINUX_INSTRUCTION_POINTER_H
#define _LINUX_INSTRUCTION_POINTER_H

#include <linux/stddef.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define _RET_IP_ ((unsigned long)__builtin_return_address(0))
#define _THIS_IP_                                       \
	__extension__({                                 \
		__label__ __here;                       \
	__here:                                         \
		(unsigned long)&&__here;                \
	})

#endif /* _LINUX_INSTRUCTION_POINTER_H */
