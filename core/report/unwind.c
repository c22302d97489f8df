/*
 * unwind.c - stack traces (kernel: arch/x86/kernel/unwind_orc.c,
 * kernel/stacktrace.c).
 *
 * The kernel's ORC unwinder works without frame pointers: objtool makes, at
 * build time, a short record for each place in the code, and unwinding is a
 * look-up and two additions a frame. Programs come without such tables but
 * with .eh_frame, which says the same in a language that has to be interpreted.
 * Here the short records are made when they are first needed: a `rule` of 64 bits
 * for each pc that is met, kept in one table for the process. The call sites of
 * allocations are few, so the table is small, and there is nothing to build
 * when a module of 100 MB is loaded.
 *
 *	rule	bits 0-2 kind, 3 RULE_CALLED, 4-7 register, 8-27 offset / 8: CFA = register +
 *		offset; then six times 6 bits: rbp, rbx, r12 to r15 saved at CFA - 8 * n, 0: not.
 *		The return address is at CFA - 8.
 *
 * Nearly all code fits; what does not (stacks realigned, the procedure linkage
 * table, frames above 4 MiB) is RULE_CFI and interpreted each time.
 *
 * Frames that a signal interrupted are told by the code that their handler
 * returns to (rt_sigreturn): the kernel laid the registers there. That frame
 * itself is no entry. Code without call frame information (JIT, some assembly):
 * the frame pointer is followed, but only from an address behind a call to an
 * address behind a call, upwards and not far; else the trace ends. It ends as
 * well where the CFI says so (_start, clone).
 *
 * The table is read and written without locks, also by handlers. A slot is the
 * rule and a seal made of rule, pc and generation, so a reader that comes
 * between two stores finds no match. unwind_forget() raises the generation.
 *
 * Not done: code registered by __register_frame (LLVM's JIT), split stacks.
 * A processor other than x86-64: the caller alone (core/os/regs.h).
 *
 * Invariants: the stack grows only upwards, but over a signal frame and where
 * CFI switches stacks; there are at most STEPS_MAX steps; no word is read
 * that the window does not hold (unwind_stack.c).
 *
 * Locks: none. Memory: one mapping of 512 KiB, touched as pcs are met; without
 * it everything is interpreted. Stack: some 400 bytes, 1.2 KiB for a new
 * pc or a frame of RULE_CFI (measured by tests/unit/test_unwind.c).
 *
 * Cost: 8 frames, saved and put into the stack depot, all warm: 95 to 150 ns (least
 * of 11 runs of 100,000; AMD EPYC, 2 CPUs, Linux 6.18; backtrace() takes 1370).
 * At most 300 are promised. A pc that is new: 0.6 us, its module's look-up with it.
 */
#include "core/report/unwind.h"

#include "core/lib/preempt.h"
#include "core/os/dl.h"
#include "core/os/dl_find.h"
#include "core/os/os.h"
#include "core/os/regs.h"
#include "core/report/unwind_module.h"

#define CACHE_BITS 15 /* slots of 16 bytes, in pairs */
#define STEPS_MAX  (2 * STACK_DEPTH_MAX)
#define CHAIN_MAX  (1UL << 20) /* bytes from one frame pointer to the next */
#define PC_MIN	   PAGE_SIZE

/* --- rules --- */

enum rule_kind {
	RULE_UNKNOWN,
	RULE_FRAME,  /* see above */
	RULE_CFI,    /* to be interpreted */
	RULE_END,    /* the stack ends here */
	RULE_SIGNAL, /* a handler returns here */
	RULE_CHAIN,  /* no CFI: by the frame pointer */
	RULE_BAD     /* no code, as far as we can tell */
};

/* A bit beside the kind: the code before pc + 1 was looked at, and is a call. */
#define RULE_CALLED 8

#define SLOT_BITS   6
#define SLOT_MAX    63
#define SLOTS_AT    28
#define SLOTS_BYTES (8UL * (SLOT_MAX + 1))
#define OFFSET_BITS 20

