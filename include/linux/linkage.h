/* SPDX-License-Identifier: MIT */
/* <linux/linkage.h> of Linux 6.12, for C. */
#ifndef _LINUX_LINKAGE_H
#define _LINUX_LINKAGE_H

#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/stringify.h>

#define __page_aligned_data __aligned(4096)
#define __page_aligned_bss __aligned(4096)

#endif /* _LINUX_LINKAGE_H */
