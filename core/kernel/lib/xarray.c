/*
 * xarray.c - the XArray: walks, stores, marks and memory (kernel: lib/xarray.c).
 * Searches are in xarray_find.c, functions without a state in xarray_api.c.
 *
 * The array is a tree of nodes of 64 slots; a node's shift says which six bits of the
 * index choose the slot. The head is a node, or the entry of index 0 when there is no
 * other. An entry of 2^order indices lies in the node whose slots are not greater
 * than it, in 2^(order % 6) slots: the first has it, the others are siblings that
 * name the first.
 *
 *	node.count	= slots that are not NULL, siblings too
 *	node.nr_values	= slots of values, their siblings too
 *	mark of a node's slot = OR of that mark over all below
 *	mark of the array     = OR of that mark over the head
 *
 * With XA_FLAGS_TRACK_FREE mark 0 is set where an index is free instead, so that a
 * search for it finds one: what is not there has it, and the array has it while it
 * can grow.
 *
 * Readers hold no lock: a slot is published when what it leads to is whole, a node
 * that leaves the tree has all its entries turned to retry, so that who is in it
 * begins anew, and is freed after a grace period. Writers hold xa_lock. A store
 * that has no memory leaves -ENOMEM in the state; xas_nomem() then brings one node
 * along, outside of the lock.
 */
#include "core/kernel/lib/xarray.h"

#include <errno.h>

#include "core/kernel/lib/rcu.h"

#define NODE_GFP (KMEMU_GFP_NOWAIT | KMEMU___GFP_NOWARN)

/* --- marks */

static inline bool set_slot_mark(struct xa_node *node, unsigned int slot, xa_mark_t mark)
{
	bool was = node->marks[mark][0] >> slot & 1;

	node->marks[mark][0] |= 1ul << slot;
	return was;
}

KMEMU_EXPORT bool kmemu_xas_get_mark(const struct xa_state *xas, xa_mark_t mark)
{
	if (xas_invalid(xas))
		return false;
	if (!xas->xa_node)
		return xa_marked(xas->xa, mark);
	return xas->xa_node->marks[mark][0] >> xas->xa_offset & 1;
}

/* Up to the first that has it already. */
KMEMU_EXPORT void kmemu_xas_set_mark(const struct xa_state *xas, xa_mark_t mark)
{
	struct xa_node *node = xas->xa_node;
	unsigned int slot = xas->xa_offset;

	if (xas_invalid(xas))
		return;
	for (; node; slot = node->offset, node = node->parent)
		if (set_slot_mark(node, slot, mark))
			return;
	xas->xa->xa_flags |= XA_FLAGS_MARK(mark);
}

/* Up to the first that still has another one below. */
KMEMU_EXPORT void kmemu_xas_clear_mark(const struct xa_state *xas, xa_mark_t mark)
{
	struct xa_node *node = xas->xa_node;
	unsigned int slot = xas->xa_offset;

	if (xas_invalid(xas))
		return;
	for (; node; slot = node->offset, node = node->parent) {
		unsigned long *marks = node->marks[mark], was = *marks;

		*marks = was & ~(1ul << slot);
		if (*marks == was || *marks)
			return;
	}
	xas->xa->xa_flags &= ~XA_FLAGS_MARK(mark);
}

KMEMU_EXPORT void kmemu_xas_init_marks(const struct xa_state *xas)
{
	for (xa_mark_t mark = XA_MARK_0; mark <= XA_MARK_MAX; mark++) {
		if (mark == XA_FREE_MARK && tracks_free(xas->xa))
			kmemu_xas_set_mark(xas, mark);
		else
			kmemu_xas_clear_mark(xas, mark);
	}
}

/* Siblings have no marks: the first slot of those that become one entry has all. */
static void gather_marks(const struct xa_state *xas)
{
	unsigned long others = ((1ul << xas->xa_sibs) - 1) << (xas->xa_offset + 1);

	for (xa_mark_t mark = XA_MARK_0; mark <= XA_MARK_MAX; mark++) {
		unsigned long *marks = xas->xa_node->marks[mark];

		if (*marks & others)
			*marks = (*marks & ~others) | 1ul << xas->xa_offset;
	}
}

