/*
 * percpu_x86_64.h - the restartable sequences. The contract with the kernel
 * (include/uapi/linux/rseq.h): while a thread's rseq->rseq_cs points to a
 * descriptor and the thread is interrupted between start and start +
 * post_commit_offset, it continues at abort_ip, which is preceded by the
 * signature glibc registered with. The last instruction of each sequence is
 * the single store that commits. rseq_cs is left set: the kernel clears it
 * when it finds the thread outside of the range.
 *
 * Registers that a sequence reads as input are never written inside it, so
 * abort is "start again".
 */
#pragma once

/* The operands of assembly are laid out by hand. */
/* clang-format off */

/*
 * glibc's tcbhead_t for x86-64 ends in 512 bytes that no version since 2.24
 * uses and that stay for the ABI's sake (sysdeps/x86_64/nptl/tls.h,
 * __glibc_unused2). 128 is where they begin. Two things live there: what a
 * sequence writes to before rseq is found or where there is none, in the shape
 * of struct rseq; and the thread's guarded slot, one load away instead of two.
 */
#define PERCPU_HAS_SEQUENCES true
#define TCB_NO_RSEQ 128
#define TCB_GUARDED 160

static __always_inline struct percpu_slot *guarded_mine(void)
{
	struct percpu_slot *slot;

	__asm__ volatile("movq %%fs:%c1, %0" : "=r"(slot) : "i"(TCB_GUARDED));
	return slot;
}

static inline void guarded_mine_set(struct percpu_slot *slot)
{
	__asm__ volatile("movq %0, %%fs:%c1" : : "r"(slot), "i"(TCB_GUARDED));
}

/*
 * The slot's offset is its id << PERCPU_SLOT_SHIFT (16): the 32 bits that begin
 * two bytes before the id. The field before it is cpu_id_start or node_id, both
 * below 65536 (rseq_find() looks), so these bytes are 0. An id of -1 or -2 is
 * above all limits that way, too.
 */
/* volatile: gcc 12 drops an asm goto whose outputs are not used. */
#define RSEQ_TEXT_BEGIN(miss)                                   \
	".pushsection __rseq_cs, \"aw\"\n\t"                \
	".balign 32\n"                                      \
	"3:\t.long 0, 0\n\t"                                \
	".quad 1f, (2f - 1f), 4f\n\t"                       \
	".popsection\n\t"                                   \
	".pushsection .text.rseq_abort, \"ax\"\n\t"         \
	".byte 0x0f, 0xb9, 0x3d\n\t"                        \
	".long 0x53053053\n"                                \
	"4:\tjmp 0f\n\t"                                    \
	".popsection\n"                                     \
	"0:\tleaq 3b(%%rip), %[slot]\n\t"                   \
	"movq %[slot], %%fs:8(%[rseq])\n"                   \
	"1:\tmovl %%fs:-2(%[id]), %k[slot]\n\t"             \
	"cmpl percpu_bytes(%%rip), %k[slot]\n\t"            \
	"jae " miss "\n\t"                                  \
	"addq %[base], %[slot]\n\t"

/* Operands of a sequence, relative to slot: header, its limit, word cur. */
#define HDR "64+%c[off](%[slot],%[cls],8)"
#define HDR_END "68+%c[off](%[slot],%[cls],8)"
#define WORD "%c[off](%[slot],%[cur],8)"

/*
 * A miss leaves through this stub, which says so in the result: asm goto will
 * not do for what has a result: gcc 12 took the output for set on the edge of
 * the miss too and gave the caller whatever was in that register.
 */
#define MISS_STUB(say)                                      \
	".pushsection .text.rseq_abort, \"ax\"\n"            \
	"8:\t" say "\n\t"                                   \
	"jmp 9f\n\t"                                        \
	".popsection\n"
#define MISS_COUNT "xorl %k[i], %k[i]"

/* A pop says by the carry flag that it missed: the caller branches on that. */
static __always_inline void *popped(void *p, bool miss)
{
	if (unlikely(miss))
		return NULL;
	if (!p)
		__builtin_unreachable();
	return p;
}

