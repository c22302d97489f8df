/*
 * functions.h - functions that run in a context (context.functions=).
 * functions.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

enum context_function { CONTEXT_FUNCTION_NONE,
			CONTEXT_FUNCTION_HARDIRQ,
			CONTEXT_FUNCTION_SOFTIRQ,
			CONTEXT_FUNCTION_ATOMIC,
			NR_CONTEXT_FUNCTIONS };

/* There are such functions: a judged call's stack is to be walked. */
extern __hidden bool context_functions_on;

/* From the options. */
void context_functions_init(void);

/*
 * What the function around pc, an entry of a stack trace (a return address),
 * runs in. A binary search; any context.
 */
enum context_function context_function_of(unsigned long pc);
/*
 * The same where files may be read: in a module that was not seen yet the
 * functions are looked for. For a signal's handler when it is installed, and for
 * walks outside of handlers.
 */
enum context_function context_function_of_now(unsigned long pc);