/* --- memory */

static struct xa_node *get_node(const struct xa_state *xas, unsigned int gfp)
{
	struct kmem_cache *cache = kmemu_radix_tree_node_cache();

	if (xas->xa->xa_flags & XA_FLAGS_ACCOUNT)
		gfp |= KMEMU___GFP_ACCOUNT;
	return cache ? kmemu_kmem_cache_alloc(cache, gfp) : NULL;
}

static void free_node(struct xa_node *node)
{
	node->array = (struct xarray *)1; /* for who looks at it in a dump */
	after_grace_period(&node->rcu_head, kmemu_radix_tree_node_rcu_free);
}

KMEMU_EXPORT void kmemu_xas_destroy(struct xa_state *xas)
{
	struct xa_node *node;

	while ((node = xas->xa_alloc)) {
		xas->xa_alloc = node->parent;
		kmemu_radix_tree_node_rcu_free(&node->rcu_head);
	}
}

KMEMU_EXPORT bool kmemu_xas_nomem(struct xa_state *xas, unsigned int gfp)
{
	if (xas->xa_node != XA_ERROR(-ENOMEM)) {
		kmemu_xas_destroy(xas);
		return false;
	}
	xas->xa_alloc = get_node(xas, gfp);
	if (!xas->xa_alloc)
		return false;
	xas->xa_alloc->parent = NULL;
	xas_reset(xas);
	return true;
}

static void tell(const struct xa_state *xas, struct xa_node *node)
{
	if (xas->xa_update)
		xas->xa_update(node);
}

/* A node below the place where the state stands; NULL: the state has the error. */
static struct xa_node *new_node(struct xa_state *xas, unsigned int shift)
{
	struct xa_node *parent = xas->xa_node, *node = xas->xa_alloc;

	if (xas_invalid(xas))
		return NULL;
	xas->xa_alloc = NULL;
	if (!node)
		node = get_node(xas, NODE_GFP);
	if (!node) {
		xas_set_err(xas, -ENOMEM);
		return NULL;
	}
	node->shift = (unsigned char)shift;
	node->count = node->nr_values = 0;
	node->parent = parent;
	node->array = xas->xa;
	if (parent) {
		node->offset = xas->xa_offset;
		parent->count++;
		tell(xas, parent);
	}
	return node;
}

/* --- a tree that grows */

