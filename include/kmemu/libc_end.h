/* SPDX-License-Identifier: MIT */
/* libc_end.h - the other half of libc_begin.h. */
#ifndef __cplusplus
#undef KMEMU_LIBC_HIDDEN
#undef abort
#undef calloc
#undef chmod
#undef clock
#undef ctime
#undef daylight
#undef div
#undef exit
#undef free
#undef index
#undef malloc
#undef mkdir
#undef mknod
#undef rand
#undef random
#undef realloc
#undef rindex
#undef select
#undef srand
#undef srandom
#undef system
#undef time
#undef tzname
#undef umask
#pragma pop_macro("BIG_ENDIAN")
#pragma pop_macro("BYTE_ORDER")
#pragma pop_macro("LITTLE_ENDIAN")
#pragma pop_macro("PDP_ENDIAN")
#endif
