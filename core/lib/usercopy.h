/*
 * usercopy.h - who is asked for memory of the program's that is not there yet.
 */
#pragma once

#include "core/os/compiler.h"

/* True: p can be read, or written, now; NULL: nobody. May sleep. */
extern bool (*user_fault_in)(const void *p, bool write);
