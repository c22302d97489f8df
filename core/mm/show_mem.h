/*
 * show_mem.h - the state of memory for a report (show_mem.c).
 */
#pragma once

#include "core/mm/mm.h"
#include "core/report/report.h"

/* Of the zones that a request with these flags may use. */
void report_mem_read(struct report_mem *m, gfp_t flags);
