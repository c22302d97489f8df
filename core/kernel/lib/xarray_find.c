/*
 * xarray_find.c - walks of the XArray from one entry to the next (kernel:
 * lib/xarray.c: xas_find, xas_find_marked, xas_find_conflict, xas_pause, __xas_next,
 * __xas_prev). The state's index goes along: after a hit it is the entry's, after a
 * miss it is behind max, or the state is out of bounds.
 *
 * A slot number of XA_CHUNK_SIZE is "behind the node": the walk goes on behind the
 * node in its parent.
 */
#include "core/kernel/lib/xarray.h"

/* Behind the node that the state stands in. False: that was the head. */
static bool up_and_on(struct xa_state *xas)
{
	unsigned int behind = xas->xa_node->offset + 1u;

	xas->xa_node = xa_parent(xas->xa, xas->xa_node);
	xas->xa_offset = (unsigned char)behind;
	return xas->xa_node != NULL;
}

/* The next entry at the state's slot or behind it, or NULL. */
static void *scan(struct xa_state *xas, unsigned long max)
{
	while (xas->xa_index <= max) {
		void *entry;

		if (xas->xa_offset == XA_CHUNK_SIZE) {
			if (!up_and_on(xas))
				return out_of_bounds(xas);
			continue;
		}
		entry = xa_entry(xas->xa, xas->xa_node, xas->xa_offset);
		if (xa_is_node(entry)) {
			xas->xa_node = xa_to_node(entry);
			xas->xa_offset = 0;
			continue;
		}
		if (entry && !xa_is_sibling(entry))
			return entry;
		xas->xa_offset++;
		index_to_slot(xas, xas->xa_offset);
	}
	return NULL;
}

KMEMU_EXPORT void *kmemu_xas_find(struct xa_state *xas, unsigned long max)
{
	struct xa_node *node = xas->xa_node;

	if (xas_error(xas) || node == XAS_BOUNDS)
		return NULL;
	if (xas->xa_index > max)
		return out_of_bounds(xas);
	if (!node) {
		xas->xa_index = 1;
		return out_of_bounds(xas);
	}
	if (node == XAS_RESTART) {
		void *entry = kmemu_xas_load(xas);

		node = xas->xa_node;
		if (entry || xas_not_node(node))
			return entry;
	} else if (!node->shift && xas->xa_offset != (xas->xa_index & XA_CHUNK_MASK)) {
		/* The index was moved on within an entry of several. */
		xas->xa_offset = (unsigned char)((xas->xa_index - 1) & XA_CHUNK_MASK);
		xas->xa_offset += xas->xa_offset != XA_CHUNK_MASK;
	}
	xas->xa_offset++;
	index_to_slot(xas, xas->xa_offset);
	return scan(xas, max);
}

/* The slot with the mark from `from` on, XA_CHUNK_SIZE if there is none. */
static unsigned int marked_slot(const struct xa_node *node, unsigned int from, xa_mark_t mark)
{
	unsigned long bits = from < XA_CHUNK_SIZE ? node->marks[mark][0] & ~0ul << from : 0;

	return bits ? (unsigned int)__builtin_ctzl(bits) : (unsigned int)XA_CHUNK_SIZE;
}

static void *behind_max(struct xa_state *xas)
{
	xas_reset(xas);
	return NULL;
}

/* next: the state's own slot does not count. */
static void *scan_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark, bool next)
{
	while (xas->xa_index <= max) {
		struct xa_node *node = xas->xa_node;
		void *entry;
		unsigned int slot;

		if (xas->xa_offset == XA_CHUNK_SIZE) {
			if (!up_and_on(xas))
				break;
			next = false;
			continue;
		}
		entry = xa_entry(xas->xa, node, xas->xa_offset);
		if (!next && xa_is_sibling(entry)) {
			xas->xa_offset = (unsigned char)xa_to_sibling(entry);
			index_to_slot(xas, xas->xa_offset);
		}
		slot = marked_slot(node, xas->xa_offset + next, mark);
		if (slot > xas->xa_offset) {
			next = false;
			index_to_slot(xas, slot);
			/* An index of 0 has wrapped round. */
			if (xas->xa_index - 1 >= max)
				return behind_max(xas);
			xas->xa_offset = (unsigned char)slot;
			if (slot == XA_CHUNK_SIZE)
				continue;
		}
		entry = xa_entry(xas->xa, node, xas->xa_offset);
		if (!entry && !(tracks_free(xas->xa) && mark == XA_FREE_MARK))
			continue;
		if (!xa_is_node(entry))
			return entry;
		xas->xa_node = xa_to_node(entry);
		xas->xa_offset = (unsigned char)slot_of(xas->xa_index, xas->xa_node);
	}
	return xas->xa_index > max ? behind_max(xas) : out_of_bounds(xas);
}

