/*
 * elf_file.c - reads an ELF file's functions. The kernel needs none of this: a
 * module comes with its symbols, and kallsyms is made when it is linked.
 *
 * An image of the file is reserved, and only the parts that are asked for are
 * read into it (core/os/files.c says why not mapped); libelf is given the image
 * (elf_memory), so it makes no system call and hardly allocates. What libelf
 * would look at is checked before: the ELF header, and that the table of
 * sections lies in the file and is of bearable length. Beyond that nothing is
 * believed: offsets and sizes are compared with the file's, names with their
 * table's, counts with the limits below.
 *
 * A hostile file. Counts: MAX_*. Overlaps: harmless, as all is read and
 * nothing executed. Cycles: a separate debug file is looked for once, its own
 * link is never followed. Great sparse files: only what is needed is read, and
 * a .gnu_debuglink is believed only up to CRC_BYTES_MAX, since its CRC is of the
 * whole file. Names: a link with '/' in it is not followed.
 *
 * Which file. The symbols of another build would be wrong names, which is
 * worse than none, so a file is compared with what is wanted: the build-id, or
 * where there is none the first bytes, which hold the headers and, with them,
 * the place of the section table. A separate debug file must have the same
 * build-id (where it is found by that) or the right CRC (where it is linked).
 *
 * Locks: elf_lock, one reader at a time in the process, as the arena and the
 * buffers here are one. It is waited for with limited patience, since its holder may be
 * waiting for a disk that hangs, and not at all by who holds another lock of
 * ours. Signals are blocked meanwhile: no handler can leave it by siglongjmp, or wait for
 * what it interrupted.
 *
 * Stack: under 2 KiB, since a program may run on a small one: paths are static.
 * Cost: core/report/symbols.c.
 */
#include "core/report/elf_file.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "core/lib/lock.h"
#include "core/lib/vsprintf.h"
#include "core/os/files.h"
#include "core/os/libelf.h"
#include "core/os/os.h"
#include "core/report/elf_table.h"
#include "core/report/patience.h"

#define MAX_FILE_BYTES (64ULL << 30) /* of address space for a moment */
#define MAX_SECTIONS 4096
#define MAX_SYMBOL_BYTES (96UL << 20) /* 4 million of them */
#define MAX_NAME_BYTES (256UL << 20)
#define MAX_NAME_LENGTH 4096
#define MAX_NOTE_BYTES (64UL << 10)
#define CRC_BYTES_MAX (512UL << 20)
#define PATH_BYTES 4096
#define PATIENCE_MS 2000

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define NATIVE_DATA ELFDATA2LSB
#else
#define NATIVE_DATA ELFDATA2MSB
#endif

/* A file in reading. */
struct image {
	char *at;
	size_t bytes;
	struct os_file file; /* fd -1: the image is whole already */
	const struct libelf *lib;
	Elf *elf;
	size_t nr_sections;
	const char *section_names; /* NULL: not readable */
	size_t section_name_bytes;
};

const char *elf_debug_root = "/usr/lib/debug";

static kmemu_lock_t elf_lock = KMEMU_LOCK_INIT(LOCK_REPORT);
/* Guarded by elf_lock. */
static char dir[PATH_BYTES], path_buf[PATH_BYTES];
static u8 crc_buf[16384] __aligned_to(8);

/* --- the image --- */

/* [offset, offset + bytes) of the file is in the image. 0 or -errno. */
static int need(struct image *im, u64 offset, u64 bytes)
{
	size_t start = ALIGN_DOWN(offset, PAGE_SIZE), length;
	ssize_t n;
	int err;

	if (offset > im->bytes || bytes > im->bytes - offset)
		return -ENOEXEC;
	if (im->file.fd < 0 || !bytes)
		return 0;
	length = ALIGN(offset + bytes, PAGE_SIZE) - start;
	err = os_commit(im->at + start, length);
	if (err)
		return err;
	n = os_file_read(&im->file, im->at + start, length, start);
	if (n < 0)
		return (int)n;
	return (u64)n < offset + bytes - start ? -ENOEXEC : 0; /* truncated meanwhile */
}

