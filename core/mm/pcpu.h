/* SPDX-License-Identifier: MIT */
/*
 * pcpu.h - per-CPU memory of kernel code. pcpu.c has the theory.
 */
#pragma once

#include "core/lib/lock.h"
#include "core/mm/gfp.h"

#define PCPU_MIN_UNIT_SIZE (32UL << 10)

extern kmemu_lock_t pcpu_lock;

/* atomic: nothing is mapped. NULL: no memory; the arguments are right. */
void *pcpu_alloc(size_t size, size_t align, bool atomic);
/* False: p is none of pcpu_alloc's, or free. */
bool pcpu_free(void *p);
/* p's memory on that CPU; of a static variable, its copy. NULL: no memory. */
void *pcpu_ptr(const void *p, unsigned int cpu, const char *start, const char *end);
unsigned int pcpu_this_cpu(void);
unsigned int pcpu_nr_cpus(void);
/* The calling thread, which has not asked yet, is on that one. */
void pcpu_bind(unsigned int cpu);
/* Bytes of one CPU that are in use. */
unsigned long pcpu_used_bytes(void);
