/*
 * oops.h - kernel code does what cannot be done: a null pointer, a division by zero.
 * oops.c has the theory.
 */
#pragma once

/* From now on that is a report, and the end of a test's case or of the process. */
void oops_init(void);
