/*
 * params.h - parameters of modules (kernel: kernel/params.c).
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/module.h"

/* Kernel: parameq(): '-' and '_' are the same. n: of b. */
bool parameqn(const char *a, const char *b, size_t n);
/* val NULL: the word has no '='. 0, -ENOENT: it has no such parameter, or -errno. */
int param_set(const struct kernel_param *kp, const char *val);
