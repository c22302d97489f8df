/*
 * lock_text.h - shared by the files that print reports about locks.
 */
#pragma once

#include "core/report/finding.h"

#define PLACE_BYTES 320

/* lock_text.c: parts of lockdep's reports. */
/* A title between rules of this length. */
void put_lock_head(struct text_buf *t, const char *title, size_t length);
void put_held_locks(struct text_buf *t, const struct finding *f);
/* Of the end of each report. */
void put_backtrace(struct text_buf *t, const struct finding *f);
/* LD_WAIT_SPIN or LD_WAIT_SLEEP; kind: enum raise_kind. */
int lock_wait_type(u32 kind);

/* lock_order_text.c: the name of a class, in buf. */
const char *lock_name(const struct report_lock *l, char *buf, size_t size);
/* Of a class's usage (report.h); 0: nothing is known. */
const char *lock_usage_chars(u8 usage, char chars[5]);
void print_circular_bug(struct text_buf *t, const struct finding *f);
void print_deadlock_bug(struct text_buf *t, const struct finding *f);
void print_irq_lock_order(struct text_buf *t, const struct finding *f);
int lock_order_line(const struct report *r, char *buf, size_t size);
