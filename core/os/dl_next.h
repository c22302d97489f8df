/*
 * dl_next.h - the function of libc's that a call would reach without us, found
 * without a lock. dl_next.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * Remembers which objects the program was started with. Idempotent; os_dl_next() does it
 * if it must.
 */
void os_dl_next_init(void);
/*
 * The function `name` of the objects behind us in the order of the loader's
 * search, as libc's headers mean it; NULL: none has it. Any context, also
 * before this object is relocated.
 */
void *os_dl_next(const char *name);
/* False: a resolver of another object has called us; nothing of libc's can be called. */
bool os_dl_is_relocated(void);
