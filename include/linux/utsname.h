/* SPDX-License-Identifier: MIT */
/* <linux/utsname.h> of Linux 6.12: the kernel's names; there is one name space. */
#ifndef _LINUX_UTSNAME_H
#define _LINUX_UTSNAME_H

#include <kmemu/utsname.h>
#include <linux/compiler.h>
#include <linux/sched.h>

#define __NEW_UTS_LEN 64

#define init_uts_ns kmemu_init_uts_ns

static __always_inline struct new_utsname *utsname(void)
{
	return &init_uts_ns.name;
}

static __always_inline struct new_utsname *init_utsname(void)
{
	return &init_uts_ns.name;
}

#endif /* _LINUX_UTSNAME_H */
