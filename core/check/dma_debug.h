/*
 * dma_debug.h - what is mapped for devices, and whether that is right (kernel:
 * kernel/dma/debug.h). dma_debug.c has the theory.
 */
#pragma once

#include "core/lib/lock.h"
#include "core/report/report.h"
#include "include/kmemu/dma.h"

enum dma_debug_type {
	dma_debug_single,
	dma_debug_sg,
	dma_debug_coherent,
	dma_debug_resource,
	dma_debug_noncoherent,
};

/* A mapping as a call names it. */
struct dma_mapping {
	const struct device *dev;
	enum dma_debug_type type;
	u64 dev_addr, size, paddr;
	int direction;
	int sg_call_ents, sg_mapped_ents;
	int sg_entry; /* which of them, from 0 */
	const char *func; /* the call, for reports */
	const void *caller;
};

/* False: the call must fail (policy fail). Each may be called in any context. */

/* Kernel: debug_dma_map_single(), and what comes before it. False: no device may have it. */
bool debug_dma_map_single(const struct dma_mapping *m, const void *p);
/* p: where the memory is; NULL: none of ours. */
bool debug_dma_map(const struct dma_mapping *m, const void *p, unsigned long attrs);
bool debug_dma_sg_segment(const struct dma_mapping *m, unsigned int length);
/* False: it is not mapped; nothing may be done (policy fail). */
bool debug_dma_unmap(const struct dma_mapping *m);
void debug_dma_sync(const struct dma_mapping *m, bool to_cpu);
void debug_dma_mapping_error(const struct device *dev, u64 dev_addr);
/* Entries that dma_map_sg() mapped where this one was the first; 0: none. */
int debug_dma_mapped_ents(const struct dma_mapping *m);
/* The driver is unbound: nothing may be mapped any more. */
void debug_dma_device_released(const struct device *dev, const void *caller);

/* What has no entry. text, and fields of the facts, by the caller. */
bool debug_dma_say(enum report_kind kind, const struct dma_mapping *m, struct report_dma *facts,
		   const void *p);

/* Mappings now, for tests. */
unsigned long debug_dma_entries(void);

/* For core/init/fork.c: rank LOCK_DMA_DEBUG. */
extern kmemu_lock_t dma_debug_lock;

/* --- physaddr.c ------------------------------------------------------------ */

/* Kernel: __virt_to_phys(), CONFIG_DEBUG_VIRTUAL. */
u64 debug_virt_to_phys(const void *p, const void *caller);
/* Kernel: BUG_ON(!virt_addr_valid(buf)), CONFIG_DEBUG_SG. It is not. */
void debug_sg_buf(const void *p, const void *caller);
