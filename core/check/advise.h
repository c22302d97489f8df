/* advise.h - call sites noted for `kmemu advise` (option advise=). advise.c has the theory. */
#pragma once

#include "core/os/compiler.h"

/* Maps the table that the option names. When the heap is up; not in a handler. */
void advise_init(void);
/* The process has said its start: that it could not be mapped, if so. */
void advise_start(void);
/* A module was unloaded: its call sites are not those of what comes to its place. */
void advise_forget(void);
