/*
 * xarray.h - what the files of the XArray share. All of it is inline or static in its
 * file: where a program brings the kernel's lib/xarray.c, none of our objects may
 * be needed beside it.
 */
#pragma once

#include "core/kernel/task.h"
#include "core/os/compiler.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/xarray.h"

static inline bool tracks_free(const struct xarray *xa)
{
	return xa->xa_flags & XA_FLAGS_TRACK_FREE;
}

/* Inline, so that the caller is the API's: an array in zeroed memory is the program's mistake. */
static __always_inline void xa_check_set_up(struct xarray *xa)
{
	lock_check_set_up(&xa->xa_lock.word, SPIN_BUG, CALLER);
}

/* Kernel: WARN_ON_ONCE() of what may not be stored, or of an array that gives no numbers out. */
static inline bool refused(const void *caller, bool wrong)
{
	if (__builtin_expect(wrong, 0))
		kernel_warn(caller, "lib/xarray.c", 0, NULL);
	return wrong;
}

static inline unsigned int slot_of(unsigned long index, const struct xa_node *node)
{
	return index >> node->shift & XA_CHUNK_MASK;
}

/* The index of the node's slot, where the state's index lies below the node. */
static inline void index_to_slot(struct xa_state *xas, unsigned long slot)
{
	unsigned int shift = xas->xa_node->shift;

	xas->xa_index = (xas->xa_index & ~XA_CHUNK_MASK << shift) + (slot << shift);
}

/* The greatest index below this head. */
static inline unsigned long reach(const void *head)
{
	return xa_is_node(head) ? (XA_CHUNK_SIZE << xa_to_node(head)->shift) - 1 : 0;
}

static inline void *out_of_bounds(struct xa_state *xas)
{
	xas->xa_node = XAS_BOUNDS;
	return NULL;
}

/*
 * The entry of the index in node: its first slot, where it has several. A reader may
 * see a sibling of what is a node by now.
 */
static inline void *step_down(struct xa_state *xas, struct xa_node *node)
{
	unsigned int slot = slot_of(xas->xa_index, node);
	void *entry = xa_entry(xas->xa, node, slot);

	xas->xa_node = node;
	while (xa_is_sibling(entry)) {
		slot = (unsigned int)xa_to_sibling(entry);
		entry = xa_entry(xas->xa, node, slot);
		if (node->shift && xa_is_node(entry))
			entry = XA_RETRY_ENTRY;
	}
	xas->xa_offset = (unsigned char)slot;
	return entry;
}

/* Where the walk stands, or the head; NULL if the index is not below the head. */
static inline void *begin(struct xa_state *xas)
{
	void *head;

	if (xas_valid(xas))
		return xas_reload(xas);
	if (xas_error(xas))
		return NULL;
	head = xa_head(xas->xa);
	if (xas->xa_index > reach(head))
		return out_of_bounds(xas);
	xas->xa_node = NULL;
	return head;
}
