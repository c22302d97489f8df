/* SPDX-License-Identifier: MIT */
/*
 * <linux/build_bug.h> of Linux 6.12: errors of the compiler. Without optimisation,
 * BUILD_BUG_ON() is silent, since the compiler cannot tell then what is constant.
 */
#ifndef _LINUX_BUILD_BUG_H
#define _LINUX_BUILD_BUG_H

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define BUILD_BUG_ON_ZERO(e) ((int)sizeof(struct { int : (-!!(e)); }))
#define BUILD_BUG_ON_INVALID(e) ((void)sizeof((long)(e)))
#define BUILD_BUG_ON_MSG(cond, msg) compiletime_assert(!(cond), msg)
#define BUILD_BUG_ON(condition) BUILD_BUG_ON_MSG(condition, "BUILD_BUG_ON failed: " #condition)
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || ((n) & ((n)-1)) != 0)
#define __BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON(((n) & ((n)-1)) != 0)
#define BUILD_BUG() BUILD_BUG_ON_MSG(1, "BUILD_BUG failed")

#ifndef __cplusplus
#undef static_assert
#define static_assert(expr, ...) __static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, msg, ...) _Static_assert(expr, msg)
#endif
#define ASSERT_STRUCT_OFFSET(type, field, expected) \
	BUILD_BUG_ON_MSG(offsetof(type, field) != (expected), \
			 "Offset of " #field " in " #type " has changed.")

#endif /* _LINUX_BUILD_BUG_H */