/* The top pointer of this CPU's stack, or NULL: a miss of any kind. */
static __always_inline void *percpu_pop_at(unsigned long base, unsigned long cls)
{
	u64 slot, cur;
	bool miss;
	void *p;

	__asm__ volatile(MISS_STUB("stc") RSEQ_TEXT_BEGIN("8b")
			 "movl " HDR ", %k[cur]\n\t"
			 "movq " WORD ", %[p]\n\t"
			 "cmpq $1, %[p]\n\t"
			 "jc 9f\n\t"
			 "decl %k[cur]\n\t"
			 "movl %k[cur], " HDR "\n"
			 "2:\n"
			 "9:\n\t"
			 : [slot] "=&r"(slot), [cur] "=&r"(cur), [p] "=&r"(p), "=@ccc"(miss)
			 : [rseq] "r"(percpu_rseq_offset), [id] "r"(percpu_id_offset),
			   [cls] "r"(cls), [base] "r"(base), [off] "i"(PERCPU_OFFSET)
			 : "memory");
	return popped(p, miss);
}

/* False: a miss of any kind, nothing was stored. */
static __always_inline bool percpu_push_at(unsigned long base, unsigned long cls, void *p)
{
	u64 slot, cur;

	__asm__ volatile goto(RSEQ_TEXT_BEGIN("%l[miss]")
		     "movl " HDR ", %k[cur]\n\t"
		     "cmpl " HDR_END ", %k[cur]\n\t"
		     "jae %l[miss]\n\t"
		     "incl %k[cur]\n\t"
		     "movq %[p], " WORD "\n\t"
		     "movl %k[cur], " HDR "\n"
		     "2:\n\t"
		     : [slot] "=&r"(slot), [cur] "=&r"(cur)
		     : [rseq] "r"(percpu_rseq_offset), [id] "r"(percpu_id_offset),
		       [cls] "r"(cls), [base] "r"(base), [off] "i"(PERCPU_OFFSET), [p] "r"(p)
		     : "cc", "memory"
		     : miss);
	return true;
miss:
	return false;
}

/*
 * The guarded way's hits: this thread's guarded slot, if it has one by now and
 * nobody is in it. In assembly for its count of instructions; the generic
 * header says the same in C.
 */
#define GUARDED_ENTER(miss)                                 \
	"movq %%fs:%c[mine], %[slot]\n\t"                   \
	"testq %[slot], %[slot]\n\t"                        \
	"jz " miss "\n\t"                                   \
	"lock btsl $0, 8(%[slot])\n\t"                      \
	"jc " miss "\n\t"                                   \
	"movl 64(%[slot],%[cls],8), %k[cur]\n\t"

static __always_inline void *percpu_pop_guarded(unsigned long cls)
{
	u64 slot, cur;
	bool miss;
	void *p;

	__asm__ volatile(MISS_STUB("stc") GUARDED_ENTER("8b")
			 "movq (%[slot],%[cur],8), %[p]\n\t"
			 "cmpq $1, %[p]\n\t"
			 "jc 5f\n\t"
			 "decl %k[cur]\n\t"
			 "movl %k[cur], 64(%[slot],%[cls],8)\n"
			 "5:\tmovl $0, 8(%[slot])\n"
			 "9:\n\t"
			 : [slot] "=&r"(slot), [cur] "=&r"(cur), [p] "=&r"(p), "=@ccc"(miss)
			 : [cls] "r"(cls), [mine] "i"(TCB_GUARDED)
			 : "memory");
	return popped(p, miss);
}

static __always_inline bool percpu_push_guarded(unsigned long cls, void *p)
{
	u64 slot, cur;

	__asm__ volatile goto(".pushsection .text.rseq_abort, \"ax\"\n"
			      "5:\tmovl $0, 8(%[slot])\n\t"
			      "jmp %l[miss]\n\t"
			      ".popsection\n\t" GUARDED_ENTER("%l[miss]")
			      "cmpl 68(%[slot],%[cls],8), %k[cur]\n\t"
			      "jae 5b\n\t"
			      "incl %k[cur]\n\t"
			      "movq %[p], (%[slot],%[cur],8)\n\t"
			      "movl %k[cur], 64(%[slot],%[cls],8)\n\t"
			      "movl $0, 8(%[slot])\n\t"
			      : [slot] "=&r"(slot), [cur] "=&r"(cur)
			      : [cls] "r"(cls), [p] "r"(p), [mine] "i"(TCB_GUARDED)
			      : "cc", "memory"
			      : miss);
	return true;
miss:
	return false;
}

