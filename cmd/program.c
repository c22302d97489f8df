/*
 * program.c - what can be known of a program before it runs.
 *
 * A preloaded library serves a program when ld.so of glibc starts it, obeys
 * LD_PRELOAD, can load the library, and the program's calls of malloc go
 * through the dynamic symbol table. Each row of "obstacle" is one way in which
 * that fails; the order is that of the loader: a file for another machine is
 * not asked whether it has a malloc of its own.
 *
 * For some of them LD_PRELOAD does harm: musl's loader cannot relocate an
 * object made for glibc and ends the program, a loader of another class
 * complains on standard error, AddressSanitizer ends a program in which
 * something else comes first. They are run without it. Their children are not
 * looked at then, which the verdict says anyway.
 *
 * Set-user-id programs are an obstacle only where the bit has an effect: not
 * for its owner, on a nosuid mount, or under no_new_privs. What decides in the
 * kernel (secure execution, mm/../exec.c) is asked here beforehand.
 *
 * What is not seen here is seen at run time: a program that starts others, or
 * one whose loader differs from what its file says, has no `start` event.
 */
#include "cmd/program.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/os/linked.h"

#define SCRIPT_DEPTH 5 /* of the kernel's exec */

/* --- which file ---------------------------------------------------------- */

static int why_not_executable(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return errno;
	if (!S_ISREG(st.st_mode) || access(path, X_OK))
		return EACCES;
	return 0;
}

static char *find_in_path(const char *name, int *error)
{
	const char *path = getenv("PATH"), *end;

	*error = ENOENT;
	for (path = path ? path : "/bin:/usr/bin"; path; path = *end ? end + 1 : NULL) {
		int n, why;
		char *file;

		end = strchrnul(path, ':');
		n = (int)(end - path);
		file = n ? xasprintf("%.*s/%s", n, path, name) : xasprintf("./%s", name);
		why = why_not_executable(file);
		if (!why)
			return file;
		if (why == EACCES)
			*error = EACCES;
		free(file);
	}
	return NULL;
}

char *program_find(const char *name, int *error)
{
	*error = ENOENT;
	if (!name[0])
		return NULL;
	if (!strchr(name, '/'))
		return find_in_path(name, error);
	*error = why_not_executable(name);
	return *error ? NULL : xstrdup(name);
}

/* The interpreter that a #! line names, NULL: it is no script. */
static char *interpreter_of_script(const char *path)
{
	char line[256]; /* BINPRM_BUF_SIZE */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	char *name;

	if (fd >= 0)
		close(fd);
	if (n < 3 || line[0] != '#' || line[1] != '!')
		return NULL;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	name = line + 2 + strspn(line + 2, " \t");
	name[strcspn(name, " \t")] = '\0';
	return name[0] ? xstrdup(name) : NULL;
}

/* Follows scripts to the file that the kernel loads in the end. */
static char *loaded_file(const char *path)
{
	char *file = xstrdup(path);

	for (int depth = 0; depth < SCRIPT_DEPTH; depth++) {
		char *next = interpreter_of_script(file);

		if (!next)
			return file;
		free(file);
		file = next;
	}
	return file;
}

/* --- one ELF file -------------------------------------------------------- */

struct elf {
	int fd;
	Elf *elf;
	GElf_Ehdr header;
	char interpreter[PATH_MAX]; /* "": none */
};

/* False: no program has such headers; the kernel will refuse it. */
static bool read_interpreter(struct elf *e)
{
	size_t n = 0;
	GElf_Phdr ph;

	if (elf_getphdrnum(e->elf, &n) || n == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t size;
		ssize_t got;

		if (!gelf_getphdr(e->elf, (int)i, &ph))
			return false;
		if (ph.p_type != PT_INTERP)
			continue;
		size = ph.p_filesz < PATH_MAX ? ph.p_filesz : PATH_MAX - 1;
		got = pread(e->fd, e->interpreter, size, (off_t)ph.p_offset);
		e->interpreter[got > 0 ? got : 0] = '\0';
		return got > 0;
	}
	return true;
}

