/*
 * target.c - a program that is about to be run, judged before: will the loader
 * put us into it? A preload is lost without a word by a static program, one of
 * another machine or C library, one that gains rights, and by an environment
 * that somebody made new. Each would look like a process without findings.
 *
 * The facts are the kernel's and the loader's own (fs/binfmt_elf.c,
 * fs/binfmt_script.c, elf/rtld.c), read as they read them: the ELF header, the
 * program headers for PT_INTERP, or the first line of a script, whose
 * interpreter is the program then. Where nothing can be known (the file is
 * missing, or may be run but not read) nothing is said: an exec that fails is
 * no process, and one that is reached says `start` itself.
 *
 * The environment. What must be kept is what this process had at its start:
 * our name in LD_PRELOAD, and the variables that ask for events. A process
 * that got us otherwise (/etc/ld.so.preload, linked) lost nothing by an
 * environment without LD_PRELOAD. Our name is the base name of the file that
 * we were loaded from, so $LIB and other directories make no difference.
 *
 * Reads are short and into one buffer on the stack: it runs in vfork children
 * and handlers, on whatever stack they have.
 *
 * Locks: none. Cost: open, fstat, fgetxattr, some getuid, one or two pread and
 * close; only while events are written.
 */
#include "interpose/target.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/lib/string.h"
#include "core/os/dl.h"
#include "core/os/exec.h"
#include "core/os/linked.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

#define SCRIPT_BYTES 256 /* kernel: BINPRM_BUF_SIZE */
#define SCRIPT_DEPTH 5 /* kernel: exec_binprm() */
#define INTERP_BYTES 128
#define PHDRS_AT_ONCE 8
#define PHDRS_MAX 512
#define NOTES_BYTES 256 /* ours is among the first */
#define DYNS_AT_ONCE 16
#define NEEDED_LOOKED_AT 8 /* the compiler names its sanitizer's library first */

static const struct target_reason
	reason_static = { "static", "the program is statically linked: no library can be preloaded",
			  "link it dynamically" },
	reason_machine = { "machine", "the program is of another class or machine than kmemu",
			   "build it for 64 bits of this machine" },
	reason_setuid = { "setuid", "the program gains rights, so the loader ignores LD_PRELOAD",
			  "run it as its owner, or without the set-id bits and capabilities" },
	reason_no_glibc = { "no-glibc", "the program's loader is not glibc's",
			    "link it with glibc" },
	reason_sanitizer = { "sanitizer",
			     "its sanitizer ends the program, as it must be the first library",
			     "run it by `kmemu run` itself, which leaves it alone" },
	reason_preload = { "dropped-preload", "its environment has no LD_PRELOAD with kmemu in it",
			   "keep LD_PRELOAD when the environment is made new" },
	reason_options = { "dropped-options", "its environment has lost the variables KMEMU_*",
			   "keep KMEMU_OPTIONS when the environment is made new" };

static const char *own_name; /* base name of our file; NULL: not known */
static bool in_preload; /* LD_PRELOAD had it */
static const char *const option_names[] = { "KMEMU_OPTIONS", "KMEMU_JSON", "KMEMU_CONFIG" };
static bool had_option[ARRAY_SIZE(option_names)];

/* --- the environment ------------------------------------------------------ */

