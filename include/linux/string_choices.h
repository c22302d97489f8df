/* SPDX-License-Identifier: MIT */
/* <linux/string_choices.h> of Linux 6.12: a word for a condition. */
#ifndef _LINUX_STRING_CHOICES_H_
#define _LINUX_STRING_CHOICES_H_

#include <linux/types.h>

#define __kmemu_choice(name, yes, no)                                     \
	static __inline __attribute__((__unused__)) const char *name(bool v) \
	{                                                                 \
		return v ? yes : no;                                      \
	}

__kmemu_choice(str_enable_disable, "enable", "disable")
__kmemu_choice(str_enabled_disabled, "enabled", "disabled")
__kmemu_choice(str_hi_lo, "hi", "lo")
__kmemu_choice(str_high_low, "high", "low")
__kmemu_choice(str_on_off, "on", "off")
__kmemu_choice(str_read_write, "read", "write")
__kmemu_choice(str_true_false, "true", "false")
__kmemu_choice(str_up_down, "up", "down")
__kmemu_choice(str_yes_no, "yes", "no")
#undef __kmemu_choice

#define str_disable_enable(v) str_enable_disable(!(v))
#define str_disabled_enabled(v) str_enabled_disabled(!(v))
#define str_lo_hi(v) str_hi_lo(!(v))
#define str_low_high(v) str_high_low(!(v))
#define str_off_on(v) str_on_off(!(v))
#define str_write_read(v) str_read_write(!(v))
#define str_false_true(v) str_true_false(!(v))
#define str_down_up(v) str_up_down(!(v))
#define str_no_yes(v) str_yes_no(!(v))

static __inline __attribute__((__unused__)) const char *str_plural(size_t num)
{
	return num == 1 ? "" : "s";
}

#endif /* _LINUX_STRING_CHOICES_H_ */
