/*
 * follow.h - which processes of a run are looked at (follow=). follow.c has
 * the theory.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * When options are read, before anything looks at a policy: in a process that
 * is left out, all checks and outputs are off from now on.
 */
void follow_init(char *const *envp);
/*
 * Would `path` (or a name alone) be looked at as program of process pid? pid
 * 0: not known. Any context.
 */
bool follow_takes(int pid, const char *path);
/* The process is the run's first, or where that is not known no child of fork. */
bool follow_is_first(void);
/* An event: the program of process pid is left out. */
void follow_left_out(int pid, const char *path);