static int section(struct image *im, size_t index, GElf_Shdr *sh)
{
	Elf_Scn *scn = im->lib->get_scn(im->elf, index);

	return scn && im->lib->get_shdr(scn, sh) ? 0 : -ENOEXEC;
}

/* The section's bytes by libelf, after they have been read. */
static Elf_Data *section_data(struct image *im, size_t index, const GElf_Shdr *sh)
{
	if (sh->sh_type == SHT_NOBITS || (sh->sh_flags & SHF_COMPRESSED) ||
	    need(im, sh->sh_offset, sh->sh_size))
		return NULL;
	return im->lib->get_data(im->lib->get_scn(im->elf, index), NULL);
}

static int check_header(struct image *im)
{
	const Elf64_Ehdr *eh = (const void *)im->at;
	u64 sections;

	if (need(im, 0, sizeof(*eh)) || memcmp(eh->e_ident, ELFMAG, SELFMAG) ||
	    eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_ident[EI_DATA] != NATIVE_DATA ||
	    eh->e_ident[EI_VERSION] != EV_CURRENT || eh->e_version != EV_CURRENT)
		return -ENOEXEC;
	if (!eh->e_shoff)
		return 0;
	if (eh->e_shentsize != sizeof(Elf64_Shdr) || !IS_ALIGNED(eh->e_shoff, 8) ||
	    need(im, eh->e_shoff, sizeof(Elf64_Shdr)))
		return -ENOEXEC;
	sections = eh->e_shnum ? eh->e_shnum : ((Elf64_Shdr *)(im->at + eh->e_shoff))->sh_size;
	if (sections > MAX_SECTIONS)
		return -EFBIG;
	return need(im, eh->e_shoff, sections * sizeof(Elf64_Shdr));
}

static void find_section_names(struct image *im)
{
	GElf_Shdr sh;
	size_t index;

	if (im->lib->get_shdrstrndx(im->elf, &index) || section(im, index, &sh) ||
	    sh.sh_type != SHT_STRTAB || (sh.sh_flags & SHF_COMPRESSED) ||
	    need(im, sh.sh_offset, sh.sh_size))
		return;
	im->section_names = im->at + sh.sh_offset;
	im->section_name_bytes = sh.sh_size;
}

static int open_elf(struct image *im)
{
	int err = check_header(im);

	if (err)
		return err;
	im->elf = im->lib->memory(im->at, im->bytes);
	if (!im->elf)
		return -ENOEXEC;
	if (im->lib->get_shdrnum(im->elf, &im->nr_sections) || im->nr_sections > MAX_SECTIONS)
		return -ENOEXEC;
	find_section_names(im);
	return 0;
}

static void close_image(struct image *im)
{
	if (im->elf)
		im->lib->end(im->elf);
	if (im->file.fd >= 0) {
		if (im->at)
			os_unmap(im->at, ALIGN(im->bytes, PAGE_SIZE));
		os_file_close(&im->file);
	}
}

/* On failure there is nothing to close. */
static int open_image(struct image *im, const struct libelf *lib, const char *path)
{
	int err;

	*im = (struct image){ .lib = lib };
	err = os_file_open(&im->file, path);
	if (err)
		return err;
	im->bytes = im->file.bytes;
	if (im->bytes > MAX_FILE_BYTES)
		err = -EFBIG;
	else if (im->bytes < sizeof(Elf64_Ehdr))
		err = -ENOEXEC;
	else if (!(im->at = os_reserve_any(ALIGN(im->bytes, PAGE_SIZE))))
		err = -ENOMEM;
	if (!err)
		err = open_elf(im);
	if (err)
		close_image(im);
	return err;
}

/* --- what file it is --- */

