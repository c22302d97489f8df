/*
 * calls.c - the check of libc calls that may sleep (kernel: might_sleep() in
 * what they would be there; kernel/sched/core.c __schedule_bug for those that
 * give up the CPU).
 *
 * calls.def has the calls. With context.calls=kernel a call is a finding where
 *
 *	its counterpart may sleep, and the thread is in atomic context; or
 *	it is a mutex's or rwlock's try-lock or unlock, and the thread is in an
 *	interrupt: these have an owner, and an interrupt is nobody
 *
 * but not in a signal handler that has raised nothing itself, where POSIX lets handlers
 * make the call. Those that differ from one of POSIX's only by flags,
 * an offset or a vector (accept4, pread, writev) count as it does.
 *
 * With context.calls=rt all calls of that table are findings in any atomic
 * context; context.sched and context.functions say where that is.
 *
 * A call is told of as scheduling-while-atomic when giving up the CPU is what it
 * is for, else as blocking-call. What it allocates inside, and what other libraries
 * call on its behalf, would be a second finding of the same line of the program:
 * the line is remembered for the thread, and core/check/sleep.c asks too. It is a
 * return address, so nothing but this call can come from it, and a new finding
 * replaces it.
 *
 * Policy fail is for calls that the program makes itself. One that libc's like
 * make for it is told of and made: libstdc++ has no way on without its mutex.
 *
 * Different from the kernel: a call that would not wait now (a write to a pipe
 * with room) is a finding all the same, as might_sleep() speaks before the
 * question is asked.
 *
 * Locks: none. Memory: 8 bytes a thread; a table of 6 bytes a name without an
 * address in it, so that loading writes to no page of it. Cost: context.c.
 */
#include "core/check/calls.h"

#include <string.h>

#include "core/check/context.h"
#include "core/os/dl.h"
#include "core/report/call_site.h"
#include "core/report/symbols.h"

static __thread const void *told __initial_exec;
static __thread bool end_told __initial_exec; /* pthread_exit()'s or its like */

const void *call_told(void)
{
	return told;
}

bool call_end_told(void)
{
	return end_told;
}

/* --- the table ----------------------------------------------------------- */

static const struct call_row rows[NR_CALLS] = {
#define CALL(name, where, fail, reason) { ID_##name, where, fail, reason },
#define SPELT(name, base)		{ ID_##base, 0, 0, 0 },
#include "core/check/calls.def"
};

/* All names, one behind the other: places in it need no relocation. */
static const struct call_names {
#define CALL(name, where, fail, reason) char at_##name[sizeof(#name)];
#define SPELT(name, base)		char at_##name[sizeof(#name)];
#include "core/check/calls.def"
} names = {
#define CALL(name, where, fail, reason) #name,
#define SPELT(name, base)		#name,
#include "core/check/calls.def"
};

static const u16 name_at[NR_CALLS] = {
#define CALL(name, where, fail, reason) offsetof(struct call_names, at_##name),
#define SPELT(name, base)		offsetof(struct call_names, at_##name),
#include "core/check/calls.def"
};

const struct call_row *call_row(enum call_id id)
{
	return &rows[rows[id].base];
}

const char *call_name(enum call_id id)
{
	return (const char *)&names + name_at[id];
}

const char *call_why(enum call_why why)
{
	static const char whys[NR_CALL_WHYS][56] = {
		[WHY_SLEEP] = "sleeps for a time",
		[WHY_YIELD] = "gives up the CPU",
		[WHY_EVENT] = "waits for an event",
		[WHY_SIGNAL] = "waits for a signal",
		[WHY_WOKEN] = "waits to be woken by another thread",
		[WHY_CHILD] = "waits for a child process",
		[WHY_THREAD] = "waits for a thread to end",
		[WHY_LOCK] = "waits for a lock that sleepers hold",
		[WHY_OWNER] = "needs an owner, and an interrupt is nobody",
		[WHY_SPIN] = "spins for as long as another thread likes",
		[WHY_ENDS] = "ends the thread inside of it",
		[WHY_EXIT] = "runs what is registered for the end, flushes streams",
		[WHY_PROCESS] = "makes a task or a new address space",
		[WHY_MM] = "takes mmap_lock, and may fault pages in",
		[WHY_DISK] = "may wait for a file system",
		[WHY_DATA] = "waits until there is something to read",
		[WHY_ROOM] = "waits until there is room to write",
		[WHY_FILE_LOCK] = "takes a lock of the open file",
		[WHY_DRIVER] = "does what its driver likes, which may be to sleep",
		[WHY_TABLE] = "allocates a descriptor with GFP_KERNEL",
		[WHY_ALLOC] = "allocates with GFP_KERNEL",
		[WHY_ENTROPY] = "may wait for entropy",
		[WHY_STREAM] = "takes the stream's lock, and may read or write",
		[WHY_LOG] = "takes a lock and writes to a socket",
		[WHY_SOCKET] = "takes the socket's lock",
		[WHY_NAMES] = "reads files or asks a server",
		[WHY_LOCALE] = "takes a lock, and may read the locale's files",
		[WHY_ZONE] = "takes a lock, and may read the time zone's file",
		[WHY_LOADER] = "takes the loader's lock, and reads files",
		[WHY_SYSTEM] = "enters the kernel",
	};

	return whys[why];
}

