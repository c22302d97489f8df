/*
 * fork.h - the heap across fork. prepare before, then parent or child after, on
 * the thread that forks, with all signals blocked. interpose/fork.c hangs them
 * into libc; a program that is linked with libkmemu.a does it itself
 * (pthread_atfork).
 */
#pragma once

void kmemu_fork_prepare(void);
void kmemu_fork_parent(void); /* fork failed: the same */
void kmemu_fork_child(void);
