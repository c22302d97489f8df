/*
 * kernel_text.c - whole reports, as 6.12 prints them (kernel/panic.c __warn,
 * lib/dump_stack.c, mm/page_alloc.c warn_alloc, mm/vmalloc.c).
 *
 * Every line has dmesg's time stamp. Which of the kernel's reports a kind gets:
 *
 *	double-free	  SLUB "Object already free"; of a page block
 *			  free_large_kmalloc's WARN; of an area vfree's
 *	invalid-free	  SLUB "Invalid object pointer 0x%p"; vfree's "bad address"
 *	free-of-free-memory  vfree's "nonexistent vm area", free_large_kmalloc's
 *	foreign-free	  SLUB "Attempt to free object(0x%p) outside of slab"
 *	wrong-cache	  cache_from_obj's WARN
 *	bad-page	  bad_page's "BUG: Bad page state", with dump_page
 *	slab-corruption, objects-remaining, cache-create  slub_text.c
 *	page-alloc-failure  warn_alloc, with Mem-Info
 *	gfp-unexpected	  kmalloc_fix_flags' line and the stack
 *	gfp-warning	  a WARN without words, as WARN_ON_ONCE has none
 *	not-managed	  the same, devm_kfree's
 *	kernel-warning	  that WARN, with its file and line
 *	kernel-bug	  "kernel BUG at", then the stack; no registers
 *	kernel-oops	  oops_text.c
 *
 * All others get a WARN whose message is the line of text.c.
 *
 * Different from the kernel:
 *   - but for kernel-warning, "WARNING: CPU: %d PID: %d at %pS" names the program's
 *     call site, not the line in mm/slub.c that found it; there are no registers and
 *     no code bytes, no list of modules and no hardware name;
 *   - the trace begins with the program's frame: ours are left out; a signal
 *     handler's frames are the <IRQ> part;
 *   - %p is not hashed; release and version are "6.12-kmemu #1";
 *   - kfree() of memory that is no slab is a WARN there and then goes on to free
 *     it, or an oops; here nothing is done, and the text says what is known;
 *   - the last line is ours: the finding's id, what it is in one sentence, and
 *     the call site.
 *
 * Taint is the kernel's: B from the first SLUB report on, W from the first WARN.
 *
 * Locks: none. The object's bytes are a copy (report.c).
 */
#include "core/lib/vsprintf.h"
#include "core/os/plan.h"
#include "core/report/dma_text.h"
#include "core/report/finding.h"
#include "include/kmemu/utsname.h"

#define PLACE_BYTES 320
#define BRIEF_FRAMES 5 /* of a short form */

/* --- lines --------------------------------------------------------------- */

void text_init(struct text_buf *t, char *buf, size_t size, u64 time_us)
{
	*t = (struct text_buf){ .buf = buf, .size = size, .time_us = time_us };
	buf[0] = '\0';
}

/* Nothing behind the last whole line. */
static void cut(struct text_buf *t)
{
	while (t->n && t->buf[t->n - 1] != '\n')
		t->n--;
	t->buf[t->n] = '\0';
	t->full = true;
}

static void put_bytes(struct text_buf *t, const char *s, size_t n)
{
	if (n >= t->size - t->n) {
		cut(t);
		return;
	}
	__builtin_memcpy(t->buf + t->n, s, n);
	t->n += n;
	t->buf[t->n] = '\0';
}

static void put_stamp(struct text_buf *t)
{
	char stamp[32] = "";
	int n = kmemu_scnprintf(stamp, sizeof(stamp), "[%5lu.%06lu] ",
				(unsigned long)(t->time_us / 1000000),
				(unsigned long)(t->time_us % 1000000));

	put_bytes(t, stamp, (size_t)n);
}

void text_put(struct text_buf *t, const char *fmt, ...)
{
	char text[640];
	const char *s;
	va_list ap;

	va_start(ap, fmt);
	kmemu_vscnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s = text;
	while (*s && !t->full) {
		size_t n = 0;

		if (!t->in_line)
			put_stamp(t);
		while (s[n] && s[n] != '\n')
			n++;
		t->in_line = s[n] != '\n';
		n += !t->in_line;
		if (!t->full)
			put_bytes(t, s, n);
		s += n;
	}
}

