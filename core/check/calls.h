/*
 * calls.h - libc calls that may sleep, judged by where the thread is (kernel:
 * might_sleep() in each of their kernel counterparts). calls.c has the theory.
 */
#pragma once

#include "core/lib/preempt.h"
#include "core/os/compiler.h"

/* Rows of calls.def, spellings too. ID_nanosleep is `nanosleep`. */
enum call_id {
#define CALL(name, where, fail, reason) ID_##name,
#define SPELT(name, base)		ID_##name,
#include "core/check/calls.def"
	NR_CALLS
};

/* What a call answers that is not made. */
enum call_fails {
	FAILS_ZERO,	 /* 0, errno as it was: skipped */
	FAILS_EAGAIN,	 /* -1 and EAGAIN */
	FAILS_NULL,	 /* NULL, or a count of 0, and EAGAIN */
	FAILS_ERROR,	 /* EAGAIN is returned */
	FAILS_DEADLK,	 /* EDEADLK is returned */
	FAILS_BUSY,	 /* EBUSY is returned */
	FAILS_EAI,	 /* EAI_AGAIN is returned */
	FAILS_THRD,	 /* thrd_error */
	FAILS_THRD_BUSY, /* thrd_busy */
	FAILS_NOT,	 /* it is made all the same: its caller cannot go on behind it */
	NR_CALL_FAILS
};

enum call_why {
	WHY_SLEEP,
	WHY_YIELD,
	WHY_EVENT,
	WHY_SIGNAL,
	WHY_WOKEN,
	WHY_CHILD,
	WHY_THREAD,
	WHY_LOCK,
	WHY_OWNER,
	WHY_SPIN,
	WHY_ENDS,
	WHY_EXIT,
	WHY_PROCESS,
	WHY_MM,
	WHY_DISK,
	WHY_DATA,
	WHY_ROOM,
	WHY_FILE_LOCK,
	WHY_DRIVER,
	WHY_TABLE,
	WHY_ALLOC,
	WHY_ENTROPY,
	WHY_STREAM,
	WHY_LOG,
	WHY_SOCKET,
	WHY_NAMES,
	WHY_ZONE,
	WHY_LOCALE,
	WHY_LOADER,
	WHY_SYSTEM,
	NR_CALL_WHYS
};

/* The row of a call; that of a spelling is its base's. */
struct call_row {
	u16 base;  /* enum call_id of the row that counts */
	u16 where; /* CALL_* of calls.def */
	u8 fails;  /* enum call_fails */
	u8 why;	   /* enum call_why */
};

const struct call_row *call_row(enum call_id id);
const char *call_name(enum call_id id);
/* What follows "it" in a sentence. */
const char *call_why(enum call_why why);

bool __call_may_sleep(enum call_id id, const void *caller, const void *except);

/*
 * The thread is about to make the call. caller: its return address in the
 * program. except: a lock that the call releases while it waits, or NULL. False:
 * it was told of, and by policy must fail as its row says. Any context; errno is
 * kept.
 */
static __always_inline bool call_may_sleep(enum call_id id, const void *caller, const void *except)
{
	return context_is_task() || __call_may_sleep(id, caller, except);
}

/*
 * The program's return address of the blocking call that this thread was told of
 * last, or NULL: what the call allocates inside is not told again.
 */
const void *call_told(void);
/* A call that ends this thread was told of. */
bool call_end_told(void);