u64 elf_head_hash(const void *head, size_t bytes)
{
	const u8 *at = head;
	u64 h = 0xcbf29ce484222325ULL; /* FNV-1a */

	for (size_t i = 0; i < bytes; i++)
		h = (h ^ at[i]) * 0x100000001b3ULL;
	return h;
}

static unsigned int build_id_of(struct image *im, u8 *id)
{
	GElf_Shdr sh;

	for (size_t i = 1; i < im->nr_sections; i++) {
		unsigned int n;

		if (section(im, i, &sh) || sh.sh_type != SHT_NOTE || sh.sh_size > MAX_NOTE_BYTES ||
		    !IS_ALIGNED(sh.sh_offset, 4) || need(im, sh.sh_offset, sh.sh_size))
			continue;
		n = os_notes_build_id(im->at + sh.sh_offset, sh.sh_size, id);
		if (n)
			return n;
	}
	return 0;
}

static bool has_build_id(struct image *im, const u8 *id, unsigned int bytes)
{
	u8 own[BUILD_ID_BYTES_MAX];

	return bytes && build_id_of(im, own) == bytes && !memcmp(own, id, bytes);
}

static bool is_wanted(struct image *im, const struct elf_identity *want)
{
	if (!want)
		return true;
	if (want->build_id_bytes)
		return has_build_id(im, want->build_id, want->build_id_bytes);
	if (!want->head_bytes)
		return true;
	return !need(im, 0, want->head_bytes) &&
	       elf_head_hash(im->at, want->head_bytes) == want->head_hash;
}

/* --- its symbols --- */

/* A symbol table with its strings, and the section that was asked last. */
struct scan {
	struct image *im;
	Elf_Data *data;
	const char *strings;
	size_t string_bytes;
	int nr;
	u64 first; /* lowest address of those kept */
	u32 shndx;
	GElf_Shdr sh;
};

/* The flags of the section that it is in; 0: none. */
static u64 flags_of(struct scan *s, u32 shndx)
{
	if (shndx == SHN_UNDEF || shndx >= SHN_LORESERVE)
		return 0;
	if (shndx != s->shndx && section(s->im, shndx, &s->sh)) {
		s->shndx = 0;
		return 0;
	}
	s->shndx = shndx;
	return s->sh.sh_flags;
}

/* Not what a compiler makes, which is weak or never written. */
static bool is_variable(struct scan *s, const GElf_Sym *sym)
{
	return GELF_ST_TYPE(sym->st_info) == STT_OBJECT && sym->st_size &&
	       GELF_ST_BIND(sym->st_info) != STB_WEAK &&
	       (flags_of(s, sym->st_shndx) & (SHF_WRITE | SHF_TLS | SHF_EXECINSTR)) == SHF_WRITE;
}

/* Its length without version ("read@@GLIBC_2.2.5"), 0: not a name. */
static size_t name_of(const struct scan *s, const GElf_Sym *sym, const char **name)
{
	const char *at = s->strings + sym->st_name, *cut;
	size_t n;

	if (sym->st_name >= s->string_bytes)
		return 0;
	n = strnlen(at, min(s->string_bytes - sym->st_name, (size_t)MAX_NAME_LENGTH));
	if (n == s->string_bytes - sym->st_name || n == MAX_NAME_LENGTH)
		return 0;
	cut = n > 1 ? memchr(at + 1, '@', n - 1) : NULL;
	*name = at;
	return cut ? (size_t)(cut - at) : n;
}

/* Labels that compilers and linkers make. */
static bool is_local_label(const char *name)
{
	return name[0] == '$' || (name[0] == '.' && name[1] == 'L');
}