/* One head above the head, whose marks are the array's. */
static void put_above(struct xa_state *xas, struct xa_node *node, void *head)
{
	struct xarray *xa = xas->xa;

	node->count = 1;
	node->nr_values = xa_is_value(head);
	node->slots[0] = head;
	for (xa_mark_t mark = XA_MARK_0; mark <= XA_MARK_MAX; mark++)
		node->marks[mark][0] = xa_marked(xa, mark);
	if (tracks_free(xa)) {
		node->marks[XA_FREE_MARK][0] |= ~1ul;
		xa->xa_flags |= XA_FLAGS_MARK(XA_FREE_MARK);
	}
	if (xa_is_node(head)) {
		xa_to_node(head)->offset = 0;
		__atomic_store_n(&xa_to_node(head)->parent, node, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&xa->xa_head, xa_mk_node(node), __ATOMIC_RELEASE);
	tell(xas, node);
}

/*
 * The last index that the state's entry needs. One of several indices that begins at
 * 0 does not fit the head's place, which is of one.
 */
static unsigned long last_index(const struct xa_state *xas)
{
	unsigned long size = (xas->xa_sibs + 1ul) << xas->xa_shift;

	if (size == 1)
		return xas->xa_index;
	return max(xas->xa_index | (size - 1), size ? size : ~0ul);
}

/* The bits of an index that are below the head then; -ENOMEM. */
static int make_room(struct xa_state *xas, void *head)
{
	unsigned long last = last_index(xas);
	unsigned int shift = 0;

	if (!head) {
		while (last >> shift >= XA_CHUNK_SIZE)
			shift += XA_CHUNK_SHIFT;
		return last ? (int)shift + XA_CHUNK_SHIFT : 0;
	}
	xas->xa_node = NULL;
	if (xa_is_node(head))
		shift = xa_to_node(head)->shift + XA_CHUNK_SHIFT;
	for (; last > reach(head); shift += XA_CHUNK_SHIFT) {
		struct xa_node *node;

		xas->xa_node = NULL;
		node = new_node(xas, shift);
		if (!node)
			return -ENOMEM;
		put_above(xas, node, head);
		head = xa_mk_node(node);
	}
	return (int)shift;
}

/*
 * Walks to where the state's entry belongs and makes the nodes on the way. An entry
 * that is greater than what is asked for stops the walk. head_will_do: index 0 may
 * be the head itself.
 */
static void *kmemu_xas_create(struct xa_state *xas, bool head_will_do)
{
	struct xarray *xa = xas->xa;
	void **place = &xa->xa_head, *entry;
	int shift;

	if (xas_error(xas))
		return NULL;
	entry = *place;
	if (xas_top(xas->xa_node)) {
		xas->xa_node = NULL;
		if (!entry && (xa->xa_flags & XA_FLAGS_ZERO_BUSY))
			entry = XA_ZERO_ENTRY;
		shift = make_room(xas, entry);
		if (shift < 0)
			return NULL;
		xas->xa_node = NULL;
		if (!shift && !head_will_do)
			shift = XA_CHUNK_SHIFT;
	} else {
		shift = xas->xa_node->shift;
		place = &xas->xa_node->slots[xas->xa_offset];
	}
	for (entry = *place; shift > xas->xa_shift; place = &xas->xa_node->slots[xas->xa_offset]) {
		struct xa_node *node;

		shift -= XA_CHUNK_SHIFT;
		if (!entry) {
			node = new_node(xas, (unsigned int)shift);
			if (!node)
				break;
			if (tracks_free(xa))
				node->marks[XA_FREE_MARK][0] = ~0ul;
			__atomic_store_n(place, xa_mk_node(node), __ATOMIC_RELEASE);
		} else if (xa_is_node(entry)) {
			node = xa_to_node(entry);
		} else {
			break;
		}
		entry = step_down(xas, node);
	}
	return entry;
}

/* --- a tree that shrinks */

static void free_tree(struct xa_state *xas, struct xa_node *node)
{
	for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++) {
		void *entry = node->slots[i];

		if (node->shift && xa_is_node(entry))
			free_tree(xas, xa_to_node(entry));
		else if (entry)
			__atomic_store_n(&node->slots[i], XA_RETRY_ENTRY, __ATOMIC_RELEASE);
	}
	node->count = node->nr_values = 0;
	tell(xas, node);
	free_node(node);
}

/* A head whose only entry is of index 0, and needs no node of this height. */
static void drop_heads(struct xa_state *xas, struct xa_node *node)
{
	struct xarray *xa = xas->xa;

	while (node->count == 1 && node->slots[0]) {
		void *entry = node->slots[0], *head = entry;

		if (!xa_is_node(entry) && node->shift)
			break;
		if (xa_is_zero(entry) && (xa->xa_flags & XA_FLAGS_ZERO_BUSY))
			head = NULL;
		xas->xa_node = XAS_BOUNDS;
		__atomic_store_n(&xa->xa_head, head, __ATOMIC_RELEASE);
		if (tracks_free(xa) && !(node->marks[XA_FREE_MARK][0] & 1))
			xa->xa_flags &= ~XA_FLAGS_MARK(XA_FREE_MARK);
		node->count = node->nr_values = 0;
		if (!xa_is_node(head))
			__atomic_store_n(&node->slots[0], XA_RETRY_ENTRY, __ATOMIC_RELEASE);
		tell(xas, node);
		free_node(node);
		if (!xa_is_node(head))
			break;
		node = xa_to_node(head);
		node->parent = NULL;
	}
}