/* --- taint --------------------------------------------------------------- */

enum { TAINT_BAD_PAGE = 5, TAINT_DIE = 7, TAINT_WARN = 9, TAINT_FLAGS_COUNT = 19 };

static const struct {
	int flag;
	char letter;
	const char *name;
} taints[] = { { TAINT_BAD_PAGE, 'B', "BAD_PAGE" },
	       { TAINT_DIE, 'D', "DIE" },
	       { TAINT_WARN, 'W', "WARN" } };

static u32 tainted;

static void add_taint(int flag)
{
	__atomic_fetch_or(&tainted, 1U << flag, __ATOMIC_RELAXED);
}

void taint_warn(void)
{
	add_taint(TAINT_WARN);
}

void taint_bad_page(void)
{
	add_taint(TAINT_BAD_PAGE);
}

void taint_die(void)
{
	add_taint(TAINT_DIE);
}

/* Kernel: print_tainted(). */
const char *print_tainted(char buf[48])
{
	u32 mask = READ_ONCE(tainted);
	int n;

	if (!mask)
		return "Not tainted";
	n = kmemu_scnprintf(buf, 48, "Tainted: G%18s", "");
	for (size_t i = 0; i < ARRAY_SIZE(taints); i++)
		if (mask & 1U << taints[i].flag)
			buf[n - TAINT_FLAGS_COUNT + taints[i].flag] = taints[i].letter;
	return buf;
}

/* Kernel: print_tainted_verbose(). */
static void put_tainted(struct text_buf *t)
{
	u32 mask = READ_ONCE(tainted);
	const char *comma = "";

	if (!mask)
		return;
	text_put(t, "Tainted: ");
	for (size_t i = 0; i < ARRAY_SIZE(taints); i++) {
		if (!(mask & 1U << taints[i].flag))
			continue;
		text_put(t, "%s[%c]=%s", comma, taints[i].letter, taints[i].name);
		comma = ", ";
	}
	text_put(t, "\n");
}

/* --- dump_stack, WARN ---------------------------------------------------- */

const char *print_site(const struct finding *f, char *buf, size_t size)
{
	if (f->here.nr)
		symbol_print(buf, size, f->here.entries[f->site]);
	else
		kmemu_scnprintf(buf, size, "0x%px", f->r.caller);
	return buf;
}

/* Kernel: stack_trace_print(). */
void put_frames(struct text_buf *t, const unsigned long *entries, unsigned int nr, int spaces)
{
	char place[PLACE_BYTES];

	for (unsigned int i = 0; i < nr; i++) {
		symbol_print(place, sizeof(place), entries[i]);
		text_put(t, "%*s%s\n", 1 + spaces, "", place);
	}
}

/* Kernel: print_kernel_ident(). */
void put_kernel_ident(struct text_buf *t)
{
	char taint[48];

	text_put(t, "%s #1 %s\n", KMEMU_RELEASE, print_tainted(taint));
}

/* Kernel: show_trace_log_lvl(). */
void put_trace(struct text_buf *t, const struct finding *f)
{
	const struct stacktrace *st = &f->here;
	unsigned int nr = t->brief ? min(st->nr, (u16)BRIEF_FRAMES) : st->nr;
	unsigned int nr_irq = min((unsigned int)st->nr_irq, nr);

	text_put(t, "Call Trace:\n");
	if (nr_irq) {
		text_put(t, " <IRQ>\n");
		put_frames(t, st->entries, nr_irq, 0);
		text_put(t, " </IRQ>\n");
	}
	text_put(t, " <TASK>\n");
	put_frames(t, st->entries + nr_irq, nr - nr_irq, 0);
	text_put(t, " </TASK>\n");
}

char report_hardware[128];