/* Columns of a row, in the order of a rule's slots. */
static const u8 slot_cols[] = { COL_BP, COL_BX, COL_R12, COL_R13, COL_R14, COL_R15 };
#define NR_SLOTS 6

static enum rule_kind rule_kind(u64 rule)
{
	return (enum rule_kind)(rule & 7);
}

static long rule_offset(u64 rule)
{
	return (long)(rule << (64 - SLOTS_AT)) >> (64 - OFFSET_BITS) << 3;
}

static bool fits_frame(const struct cfi_row *row)
{
	return !row->cfa_expr && !row->signal && row->cfa_off % 8 == 0 &&
	       row->cfa_off >= -(8 << (OFFSET_BITS - 1)) &&
	       row->cfa_off < 8 << (OFFSET_BITS - 1) && row->how[COL_PC] == CFI_AT &&
	       row->off[COL_PC] == -8 && row->how[COL_SP] == CFI_SAME && row->cfa_reg < 16;
}

static u64 rule_from_row(const struct cfi_row *row)
{
	u64 rule = RULE_FRAME;

	if (row->how[COL_PC] == CFI_UNDEFINED)
		return RULE_END;
	if (!fits_frame(row))
		return RULE_CFI;
	rule |= (u64)row->cfa_reg << 4;
	rule |= ((u64)(long)row->cfa_off >> 3 & ((1 << OFFSET_BITS) - 1)) << 8;
	for (int i = 0; i < NR_SLOTS; i++) {
		int col = slot_cols[i], off = row->off[col];

		if (row->how[col] == CFI_SAME || row->how[col] == CFI_UNDEFINED)
			continue;
		if (row->how[col] != CFI_AT || off % 8 || off >= 0 || off < -8 * SLOT_MAX)
			return RULE_CFI;
		rule |= (u64)(-off / 8) << (SLOTS_AT + SLOT_BITS * i);
	}
	return rule;
}

/* Looked at around a return address. */
#define CODE_BYTES (CALL_BYTES + SIGRETURN_BYTES)

/* False: it cannot be read. It is no variable of ours that a sanitizer knows. */
static __attribute__((no_sanitize_address, no_sanitize_thread)) bool code_at(unsigned long at,
									     u8 *bytes, size_t n)
{
	const volatile u8 *code = (const volatile u8 *)at;
	unsigned long last = at + n - 1;

	if (at < PC_MIN || !os_readable((const void *)(at & ~7UL)))
		return false;
	if ((at ^ last) & PAGE_MASK && !os_readable((const void *)(last & ~7UL)))
		return false;
	for (size_t i = 0; i < n; i++)
		bytes[i] = code[i];
	return true;
}

static bool is_after_call(unsigned long pc)
{
	u8 bytes[CALL_BYTES];

	return code_at(pc - CALL_BYTES, bytes, sizeof(bytes)) && os_is_after_call(bytes);
}

/* What can be said of code of which no module says anything. */
static u64 rule_from_code(unsigned long pc)
{
	u8 bytes[CODE_BYTES]; /* around the return address */

	if (!code_at(pc + 1 - CALL_BYTES, bytes, sizeof(bytes)))
		return RULE_BAD;
	if (os_is_sigreturn(bytes + CALL_BYTES) || os_is_sigreturn(bytes + CALL_BYTES - 1))
		return RULE_SIGNAL;
	return os_is_after_call(bytes) ? RULE_CHAIN | RULE_CALLED : RULE_BAD;
}

/* pc is the byte before a return address, or a place where code was interrupted. */
static __noinline u64 rule_make(unsigned long pc)
{
	struct cfi_module m;
	struct cfi_row row;
	bool found = pc >= PC_MIN && unwind_module_find(pc, &m) && !cfi_find(&m, pc, &row);

	if (found && !row.signal)
		return rule_from_row(&row);
	if (found && rule_from_code(pc) != RULE_SIGNAL)
		return rule_from_row(&row);
	return rule_from_code(pc);
}

