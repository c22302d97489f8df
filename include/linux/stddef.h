/* SPDX-License-Identifier: MIT */
/* <linux/stddef.h> of Linux 6.12 over the system's, which libc's headers may read. */
#ifndef _KMEMU_LINUX_STDDEF_H
#define _KMEMU_LINUX_STDDEF_H

#include_next <linux/stddef.h>

#include <stdbool.h>
#include <stddef.h>

#ifndef sizeof_field
#define sizeof_field(TYPE, MEMBER) sizeof((((TYPE *)0)->MEMBER))
#endif
/* MEMBERS are where FAM of NAME is, which a variable of TYPE does not have room for. */
#define TRAILING_OVERLAP(TYPE, NAME, FAM, MEMBERS)                                \
	union {                                                                   \
		TYPE NAME;                                                        \
		struct {                                                          \
			unsigned char __offset_to_##FAM[offsetof(TYPE, FAM)];     \
			MEMBERS                                                   \
		};                                                                \
	}
#define offsetofend(TYPE, MEMBER) (offsetof(TYPE, MEMBER) + sizeof_field(TYPE, MEMBER))

/* The same members, once bare and once as a structure NAME. */
#define __kmemu_struct_group(TAG, NAME, ATTRS, ...)     \
	union {                                         \
		struct {                                \
			__VA_ARGS__                     \
		} ATTRS;                                \
		struct TAG {                            \
			__VA_ARGS__                     \
		} ATTRS NAME;                           \
	} ATTRS
#define struct_group(NAME, ...) __kmemu_struct_group(/* no tag */, NAME, , __VA_ARGS__)
#define struct_group_attr(NAME, ATTRS, ...) \
	__kmemu_struct_group(/* no tag */, NAME, ATTRS, __VA_ARGS__)
#define struct_group_tagged(TAG, NAME, ...) __kmemu_struct_group(TAG, NAME, , __VA_ARGS__)

#ifndef DECLARE_FLEX_ARRAY
#define DECLARE_FLEX_ARRAY(TYPE, NAME)          \
	struct {                                \
		struct {                        \
		} __empty_##NAME;               \
		TYPE NAME[];                    \
	}
#endif

#endif /* _KMEMU_LINUX_STDDEF_H */