/* The head alone: index 0 and no other. */
static void *only_head(struct xa_state *xas, unsigned long max)
{
	xas->xa_index = 1;
	return max < 1 ? behind_max(xas) : out_of_bounds(xas);
}

KMEMU_EXPORT void *kmemu_xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	void *head;

	if (xas_error(xas))
		return NULL;
	if (xas->xa_index > max)
		return behind_max(xas);
	if (!xas->xa_node)
		return only_head(xas, max);
	if (!xas_top(xas->xa_node))
		return scan_marked(xas, max, mark, true);
	head = xa_head(xas->xa);
	xas->xa_node = NULL;
	if (xas->xa_index > reach(head))
		return out_of_bounds(xas);
	if (!xa_is_node(head))
		return xa_marked(xas->xa, mark) ? head : only_head(xas, max);
	xas->xa_node = xa_to_node(head);
	xas->xa_offset = (unsigned char)(xas->xa_index >> xas->xa_node->shift);
	return scan_marked(xas, max, mark, false);
}

/* Down to the first leaf below entry, which is in the state's slot. */
static void *leftmost(struct xa_state *xas, void *entry)
{
	while (xa_is_node(entry)) {
		xas->xa_node = xa_to_node(entry);
		xas->xa_offset = 0;
		entry = xa_entry_locked(xas->xa, xas->xa_node, 0);
	}
	return entry;
}

/* Each entry that a store of the state's range would take away. The lock is held. */
KMEMU_EXPORT void *kmemu_xas_find_conflict(struct xa_state *xas)
{
	void *entry;

	if (xas_error(xas) || !xas->xa_node)
		return NULL;
	if (xas_top(xas->xa_node)) {
		entry = begin(xas);
		if (!entry)
			return NULL;
		while (xa_is_node(entry))
			entry = step_down(xas, xa_to_node(entry));
		if (entry)
			return entry;
	}
	if (xas->xa_node->shift > xas->xa_shift)
		return NULL;
	for (;;) {
		if (xas->xa_node->shift == xas->xa_shift) {
			if ((xas->xa_offset & xas->xa_sibs) == xas->xa_sibs)
				break;
		} else if (xas->xa_offset == XA_CHUNK_MASK) {
			struct xa_node *node = xas->xa_node;

			xas->xa_offset = node->offset;
			xas->xa_node = node->parent;
			if (!xas->xa_node)
				break;
			continue;
		}
		entry = xa_entry_locked(xas->xa, xas->xa_node, ++xas->xa_offset);
		if (xa_is_sibling(entry))
			continue;
		entry = leftmost(xas, entry);
		if (entry)
			return entry;
	}
	xas->xa_offset -= xas->xa_sibs;
	return NULL;
}

/* Behind the entry, so that the lock may be dropped. */
KMEMU_EXPORT void kmemu_xas_pause(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;
	unsigned long slot = xas->xa_offset + 1ul;

	if (xas_invalid(xas))
		return;
	xas_reset(xas);
	if (!node) {
		xas->xa_index++;
		return;
	}
	while (slot < XA_CHUNK_SIZE && xa_is_sibling(xa_entry(xas->xa, node, (unsigned int)slot)))
		slot++;
	xas->xa_index += (slot - xas->xa_offset) << node->shift;
	if (!xas->xa_index)
		xas->xa_node = XAS_BOUNDS;
}

/* The neighbouring index has been set; `step` is 1 or -1. Up as far as needed, down again. */
static void *neighbour(struct xa_state *xas, int step)
{
	int slot = xas->xa_offset;
	void *entry;

	if (slot != (int)slot_of(xas->xa_index, xas->xa_node))
		slot += step;
	while (slot < 0 || slot == (int)XA_CHUNK_SIZE) {
		slot = xas->xa_node->offset + step;
		xas->xa_node = xa_parent(xas->xa, xas->xa_node);
		if (!xas->xa_node)
			return out_of_bounds(xas);
	}
	xas->xa_offset = (unsigned char)slot;
	while (xa_is_node(entry = xa_entry(xas->xa, xas->xa_node, xas->xa_offset))) {
		xas->xa_node = xa_to_node(entry);
		xas->xa_offset = (unsigned char)slot_of(xas->xa_index, xas->xa_node);
	}
	return entry;
}

KMEMU_EXPORT void *kmemu___xas_prev(struct xa_state *xas)
{
	if (!xas_frozen(xas->xa_node))
		xas->xa_index--;
	if (!xas->xa_node)
		return out_of_bounds(xas);
	return xas_not_node(xas->xa_node) ? kmemu_xas_load(xas) : neighbour(xas, -1);
}

KMEMU_EXPORT void *kmemu___xas_next(struct xa_state *xas)
{
	if (!xas_frozen(xas->xa_node))
		xas->xa_index++;
	if (!xas->xa_node)
		return out_of_bounds(xas);
	return xas_not_node(xas->xa_node) ? kmemu_xas_load(xas) : neighbour(xas, 1);
}
