/* SPDX-License-Identifier: MIT */
/* <asm/unaligned.h>, the name of <linux/unaligned.h> before 6.12. */
#ifndef _ASM_UNALIGNED_H
#define _ASM_UNALIGNED_H

#include <linux/unaligned.h>

#endif /* _ASM_UNALIGNED_H */
