/*
 * debugobjects.c - memory that is freed with an active timer or work in it (kernel:
 * lib/debugobjects.c debug_check_no_obj_freed).
 *
 * The kernel has each object's state in a hash table, by the object's address. Here
 * the owners of objects know their state; what they lack is the order of addresses. So
 * those that are active are in a tree of their owner's besides, whose key is the
 * address of its node; and each counts in the slot of its page in a small table, which
 * a free looks at first, without a lock.
 *
 * Different from the kernel: timer_list, hrtimer and work_struct alone, and of their
 * mistakes this one, a timer that is used without timer_setup(), one that is set up
 * again while it is active, one on the stack that is not said to be there, and what a
 * module has active behind its exit function; work is taken off its queue, too.
 *
 * Invariants: the node of what is in no tree has __rb_parent_color 0 (one in a tree has
 * not: its root is black).
 * Locks: that of the tree's owner. Memory: 4 KiB. Cost: nothing while nothing is active,
 * but that no call is a hit from the first one on, in a checked run.
 */
#include "core/kernel/debugobjects.h"

#include "core/kernel/pending.h"
#include "core/kernel/task.h"
#include "core/mm/mm.h"
#include "core/mm/slab.h"
#include "core/mm/vmalloc.h"
#include "core/report/run.h"
#include "include/kmemu/irq.h"

#define PAGES 1024
#define THREAD_SIZE 16384ul

u32 debug_objects_active;
static bool on;
static u32 pages[PAGES]; /* active ones, by the hash of their page */

/* The linker's, of the program that this is linked into; not there: NULL. */
extern const char __data_start __attribute__((__weak__, __visibility__("hidden")));
extern const char _end __attribute__((__weak__, __visibility__("hidden")));

static u32 *slot_of(unsigned long pfn)
{
	return &pages[(pfn * 0x9e3779b97f4a7c15UL) >> 54];
}

void debug_objects_arm(void)
{
	if (likely(READ_ONCE(on)) || !kmemu_is_ready() || kmemu_opts.bug == POLICY_OFF)
		return;
	if (!context_armed && !run_is_checked())
		return;
	slab_arm();
	WRITE_ONCE(on, true);
}

void debug_object_activate(struct rb_node *node, struct rb_root *active)
{
	struct rb_node **link = &active->rb_node, *parent = NULL;

	node->__rb_parent_color = 0;
	if (!READ_ONCE(on))
		return;
	while (*link) {
		parent = *link;
		link = node < parent ? &parent->rb_left : &parent->rb_right;
	}
	*node = (struct rb_node){ .__rb_parent_color = (unsigned long)parent };
	*link = node;
	kmemu_rb_insert_color(node, active);
	__atomic_fetch_add(slot_of((uintptr_t)node >> PAGE_SHIFT), 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&debug_objects_active, 1, __ATOMIC_RELEASE);
}

void debug_object_deactivate(struct rb_node *node, struct rb_root *active)
{
	if (!node->__rb_parent_color)
		return;
	kmemu_rb_erase(node, active);
	node->__rb_parent_color = 0;
	__atomic_fetch_sub(slot_of((uintptr_t)node >> PAGE_SHIFT), 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&debug_objects_active, 1, __ATOMIC_RELAXED);
}

struct rb_node *debug_object_in(const struct rb_root *active, const void *p, size_t bytes)
{
	struct rb_node *node = active->rb_node, *found = NULL;

	while (node) {
		if ((uintptr_t)node < (uintptr_t)p) {
			node = node->rb_right;
		} else {
			found = node;
			node = node->rb_left;
		}
	}
	return found && (uintptr_t)found - (uintptr_t)p < bytes ? found : NULL;
}

static bool may_hold_some(const void *p, size_t bytes)
{
	unsigned long pfn = (uintptr_t)p >> PAGE_SHIFT;
	unsigned long last = ((uintptr_t)p + bytes - 1) >> PAGE_SHIFT;

	if (last - pfn >= PAGES)
		return true;
	for (; pfn <= last; pfn++)
		if (__atomic_load_n(slot_of(pfn), __ATOMIC_RELAXED))
			return true;
	return false;
}

static size_t bytes_of(const void *p)
{
	struct object_info info;

	if (is_vmalloc_addr(p))
		return vmalloc_size(p);
	object_lookup(p, &info);
	return info.object == p && (info.kind == OBJECT_SLAB || info.kind == OBJECT_LARGE) ?
		       info.size :
		       0;
}

void debug_object_unknown(const char *type, const void *object, const void *caller)
{
	debug_objects_arm();
	if (READ_ONCE(on))
		kernel_warn_text(caller, "lib/debugobjects.c", 514,
				 "ODEBUG: assert_init not available (active state 0) object: %px "
				 "object type: %s hint: 0x0",
				 object, type);
}

/* what they do with these bytes: free, init. What is active there is inactive then. */
static void check_active(const char *what, const void *p, size_t bytes, const void *caller)
{
	struct debug_object found;

	while (timer_obj_freed(p, bytes, &found) || work_obj_freed(p, bytes, &found))
		kernel_warn_text(caller, "lib/debugobjects.c", 514,
				 "ODEBUG: %s active (active state 0) object: %px object type: "
				 "%s hint: %pS",
				 what, found.object, found.type, found.hint);
}

/*
 * Kernel: debug_object_is_on_stack(). Its stacks have 16 KiB, so no object lies further
 * from the top. Above a thread's stack is its descriptor, where the thread pointer points.
 */
static bool is_on_stack(const void *p, uintptr_t sp)
{
	uintptr_t end = (uintptr_t)__builtin_thread_pointer();

	return (uintptr_t)p - sp < THREAD_SIZE && (end < sp || (uintptr_t)p < end);
}

KMEMU_EXPORT void kmemu_debug_object_init(void *p, unsigned long bytes)
{
	if (unlikely(is_on_stack(p, CALLER_SP))) {
		debug_objects_arm();
		if (READ_ONCE(on))
			kernel_warn_text(CALLER, "lib/debugobjects.c", 557,
					 "ODEBUG: object %px is on stack %px, but NOT annotated.",
					 p, (void *)(CALLER_SP & ~(THREAD_SIZE - 1)));
	}
	kmemu_debug_object_init_on_stack(p, bytes);
}

KMEMU_EXPORT void kmemu_debug_object_init_on_stack(void *p, unsigned long bytes)
{
	if (unlikely(READ_ONCE(debug_objects_active)) && may_hold_some(p, bytes))
		check_active("init", p, bytes, CALLER);
}

KMEMU_EXPORT void kmemu_debug_object_free(void *p, unsigned long bytes)
{
	if (unlikely(READ_ONCE(debug_objects_active)) && may_hold_some(p, bytes))
		check_active("free", p, bytes, CALLER);
}

void debug_check_no_obj_freed(const void *p, const void *caller)
{
	size_t bytes = bytes_of(p);

	if (bytes && may_hold_some(p, bytes))
		check_active("free", p, bytes, caller);
}

/* Kernel: free_module() gives the module's data back. Of a program, .data and .bss. */
void debug_check_module_freed(const void *caller)
{
	if (debug_objects_active && &__data_start && &_end)
		check_active("free", &__data_start, (uintptr_t)&_end - (uintptr_t)&__data_start,
			     caller);
}