static u32 rank_of(const GElf_Sym *sym)
{
	u32 rank = sym->st_size ? ELF_RANK_SIZED : 0;

	if (GELF_ST_TYPE(sym->st_info) == STT_OBJECT)
		rank |= ELF_RANK_DATA;
	else if (GELF_ST_TYPE(sym->st_info) != STT_NOTYPE)
		rank |= ELF_RANK_FUNC;
	if (GELF_ST_BIND(sym->st_info) == STB_WEAK)
		rank |= ELF_RANK_WEAK;
	else if (GELF_ST_BIND(sym->st_info) != STB_LOCAL)
		rank |= ELF_RANK_GLOBAL;
	return rank;
}

static u32 bytes_of(const struct scan *s, const GElf_Sym *sym)
{
	u64 offset = sym->st_value - s->sh.sh_addr;
	u64 rest = offset < s->sh.sh_size ? s->sh.sh_size - offset : 0;

	return (u32)min(sym->st_size ? sym->st_size : rest, (u64)UINT32_MAX);
}

/* The i-th symbol, if it is a function or a variable: its name and the name's length. */
static size_t function(struct scan *s, int i, GElf_Sym *sym, const char **name)
{
	unsigned int type;
	size_t n;

	if (!s->im->lib->get_sym(s->data, i, sym) || !sym->st_value)
		return 0;
	type = GELF_ST_TYPE(sym->st_info);
	if (!is_variable(s, sym) &&
	    ((type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE) ||
	     !(flags_of(s, sym->st_shndx) & SHF_EXECINSTR)))
		return 0;
	n = name_of(s, sym, name);
	return n && !(type == STT_NOTYPE && is_local_label(*name)) ? n : 0;
}

static int count_functions(struct scan *s, u32 *nr, u32 *name_bytes)
{
	u64 bytes = 0;
	const char *name;
	GElf_Sym sym;

	s->first = ~0ULL;
	for (int i = 1; i < s->nr; i++) {
		size_t n = function(s, i, &sym, &name);

		if (!n)
			continue;
		++*nr;
		bytes += n + 1;
		s->first = min(s->first, sym.st_value);
	}
	*name_bytes = (u32)bytes;
	return bytes > MAX_NAME_BYTES ? -EFBIG : 0;
}

static int collect(struct scan *s, struct elf_symbols *syms)
{
	u32 nr = 0, name_bytes = 0;
	const char *name;
	GElf_Sym sym;
	int err = count_functions(s, &nr, &name_bytes);

	if (err || !nr)
		return err;
	err = elf_table_map(syms, nr, name_bytes);
	if (err)
		return err;
	syms->base = s->first;
	for (int i = 1; i < s->nr; i++) {
		size_t n = function(s, i, &sym, &name);
		struct elf_entry e = { 0 };

		if (!n || sym.st_value - s->first > UINT32_MAX)
			continue;
		e.start = (u32)(sym.st_value - s->first);
		e.bytes = bytes_of(s, &sym);
		e.rank = rank_of(&sym);
		elf_table_add(syms, &e, name, n);
	}
	err = elf_table_finish(syms);
	if (err)
		elf_symbols_free(syms);
	return err;
}

/* The functions of the first section of this type; none is no failure. */
static int read_symbols(struct image *im, u32 type, enum elf_source source,
			struct elf_symbols *syms)
{
	struct scan s = { .im = im };
	GElf_Shdr sh, strings;
	Elf_Data *names;
	size_t i;
	int err;

	for (i = 1; i < im->nr_sections; i++)
		if (!section(im, i, &sh) && sh.sh_type == type)
			break;
	if (i >= im->nr_sections)
		return 0;
	if (section(im, sh.sh_link, &strings) || strings.sh_type != SHT_STRTAB)
		return -ENOEXEC;
	if (sh.sh_size > MAX_SYMBOL_BYTES || strings.sh_size > MAX_NAME_BYTES)
		return -EFBIG;
	s.data = section_data(im, i, &sh);
	names = section_data(im, sh.sh_link, &strings);
	if (!s.data || s.data->d_type != ELF_T_SYM || !names || !names->d_buf)
		return -ENOEXEC;
	s.strings = names->d_buf;
	s.string_bytes = names->d_size;
	s.nr = (int)(s.data->d_size / sizeof(Elf64_Sym));
	err = collect(&s, syms);
	syms->source = !err && syms->nr ? source : ELF_NONE;
	return err;
}