void put_task_line(struct text_buf *t, const struct finding *f)
{
	const struct report_task *task = &f->r.task;
	char taint[48];

	text_put(t, "CPU: %u UID: %u PID: %d Comm: %pE %s %s #1\n", task->cpu, task->uid,
		 task->tid, task->comm, print_tainted(taint), KMEMU_RELEASE);
	put_tainted(t);
	if (report_hardware[0])
		text_put(t, "Hardware name: %pE\n", report_hardware);
}

void put_dump_stack(struct text_buf *t, const struct finding *f)
{
	put_task_line(t, f);
	put_trace(t, f);
}

void put_warning(struct text_buf *t, const struct finding *f)
{
	char place[PLACE_BYTES];

	text_put(t, "WARNING: CPU: %u PID: %d at ", f->r.task.cpu, f->r.task.tid);
	if (f->r.kind == REPORT_KERNEL_WARNING)
		text_put(t, "%s:%d ", f->r.file, f->r.line);
	text_put(t, "%s\n", print_site(f, place, sizeof(place)));
	put_dump_stack(t, f);
	text_put(t, "---[ end trace 0000000000000000 ]---\n");
	taint_warn();
}

void put_cut_here(struct text_buf *t)
{
	text_put(t, "------------[ cut here ]------------\n");
}

/* --- WARNs --------------------------------------------------------------- */

static void warn_line(struct text_buf *t, const struct finding *f)
{
	char line[512];

	report_text(&f->r, line, sizeof(line));
	put_cut_here(t);
	text_put(t, "%s\n", line);
	put_warning(t, f);
}

/* Kernel: WARN_ON_ONCE(order == 0), then pr_warn_once(). */
static void free_large_kmalloc(struct text_buf *t, const struct finding *f)
{
	put_cut_here(t);
	put_warning(t, f);
	text_put(t, "object pointer: 0x%p\n", f->r.addr);
}

static void vfree_warning(struct text_buf *t, const struct finding *f)
{
	const char *func = f->r.func ? f->r.func : "kfree";
	size_t n = __builtin_strlen(func);
	bool unmaps = !__builtin_strcmp(func, "vunmap");
	bool frees = unmaps || (n >= 4 && !__builtin_strcmp(func + n - 4, "free"));
	bool aligned = (uintptr_t)f->r.addr % PAGE_SIZE == 0;

	put_cut_here(t);
	if (!frees)
		text_put(t, "Trying to vrealloc() nonexistent vm area (%p)\n", f->r.addr);
	else if (aligned)
		text_put(t, "Trying to %s() nonexistent vm area (%p)\n",
			 unmaps ? "vunmap" : "vfree", f->r.addr);
	else
		text_put(t, "Trying to vfree() bad address (%p)\n", f->r.addr);
	put_warning(t, f);
}

static void wrong_slab_cache(struct text_buf *t, const struct finding *f)
{
	put_cut_here(t);
	text_put(t, "cache_from_obj: Wrong slab cache. %s but object is from %s\n",
		 f->r.wrong_cache, f->r.cache);
	put_warning(t, f);
	put_stack_of(t, "Allocated", f->r.allocated);
}

/* Kernel: bad_page(), and of dump_page() what there is. */
static void bad_page(struct text_buf *t, const struct finding *f)
{
	const struct report_page *page = f->r.page;

	if (!page)
		return;

	text_put(t, "BUG: Bad page state in process %pE  pfn:%05lx\n", f->r.task.comm, page->pfn);
	text_put(t, "page: refcount:%d mapcount:0 mapping:%p index:0x%lx pfn:0x%lx\n",
		 page->refcount, page->mapping, page->index, page->pfn);
	if (page->order)
		text_put(t, "head: order:%u mapcount:0 entire_mapcount:0 nr_pages_mapped:0 "
			    "pincount:0\n",
			 page->order);
	text_put(t, "page dumped because: %s\n", f->r.rule);
	put_dump_stack(t, f);
	add_taint(TAINT_BAD_PAGE);
}