/*
 * Pushes min(n, room) pointers in one sequence and sets the header's limit
 * (base_end: base in the low half, end in the high half).
 */
static inline unsigned int percpu_rseq_fill(unsigned long cls, u32 base_end, void **ptrs,
					    unsigned int n)
{
	unsigned long base = tables_base();
	u64 slot, cur, i, tmp;

	__asm__ volatile(MISS_STUB(MISS_COUNT) RSEQ_TEXT_BEGIN("8b")
		     "movl " HDR ", %k[cur]\n\t"
		     "testl %k[cur], %k[cur]\n\t"
		     "jnz 5f\n\t"
		     "movzwl %w[be], %k[cur]\n"
		     "5:\tmovl %[be], %k[tmp]\n\t"
		     "shrl $16, %k[tmp]\n\t"
		     "xorl %k[i], %k[i]\n"
		     "6:\tcmpl %[n], %k[i]\n\t"
		     "jae 7f\n\t"
		     "cmpl %k[tmp], %k[cur]\n\t"
		     "jae 7f\n\t"
		     "movq (%[ptrs],%[i],8), %[tmp]\n\t"
		     "incl %k[cur]\n\t"
		     "movq %[tmp], " WORD "\n\t"
		     "incl %k[i]\n\t"
		     "movl %[be], %k[tmp]\n\t"
		     "shrl $16, %k[tmp]\n\t"
		     "jmp 6b\n"
		     "7:\tshlq $32, %[tmp]\n\t"
		     "orq %[cur], %[tmp]\n\t"
		     "movq %[tmp], " HDR "\n"
		     "2:\n"
		     "9:\n\t"
		     : [slot] "=&r"(slot), [cur] "=&r"(cur), [i] "=&r"(i), [tmp] "=&r"(tmp)
		     : [rseq] "r"(percpu_rseq_offset), [id] "r"(percpu_id_offset),
		       [cls] "r"(cls), [base] "r"(base), [off] "i"(PERCPU_OFFSET),
		       [be] "r"(base_end), [ptrs] "r"(ptrs), [n] "r"(n)
		     : "cc", "memory");
	return (unsigned int)i;
}

/* Pops up to n pointers in one sequence. */
static inline unsigned int percpu_rseq_take(unsigned long cls, void **ptrs, unsigned int n)
{
	unsigned long base = tables_base();
	u64 slot, cur, i, tmp;

	__asm__ volatile(MISS_STUB(MISS_COUNT) RSEQ_TEXT_BEGIN("8b")
		     "movl " HDR ", %k[cur]\n\t"
		     "xorl %k[i], %k[i]\n"
		     "6:\tcmpl %[n], %k[i]\n\t"
		     "jae 7f\n\t"
		     "movq " WORD ", %[tmp]\n\t"
		     "testq %[tmp], %[tmp]\n\t"
		     "jz 7f\n\t"
		     "movq %[tmp], (%[ptrs],%[i],8)\n\t"
		     "decl %k[cur]\n\t"
		     "incl %k[i]\n\t"
		     "jmp 6b\n"
		     "7:\tmovl %k[cur], " HDR "\n"
		     "2:\n"
		     "9:\n\t"
		     : [slot] "=&r"(slot), [cur] "=&r"(cur), [i] "=&r"(i), [tmp] "=&r"(tmp)
		     : [rseq] "r"(percpu_rseq_offset), [id] "r"(percpu_id_offset),
		       [cls] "r"(cls), [base] "r"(base), [off] "i"(PERCPU_OFFSET),
		       [ptrs] "r"(ptrs), [n] "r"(n)
		     : "cc", "memory");
	return (unsigned int)i;
}

/*
 * False: the byte was set; else it is now. Not atomic. With both registers in
 * the operands: gcc adds them first, two instructions of free's hit.
 */
static __always_inline bool byte_set_once(unsigned long base, unsigned long index)
{
	__asm__ volatile goto("cmpb $0, (%[base],%[index])\n\t"
			      "jne %l[set]\n\t"
			      "movb $1, (%[base],%[index])\n\t"
			      :
			      : [base] "r"(base), [index] "r"(index)
			      : "cc", "memory"
			      : set);
	return true;
set:
	return false;
}

/* The slot this thread would use now; only a hint outside of a sequence. */
static inline u32 percpu_this_slot(void)
{
	u32 id;

	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(id) : "r"(percpu_id_offset));
	return id;
}