/* --- separate debug files --- */

static u32 crc_table[256];

static void make_crc_table(void)
{
	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
		crc_table[i] = c;
	}
}

u32 elf_crc32(u32 crc, const u8 *buf, size_t n)
{
	if (!crc_table[1])
		make_crc_table();
	crc = ~crc;
	for (size_t i = 0; i < n; i++)
		crc = crc_table[(crc ^ buf[i]) & 0xff] ^ crc >> 8;
	return ~crc;
}

static bool has_crc(const struct os_file *f, u32 want)
{
	u32 crc = 0;

	if (f->bytes > CRC_BYTES_MAX)
		return false;
	for (u64 at = 0; at < f->bytes; at += sizeof(crc_buf)) {
		size_t n = (size_t)min(f->bytes - at, (u64)sizeof(crc_buf));

		if (os_file_read(f, crc_buf, n, at) != (ssize_t)n)
			return false;
		crc = elf_crc32(crc, crc_buf, n);
	}
	return crc == want;
}

/* What a debug file is found by: a build-id or, where that is NULL, a CRC. */
struct debug_key {
	const struct image *of;
	const u8 *build_id;
	unsigned int build_id_bytes;
	u32 crc;
};

static bool is_debug_file(struct image *debug, const struct debug_key *key)
{
	if (debug->file.dev == key->of->file.dev && debug->file.ino == key->of->file.ino)
		return false;
	return key->build_id ? has_build_id(debug, key->build_id, key->build_id_bytes) :
			       has_crc(&debug->file, key->crc);
}

/* The candidate is in path_buf. True: it was the one, and had symbols. */
static bool try_debug_file(const struct debug_key *key, struct elf_symbols *syms)
{
	struct image debug;

	if (open_image(&debug, key->of->lib, path_buf))
		return false;
	if (is_debug_file(&debug, key))
		read_symbols(&debug, SHT_SYMTAB, ELF_DEBUG_FILE, syms);
	close_image(&debug);
	return syms->nr != 0;
}

static bool debug_by_build_id(struct image *im, struct elf_symbols *syms)
{
	u8 id[BUILD_ID_BYTES_MAX];
	unsigned int bytes = build_id_of(im, id);
	struct debug_key key = { .of = im, .build_id = id, .build_id_bytes = bytes };
	int n;

	if (bytes < 2)
		return false;
	n = kmemu_scnprintf(path_buf, sizeof(path_buf), "%s/.build-id/%02x/", elf_debug_root,
			    id[0]);
	for (unsigned int i = 1; i < bytes; i++)
		n += kmemu_scnprintf(path_buf + n, sizeof(path_buf) - (size_t)n, "%02x", id[i]);
	kmemu_scnprintf(path_buf + n, sizeof(path_buf) - (size_t)n, ".debug");
	return try_debug_file(&key, syms);
}

/* .gnu_debuglink: a file name, NULs up to a multiple of four, the CRC. */
static const char *debuglink(struct image *im, u32 *crc)
{
	static const char wanted[] = ".gnu_debuglink";
	GElf_Shdr sh;

	for (size_t i = 1; im->section_names && i < im->nr_sections; i++) {
		const char *link;
		size_t n;

		if (section(im, i, &sh) || sh.sh_name >= im->section_name_bytes ||
		    im->section_name_bytes - sh.sh_name < sizeof(wanted) ||
		    memcmp(im->section_names + sh.sh_name, wanted, sizeof(wanted)))
			continue;
		if (sh.sh_type == SHT_NOBITS || sh.sh_size < 8 || sh.sh_size > 1024 ||
		    need(im, sh.sh_offset, sh.sh_size))
			return NULL;
		link = im->at + sh.sh_offset;
		n = strnlen(link, sh.sh_size);
		if (!n || ALIGN(n + 1, 4) + 4 > sh.sh_size || memchr(link, '/', n))
			return NULL;
		memcpy(crc, link + ALIGN(n + 1, 4), 4);
		return link;
	}
	return NULL;
}