static bool elf_open(struct elf *e, const char *path)
{
	*e = (struct elf){ .fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (e->fd < 0)
		return false;
	elf_version(EV_CURRENT);
	e->elf = elf_begin(e->fd, ELF_C_READ_MMAP, NULL);
	if (e->elf && elf_kind(e->elf) == ELF_K_ELF && gelf_getehdr(e->elf, &e->header) &&
	    read_interpreter(e))
		return true;
	elf_end(e->elf);
	close(e->fd);
	return false;
}

static void elf_close(struct elf *e)
{
	elf_end(e->elf);
	close(e->fd);
}

/* The next section of a type behind `section` (NULL: the first). */
static Elf_Scn *next_section(struct elf *e, Elf_Scn *section, GElf_Word type, GElf_Shdr *header)
{
	while ((section = elf_nextscn(e->elf, section)))
		if (gelf_getshdr(section, header) && header->sh_type == type)
			return section;
	return NULL;
}

/* Calls fn for each name until it returns true; then that is returned. */
typedef bool name_fn(const char *name, const GElf_Sym *sym);

static bool any_symbol(struct elf *e, GElf_Word table, name_fn *fn)
{
	GElf_Shdr header;
	Elf_Scn *section = NULL;

	while ((section = next_section(e, section, table, &header))) {
		Elf_Data *data = elf_getdata(section, NULL);
		size_t n = header.sh_entsize ? header.sh_size / header.sh_entsize : 0;
		GElf_Sym sym;

		for (size_t i = 0; data && i < n && gelf_getsym(data, (int)i, &sym); i++) {
			const char *name = elf_strptr(e->elf, header.sh_link, sym.st_name);

			if (name && fn(name, &sym))
				return true;
		}
	}
	return false;
}

static bool any_needed(struct elf *e, bool (*fn)(const char *library))
{
	GElf_Shdr header;
	Elf_Scn *section = NULL;

	while ((section = next_section(e, section, SHT_DYNAMIC, &header))) {
		Elf_Data *data = elf_getdata(section, NULL);
		GElf_Dyn dyn;

		for (int i = 0; data && gelf_getdyn(data, i, &dyn) && dyn.d_tag != DT_NULL; i++) {
			const char *name = dyn.d_tag != DT_NEEDED ? NULL :
					   elf_strptr(e->elf, header.sh_link, dyn.d_un.d_val);

			if (name && fn(name))
				return true;
		}
	}
	return false;
}

/* --- obstacles ----------------------------------------------------------- */

/* The machine's own class and machine, from our own ELF file. */
static bool is_other_machine(const struct elf *e)
{
	struct elf own;
	bool other = false;

	if (!elf_open(&own, "/proc/self/exe"))
		return false;
	other = e->header.e_machine != own.header.e_machine ||
		e->header.e_ident[EI_CLASS] != own.header.e_ident[EI_CLASS] ||
		e->header.e_ident[EI_DATA] != own.header.e_ident[EI_DATA];
	elf_close(&own);
	return other;
}

static bool is_glibc_loader(const char *path)
{
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	return strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld64.so", 7) == 0 ||
	       strncmp(name, "ld.so", 5) == 0 || strncmp(name, "ld-2.", 5) == 0;
}

static bool is_sanitizer_library(const char *library)
{
	static const char *const names[] = {
		"libasan.so", "libhwasan.so", "liblsan.so", "libtsan.so", "libclang_rt.asan",
		"libclang_rt.hwasan", "libclang_rt.tsan", "libclang_rt.rtsan",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strncmp(library, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* Of those sanitizers that bring an allocator: UBSan alone does not. */
static bool is_sanitizer_symbol(const char *name, const GElf_Sym *sym)
{
	static const char *const names[] = {
		"__asan_init", "__hwasan_init", "__lsan_init", "__msan_init", "__tsan_init",
		"__rtsan_init",
	};

	(void)sym;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static bool is_own_malloc(const char *name, const GElf_Sym *sym)
{
	return strcmp(name, "malloc") == 0 && sym->st_shndx != SHN_UNDEF &&
	       GELF_ST_TYPE(sym->st_info) != STT_NOTYPE &&
	       GELF_ST_BIND(sym->st_info) != STB_LOCAL;
}

/* Would the kernel run it with AT_SECURE? Then ld.so ignores LD_PRELOAD. */
static bool is_secure(const char *path)
{
	struct stat st;
	struct statvfs fs;

	if (stat(path, &st) || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return false;
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOSUID)
		return false;
	if (st.st_mode & S_ISUID && st.st_uid != getuid())
		return true;
	if (st.st_mode & S_ISGID && st.st_mode & S_IXGRP && st.st_gid != getgid())
		return true;
	return getuid() != 0 && getxattr(path, "security.capability", NULL, 0) > 0;
}

static const struct obstacle machine = {
	"machine", "is made for another machine or word size than libkmemu.so",
	"build kmemu for that machine and run it there", true
};
static const struct obstacle is_static = {
	"static", "is linked statically, so its malloc cannot be replaced",
	"link it dynamically (without -static), or against libkmemu.a", true
};
static const struct obstacle no_glibc = {
	"no-glibc", "is not started by glibc's loader", "build it for glibc", true
};
static const struct obstacle secure = {
	"setuid", "gains privileges by set-user-id, set-group-id or file capabilities, so that "
	"ld.so ignores LD_PRELOAD",
	"run a copy without them, or run kmemu as the user that it becomes", false
};
static const struct obstacle sanitizer = {
	"sanitizer", "is linked with a sanitizer, which has a malloc of its own",
	"build it without -fsanitize=", true
};
static const struct obstacle own_malloc = {
	"own-malloc", "has a malloc of its own, which its calls go to",
	"link it without that allocator", false
};
/* It has what a preload would bring, and says so itself. */
static const struct obstacle has_kmemu = { NULL, NULL, NULL, true };
static const struct obstacle none;

static bool is_linked(struct elf *e)
{
	GElf_Shdr header;
	Elf_Scn *section = NULL;

	while ((section = next_section(e, section, SHT_NOTE, &header))) {
		Elf_Data *data = elf_getdata(section, NULL);

		if (data && os_linked_in(data->d_buf, data->d_size))
			return true;
	}
	return false;
}

static struct obstacle look_at_elf(struct elf *e, const char *path)
{
	if (is_other_machine(e))
		return machine;
	if (is_linked(e))
		return has_kmemu;
	if (!e->interpreter[0])
		return is_glibc_loader(path) ? none : is_static;
	if (!is_glibc_loader(e->interpreter))
		return no_glibc;
	if (is_secure(path))
		return secure;
	if (any_needed(e, is_sanitizer_library) || any_symbol(e, SHT_DYNSYM, is_sanitizer_symbol) ||
	    any_symbol(e, SHT_SYMTAB, is_sanitizer_symbol))
		return sanitizer;
	if (any_symbol(e, SHT_DYNSYM, is_own_malloc) || any_symbol(e, SHT_SYMTAB, is_own_malloc))
		return own_malloc;
	return none;
}

struct obstacle program_look(const char *path, char **looked_at)
{
	char *file = loaded_file(path);
	struct obstacle found;
	struct elf e;

	*looked_at = NULL;
	if (!elf_open(&e, file)) {
		free(file);
		return none; /* the kernel, or /bin/sh, will say what it is */
	}
	found = look_at_elf(&e, file);
	elf_close(&e);
	*looked_at = file;
	return found;
}