/* Nodes that have become empty, from the state's upwards. */
static void prune(struct xa_state *xas)
{
	struct xa_node *node = xas->xa_node;

	while (!node->count) {
		struct xa_node *parent = node->parent;

		xas->xa_node = parent;
		xas->xa_offset = node->offset;
		free_node(node);
		if (!parent) {
			xas->xa->xa_head = NULL;
			xas->xa_node = XAS_BOUNDS;
			return;
		}
		parent->slots[xas->xa_offset] = NULL;
		parent->count--;
		tell(xas, parent);
		node = parent;
	}
	if (!node->parent)
		drop_heads(xas, node);
}

/* --- load and store */

KMEMU_EXPORT void *kmemu_xas_load(struct xa_state *xas)
{
	void *entry = begin(xas);

	while (xa_is_node(entry)) {
		struct xa_node *node = xa_to_node(entry);

		if (xas->xa_shift > node->shift)
			break;
		entry = step_down(xas, node);
		if (!node->shift)
			break;
	}
	return entry;
}

/*
 * Slots of the state's node, from its offset on: entry, then siblings of it. NULL goes
 * on over siblings of the last that it takes away, so that none is left alone.
 */
static void store_slots(struct xa_state *xas, void *entry)
{
	struct xa_node *node = xas->xa_node;
	unsigned int first = xas->xa_offset, last = first + xas->xa_sibs, i = first;
	int count = 0, values = 0;
	const void *owner = NULL;

	do {
		void *was = node->slots[i];

		if (!xa_is_sibling(was))
			owner = was;
		__atomic_store_n(&node->slots[i], entry && i > first ? xa_mk_sibling(first) : entry,
				 __ATOMIC_RELEASE);
		if (node->shift && xa_is_node(was))
			free_tree(xas, xa_to_node(was));
		count += (entry != NULL) - (was != NULL);
		values += xa_is_value(entry) - xa_is_value(owner);
		i++;
	} while (i <= last || (!entry && i < XA_CHUNK_SIZE && xa_is_sibling(node->slots[i])));
	if (!count && !values)
		return;
	node->count = (unsigned char)(node->count + count);
	node->nr_values = (unsigned char)(node->nr_values + values);
	tell(xas, node);
	if (count < 0)
		prune(xas);
}

KMEMU_EXPORT void *kmemu_xas_store(struct xa_state *xas, void *entry)
{
	bool head_will_do = !xa_is_node(entry) && !xa_is_zero(entry);
	void *old = entry ? kmemu_xas_create(xas, head_will_do) : kmemu_xas_load(xas);
	struct xa_node *node = xas->xa_node;

	if (xas_invalid(xas))
		return old;
	if (node && xas->xa_shift < node->shift)
		xas->xa_sibs = 0;
	if (old == entry && !xas->xa_sibs)
		return old;
	if (node && xas->xa_sibs)
		gather_marks(xas);
	/* Before the slot, so that who looks for a mark does not find an empty one. */
	if (!entry)
		kmemu_xas_init_marks(xas);
	if (node) {
		store_slots(xas, entry);
		return old;
	}
	__atomic_store_n(&xas->xa->xa_head, entry, __ATOMIC_RELEASE);
	if (xa_is_node(old))
		free_tree(xas, xa_to_node(old));
	return old;
}

