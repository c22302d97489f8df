/* SPDX-License-Identifier: MIT */
/* <linux/compiler_types.h> of Linux 6.12: all of it is in compiler.h. */
#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

#include <linux/compiler.h>

#endif /* _LINUX_COMPILER_TYPES_H */