/* --- the table --- */

struct cache_slot {
	u64 rule, seal;
};
static struct cache_slot *cache; /* 1 << CACHE_BITS, or NULL */

static __always_inline u64 seal_of(unsigned long pc, u64 rule)
{
	return (pc + READ_ONCE(unwind_generation) * 0xd6e8feb86659fd93ULL) ^
	       rule * 0x9e3779b97f4a7c15ULL;
}

/* The pair of slots that pc may be in. */
static __always_inline struct cache_slot *cache_pair(struct cache_slot *base, unsigned long pc)
{
	return base + (pc * 0x9e3779b97f4a7c15ULL >> (64 - CACHE_BITS) & ~1UL);
}

static void cache_put(unsigned long pc, u64 rule)
{
	struct cache_slot *base = READ_ONCE(cache), *s;
	u64 seal = seal_of(pc, rule);

	if (!base || rule_kind(rule) == RULE_BAD)
		return;
	s = cache_pair(base, pc);
	/* The second place is that of the one that was here before. */
	WRITE_ONCE(s[1].rule, READ_ONCE(s[0].rule));
	WRITE_ONCE(s[1].seal, READ_ONCE(s[0].seal));
	WRITE_ONCE(s[0].rule, rule);
	WRITE_ONCE(s[0].seal, seal);
}

static __noinline u64 rule_miss(unsigned long pc)
{
	u64 rule = rule_make(pc);

	cache_put(pc, rule);
	return rule;
}

static __always_inline u64 rule_of(unsigned long pc)
{
	struct cache_slot *base = READ_ONCE(cache), *s;

	if (unlikely(!base))
		return rule_miss(pc);
	s = cache_pair(base, pc);
	for (int i = 0; i < 2; i++) {
		u64 rule = READ_ONCE(s[i].rule);

		if (likely(rule) && likely(READ_ONCE(s[i].seal) == seal_of(pc, rule)))
			return rule;
	}
	return rule_miss(pc);
}

/* --- one frame up --- */

struct unwind {
	struct os_regs regs;
	struct stack_window stack;
	bool interrupted; /* regs are those that a signal found: pc is exact */
	bool crossed; /* a signal came between this frame and the one before */
};

/* A slot that is 0 reads the register itself: no branch to be guessed. */
static __always_inline void restore_fast(unsigned long *r, unsigned long cfa, u64 slots)
{
	for (int i = 0; i < NR_SLOTS; i++, slots >>= SLOT_BITS) {
		unsigned long n = slots & SLOT_MAX, *reg = &r[cfi_reg_of[slot_cols[i]]];

		*reg = stack_word(n ? cfa - 8 * n : (unsigned long)reg);
	}
}

/* The same near an end of the window. */
static __noinline bool restore_slow(struct unwind *u, unsigned long cfa, u64 slots)
{
	for (int i = 0; i < NR_SLOTS; i++, slots >>= SLOT_BITS) {
		unsigned long n = slots & SLOT_MAX, *reg = &u->regs.r[cfi_reg_of[slot_cols[i]]];

		if (n && !stack_read(&u->stack, cfa - 8 * n, reg))
			return false;
	}
	return stack_read(&u->stack, cfa - 8, &u->regs.r[REG_PC]);
}

static __always_inline bool step_frame(struct unwind *u, u64 rule)
{
	unsigned long *r = u->regs.r, reg = rule >> 4 & 15;
	unsigned long cfa = r[reg] + (unsigned long)rule_offset(rule);

	if (unlikely(cfa <= r[REG_SP] || cfa % 8 || !(u->regs.valid >> reg & 1)))
		return false;
	if (likely(cfa >= u->stack.lo + SLOTS_BYTES && cfa <= u->stack.hi)) {
		restore_fast(r, cfa, rule >> SLOTS_AT);
		r[REG_PC] = stack_word(cfa - 8);
	} else if (!restore_slow(u, cfa, rule >> SLOTS_AT)) {
		return false;
	}
	r[REG_SP] = cfa;
	return true;
}

