/*
 * unwind_module.h - the module that a pc lies in, as far as the unwinder may
 * read it. Internal to the unwinder; unwind_module.c has the theory.
 */
#pragma once

#include "core/report/unwind_cfi.h"

/* Counts unwind_forget(): what was cached under another number is void. */
extern u64 unwind_generation;

/* False: pc is in no module, or in one without call frame information. */
bool unwind_module_find(uintptr_t pc, struct cfi_module *m);
/* Reads the headers of all modules now. Takes the loader's lock: not in a handler. */
void unwind_modules_learn(void);
