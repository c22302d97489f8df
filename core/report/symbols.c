/*
 * symbols.c - which function an address lies in.
 *
 * The kernel's kallsyms_lookup() has all symbols in memory and asks each
 * module's own table; %pS prints "sym+0xoff/0xsize [module]". Here the module
 * is what the loader says, and its table is read from the file when it is
 * first needed (elf_file.c) and kept.
 *
 * Different from the kernel: the program's own functions have [program] behind
 * them, as the kernel's have not; a module without symbols prints its offset
 * and its build-id, which is what another tool needs to find the line.
 *
 * Modules are noted: address, bias, path, build-id, in records that are never
 * freed, newest first. So a module that was closed keeps its names, if
 * symbols_note_modules() was called before (the wrapper of dlclose does), or a
 * symbol of it was looked up. An address is first asked of the loader, without a
 * lock (_dl_find_object), then of the records; what is loaded now wins over
 * what was there before. If the loader gives a closed module's place to
 * another one, addresses of the first are taken for the second's; that cannot
 * be told from an address alone.
 *
 * A record's path may hold another file by now: elf_file.c compares the
 * build-id. The program is opened as /proc/self/exe, which still leads to its
 * file when that was removed or replaced. The vDSO is read in memory.
 *
 * When loading is allowed. libelf is opened by dlopen when the process starts
 * and a check is armed (interpose/start.c says why), else at the first look-up
 * outside of a handler, or by symbols_prepare(): 0.17 ms with a warm cache (0.77
 * cold). A module's file is read at the first look-up in it.
 *
 * In a handler that is done too: it takes system calls, memory of our own and
 * the arena of libelf. Who reads has all signals blocked, so a handler never
 * interrupts reading in its own thread, and other threads are waited for with
 * limited patience. What a handler must not do is call the loader, which it may
 * have interrupted: libelf is open already or is not opened, and the list of
 * modules is not walked (the one that is asked for is noted). One thing is
 * left: in a thread that never used libelf the loader allocates libelf's errno
 * at its first use. That is done in advance, if no frame of the loader is on the stack
 * (report.c looks), else the names are left out. On an alternate stack
 * LOAD_STACK_BYTES must be left.
 *
 * Invariants: a record in the list doesn't change but for `state` and `syms`;
 * syms is written before state says MODULE_READ, and by the holder of
 * read_lock only.
 *
 * Locks: note_lock, for adding records; read_lock, for a record's table. Both
 * are waited for with limited patience and not at all with no_load; signals are
 * blocked meanwhile, so that no handler leaves them behind. The loader's lock is
 * taken under note_lock (dl_iterate_phdr).
 *
 * Cost, measured with a warm cache: symbols_init() 0.03 ms, opening libelf 0.15
 * to 0.17 ms; reading libc's debug file (3,700 functions) 1.4 ms, cc1's
 * .dynsym (26,000) 8 ms, libLLVM's (34,000) 14 ms, node's .symtab (78,000) 26 ms;
 * then a look-up 0.13 us, for a C++ name 1 us more.
 */
#include "core/report/symbols.h"

#include <errno.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "core/lib/lock.h"
#include "core/lib/vsprintf.h"
#include "core/os/dl.h"
#include "core/os/files.h"
#include "core/os/libelf.h"
#include "core/os/os.h"
#include "core/report/demangle.h"
#include "core/report/elf_file.h"
#include "core/report/patience.h"

#define MODULES_MAX 4096 /* records; a program that loads more loses names */
#define CHUNK_BYTES (64UL << 10)
#define PATH_BYTES 4096
#define HEAD_BYTES 4096
#define NOTE_PATIENCE_MS 100
#define LOAD_STACK_BYTES 4096 /* for loading on an alternate stack: twice what it takes */
#define OPEN_PATIENCE 200 /* tries, 1 ms apart, in all of the process's life */

enum module_state { MODULE_NEW, MODULE_READ, MODULE_NONE };

struct module {
	struct module *next;
	uintptr_t start, end, bias;
	const char *loader_name; /* as the loader has it */
	const char *path, *name;
	struct elf_identity id;
	struct elf_symbols syms;
	u32 state; /* enum module_state */
	bool is_program, is_vdso;
};