static bool row_cfa(struct unwind *u, const struct cfi_module *m, const struct cfi_row *row,
		    unsigned long *cfa)
{
	if (row->cfa_expr)
		return cfi_eval(m, row->cfa_off, &u->regs, &u->stack, NULL, cfa);
	*cfa = u->regs.r[row->cfa_reg] + (unsigned long)(long)row->cfa_off;
	return u->regs.valid >> row->cfa_reg & 1;
}

/* The caller's value of one register. */
static bool row_value(struct unwind *u, const struct cfi_module *m, const struct cfi_row *row,
		      int col, unsigned long cfa, unsigned long *v)
{
	int off = row->off[col];

	switch ((enum cfi_how)row->how[col]) {
	case CFI_SAME:
	case CFI_UNDEFINED:
		*v = col == COL_SP ? cfa : u->regs.r[cfi_reg_of[col]];
		return col != COL_PC;
	case CFI_AT:
		return stack_read(&u->stack, cfa + (unsigned long)(long)off, v);
	case CFI_VALUE:
		*v = cfa + (unsigned long)(long)off;
		return true;
	case CFI_REG:
		if (off < 0 || off >= NR_UNWIND_REGS || !(u->regs.valid >> off & 1))
			return false;
		*v = u->regs.r[off];
		return true;
	case CFI_EXPR:
		return cfi_eval(m, off, &u->regs, &u->stack, &cfa, v) &&
		       stack_read(&u->stack, *v, v);
	case CFI_VALUE_EXPR:
		return cfi_eval(m, off, &u->regs, &u->stack, &cfa, v);
	}
	return false;
}

static __noinline bool step_cfi(struct unwind *u, unsigned long pc)
{
	unsigned long cfa, value[NR_COLS];
	struct cfi_module m;
	struct cfi_row row;

	if (!unwind_module_find(pc, &m) || cfi_find(&m, pc, &row) || !row_cfa(u, &m, &row, &cfa))
		return false;
	for (int col = 0; col < NR_COLS; col++)
		if (!row_value(u, &m, &row, col, cfa, &value[col]))
			return false;
	for (int col = 0; col < NR_COLS; col++)
		u->regs.r[cfi_reg_of[col]] = value[col];
	u->interrupted = row.signal;
	return true;
}

/* From the frame of a handler's return to what was interrupted. */
static __noinline bool step_signal(struct unwind *u)
{
	unsigned long at = u->regs.r[REG_SP] + SIGFRAME_REGS_AT;

	for (size_t i = 0; i < ARRAY_SIZE(sigframe_order); i++)
		if (!stack_read(&u->stack, at + 8 * i, &u->regs.r[sigframe_order[i]]))
			return false;
	u->regs.valid = REGS_ALL;
	u->interrupted = true;
	return true;
}

/* Is this a return address? The code is looked at once. */
static bool is_return(unsigned long pc)
{
	u64 rule = rule_of(pc - 1);

	if (rule & RULE_CALLED)
		return true;
	if (rule_kind(rule) == RULE_BAD || !is_after_call(pc))
		return false;
	cache_put(pc - 1, rule | RULE_CALLED);
	return true;
}

static bool step_chain(struct unwind *u)
{
	unsigned long *r = u->regs.r, bp = r[REG_BP], next, pc;

	if (bp < r[REG_SP] || bp - r[REG_SP] > CHAIN_MAX || !stack_read(&u->stack, bp, &next) ||
	    !stack_read(&u->stack, bp + 8, &pc) || !is_return(pc))
		return false;
	r[REG_BP] = next;
	r[REG_PC] = pc;
	r[REG_SP] = bp + 16;
	return true;
}