static const char *value_of(char *const *envp, const char *name)
{
	for (; envp && *envp; envp++) {
		size_t n = str_has_prefix(*envp, name);

		if (n && (*envp)[n] == '=')
			return *envp + n + 1;
	}
	return NULL;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool target_is_us(const char *word, size_t n)
{
	size_t own = own_name ? strlen(own_name) : SIZE_MAX;

	return n >= own && str_has_prefix(word + n - own, own_name) &&
	       (n == own || word[n - own - 1] == '/');
}

/* The words of LD_PRELOAD are separated by blanks and colons. */
static bool preloads_us(char *const *envp)
{
	const char *at = value_of(envp, "LD_PRELOAD");

	while (at && *at) {
		size_t n = strcspn(at, " :");

		if (target_is_us(at, n))
			return true;
		at += n + (at[n] != '\0');
	}
	return false;
}

void target_resolve(void)
{
	Dl_info info;
	size_t i;

	if (dladdr((const void *)target_resolve, &info) && info.dli_fname) {
		own_name = base_name(info.dli_fname);
		in_preload = preloads_us(environ);
	}
	for (i = 0; i < ARRAY_SIZE(option_names); i++)
		had_option[i] = value_of(environ, option_names[i]) != NULL;
}

static const struct target_reason *judge_environment(char *const *envp)
{
	size_t i;

	if (in_preload && !preloads_us(envp))
		return &reason_preload;
	for (i = 0; i < ARRAY_SIZE(option_names); i++)
		if (had_option[i] && !value_of(envp, option_names[i]))
			return &reason_options;
	return NULL;
}

/* --- the file ------------------------------------------------------------- */

/* Run by hand, the loader is a program that takes preloads and has no interpreter. */
static bool is_loader(const char *path)
{
	const char *name = base_name(path);

	return str_has_prefix(name, "ld-linux") || str_has_prefix(name, "ld.so");
}

static const struct target_reason *judge_interp(int fd, const Elf64_Phdr *ph)
{
	char interp[INTERP_BYTES];
	ssize_t n = os_pread(fd, interp, sizeof(interp) - 1, ph->p_offset);

	if (n <= 0)
		return NULL;
	interp[min((size_t)n, ph->p_filesz)] = '\0';
	return is_loader(interp) ? NULL : &reason_no_glibc;
}

/* What has kmemu inside needs no preload, and begins by itself. */
static bool is_linked(int fd, const Elf64_Phdr *ph)
{
	char notes[NOTES_BYTES];
	ssize_t n = os_pread(fd, notes, min(sizeof(notes), ph->p_filesz), ph->p_offset);

	return n > 0 && os_linked_in(notes, (size_t)n);
}

struct headers {
	int fd;
	const Elf64_Ehdr *eh;
	unsigned int next; /* the header that follows */
	Elf64_Phdr ph[PHDRS_AT_ONCE];
};

/* One program header after the other; NULL: there is no more. */
static const Elf64_Phdr *next_header(struct headers *h)
{
	unsigned int i = h->next++;

	if (i >= min(h->eh->e_phnum, PHDRS_MAX) || h->eh->e_phentsize != sizeof(h->ph[0]))
		return NULL;
	if (i % PHDRS_AT_ONCE == 0 &&
	    os_pread(h->fd, h->ph, sizeof(h->ph), h->eh->e_phoff + i * sizeof(h->ph[0])) <
		    (ssize_t)sizeof(h->ph[0]))
		return NULL;
	return &h->ph[i % PHDRS_AT_ONCE];
}

/* Where the file has what is at this address; 0: nowhere. */
static Elf64_Off offset_of(struct headers *h, Elf64_Addr addr)
{
	const Elf64_Phdr *ph;

	h->next = 0;
	while ((ph = next_header(h)))
		if (ph->p_type == PT_LOAD && addr - ph->p_vaddr < ph->p_filesz)
			return addr - ph->p_vaddr + ph->p_offset;
	return 0;
}

/* Of gcc, which are shared objects and want to be the first; clang's are inside. */
static bool is_first_library(int fd, Elf64_Off at)
{
	char name[] = "libhwasan.so";

	if (os_pread(fd, name, sizeof(name) - 1, at) != (ssize_t)sizeof(name) - 1)
		return false;
	return str_has_prefix(name, "libasan.so") || str_has_prefix(name, "libtsan.so") ||
	       str_has_prefix(name, "libhwasan.so");
}

static __noinline bool needs_sanitizer(struct headers *h, Elf64_Off at, Elf64_Xword size)
{
	Elf64_Xword needed[NEEDED_LOOKED_AT];
	unsigned int i, n = 0, nr_needed = 0;
	Elf64_Dyn dyn[DYNS_AT_ONCE];
	Elf64_Off strtab = 0;
	ssize_t bytes;

	for (; size >= sizeof(dyn[0]) && !strtab;
	     at += sizeof(dyn), size -= min(size, sizeof(dyn))) {
		bytes = os_pread(h->fd, dyn, min(sizeof(dyn), size), at);
		n = bytes > 0 ? (unsigned int)((size_t)bytes / sizeof(dyn[0])) : 0;
		for (i = 0; i < n && dyn[i].d_tag != DT_NULL; i++) {
			if (dyn[i].d_tag == DT_NEEDED && nr_needed < NEEDED_LOOKED_AT)
				needed[nr_needed++] = dyn[i].d_un.d_val;
			else if (dyn[i].d_tag == DT_STRTAB)
				strtab = offset_of(h, dyn[i].d_un.d_ptr);
		}
		if (i < DYNS_AT_ONCE)
			break;
	}
	for (i = 0; strtab && i < nr_needed; i++)
		if (is_first_library(h->fd, strtab + needed[i]))
			return true;
	return false;
}

/* The headers are read to the end: a note may be behind what else is found. */
static const struct target_reason *judge_elf(int fd, const Elf64_Ehdr *eh, const char *path)
{
	const struct target_reason *reason = is_loader(path) ? NULL : &reason_static;
	struct headers h = { .fd = fd, .eh = eh };
	Elf64_Xword dynamic_bytes = 0;
	const Elf64_Phdr *at;
	Elf64_Off dynamic = 0;

	if (eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_machine != os_elf_machine())
		return &reason_machine;
	while ((at = next_header(&h))) {
		if (at->p_type == PT_INTERP) {
			reason = judge_interp(fd, at);
		} else if (at->p_type == PT_DYNAMIC) {
			dynamic = at->p_offset;
			dynamic_bytes = at->p_filesz;
		} else if (at->p_type == PT_NOTE && is_linked(fd, at)) {
			return NULL;
		}
	}
	if (h.next <= min(eh->e_phnum, PHDRS_MAX))
		return NULL; /* they cannot be read to the end */
	if (!reason && in_preload && needs_sanitizer(&h, dynamic, dynamic_bytes))
		return &reason_sanitizer;
	return reason;
}

/* "#! interpreter argument": leaves the interpreter in `head`. */
static const char *script_interpreter(char *head)
{
	char *name = head + 2;

	head[strcspn(head, "\n")] = '\0';
	name += strspn(name, " \t");
	name[strcspn(name, " \t")] = '\0';
	return *name ? name : NULL;
}

/* One file, and what is to be looked at after it. */
struct step {
	const char *next; /* a script's interpreter */
	bool runs; /* by all that is known */
};

/* The first bytes, ended with a NUL; -1: it cannot be a program, or be read. */
static ssize_t read_head(int fd, char *head, struct os_exec_file *file)
{
	ssize_t n;

	if (fd < 0 || os_exec_stat(fd, file) || !S_ISREG(file->mode) || !(file->mode & 0111))
		return -1;
	n = os_pread(fd, head, SCRIPT_BYTES, 0);
	head[max(n, 0)] = '\0';
	return n;
}

/* Rights given by the file count for programs, not for scripts. */
static __noinline const struct target_reason *judge_file(int dirfd, const char *path, char *head,
							 bool shell, struct step *step)
{
	const struct target_reason *reason = NULL;
	int fd = os_exec_open(dirfd, path);
	struct os_exec_file file;
	ssize_t n = read_head(fd, head, &file);

	*step = (struct step){ NULL, false };
	if (fd < 0) {
		step->runs = dirfd == AT_FDCWD && os_may_execute(path);
		return NULL;
	}
	if (n > 2 && head[0] == '#' && head[1] == '!') {
		step->next = script_interpreter(head);
	} else if (n >= (ssize_t)sizeof(Elf64_Ehdr) && !memcmp(head, ELFMAG, SELFMAG)) {
		step->runs = true;
		reason = os_exec_is_secure(&file) ? &reason_setuid :
						    judge_elf(fd, (const void *)head, path);
	} else if (n >= 0 && shell) {
		step->next = "/bin/sh";
	}
	os_close(fd);
	return reason;
}

const struct target_reason *target_judge(int dirfd, const char *path, char *const *envp, bool shell)
{
	char head[2][SCRIPT_BYTES + 8] __aligned_to(8);
	const struct target_reason *reason;
	struct step step = { path, false };
	int i;

	for (i = 0; i <= SCRIPT_DEPTH && step.next; i++) {
		reason = judge_file(dirfd, step.next, head[i & 1], shell && !i, &step);
		if (reason)
			return reason;
	}
	return step.runs ? judge_environment(envp) : NULL;
}

/* --- PATH ----------------------------------------------------------------- */

const char *target_search(const char *name, char *buf, size_t size)
{
	const char *path = value_of(environ, "PATH");
	size_t length = strlen(name);

	if (!length || strchr(name, '/'))
		return name;
	if (!path)
		path = "/bin:/usr/bin"; /* glibc: confstr(_CS_PATH) */
	for (;;) {
		size_t n = strcspn(path, ":");

		if (n + 1 + length < size) {
			memcpy(buf, path, n);
			buf[n] = '/';
			memcpy(buf + n + (n > 0), name, length + 1); /* "": here */
			if (os_may_execute(buf))
				return buf;
		}
		if (!path[n])
			return NULL;
		path += n + 1;
	}
}