static struct module *modules; /* newest first */
static unsigned int nr_modules;
static kmemu_lock_t note_lock = KMEMU_LOCK_INIT(LOCK_REPORT);
static kmemu_lock_t read_lock = KMEMU_LOCK_INIT(LOCK_REPORT);
static bool sealed;
static u32 loader_owner; /* tid of the thread that forks with the loader's lock, or 0 */
static __thread u16 no_load __initial_exec;
static __thread u8 handler __initial_exec; /* enum symbols_handler */

/* Guarded by note_lock. */
static struct {
	char *at;
	size_t left;
} chunk;
static char note_path[PATH_BYTES];

/* --- what may be done here --- */

void symbols_no_load(bool on)
{
	no_load = (u16)(no_load + (on ? 1 : -1));
}

void symbols_in_handler(enum symbols_handler where)
{
	handler = (u8)where;
}

void symbols_seal(void)
{
	WRITE_ONCE(sealed, true);
}

void symbols_fork_prepare(void)
{
	if (os_loader_trylock())
		WRITE_ONCE(loader_owner, os_tid());
}

void symbols_fork_parent(void)
{
	if (READ_ONCE(loader_owner) != os_tid())
		return;
	WRITE_ONCE(loader_owner, 0);
	os_loader_unlock();
}

void symbols_fork_child(void)
{
	if (loader_owner) { /* whoever forked with it, the loader is at rest */
		os_loader_unlock_child();
	} else if (!__libc_single_threaded) {
		os_loader_forbid();
		libelf_forbid();
	}
	loader_owner = 0;
	spin_lock_reset(&note_lock);
	spin_lock_reset(&read_lock);
	elf_fork_child();
}

static bool may_load(void)
{
	return !no_load && !READ_ONCE(sealed) && os_signal_stack_left() >= LOAD_STACK_BYTES;
}

/* dlopen, dl_iterate_phdr, and what else takes the loader's locks. */
static bool may_call_loader(void)
{
	return may_load() && handler == HANDLER_NONE && os_signal_stack_left() == SIZE_MAX;
}

/* For libelf's memory in this thread the loader may have to call malloc. */
static bool may_ready_thread(void)
{
	return !spin_held_ranks() && (handler == HANDLER_ELSEWHERE || may_call_loader());
}

/* --- records --- */

static void *keep(size_t bytes)
{
	char *p;

	bytes = ALIGN(bytes, 16);
	if (bytes > chunk.left) {
		chunk.at = os_map_any(CHUNK_BYTES);
		chunk.left = chunk.at ? CHUNK_BYTES : 0;
		if (!chunk.at)
			return NULL;
	}
	p = chunk.at;
	chunk.at += bytes;
	chunk.left -= bytes;
	return p;
}

static const char *keep_string(const char *s)
{
	size_t n = strnlen(s, PATH_BYTES - 1);
	char *copy = keep(n + 1);

	if (copy) {
		memcpy(copy, s, n);
		copy[n] = '\0';
	}
	return copy;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* Of the program's file, also when that is removed; without /proc as it was called. */
static const char *program_path(void)
{
	static const char deleted[] = " (deleted)";
	static char path[PATH_BYTES];
	static u32 state; /* 0: not asked, 1: path is set */
	char found[PATH_BYTES / 8];
	int n, cut = sizeof(deleted) - 1;

	if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) || READ_ONCE(sealed))
		return *path ? path : os_program_name();
	n = os_file_link("/proc/self/exe", found, sizeof(found));
	if (n <= 0 || n >= (int)sizeof(found) - 1) /* it is cut */
		return os_program_name();
	if (n > cut && !strcmp(found + n - cut, deleted))
		found[n - cut] = '\0';
	memcpy(path, found, (size_t)n + 1); /* two threads write the same */
	__atomic_store_n(&state, 1, __ATOMIC_RELEASE);
	return path;
}