/* Interrupted where there is no code: a call through a bad pointer. */
static bool step_bad_call(struct unwind *u)
{
	unsigned long *r = u->regs.r, pc;

	if (!stack_read(&u->stack, r[REG_SP], &pc) || !is_return(pc))
		return false;
	r[REG_PC] = pc;
	r[REG_SP] += 8;
	return true;
}

static __noinline bool step_other(struct unwind *u, u64 rule, unsigned long pc)
{
	bool interrupted = u->interrupted, ok = false;

	u->interrupted = false;
	if (rule_kind(rule) == RULE_SIGNAL)
		return step_signal(u);
	if (rule_kind(rule) == RULE_CFI)
		ok = step_cfi(u, pc);
	else if (rule_kind(rule) == RULE_CHAIN)
		ok = step_chain(u);
	else if (rule_kind(rule) == RULE_BAD && interrupted)
		ok = os_readable((const void *)(pc & ~7UL)) ? step_chain(u) : step_bad_call(u);
	u->regs.valid = REGS_KEPT;
	return ok;
}

/* False: there is no caller, or it cannot be told. */
static __always_inline bool step(struct unwind *u, u64 rule, unsigned long pc)
{
	if (unlikely(rule_kind(rule) != RULE_FRAME))
		return step_other(u, rule, pc);
	if (!step_frame(u, rule))
		return false;
	if (unlikely(u->interrupted)) {
		u->interrupted = false;
		u->regs.valid = REGS_KEPT;
	}
	return true;
}

/* --- the trace --- */

struct trace {
	struct stacktrace *st;
	unsigned int depth;
	unsigned long caller; /* 0: none, or met */
	bool hide_ours;
	bool is_library; /* kmemu is: its frames are hidden but for those that lead to the caller */
	bool hide_after; /* hide_ours from the caller on */
	unsigned long irq_sp; /* an interrupt of kernel code began here, 0: none did */
};

/*
 * Handlers of kernel code are called and not sent: what they interrupted are the frames
 * of who called, from the stack pointer that the context was raised at.
 */
static unsigned long outermost_interrupt(void)
{
	const struct context_stack *c = context_mine;
	u32 nr = c && context_hint ? READ_ONCE(c->nr) : 0;

	for (u32 i = 0; i < nr; i++) {
		const struct raise *r = &c->raises[i];

		if (!r->by_handler && (r->kind == RAISE_HARDIRQ || r->kind == RAISE_SOFTIRQ ||
				       r->kind == RAISE_NMI))
			return r->sp;
	}
	return 0;
}

/* False: enough. */
static __always_inline bool trace_add(struct trace *t, unsigned long entry)
{
	struct stacktrace *st = t->st;

	if (unlikely(entry == t->caller)) {
		t->caller = 0;
		t->hide_ours = t->hide_after;
		st->nr = 1; /* entries[0] it is already */
		st->nr_irq = 0;
		st->by_signal = false;
	} else if (!os_dl_is_own_code((const void *)entry)) {
		st->entries[st->nr++] = entry;
		t->hide_ours = t->is_library;
	} else if (!t->hide_ours) {
		st->entries[st->nr++] = entry;
	}
	return st->nr < t->depth;
}

/*
 * One frame out from pc and its rule, which become the found frame's. False: the
 * stack ends. A frame that is nothing to tell of (a handler's return, a pc that
 * is no code) is passed over.
 */
static __always_inline bool walk_step(struct unwind *u, unsigned long *pc, u64 *rule)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		if (!step(u, *rule, *pc))
			return false;
		if (unlikely(u->interrupted))
			u->crossed = true;
		*pc = u->regs.r[REG_PC] - !u->interrupted;
		*rule = rule_of(*pc);
		if (likely(rule_kind(*rule) < RULE_SIGNAL))
			return true;
		if (rule_kind(*rule) == RULE_SIGNAL)
			continue;
		if (rule_kind(*rule) == RULE_BAD && !u->interrupted)
			return false;
		if (u->regs.r[REG_PC] >= PC_MIN)
			return true;
	}
	return false;
}

