/*
 * call_site.h - which caller is meant: the program's, behind libraries whose
 * functions act for their caller. call_site.c has the theory.
 */
#pragma once

#include "core/report/unwind.h"

/* The innermost frame that is in a module and in no runtime library; if none is, 0. */
unsigned int call_site_of(const struct stacktrace *st);
/* Libraries whose functions act for their caller, by file name: libc and its like. */
bool module_is_runtime(const char *module);
/* The address lies in a library whose functions act for their caller. Never loads. */
bool call_site_is_runtime(unsigned long pc);
/*
 * The call site of a call that `caller`, which is in a runtime library, made of
 * us; caller where there is none. A stack trace; any context.
 */
unsigned long call_site_beyond(const void *caller);
/*
 * The function that an interrupt of kernel code runs, as an entry of a stacktrace, when it
 * is not on the stack because its last call was a jump; else 0.
 */
unsigned long call_site_jumped(void);
/* A module was unloaded: what was known of addresses is void. */
void call_site_forget(void);