/* What can be told in any context. */
static void describe(const struct os_object *o, struct module *m)
{
	*m = (struct module){ .start = o->start,
			      .end = o->end,
			      .bias = o->bias,
			      .loader_name = o->name,
			      .is_vdso = os_object_is_vdso(o),
			      .is_program = !*o->name };
	m->path = m->is_program ? program_path() : o->name;
	if (!m->path)
		m->path = "program";
	m->name = base_name(m->path);
	m->id.build_id_bytes = os_object_build_id(o, m->id.build_id);
	if (!m->id.build_id_bytes) {
		m->id.head_bytes = (u32)min(os_object_head_bytes(o), (size_t)HEAD_BYTES);
		m->id.head_hash = elf_head_hash((const void *)o->start, m->id.head_bytes);
	}
}

static bool is_same(const struct module *a, const struct module *b)
{
	return a->start == b->start && a->end == b->end && a->bias == b->bias &&
	       a->id.build_id_bytes == b->id.build_id_bytes &&
	       a->id.head_hash == b->id.head_hash &&
	       !memcmp(a->id.build_id, b->id.build_id, a->id.build_id_bytes) &&
	       !strcmp(a->loader_name, b->loader_name);
}

static struct module *newest(void)
{
	return __atomic_load_n(&modules, __ATOMIC_ACQUIRE);
}

static struct module *find_record(const struct module *like)
{
	struct module *m;

	for (m = newest(); m && !is_same(m, like); m = m->next)
		;
	return m;
}

/* The path that leads there from anywhere, as far as it can be told. */
static const char *full_path(const struct module *m)
{
	int n;

	if (m->path[0] == '/' || !strchr(m->path, '/'))
		return m->path;
	n = os_file_cwd(note_path, sizeof(note_path));
	if (n <= 0)
		return m->path;
	kmemu_scnprintf(note_path + n, sizeof(note_path) - (size_t)n, "/%s", m->path);
	return note_path;
}

/* Under note_lock. NULL: no memory. */
static struct module *add_record(const struct module *facts)
{
	struct module *m = nr_modules < MODULES_MAX ? keep(sizeof(*m)) : NULL;

	if (!m)
		return NULL;
	*m = *facts;
	m->loader_name = keep_string(facts->loader_name);
	m->path = keep_string(full_path(facts));
	if (!m->loader_name || !m->path)
		return NULL;
	m->name = base_name(m->path);
	m->next = modules;
	nr_modules++;
	__atomic_store_n(&modules, m, __ATOMIC_RELEASE);
	return m;
}

static void note_object(const struct os_object *o, void *unused)
{
	struct module facts;

	(void)unused;
	describe(o, &facts);
	if (!find_record(&facts))
		add_record(&facts);
}

/* fn is called under note_lock. False: the lock or the loader's list could not be had. */
static bool each_object(void (*fn)(const struct os_object *o, void *arg), void *arg)
{
	bool done = false;
	u64 signals;

	os_objects_init();
	signals = os_signals_block();
	if (lock_patiently(&note_lock, NOTE_PATIENCE_MS)) {
		for (int i = 0; i < NOTE_PATIENCE_MS && !done; i++) {
			done = os_objects_each(fn, arg);
			if (!done)
				os_sleep_us(1000);
		}
		spin_unlock(&note_lock);
	}
	os_signals_restore(signals);
	return done;
}

static void note_all(void)
{
	each_object(note_object, NULL);
}

void symbols_init(void)
{
	os_objects_init();
	program_path();
}

void symbols_note_modules(void)
{
	int saved = errno;

	note_all();
	errno = saved;
}

/* The record of what is loaded now; new if need be. NULL: it can't be had. */
static struct module *record_of(const struct module *facts)
{
	struct module *m = find_record(facts);
	u64 signals;

	if (m || !may_load())
		return m;
	signals = os_signals_block();
	if (lock_patiently(&note_lock, NOTE_PATIENCE_MS)) {
		m = find_record(facts) ?: add_record(facts);
		spin_unlock(&note_lock);
	}
	os_signals_restore(signals);
	return m;
}

/* The youngest that lay there. */
static struct module *closed_at(uintptr_t addr)
{
	struct module *m;

	for (m = newest(); m && addr - m->start >= m->end - m->start; m = m->next)
		;
	return m;
}

