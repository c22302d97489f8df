/* SPDX-License-Identifier: MIT */
/* libc's <netinet/in.h>, whose functions have names that are macros in <asm/byteorder.h>. */
#pragma GCC system_header
#pragma push_macro("htonl")
#pragma push_macro("ntohl")
#pragma push_macro("htons")
#pragma push_macro("ntohs")
#undef htonl
#undef ntohl
#undef htons
#undef ntohs
#include_next <netinet/in.h>
#ifdef _KMEMU_ASM_BYTEORDER_H
#undef htonl
#undef ntohl
#undef htons
#undef ntohs
#pragma pop_macro("ntohs")
#pragma pop_macro("htons")
#pragma pop_macro("ntohl")
#pragma pop_macro("htonl")
#endif