/* Kernel: warn_alloc(). */
static void page_alloc_failure(struct text_buf *t, const struct finding *f)
{
	char line[320];

	alloc_failure_text(&f->r, line, sizeof(line));
	text_put(t, "%pE: %s, nodemask=(null),cpuset=/,mems_allowed=0\n", f->r.task.comm, line);
	put_dump_stack(t, f);
	if (f->r.mem && !t->brief)
		put_mem_info(t, f->r.mem);
}

/* Kernel: kmalloc_fix_flags(): no WARN, a line and the stack. */
static void unexpected_gfp(struct text_buf *t, const struct finding *f)
{
	char line[640];

	gfp_unexpected_text(&f->r, line, sizeof(line));
	text_put(t, "%s\n", line);
	put_dump_stack(t, f);
}

/* Kernel: WARN_ON_ONCE(), which has no words. */
static void gfp_warning(struct text_buf *t, const struct finding *f)
{
	put_cut_here(t);
	put_warning(t, f);
}

/* Kernel: __warn_printk(), then __warn(). */
static void kernel_warning(struct text_buf *t, const struct finding *f)
{
	put_cut_here(t);
	if (f->r.rule)
		text_put(t, "%s\n", f->r.rule);
	put_warning(t, f);
}

/* Kernel: handle_bug(), then die(). */
static void kernel_bug(struct text_buf *t, const struct finding *f)
{
	put_cut_here(t);
	text_put(t, "kernel BUG at %s:%d!\n", f->r.file, f->r.line);
	put_dump_stack(t, f);
	text_put(t, "---[ end trace 0000000000000000 ]---\n");
	taint_die();
}

/* --- by kind ------------------------------------------------------------- */

static void by_kind(struct text_buf *t, const struct finding *f)
{
	const struct report *r = &f->r;
	bool strict_kfree = r->addr == r->object;

	if (context_text(t, f) || lock_text(t, f) || slub_text(t, f) || buffer_text(t, f) ||
	    dma_text(t, f))
		return;
	if (r->func && !r->context &&
	    (!__builtin_strcmp(r->func, "vfree") || !__builtin_strcmp(r->func, "vunmap"))) {
		vfree_warning(t, f);
		return;
	}
	switch (r->kind) {
	case REPORT_DOUBLE_FREE:
	case REPORT_INVALID_FREE:
		if (r->cache && r->kind == REPORT_DOUBLE_FREE)
			object_already_free(t, f);
		else if (r->cache)
			invalid_object(t, f);
		else if (r->flags & REPORT_IN_LARGE)
			free_large_kmalloc(t, f);
		else if (strict_kfree) /* a live area given to kfree() */
			outside_of_slab(t, f);
		else
			vfree_warning(t, f);
		break;
	case REPORT_FREE_FREED_AREA:
		if (r->cache)
			invalid_object(t, f);
		else if (r->flags & REPORT_IN_VMALLOC)
			vfree_warning(t, f);
		else
			free_large_kmalloc(t, f);
		break;
	case REPORT_FOREIGN_FREE:
		outside_of_slab(t, f);
		break;
	case REPORT_WRONG_CACHE:
		wrong_slab_cache(t, f);
		break;
	case REPORT_BAD_PAGE:
		bad_page(t, f);
		break;
	case REPORT_PAGE_ALLOC_FAILURE:
		page_alloc_failure(t, f);
		break;
	case REPORT_GFP_UNEXPECTED:
		unexpected_gfp(t, f);
		break;
	case REPORT_GFP_WARNING:
	case REPORT_NOT_MANAGED:
		gfp_warning(t, f);
		break;
	case REPORT_KERNEL_WARNING:
		kernel_warning(t, f);
		break;
	case REPORT_KERNEL_BUG:
		kernel_bug(t, f);
		break;
	case REPORT_KERNEL_OOPS:
		oops_text(t, f);
		break;
	default:
		warn_line(t, f);
		break;
	}
}

void kernel_text(struct text_buf *t, const struct finding *f)
{
	char line[640], place[PLACE_BYTES];

	by_kind(t, f);
	report_text(&f->r, line, sizeof(line));
	if (t->full)
		return;
	text_put(t, "kmemu: %s: %s, at %s\n", f->id, line, print_site(f, place, sizeof(place)));
}