/* Leaves for all of the state's range, the last one first. */
KMEMU_EXPORT void kmemu_xas_create_range(struct xa_state *xas)
{
	unsigned long first = xas->xa_index;
	unsigned char shift = xas->xa_shift, sibs = xas->xa_sibs;

	xas->xa_index |= ((sibs + 1ul) << shift) - 1;
	if (xas_is_node(xas) && xas->xa_node->shift == shift)
		xas->xa_offset |= sibs;
	xas->xa_shift = xas->xa_sibs = 0;
	for (;;) {
		kmemu_xas_create(xas, true);
		if (xas_error(xas)) {
			xas->xa_shift = shift;
			xas->xa_sibs = sibs;
			break;
		}
		if (xas->xa_index <= (first | XA_CHUNK_MASK))
			break;
		xas->xa_index -= XA_CHUNK_SIZE;
		/* To the node that has both this leaf and the one before. */
		while (xas->xa_node->shift < shift) {
			struct xa_node *node = xas->xa_node;

			xas->xa_node = node->parent;
			xas->xa_offset = (unsigned char)(node->offset - 1);
			if (node->offset)
				break;
		}
	}
	xas->xa_index = first;
	if (xas_is_node(xas))
		xas->xa_offset = (unsigned char)slot_of(first, xas->xa_node);
}

/* --- one entry of several indices becomes several */

/* Slots of one entry each, of sibs + 1. */
static void fill_node(struct xa_node *node, void *entry, unsigned int sibs)
{
	for (unsigned int i = 0; i < XA_CHUNK_SIZE; i++)
		node->slots[i] = i & sibs ? xa_mk_sibling(i & ~sibs) : entry;
}

KMEMU_EXPORT void kmemu_xas_split_alloc(struct xa_state *xas, void *entry, unsigned int order,
					unsigned int gfp)
{
	unsigned int nodes = 1u << order % XA_CHUNK_SHIFT, shift = xas->xa_shift;

	if (shift + XA_CHUNK_SHIFT > order)
		return;
	/* By one level at the most. */
	if (shift + 2 * XA_CHUNK_SHIFT < order)
		nodes = 0;
	for (unsigned int i = 0; i < nodes; i++) {
		struct xa_node *node = get_node(xas, gfp);

		if (!node) {
			nodes = 0;
			break;
		}
		node->array = xas->xa;
		fill_node(node, entry, xas->xa_sibs);
		node->parent = xas->xa_alloc;
		xas->xa_alloc = node;
	}
	if (nodes)
		return;
	kmemu_xas_destroy(xas);
	xas_set_err(xas, -ENOMEM);
}

/* What the old entry had, on a slot, and on each entry of a node that is below it. */
static void hand_marks(struct xa_node *node, unsigned int slot, struct xa_node *child,
		       unsigned int sibs, const bool *marks)
{
	for (xa_mark_t mark = XA_MARK_0; mark <= XA_MARK_MAX; mark++) {
		if (!marks[mark])
			continue;
		set_slot_mark(node, slot, mark);
		for (unsigned int i = 0; child && i < XA_CHUNK_SIZE; i += sibs + 1)
			set_slot_mark(child, i, mark);
	}
}

/* One slot of the node gets a node of its own. */
static void split_slot(struct xa_state *xas, unsigned int slot, const void *entry,
		       const bool *marks)
{
	struct xa_node *node = xas->xa_node, *child = xas->xa_alloc;

	xas->xa_alloc = child->parent;
	child->shift = node->shift - XA_CHUNK_SHIFT;
	child->offset = (unsigned char)slot;
	child->count = XA_CHUNK_SIZE;
	child->nr_values = xa_is_value(entry) ? XA_CHUNK_SIZE : 0;
	child->parent = node;
	hand_marks(node, slot, child, xas->xa_sibs, marks);
	__atomic_store_n(&node->slots[slot], xa_mk_node(child), __ATOMIC_RELEASE);
	tell(xas, child);
}

KMEMU_EXPORT void kmemu_xas_split(struct xa_state *xas, void *entry, unsigned int order)
{
	void *old = kmemu_xas_load(xas);
	struct xa_node *node = xas->xa_node;
	unsigned int first = xas->xa_offset, slots = 1u << order % XA_CHUNK_SHIFT;
	bool below = node && xas->xa_shift < node->shift, marks[XA_MAX_MARKS];

	if (xas_top(node))
		return;
	for (xa_mark_t mark = XA_MARK_0; mark <= XA_MARK_MAX; mark++)
		marks[mark] = kmemu_xas_get_mark(xas, mark);
	/* From behind: a sibling always leads to what is there still. */
	for (unsigned int i = slots; i--;) {
		unsigned int slot = first + i, canon = slot & ~(unsigned int)xas->xa_sibs;

		if (below) {
			split_slot(xas, slot, entry, marks);
			node->nr_values -= xa_is_value(old);
			continue;
		}
		hand_marks(node, canon, NULL, 0, marks);
		__atomic_store_n(&node->slots[slot], slot == canon ? entry : xa_mk_sibling(canon),
				 __ATOMIC_RELEASE);
		node->nr_values += xa_is_value(entry) - xa_is_value(old);
	}
	tell(xas, node);
}

