/*
 * radix-tree.c - the cache of the XArray's nodes (kernel: lib/radix-tree.c, where
 * radix_tree_init() makes it at boot). Made when it is first needed. A node comes
 * from it with all slots and marks empty, and goes back to it so; the constructor
 * is run once for each object.
 *
 * In a file of its own: a program that brings the kernel's lib/xarray.c needs it.
 */
#include "core/os/compiler.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/xarray.h"

static void list_is_empty(struct xa_node *node)
{
	node->private_list.next = node->private_list.prev = &node->private_list;
}

static void construct(void *object)
{
	struct xa_node *node = object;

	__builtin_memset(node, 0, sizeof(*node));
	list_is_empty(node);
}

KMEMU_EXPORT struct kmem_cache *kmemu_radix_tree_node_cache(void)
{
	static struct kmem_cache *cache;
	struct kmem_cache *found = __atomic_load_n(&cache, __ATOMIC_ACQUIRE), *made;

	if (likely(found))
		return found;
	made = kmemu_kmem_cache_create("radix_tree_node", sizeof(struct xa_node), 0,
				       KMEMU_SLAB_PANIC | KMEMU_SLAB_RECLAIM_ACCOUNT, construct);
	if (__atomic_compare_exchange_n(&cache, &found, made, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return made;
	kmemu_kmem_cache_destroy(made);
	return found;
}

KMEMU_EXPORT void kmemu_radix_tree_node_rcu_free(struct callback_head *head)
{
	struct xa_node *node = (struct xa_node *)((char *)head - offsetof(struct xa_node,
									  rcu_head));

	__builtin_memset(node->slots, 0, sizeof(node->slots));
	__builtin_memset(node->marks, 0, sizeof(node->marks));
	list_is_empty(node);
	kmemu_kmem_cache_free(kmemu_radix_tree_node_cache(), node);
}