/*
 * The module that holds addr: a record, or where there can be none the facts.
 * Old loaders answer no question without a lock; then what they have is noted.
 */
static struct module *module_at(uintptr_t addr, struct module *facts, bool note)
{
	struct os_object o;

	if (!newest() && may_call_loader()) {
		if (note)
			note_all();
		else
			os_objects_init();
	}
	if (!os_object_find(addr, &o)) {
		if (note && !closed_at(addr) && may_call_loader())
			note_all();
		return closed_at(addr);
	}
	describe(&o, facts);
	return (note ? record_of(facts) : find_record(facts)) ?: facts;
}

/* --- their symbols --- */

/* The table of another record of the same file: it was loaded elsewhere. */
static const struct module *twin_of(const struct module *m)
{
	const struct module *other;

	for (other = newest(); other; other = other->next)
		if (other != m && __atomic_load_n(&other->state, __ATOMIC_ACQUIRE) == MODULE_READ &&
		    m->id.build_id_bytes && m->id.build_id_bytes == other->id.build_id_bytes &&
		    !memcmp(m->id.build_id, other->id.build_id, m->id.build_id_bytes))
			return other;
	return NULL;
}

static int read_file(struct module *m, struct elf_symbols *syms)
{
	int err = -ENOENT;

	if (m->is_vdso)
		return elf_symbols_load_memory((const void *)m->start, m->end - m->start, syms);
	if (m->is_program)
		err = elf_symbols_load("/proc/self/exe", &m->id, syms);
	if (err && err != -EAGAIN && err != -ENOSYS)
		err = elf_symbols_load(m->path, &m->id, syms);
	return err;
}

/* Under read_lock. */
static void read_module(struct module *m)
{
	const struct module *twin = twin_of(m);
	struct elf_symbols syms = { 0 };
	int err = 0;

	if (twin)
		syms = twin->syms;
	else
		err = read_file(m, &syms);
	if (err == -EAGAIN || err == -ENOSYS)
		return;
	m->syms = syms;
	__atomic_store_n(&m->state, err || !syms.nr ? MODULE_NONE : MODULE_READ, __ATOMIC_RELEASE);
}

static bool open_libelf(void)
{
	static int patience = OPEN_PATIENCE;

	if (libelf_is_open() || libelf_is_missing())
		return libelf_is_open();
	if (spin_held_ranks() || !may_call_loader())
		return false;
	while (!libelf_open() && !libelf_is_missing()) {
		if (__atomic_fetch_sub(&patience, 1, __ATOMIC_RELAXED) <= 0)
			return false;
		os_sleep_us(1000);
	}
	return libelf_is_open();
}

static bool is_new(const struct module *m)
{
	return __atomic_load_n(&m->state, __ATOMIC_ACQUIRE) == MODULE_NEW;
}

static void load_module(struct module *m)
{
	int saved = errno;
	u64 signals;

	if (!open_libelf() || !libelf_ready_thread(may_ready_thread()))
		return;
	signals = os_signals_block();
	if (lock_patiently(&read_lock, NOTE_PATIENCE_MS)) {
		if (is_new(m))
			read_module(m);
		spin_unlock(&read_lock);
	}
	os_signals_restore(signals);
	errno = saved;
}

/* Its table, NULL: it has none, or it must not be read here. */
static const struct elf_symbols *symbols_of(struct module *m, const struct module *facts)
{
	if (m != facts && is_new(m) && may_load())
		load_module(m);
	return __atomic_load_n(&m->state, __ATOMIC_ACQUIRE) == MODULE_READ ? &m->syms : NULL;
}

void symbols_prepare(void)
{
	symbols_note_modules();
	if (!may_call_loader() || !open_libelf())
		return;
	for (struct module *m = newest(); m; m = m->next)
		if (is_new(m))
			load_module(m);
}

/* --- whole modules --- */

struct gather {
	struct symbols_module *m;
	unsigned int nr, max;
};

static bool is_ours(uintptr_t start, uintptr_t end)
{
	uintptr_t here = (uintptr_t)symbols_modules;

	return here >= start && here < end && !os_dl_is_in_program();
}

