/*
 * program.h - a process's start and end for whom looks at it. program.c has the
 * theory.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * The constructor of the product that this is: in libkmemu.so that of
 * interpose/start.c, in libkmemu.a that of linked.c.
 */
void program_constructor(int argc, char **argv, char **envp);

/* Once, when the heap is up; outside of handlers. */
void program_start(void);
/* At exit, as late as can be. */
void program_end(void);
/* In a fork child, when the heap's locks are free. */
void program_fork_child(void);
/* Calls between begin and end are kmemu's own: not covered, not counted as alive. */
void program_own_calls(bool begin);
