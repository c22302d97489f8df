/*
 * fork.h - the heap across fork. prepare before, then parent or child after, on
 * the thread that forks, with all signals blocked. interpose/fork.c hangs them
 * into libc, in a program that is linked with libkmemu.a core/init/linked.c.
 */
#pragma once

#include "core/os/compiler.h"

void kmemu_fork_prepare(void);
void kmemu_fork_parent(void); /* fork failed: the same */
void kmemu_fork_child(void);

/* What core/kernel does in a child, when its locks are free; NULL: no kernel code has run. */
extern __hidden void (*kernel_fork_child)(void);