/* --- the judge ----------------------------------------------------------- */

/*
 * A signal handler is what makes it atomic, and nothing that was raised in it. What it
 * interrupted is not asked: a handler that is right is so whatever it interrupts.
 */
static bool is_handler_alone(const struct context *c)
{
	return c->why.by_handler && c->beside.kind == RAISE_NONE;
}

static bool kernel_forbids(const struct call_row *row, const struct context *c)
{
	if (row->where & CALL_INTR)
		return context_in_interrupt(c);
	if (!(row->where & CALL_KERNEL))
		return false;
	return !(row->where & CALL_AS_SAFE) || !is_handler_alone(c);
}

/*
 * A cancellation, pthread_exit or an exception goes through the unwinder, whose own
 * pthread_once() and mutex are no calls of the program's. What it does is told of
 * by its callers: pthread_exit, the allocation of the exception.
 */
static bool is_unwinders(const void *caller)
{
	struct symbol sym;

	return symbol_lookup((unsigned long)caller, &sym, NULL, 0) &&
	       !strncmp(sym.module, "libgcc_s.so", 11);
}

static bool is_forbidden(const struct call_row *row, const struct context *c, const void *caller)
{
	if (!context_is_atomic(c) || !c->in_scope || os_dl_is_own_code(caller) ||
	    is_unwinders(caller))
		return false;
	if (kmemu_opts.context_calls == CALLS_RT)
		return row->where & CALL_RT;
	return kernel_forbids(row, c);
}

/* The table has it at all: asked before the stack is walked. */
static bool is_judged(const struct call_row *row)
{
	static const u8 tables[] = { [CALLS_OFF] = 0,
				     [CALLS_KERNEL] = CALL_KERNEL | CALL_INTR,
				     [CALLS_RT] = CALL_RT };

	return kmemu_opts.context_blocking && row->where & tables[kmemu_opts.context_calls];
}

/*
 * Not all calls of the tables may sleep: what needs an owner is wrong in an interrupt
 * whether it is free or not, and what a real-time thread must not do may be just slow.
 */
static void set_reason(struct report_context *facts, const struct call_row *row)
{
	enum call_why why = (enum call_why)row->why;

	facts->call = call_name((enum call_id)row->base);
	if (kmemu_opts.context_calls == CALLS_RT) {
		facts->wrong = row->where & CALL_KERNEL ? NULL : "may take long";
		why = why == WHY_OWNER ? WHY_SYSTEM : why;
	} else if (row->where & CALL_INTR) {
		facts->wrong = "is not for interrupts";
	}
	facts->reason = call_why(why);
}

static bool call_ends_thread(enum call_id id)
{
	return id == ID_pthread_exit || id == ID_thrd_exit;
}

static bool tell(const struct call_row *row, const struct context *c, const void *caller)
{
	enum call_id id = (enum call_id)row->base;
	struct report_context facts;
	struct report r = { .kind = row->where & CALL_WAITS ? REPORT_SCHEDULING_WHILE_ATOMIC :
							      REPORT_BLOCKING_CALL,
			    .func = call_name(id),
			    .caller = caller,
			    .context = &facts };

	context_facts(c, &facts);
	if (kmemu_opts.context_calls == CALLS_KERNEL && row->where & CALL_AS_SAFE &&
	    c->why.by_handler)
		facts.why = c->beside; /* the handler alone would be no mistake */
	set_reason(&facts, row);
	told = NULL; /* a call that fails has no inside */
	if (report_submit(&r) == POLICY_FAIL && row->fails != FAILS_NOT &&
	    !call_site_is_runtime((unsigned long)caller))
		return false;
	told = c->site;
	end_told |= call_ends_thread(id);
	return true;
}

/* Made by a library on behalf of a call of the program's that was told of. */
static bool is_inside_told(const struct context *c, const void *caller)
{
	return told && c->site == told && caller && caller != told;
}

bool __call_may_sleep(enum call_id id, const void *caller, const void *except)
{
	const struct call_row *row = call_row(id);
	struct context c;

	if (!is_judged(row) || context_may_sleep())
		return true;
	context_look(&c, except);
	if (!is_forbidden(row, &c, caller) || is_inside_told(&c, caller))
		return true;
	return tell(row, &c, caller);
}