/* The directory of the file itself, not of a link to it, into dir. */
static void real_directory(const struct image *im, const char *path)
{
	char fd_link[32], *slash;
	int n;

	kmemu_scnprintf(fd_link, sizeof(fd_link), "/proc/self/fd/%d", im->file.fd);
	n = os_file_link(fd_link, dir, sizeof(dir));
	if (n <= 0 || dir[0] != '/')
		kmemu_scnprintf(dir, sizeof(dir), "%s", path);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	else
		kmemu_scnprintf(dir, sizeof(dir), ".");
}

static bool debug_by_link(struct image *im, const char *path, struct elf_symbols *syms)
{
	struct debug_key key = { .of = im };
	const char *link = debuglink(im, &key.crc);

	if (!link)
		return false;
	real_directory(im, path);
	kmemu_scnprintf(path_buf, sizeof(path_buf), "%s/%s", dir, link);
	if (try_debug_file(&key, syms))
		return true;
	kmemu_scnprintf(path_buf, sizeof(path_buf), "%s/.debug/%s", dir, link);
	if (try_debug_file(&key, syms))
		return true;
	kmemu_scnprintf(path_buf, sizeof(path_buf), "%s%s/%s", elf_debug_root, dir, link);
	return try_debug_file(&key, syms);
}

/* --- all of it --- */

static int read_image(struct image *im, const char *path, struct elf_symbols *syms)
{
	int err = read_symbols(im, SHT_SYMTAB, ELF_SYMTAB, syms), dynamic_err;

	if (syms->nr)
		return 0;
	if (path && (debug_by_build_id(im, syms) || debug_by_link(im, path, syms)))
		return 0;
	dynamic_err = read_symbols(im, SHT_DYNSYM, ELF_DYNSYM, syms);
	return syms->nr ? 0 : dynamic_err ?: err;
}

static int load(const char *path, const struct elf_identity *want, struct image *im,
		struct elf_symbols *syms)
{
	int err = path ? open_image(im, im->lib, path) : open_elf(im);

	if (err) {
		if (!path && im->elf)
			im->lib->end(im->elf);
		return err;
	}
	err = is_wanted(im, want) ? read_image(im, path, syms) : -ESTALE;
	close_image(im);
	return err;
}

/* A path, or an image that is in memory already. */
static int load_locked(const char *path, const struct elf_identity *want, struct image *im,
		       struct elf_symbols *syms)
{
	u64 signals = os_signals_block();
	int err = -EAGAIN;

	*syms = (struct elf_symbols){ 0 };
	if (!libelf_ready_thread(!spin_held_ranks()))
		err = libelf_is_open() ? -EAGAIN : -ENOSYS;
	else if (lock_patiently(&elf_lock, PATIENCE_MS)) {
		im->lib = libelf_enter();
		err = im->lib ? load(path, want, im, syms) : -ENOSYS;
		libelf_leave();
		spin_unlock(&elf_lock);
	}
	os_signals_restore(signals);
	return err;
}

int elf_symbols_load(const char *path, const struct elf_identity *want, struct elf_symbols *syms)
{
	struct image im = { .file.fd = -1 };

	return load_locked(path, want, &im, syms);
}

int elf_symbols_load_memory(const void *image, size_t bytes, struct elf_symbols *syms)
{
	struct image im = { .file.fd = -1, .at = (char *)image, .bytes = bytes };

	return load_locked(NULL, NULL, &im, syms);
}

void elf_fork_child(void)
{
	spin_lock_reset(&elf_lock);
}
