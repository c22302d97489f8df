/* SPDX-License-Identifier: MIT */
/* <asm/unaligned.h>, the name of <linux/unaligned.h> before 6.12. */
#ifndef _ASM_UNALIGNED_H
#define _ASM_UNALIGNED_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/unaligned.h>

#endif /* __cplusplus */

#endif /* _ASM_UNALIGNED_H */
