/*
 * oops_text.c - what 6.12 says of an instruction that cannot be done
 * (arch/x86/mm/fault.c show_fault_oops, arch/x86/kernel/traps.c,
 * arch/x86/kernel/dumpstack.c __die).
 *
 *	BUG: kernel NULL pointer dereference, address: 0000000000000008
 *	#PF: supervisor write access in kernel mode
 *	#PF: error_code(0x0002) - not-present page
 *	Oops: Oops: 0002 [#1] PREEMPT SMP
 *	CPU: 0 UID: 0 PID: 1 Comm: ring Not tainted 6.12-kmemu #1
 *	RIP: 0010:push+0x8/0x20 [ring]
 *	RSP: 0018:00007ffc00000000 EFLAGS: 00010246
 *	RAX: ...
 *	Call Trace:
 *	...
 *	CR2: 0000000000000008
 *	---[ end trace 0000000000000000 ]---
 *
 * Different from the kernel: the processor says "user mode", and is not quoted in
 * that; there are no page tables to show, no code bytes, no modules and no control
 * registers; a general protection fault names no address, since it would have to be
 * worked out from the instruction; of a stack's guard page the address is told and not
 * the stack's bounds. On a processor other than x86-64 there are no registers.
 *
 * Locks: none.
 */
#include "core/lib/vsprintf.h"
#include "core/os/fault.h"
#include "core/os/dl_find.h"
#include "core/os/plan.h"
#include "core/os/regs.h"
#include "core/report/finding.h"

#define PLACE_BYTES 320
#define NEAR_STACK  (64UL << 10)

static unsigned int die_counter;

/*
 * Memory near the stack pointer cannot be had: below it, or above it in a frame larger
 * than the guard. What lies above the thread's own descriptor, or has a good stack below,
 * is the stack's other end.
 */
static bool hit_stack_guard(const struct os_fault *f)
{
	unsigned long sp = f->r[FAULT_SP], at = f->address;

	if (f->trap != TRAP_PF || !sp || at + NEAR_STACK < sp || at > sp + NEAR_STACK)
		return false;
	return at < sp || at < os_thread_pointer() || !os_readable((const void *)(sp & ~7UL));
}

int oops_line(const struct report *r, char *buf, size_t size)
{
	const struct os_fault *f = r->fault;

	if (r->kind != REPORT_KERNEL_OOPS || !f)
		return 0;
	if (hit_stack_guard(f))
		return kmemu_scnprintf(buf, size, "TASK stack guard page was hit at 0x%016lx",
				       f->address);
	if (f->trap != TRAP_PF)
		return kmemu_scnprintf(buf, size, "Oops: %s", r->rule);
	return kmemu_scnprintf(buf, size, "%s address: %016lx",
			       f->address < PAGE_SIZE ? "kernel NULL pointer dereference," :
							"unable to handle page fault for",
			       f->address);
}

/* Kernel: show_fault_oops(). */
static void put_page_fault(struct text_buf *t, const struct os_fault *f)
{
	text_put(t, "#PF: supervisor %s in kernel mode\n",
		 f->error & PF_INSTR ? "instruction fetch" :
		 f->error & PF_WRITE ? "write access" :
				       "read access");
	text_put(t, "#PF: error_code(0x%04x) - %s\n", f->error & ~PF_USER,
		 f->error & PF_PROT ? "permissions violation" : "not-present page");
}

/* Kernel: show_ip(). The place is that of the instruction, not behind it as in a trace. */
static void put_pc(struct text_buf *t, unsigned long pc)
{
	char name[PLACE_BYTES];
	struct symbol sym;

	if (symbol_lookup(pc + 1, &sym, name, sizeof(name)) && sym.name) {
		text_put(t, "RIP: 0010:%s+0x%lx/0x%lx [%s]\n", sym.name, sym.offset - 1, sym.size,
			 sym.module);
	} else if (pc < PAGE_SIZE || !symbol_lookup(pc + 1, &sym, NULL, 0)) {
		text_put(t, "RIP: 0010:0x%lx\n", pc);
	} else {
		symbol_print(name, sizeof(name), pc + 1);
		text_put(t, "RIP: 0010:%s\n", name);
	}
}

/* Kernel: __show_regs(). */
static void put_regs(struct text_buf *t, const struct os_fault *f)
{
	static const char *const name[] = { "RAX", "RBX", "RCX", "RDX", "RSI", "RDI", "RBP", "R08",
					    "R09", "R10", "R11", "R12", "R13", "R14", "R15" };
	if (!f->r[FAULT_SP])
		return;
	put_pc(t, f->r[FAULT_PC]);
	text_put(t, "RSP: 0018:%016lx EFLAGS: %08lx\n", f->r[FAULT_SP], f->r[FAULT_FLAGS]);
	for (unsigned int i = 0; i < ARRAY_SIZE(name); i++)
		text_put(t, "%s: %016lx%s", name[i], f->r[i], i % 3 == 2 ? "\n" : " ");
}

/* Kernel: page_fault_oops(), die(). */
void oops_text(struct text_buf *t, const struct finding *f)
{
	const struct os_fault *fault = f->r.fault;
	bool guard, page_fault;
	char line[256];

	if (!fault)
		return;
	guard = hit_stack_guard(fault);
	page_fault = fault->trap == TRAP_PF && !guard;
	oops_line(&f->r, line, sizeof(line));
	if (fault->trap == TRAP_PF)
		text_put(t, "BUG: %s\n", line);
	if (page_fault)
		put_page_fault(t, fault);
	text_put(t, "Oops: %s: %04x [#%u] PREEMPT SMP\n", guard ? "stack guard page" : f->r.rule,
		 page_fault ? fault->error & ~PF_USER : 0,
		 __atomic_add_fetch(&die_counter, 1, __ATOMIC_RELAXED));
	put_task_line(t, f);
	put_regs(t, fault);
	put_trace(t, f);
	if (page_fault)
		text_put(t, "CR2: %016lx\n", fault->address);
	text_put(t, "---[ end trace 0000000000000000 ]---\n");
	taint_die();
}
