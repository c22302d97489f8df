/* SPDX-License-Identifier: MIT */
/* <asm/uaccess.h>: all of it is in <linux/uaccess.h>. */
#ifndef _ASM_X86_UACCESS_H
#define _ASM_X86_UACCESS_H

#include <linux/uaccess.h>

#endif /* _ASM_X86_UACCESS_H */
