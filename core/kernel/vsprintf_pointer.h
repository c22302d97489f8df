/*
 * vsprintf_pointer.h - %p as the kernel has it, see vsprintf_pointer.c.
 */
#pragma once

#include "core/lib/vsprintf_out.h"

/* For struct out.pointer. f is behind the p; returns what follows the directive. */
const char *vsprintf_pointer(struct out *o, struct spec *sp, const char *f, const void *p);
/* f is behind the t; at the d or D. */
void vsprintf_date(struct out *o, struct spec *sp, const char *f, const void *p);
void vsprintf_dentry(struct out *o, struct spec *sp, const char *f, const void *p);
/* Kernel: check_pointer(): p is no address, which has been said. */
bool vsprintf_is_bad(struct out *o, struct spec *sp, const void *p);
/* What stands for letters behind the p that say nothing (kernel: error_string()). */
void vsprintf_unknown(struct out *o, struct spec *sp, const char *text);