static void walk(struct unwind *u, struct trace *t)
{
	unsigned long pc = u->regs.r[REG_PC];
	u64 rule = rule_of(pc);
	bool more = true;

	for (int i = 0; i < STEPS_MAX && more && walk_step(u, &pc, &rule); i++) {
		if (unlikely(u->crossed)) {
			u->crossed = false;
			t->st->nr_irq = t->st->nr;
			t->st->by_signal = true;
		}
		more = trace_add(t, u->regs.r[REG_PC] + u->interrupted);
		if (unlikely(u->regs.r[REG_SP] < t->irq_sp))
			t->st->nr_irq = t->st->nr;
	}
}

/* 0 not looked, 1 looking, 2 ready */
static u32 state;

static void get_ready(void)
{
	u32 none = 0;

	if (!__atomic_compare_exchange_n(&state, &none, 1, false, __ATOMIC_RELAXED,
					 __ATOMIC_RELAXED))
		return;
	os_dl_find_init();
	WRITE_ONCE(cache, (struct cache_slot *)os_map_any(sizeof(*cache) << CACHE_BITS));
	__atomic_store_n(&state, 2, __ATOMIC_RELEASE);
}

void unwind_init(void)
{
	get_ready();
	stack_note_main();
	unwind_modules_learn();
}

/* A thread that is not here was looking: the next one does. */
void unwind_fork_child(void)
{
	if (state != 2)
		state = 0;
}

void unwind_forget(void)
{
	os_dl_find_refresh();
	__atomic_fetch_add(&unwind_generation, 1, __ATOMIC_RELAXED);
}

void stacktrace_save(struct stacktrace *st, unsigned int depth, const void *caller)
{
	bool is_library = !os_dl_is_in_program();
	struct trace t = { .st = st,
			   .depth = min(depth, STACK_DEPTH_MAX),
			   .caller = (unsigned long)caller,
			   .hide_ours = true,
			   .is_library = is_library,
			   .hide_after = is_library && !os_dl_is_own_code(caller),
			   .irq_sp = outermost_interrupt() };
	struct unwind u;

	st->nr = 0;
	st->nr_irq = 0;
	st->by_signal = false;
	if (caller && depth)
		st->entries[st->nr++] = t.caller;
	if (unlikely(__atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2))
		get_ready();
	if (st->nr >= t.depth || READ_ONCE(state) != 2 || !os_regs_capture(&u.regs))
		return;
	u.interrupted = u.crossed = false;
	stack_window_open(&u.stack, u.regs.r[REG_SP]);
	walk(&u, &t);
}

enum walk_end stack_walk(bool (*fn)(void *arg, const struct stack_frame *frame), void *arg)
{
	struct stack_frame frame;
	unsigned long pc;
	struct unwind u;
	u64 rule;

	if (unlikely(__atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2))
		get_ready();
	if (READ_ONCE(state) != 2 || !os_regs_capture(&u.regs))
		return WALK_LOST;
	u.interrupted = u.crossed = false;
	stack_window_open(&u.stack, u.regs.r[REG_SP]);
	pc = u.regs.r[REG_PC];
	rule = rule_of(pc);
	for (int i = 0; i < STEPS_MAX; i++) {
		if (!walk_step(&u, &pc, &rule))
			return rule_kind(rule) == RULE_END ? WALK_END : WALK_LOST;
		frame.pc = u.regs.r[REG_PC] + u.interrupted;
		frame.sp = u.regs.r[REG_SP];
		frame.interrupted = u.crossed;
		u.crossed = false;
		if (!fn(arg, &frame))
			return WALK_STOPPED;
	}
	return WALK_LOST;
}
