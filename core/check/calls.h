/*
 * calls.h - libc calls that may sleep, judged by where the thread is (kernel:
 * might_sleep() in each of their kernel counterparts). calls.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * The program's return address of the blocking call that this thread was told of
 * last, or NULL: what the call allocates inside is not told again.
 */
const void *call_told(void);
