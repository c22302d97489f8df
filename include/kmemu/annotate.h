/* SPDX-License-Identifier: MIT */
/*
 * annotate.h - tells kmemu what it cannot see: that the code between two macros
 * runs as under a spinlock, in an interrupt, or must not be judged. For inline
 * locks (DPDK's rte_spinlock_lock(), an assembly loop of one's own), which no
 * preloaded object meets, for event loops, and for stacks of one's own making.
 *
 * Header only, nothing to link. Without kmemu, and with context=off, a macro is a
 * test of a pointer; in a static program, too. It needs GNU C (gcc, clang) or
 * C++11. The pointer is looked up before main, once for each file that includes
 * this; annotations in constructors that run earlier are not seen.
 *
 *	KMEMU_ATOMIC_ENTER(what), KMEMU_ATOMIC_EXIT(what)
 *		must not sleep, as with preemption off. what: any pointer that both
 *		name, or NULL.
 *	KMEMU_SPIN_LOCKED(lock), KMEMU_SPIN_UNLOCKED(lock)
 *		after a spinlock was taken; before it is released
 *	KMEMU_HARDIRQ_ENTER(), KMEMU_HARDIRQ_EXIT()
 *		a hard interrupt
 *	KMEMU_SOFTIRQ_ENTER(), KMEMU_SOFTIRQ_EXIT()
 *		a softirq, a tasklet, a timer
 *	KMEMU_NON_BLOCK_ENTER(), KMEMU_NON_BLOCK_EXIT()
 *		as non_block_start() and non_block_end()
 *	KMEMU_IGNORE_ENTER(), KMEMU_IGNORE_EXIT()
 *		what this thread does meanwhile is no finding of the contexts'
 *
 * They nest, in any order; each is the calling thread's, on the stack that it runs
 * on. An exit without its enter is reported (check context.balance).
 *
 * In C++ a guard object ends what it began when its scope is left, by an
 * exception as well:
 *
 *	kmemu::atomic_scope guard(&lock);	kmemu::spin_locked guard(&lock);
 *	kmemu::hardirq_scope guard;		kmemu::softirq_scope guard;
 *	kmemu::non_block_scope guard;		kmemu::ignore_scope guard;
 */
#ifndef KMEMU_ANNOTATE_H
#define KMEMU_ANNOTATE_H

#include "context.h"

/*
 * Found by the linker where it is linked in. A program that has no reference to
 * the library finds the preloaded one by dlsym(), since a weak reference in an
 * executable of fixed addresses (-no-pie) is settled as 0 when it is linked. Both
 * are weak: nothing is pulled into a static program.
 */
static __typeof__(kmemu_annotate) kmemu_annotate_linked
	__attribute__((__weakref__("kmemu_annotate")));
static void *kmemu_annotate_dlsym(void *handle, const char *name)
	__attribute__((__weakref__("dlsym")));

static __typeof__(kmemu_annotate) *kmemu_annotate_ptr;

#ifdef __cplusplus /* no old-style cast in who includes this */
#define KMEMU_ANNOTATE_NULL_ nullptr
#else
#define KMEMU_ANNOTATE_NULL_ ((void *)0)
#endif

__attribute__((__constructor__, __unused__)) static void kmemu_annotate_find(void)
{
	void *found = KMEMU_ANNOTATE_NULL_;

	if (kmemu_annotate_linked)
		kmemu_annotate_ptr = kmemu_annotate_linked;
	else if (kmemu_annotate_dlsym)
		found = kmemu_annotate_dlsym(KMEMU_ANNOTATE_NULL_, "kmemu_annotate");
	if (found)
		__builtin_memcpy(&kmemu_annotate_ptr, &found, sizeof(found));
}

static __inline __attribute__((__always_inline__)) void kmemu_annotate_call(int op,
									   const void *what)
{
	if (__builtin_expect(!!kmemu_annotate_ptr, 0))
		kmemu_annotate_ptr(op, what);
}

#define KMEMU_ANNOTATE_BEGIN_(what, of) kmemu_annotate_call(KMEMU_ANNOTATE_##what, (of))
#define KMEMU_ANNOTATE_END_(what, of) \
	kmemu_annotate_call(KMEMU_ANNOTATE_##what | KMEMU_ANNOTATE_EXIT, (of))

#define KMEMU_ATOMIC_ENTER(what) KMEMU_ANNOTATE_BEGIN_(ATOMIC, what)
#define KMEMU_ATOMIC_EXIT(what) KMEMU_ANNOTATE_END_(ATOMIC, what)
#define KMEMU_SPIN_LOCKED(lock) KMEMU_ANNOTATE_BEGIN_(SPINLOCK, lock)
#define KMEMU_SPIN_UNLOCKED(lock) KMEMU_ANNOTATE_END_(SPINLOCK, lock)
#define KMEMU_HARDIRQ_ENTER() KMEMU_ANNOTATE_BEGIN_(HARDIRQ, KMEMU_ANNOTATE_NULL_)
#define KMEMU_HARDIRQ_EXIT() KMEMU_ANNOTATE_END_(HARDIRQ, KMEMU_ANNOTATE_NULL_)
#define KMEMU_SOFTIRQ_ENTER() KMEMU_ANNOTATE_BEGIN_(SOFTIRQ, KMEMU_ANNOTATE_NULL_)
#define KMEMU_SOFTIRQ_EXIT() KMEMU_ANNOTATE_END_(SOFTIRQ, KMEMU_ANNOTATE_NULL_)
#define KMEMU_NON_BLOCK_ENTER() KMEMU_ANNOTATE_BEGIN_(NON_BLOCK, KMEMU_ANNOTATE_NULL_)
#define KMEMU_NON_BLOCK_EXIT() KMEMU_ANNOTATE_END_(NON_BLOCK, KMEMU_ANNOTATE_NULL_)
#define KMEMU_IGNORE_ENTER() KMEMU_ANNOTATE_BEGIN_(IGNORE, KMEMU_ANNOTATE_NULL_)
#define KMEMU_IGNORE_EXIT() KMEMU_ANNOTATE_END_(IGNORE, KMEMU_ANNOTATE_NULL_)

#ifdef __cplusplus
namespace kmemu
{

template <int op> class annotated_scope
{
public:
	__attribute__((__always_inline__)) explicit annotated_scope(const void *of = nullptr)
		: what(of)
	{
		kmemu_annotate_call(op, what);
	}
	__attribute__((__always_inline__)) ~annotated_scope()
	{
		kmemu_annotate_call(op | KMEMU_ANNOTATE_EXIT, what);
	}
	annotated_scope(const annotated_scope &) = delete;
	annotated_scope &operator=(const annotated_scope &) = delete;

private:
	const void *what;
};

using atomic_scope = annotated_scope<KMEMU_ANNOTATE_ATOMIC>;
using spin_locked = annotated_scope<KMEMU_ANNOTATE_SPINLOCK>;
using hardirq_scope = annotated_scope<KMEMU_ANNOTATE_HARDIRQ>;
using softirq_scope = annotated_scope<KMEMU_ANNOTATE_SOFTIRQ>;
using non_block_scope = annotated_scope<KMEMU_ANNOTATE_NON_BLOCK>;
using ignore_scope = annotated_scope<KMEMU_ANNOTATE_IGNORE>;

} /* namespace kmemu */
#endif

#endif /* KMEMU_ANNOTATE_H */