KMEMU_EXPORT int kmemu_xas_get_order(struct xa_state *xas)
{
	unsigned int order = 0;

	if (!xas->xa_node)
		return 0;
	while (xas->xa_offset + (1u << order) < XA_CHUNK_SIZE &&
	       xa_is_sibling(xa_entry(xas->xa, xas->xa_node, xas->xa_offset + (1u << order))))
		order++;
	return (int)order + xas->xa_node->shift;
}

/* --- a range that is no power of two */

/* The greatest entry that begins at first and does not go beyond last. */
static void set_greatest(struct xa_state *xas, unsigned long first, unsigned long last)
{
	unsigned int shift = 0;
	unsigned long slots;

	/* One more level, while that many indices are wanted and first begins such a slot. */
	while (shift + XA_CHUNK_SHIFT < 64) {
		unsigned long below = (1ul << (shift + XA_CHUNK_SHIFT)) - 1;

		if ((first & below) || last - first < below)
			break;
		shift += XA_CHUNK_SHIFT;
	}
	slots = (last - first) >> shift;
	if (((last - first) & ((1ul << shift) - 1)) == (1ul << shift) - 1)
		slots++;
	slots = min(slots, XA_CHUNK_SIZE - (first >> shift & XA_CHUNK_MASK));
	xas_set(xas, first);
	xas->xa_shift = (unsigned char)shift;
	xas->xa_sibs = (unsigned char)(slots - 1);
}

/* 0, or the error that is in the state. */
static int store_range(struct xa_state *xas, unsigned long first, unsigned long last, void *entry)
{
	if (entry) {
		/* First the nodes that the end needs, which are the smallest. */
		xas_set_order(xas, last, last + 1 ? (unsigned int)__builtin_ctzl(last + 1) : 64);
		kmemu_xas_create(xas, true);
	}
	while (!xas_error(xas)) {
		unsigned long size;

		set_greatest(xas, first, last);
		size = (xas->xa_sibs + 1ul) << xas->xa_shift;
		kmemu_xas_store(xas, entry);
		first += size;
		if (!size || first > last || !first)
			break;
	}
	return xas_error(xas);
}

KMEMU_EXPORT void *kmemu_xa_store_range(struct xarray *xa, unsigned long first, unsigned long last,
					void *entry, unsigned int gfp)
{
	XA_STATE(xas, xa, 0);

	if (refused(CALLER, xa_is_internal(entry)) || last < first)
		return XA_ERROR(-EINVAL);
	xa_check_set_up(xa);
	do {
		kmemu_spin_lock(&xa->xa_lock);
		store_range(&xas, first, last, entry);
		kmemu_spin_unlock(&xa->xa_lock);
	} while (kmemu_xas_nomem(&xas, gfp));
	return xas_error(&xas) ? xas.xa_node : NULL;
}

/* The node's slot in its parent is emptied. */
KMEMU_EXPORT void kmemu_xa_delete_node(struct xa_node *node, xa_update_node_t update)
{
	struct xa_state xas = __XA_STATE(node->array, 0, 0, 0);

	xas.xa_shift = (unsigned char)(node->shift + XA_CHUNK_SHIFT);
	xas.xa_index = (unsigned long)node->offset << xas.xa_shift;
	xas.xa_offset = node->offset;
	xas.xa_node = node->parent;
	xas.xa_update = update;
	kmemu_xas_store(&xas, NULL);
}
