/*
 * dma_text.h - reports about memory for devices: words, and an event's facts.
 */
#pragma once

#include "core/report/finding.h"
#include "core/report/report_dma.h"

/* The whole report, false: it has no facts of this kind; its line, 0: none. */
bool dma_text(struct text_buf *t, const struct finding *f);
int dma_line(const struct report *r, char *buf, size_t size);