static void gather_object(const struct os_object *o, void *arg)
{
	struct gather *g = arg;
	struct module facts, *record;
	uintptr_t start, end;

	if (g->nr == g->max || !os_object_code(o, &start, &end))
		return;
	describe(o, &facts);
	record = find_record(&facts) ?: add_record(&facts);
	if (!record)
		return;
	g->m[g->nr++] = (struct symbols_module){ .name = record->name,
						 .path = record->path,
						 .start = start,
						 .end = end,
						 .bias = record->bias,
						 .is_program = record->is_program,
						 .is_ours = is_ours(start, end),
						 .record = record };
}

int symbols_modules(struct symbols_module *m, unsigned int max)
{
	struct gather g = { .m = m, .max = max };

	return each_object(gather_object, &g) ? (int)g.nr : -EAGAIN;
}

const struct elf_symbols *symbols_functions(const struct symbols_module *m, bool *pending)
{
	const struct elf_symbols *syms = symbols_of(m->record, NULL);

	*pending = is_new(m->record) && !libelf_is_missing() && !READ_ONCE(sealed);
	return syms;
}

bool symbols_may_load(void)
{
	return may_load() && !spin_held_ranks();
}

/* --- words --- */

bool symbol_lookup(unsigned long pc, struct symbol *sym, char *name, size_t size)
{
	struct module facts, *m = module_at(pc - 1, &facts, size != 0);
	const struct elf_symbols *syms;
	struct elf_symbol found;

	*sym = (struct symbol){ 0 };
	if (!m)
		return false;
	syms = size ? symbols_of(m, &facts) : NULL;
	sym->module = m->name;
	sym->path = m->path;
	sym->module_offset = pc - m->bias;
	sym->is_program = m->is_program;
	sym->build_id_bytes = (u8)m->id.build_id_bytes;
	memcpy(sym->build_id, m->id.build_id, sizeof(sym->build_id));
	if (!syms || !elf_symbols_find(syms, pc - 1 - m->bias, &found))
		return true;
	if (!demangle(found.name, name, size))
		kmemu_scnprintf(name, size, "%s", found.name);
	sym->name = name;
	sym->offset = pc - m->bias - found.start;
	sym->size = found.bytes;
	return true;
}

static int print_build_id(char *buf, size_t size, const struct symbol *sym)
{
	int n = kmemu_scnprintf(buf, size, " (");

	for (unsigned int i = 0; i < sym->build_id_bytes; i++)
		n += kmemu_scnprintf(buf + n, size - (size_t)n, "%02x", sym->build_id[i]);
	return n + kmemu_scnprintf(buf + n, size - (size_t)n, ")");
}

/* A file may call a function what it likes: its control bytes become '?'. */
static int plain_length(char *name)
{
	int n = 0;

	for (; name[n]; n++)
		if ((u8)name[n] < ' ' || name[n] == 0x7f)
			name[n] = '?';
	return n;
}

/* of: how far behind what is looked up the address is that is meant. */
static int print_from(char *buf, size_t size, unsigned long pc, unsigned int of)
{
	struct symbol sym;
	int n;

	/* The name is put where it is to stand, and leaves room for the rest. */
	if (!symbol_lookup(pc + of, &sym, buf, size > 256 ? size - 128 : size / 2))
		return kmemu_scnprintf(buf, size, "0x%px", (void *)pc);
	sym.offset -= of;
	sym.module_offset -= of;
	if (sym.name) {
		n = plain_length(buf);
		return n + kmemu_scnprintf(buf + n, size - (size_t)n, "+0x%lx/0x%lx [%pE]",
					   sym.offset, sym.size, sym.module);
	}
	n = kmemu_scnprintf(buf, size, "%pE+0x%lx", sym.module, sym.module_offset);
	if (sym.build_id_bytes)
		n += print_build_id(buf + n, size - (size_t)n, &sym);
	return n;
}

int symbol_print(char *buf, size_t size, unsigned long pc)
{
	return print_from(buf, size, pc, 0);
}

int symbol_print_data(char *buf, size_t size, const void *p)
{
	return print_from(buf, size, (unsigned long)p, 1);
}
