/*
 * vsprintf_pointer.c - the %p extensions (kernel: pointer() of lib/vsprintf.c and
 * what it calls).
 *
 *	%p %px %pK	16 digits; %p is not hashed, as with no_hash_pointers
 *	%pS %ps %pB	function+0xoff/0xsize [module]; %ps without the numbers
 *	%pe		-ENOMEM, of an error pointer
 *	%pV		struct va_format
 *	%*ph[CDN]	bytes			%pE		a text, escaped
 *	%*pb[l]		bitmap			%pG[gpv]	flags
 *	%pM %pm [FR]	MAC address		%pU[bBlL]	UUID
 *	%pI4 %pi4 [hnbl] %pI6 %pi6 [c], %pIS %piS [pfscb]	IP addresses
 *	%pa[pd]		phys_addr_t		%p4cc		FourCC
 *	%pR %pr		struct resource
 *	%ptR %ptT	dates			%pd[234] %pD	names of dentries
 *
 * Of an address that is none (below 4096, an error) stands (null) or (efault), as in
 * the kernel, and (%pI?) or the like of letters that say nothing behind the first. What
 * is not in this list prints as %p does, its letters included; clocks and nodes of a
 * device tree, which there are none of, as in a kernel without them.
 *
 * Locks: none. A symbol may be read from its file, see core/report/symbols.h.
 */
#include <arpa/inet.h>
#include <string.h>

#include "core/kernel/vsprintf_pointer.h"
#include "core/lib/vsprintf.h"
#include "core/report/finding.h"
#include "core/report/symbols.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/resource.h"

#define TEXT_BYTES    512
#define PAGE_BYTES    4096
#define MAX_ERRNO     4095
#define MAX_HEX_BYTES 64

static void put_string(struct out *o, const char *s)
{
	while (*s)
		out_char(o, *s++);
}

/* Numbers of so many digits, zeros in front. */
static void put_digits(struct out *o, u64 v, int digits, int base, bool upper)
{
	struct spec sp = { .precision = digits, .base = base, .upper = upper };

	out_number(o, &sp, v, "");
}

/* Kernel: check_pointer(). True: it has been said. */
bool vsprintf_is_bad(struct out *o, struct spec *sp, const void *p)
{
	uintptr_t v = (uintptr_t)p;

	if (v >= PAGE_BYTES && v < (uintptr_t)-MAX_ERRNO)
		return false;
	sp->precision = 2 * (int)sizeof(p);
	out_text(o, sp, p ? "(efault)" : "(null)", p ? 8 : 6);
	return true;
}

void vsprintf_unknown(struct out *o, struct spec *sp, const char *text)
{
	if (sp->precision < 0)
		sp->precision = 2 * (int)sizeof(void *);
	out_string(o, sp, text);
}

/* --- symbols, errors, nested formats ------------------------------------- */

static void put_symbol(struct out *o, struct spec *sp, const char *f, const void *p)
{
	char name[256], text[TEXT_BYTES];
	struct symbol sym;
	int n;

	/* A look-up is of what is called from there; a function begins at its address. */
	bool itself = *f != 'B';

	if (!symbol_lookup((unsigned long)p + itself, &sym, name, sizeof(name)))
		n = kmemu_scnprintf(text, sizeof(text), "0x%lx", (unsigned long)p);
	else if (!sym.name)
		n = kmemu_scnprintf(text, sizeof(text), "%s+0x%lx", sym.module,
				    sym.module_offset - itself);
	else if (*f == 's')
		n = kmemu_scnprintf(text, sizeof(text), "%s", sym.name);
	else
		n = kmemu_scnprintf(text, sizeof(text), "%s+0x%lx/0x%lx", sym.name,
				    sym.offset - itself, sym.size);
	if (n && text[0] != '0' && sym.name && !sym.is_program)
		n += kmemu_scnprintf(text + n, sizeof(text) - (size_t)n, " [%s]", sym.module);
	out_text(o, sp, text, n);
}

static const char *error_name(int err)
{
	static const struct {
		int err;
		const char *name;
	} own[] = {
		{ 512, "ERESTARTSYS" }, { 513, "ERESTARTNOINTR" }, { 514, "ERESTARTNOHAND" },
		{ 515, "ENOIOCTLCMD" }, { 516, "ERESTART_RESTARTBLOCK" },
		{ 517, "EPROBE_DEFER" }, { 518, "EOPENSTALE" }, { 519, "ENOPARAM" },
		{ 521, "EBADHANDLE" }, { 522, "ENOTSYNC" }, { 523, "EBADCOOKIE" },
		{ 524, "ENOTSUPP" }, { 525, "ETOOSMALL" }, { 526, "ESERVERFAULT" },
		{ 527, "EBADTYPE" }, { 528, "EJUKEBOX" }, { 529, "EIOCBQUEUED" },
		{ 530, "ERECALLCONFLICT" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (own[i].err == err)
			return own[i].name;
	return strerrorname_np(err);
}

static void put_error(struct out *o, struct spec *sp, const void *p)
{
	long err = -(long)(uintptr_t)p;
	const char *name;
	char text[40];

	if (err <= 0 || err > MAX_ERRNO) {
		out_address(o, sp, p);
		return;
	}
	name = error_name((int)err);
	if (name) {
		kmemu_scnprintf(text, sizeof(text), "-%s", name);
		out_string(o, sp, text); /* cut at the precision, as %s */
	} else {
		out_text(o, sp, text, kmemu_scnprintf(text, sizeof(text), "-%ld", err));
	}
}

static void put_nested(struct out *o, const struct va_format *vaf)
{
	va_list ap;

	va_copy(ap, *vaf->va);
	out_format(o, vaf->fmt, ap);
	va_end(ap);
}

/* --- bytes and bits ------------------------------------------------------ */

static void put_hex(struct out *o, struct spec *sp, const char *f, const u8 *p)
{
	char between = *f == 'C' ? ':' : *f == 'D' ? '-' :
				 *f == 'N'	   ? '\0' :
						     ' ';
	int n = sp->has_width ? min(sp->width, MAX_HEX_BYTES) : 1;

	if (!n || vsprintf_is_bad(o, sp, p))
		return;
	for (int i = 0; i < n; i++) {
		if (i && between)
			out_char(o, between);
		put_digits(o, p[i], 2, 16, false);
	}
}

static bool bit(const unsigned long *map, int n)
{
	return map[n / 64] >> (n % 64) & 1;
}

static void put_bit_list(struct out *o, const unsigned long *map, int bits)
{
	const char *comma = "";

	for (int i = 0; i < bits; i++) {
		int from = i;

		if (!bit(map, i))
			continue;
		while (i + 1 < bits && bit(map, i + 1))
			i++;
		put_string(o, comma);
		put_digits(o, (u64)from, 1, 10, false);
		if (i > from) {
			out_char(o, '-');
			put_digits(o, (u64)i, 1, 10, false);
		}
		comma = ",";
	}
}

/* Words of 32 bits, the highest first; it has as many digits as it has bits. */
static void put_bits(struct out *o, const unsigned long *map, int bits)
{
	int chunk = (bits - 1) % 32 + 1;

	for (int i = ALIGN(bits, 32) - 32; i >= 0 && bits > 0; i -= 32) {
		u32 v = (u32)(map[i / 64] >> (i % 64));

		if (chunk < 32)
			v &= (1U << chunk) - 1;
		put_digits(o, v, (chunk + 3) / 4, 16, false);
		if (i)
			out_char(o, ',');
		chunk = 32;
	}
}

static void put_bitmap(struct out *o, struct spec *sp, const char *f, const void *p)
{
	int bits = sp->width;

	if (vsprintf_is_bad(o, sp, p))
		return;
	if (*f == 'l')
		put_bit_list(o, p, bits);
	else
		put_bits(o, p, bits);
}

#define ESCAPE_ANY \
	(KMEMU_ESCAPE_SPACE | KMEMU_ESCAPE_SPECIAL | KMEMU_ESCAPE_NULL | KMEMU_ESCAPE_OCTAL)

/* The letters behind %pE are classes (kernel: escaped_string()); none: all but printable. */
static unsigned int escape_flags(const char *f)
{
	static const char letters[] = "schonpa";
	static const unsigned int classes[] = {
		KMEMU_ESCAPE_SPACE, KMEMU_ESCAPE_SPECIAL, KMEMU_ESCAPE_HEX,
		KMEMU_ESCAPE_OCTAL, KMEMU_ESCAPE_NULL, KMEMU_ESCAPE_NP, ESCAPE_ANY
	};
	const char *at;
	unsigned int flags = 0;

	for (; *f && (at = strchr(letters, *f)); f++)
		flags |= classes[at - letters];
	return flags ? flags : ESCAPE_ANY | KMEMU_ESCAPE_NP;
}

static void put_escaped(struct out *o, struct spec *sp, const char *f, const void *mem)
{
	int n = sp->has_width ? sp->width : 1, len;
	unsigned int flags = escape_flags(f);
	const char *s = mem;
	char text[4];

	if (!n || vsprintf_is_bad(o, sp, s))
		return;
	for (; n--; s++) {
		len = kmemu_string_escape_mem(s, 1, text, sizeof(text), flags, NULL);
		for (int i = 0; i < len; i++)
			out_char(o, text[i]);
	}
}

/* --- flags --------------------------------------------------------------- */

struct flag_name {
	unsigned long mask;
	const char *name;
};

/* Kernel: format_flags(). */
static void put_flags(struct out *o, unsigned long flags, const struct flag_name *names,
		      size_t n)
{
	const char *bar = "";

	for (size_t i = 0; i < n && flags; i++) {
		if ((flags & names[i].mask) != names[i].mask)
			continue;
		put_string(o, bar);
		put_string(o, names[i].name);
		flags &= ~names[i].mask;
		bar = "|";
	}
	if (flags) {
		put_string(o, bar);
		put_string(o, "0x");
		put_digits(o, flags, 1, 16, false);
	}
}

/* Bit n is the n-th: enum pageflags of 6.12. */
static const char *const page_flags[] = {
	"locked", "writeback", "referenced", "uptodate", "dirty", "lru", "head", "waiters",
	"active", "workingset", "owner_priv_1", "owner_2", "arch_1", "reserved", "private",
	"private_2", "reclaim", "swapbacked", "unevictable", "mlocked", "hwpoison"
};

/* Kernel: format_page_flags(); the zone is in bits 56 and 57, the node above. */
static void put_page_flags(struct out *o, unsigned long flags)
{
	const char *bar = "";

	put_string(o, "0x");
	put_digits(o, flags, 1, 16, false);
	out_char(o, '(');
	for (size_t i = 0; i < ARRAY_SIZE(page_flags); i++) {
		if (!(flags >> i & 1))
			continue;
		put_string(o, bar);
		put_string(o, page_flags[i]);
		bar = "|";
	}
	put_string(o, bar);
	put_string(o, "node=");
	put_digits(o, flags >> 58, 1, 10, false);
	put_string(o, "|zone=");
	put_digits(o, flags >> 56 & 3, 1, 10, false);
	out_char(o, ')');
}

static void put_vma_flags(struct out *o, unsigned long flags)
{
	static const struct flag_name names[] = {
		{ 0x1, "read" }, { 0x2, "write" }, { 0x4, "exec" }, { 0x8, "shared" },
		{ 0x10, "mayread" }, { 0x20, "maywrite" }, { 0x40, "mayexec" },
		{ 0x80, "mayshare" }, { 0x100, "growsdown" }, { 0x200, "uffd_missing" },
		{ 0x400, "pfnmap" }, { 0x1000, "uffd_wp" }, { 0x2000, "locked" },
		{ 0x4000, "io" }, { 0x8000, "seqread" }, { 0x10000, "randread" },
		{ 0x20000, "dontcopy" }, { 0x40000, "dontexpand" }, { 0x80000, "lockonfault" },
		{ 0x100000, "account" }, { 0x200000, "noreserve" }, { 0x400000, "hugetlb" },
		{ 0x800000, "sync" }, { 0x2000000, "wipeonfork" }, { 0x4000000, "dontdump" },
		{ 0x10000000, "mixedmap" }, { 0x20000000, "hugepage" },
		{ 0x40000000, "nohugepage" }, { 0x80000000, "mergeable" },
	};

	put_flags(o, flags, names, ARRAY_SIZE(names));
}

static void put_named_flags(struct out *o, struct spec *sp, const char *f, const void *p)
{
	char text[TEXT_BYTES];

	if (vsprintf_is_bad(o, sp, p))
		return;
	if (*f == 'g') {
		gfp_print(text, sizeof(text), *(const unsigned int *)p);
		put_string(o, text);
	} else if (*f == 'p') {
		put_page_flags(o, *(const unsigned long *)p);
	} else if (*f == 'v') {
		put_vma_flags(o, *(const unsigned long *)p);
	} else {
		vsprintf_unknown(o, sp, "(%pG?)");
	}
}

/* --- resources -------------------------------------------------------------- */

struct resource_kind {
	unsigned long flag;
	const char *name, *format;
};

/* The first that is set, as include/linux/ioport.h numbers them. */
static const struct resource_kind resource_kinds[] = {
	{ 0x100, "io ", "%#06llx" }, { 0x200, "mem", "%#010llx" }, { 0x400, "irq", "%llu" },
	{ 0x800, "dma", "%llu" },    { 0x1000, "bus", "%02llx" },  { 0, "???", "%#010llx" },
};
static const struct flag_name resource_words[] = {
	{ 0x100000, " 64bit" },
	{ 0x2000, " pref" },
	{ 0x200000, " window" },
	{ 0x10000000, " disabled" },
};
#define RESOURCE_UNSET 0x20000000ul

static void put_number(struct out *o, const char *format, u64 v)
{
	char text[24];

	kmemu_scnprintf_k(text, sizeof(text), format, v);
	put_string(o, text);
}

static void put_range(struct out *o, const char *format, const struct resource *r)
{
	put_number(o, format, r->start);
	if (r->start == r->end)
		return;
	out_char(o, '-');
	put_number(o, format, r->end);
}

/* %pR: [mem 0x00001000-0x00001fff 64bit]; %pr: with the flags as a number. */
static void put_resource(struct out *o, bool decode, const struct resource *r)
{
	const struct resource_kind *kind = resource_kinds;

	while (kind->flag && !(r->flags & kind->flag))
		kind++;
	decode = decode && kind->flag;
	out_char(o, '[');
	put_string(o, kind->name);
	out_char(o, ' ');
	if (decode && r->flags & RESOURCE_UNSET) {
		put_string(o, "size ");
		put_number(o, kind->format, r->end - r->start + 1);
	} else {
		put_range(o, kind->format, r);
	}
	for (unsigned int i = 0; decode && i < ARRAY_SIZE(resource_words); i++)
		if (r->flags & resource_words[i].mask)
			put_string(o, resource_words[i].name);
	if (!decode) {
		put_string(o, " flags ");
		put_number(o, "%#llx", r->flags);
	}
	out_char(o, ']');
}

/* --- addresses of networks, UUIDs, codes --------------------------------- */

static void put_mac(struct out *o, const char *f, const u8 *p, bool plain)
{
	bool reverse = *f == 'R';
	char between = *f == 'F' ? '-' : ':';

	for (int i = 0; i < 6; i++) {
		if (i && !plain)
			out_char(o, between);
		put_digits(o, p[reverse ? 5 - i : i], 2, 16, false);
	}
}

static void put_ip4(struct out *o, const u8 *p, bool zeros)
{
	for (int i = 0; i < 4; i++) {
		if (i)
			out_char(o, '.');
		put_digits(o, p[i], zeros ? 3 : 1, 10, false);
	}
}

/* Of zeros the longest run of two words or more, the first of equal ones. Its length. */
static int longest_zeros(const u16 *word, int n, int *at)
{
	int best = 1;

	for (int i = 0, len = 0; i < n; i++) {
		len = word[i] ? 0 : len + 1;
		if (len > best) {
			best = len;
			*at = i - len + 1;
		}
	}
	return best;
}

/* Kernel: ip6_compressed_string(): dotted ends are those of mapped and of ISATAP ones. */
static void put_ip6_compressed(struct out *o, const u8 *p)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool is_isatap = (p[8] | 2) == 2 && !p[9] && p[10] == 0x5e && p[11] == 0xfe;
	bool is_dotted = is_isatap || !memcmp(p, mapped, sizeof(mapped));
	int n = is_dotted ? 6 : 8, run = -1, len;
	u16 word[8] = { 0 };

	for (int i = 0; i < n; i++)
		word[i] = (u16)(p[2 * i] << 8 | p[2 * i + 1]);
	len = longest_zeros(word, n, &run);
	for (int i = 0; i < n; i++) {
		if (i == run) {
			put_string(o, "::");
			i += len - 1;
			continue;
		}
		if (i && i != run + len)
			out_char(o, ':');
		put_digits(o, word[i], 1, 16, false);
	}
	if (is_dotted) {
		if (run < 0 || run + len != n)
			out_char(o, ':');
		put_ip4(o, p + 12, false);
	}
}

static void put_ip6(struct out *o, const u8 *p, bool colons, bool compressed)
{
	if (compressed) {
		put_ip6_compressed(o, p);
		return;
	}
	for (int i = 0; i < 16; i += 2) {
		if (i && colons)
			out_char(o, ':');
		put_digits(o, (u64)p[i] << 8 | p[i + 1], 4, 16, false);
	}
}

/* Behind S come, in any order: p port, f flow, s scope, c compressed, and the order. */
static void put_sockaddr(struct out *o, const char *f, const void *p, bool plain)
{
	const struct sockaddr_in *in = p;
	const struct sockaddr_in6 *in6 = p;
	bool port = false, compressed = false;
	bool is4 = in->sin_family == AF_INET;

	for (; *f && strchr("pfschnbl", *f); f++) {
		port |= *f == 'p';
		compressed |= *f == 'c';
	}
	if (is4) {
		put_ip4(o, (const u8 *)&in->sin_addr, plain);
	} else {
		if (port)
			out_char(o, '[');
		put_ip6(o, (const u8 *)&in6->sin6_addr, !plain, compressed);
		if (port)
			out_char(o, ']');
	}
	if (port) {
		out_char(o, ':');
		put_digits(o, ntohs(is4 ? in->sin_port : in6->sin6_port), 1, 10, false);
	}
}

static void put_ip(struct out *o, const char *f, const u8 *p, bool plain)
{
	u8 reversed[4];

	if (*f == 'S') {
		put_sockaddr(o, f + 1, p, plain);
	} else if (*f == '6') {
		put_ip6(o, p, !plain, f[1] == 'c');
	} else {
		for (int i = 0; i < 4; i++)
			reversed[i] = p[3 - i];
		put_ip4(o, f[1] == 'h' || f[1] == 'l' ? reversed : p, plain);
	}
}

static void put_uuid(struct out *o, const char *f, const u8 *p)
{
	static const u8 little[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	bool is_little = *f == 'l' || *f == 'L', upper = *f == 'L' || *f == 'B';

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out_char(o, '-');
		put_digits(o, p[is_little ? little[i] : i], 2, 16, upper);
	}
}

static void put_fourcc(struct out *o, const u32 *p)
{
	u32 code;

	code = *p & ~(1U << 31);
	for (int i = 0; i < 4; i++) {
		u8 c = (u8)(code >> (8 * i));

		out_char(o, c >= ' ' && c < 0x7f ? (char)c : '.');
	}
	put_string(o, *p >> 31 ? " big-endian (0x" : " little-endian (0x");
	put_digits(o, *p, 8, 16, false);
	out_char(o, ')');
}

/* %pap or %pa: phys_addr_t; %pad: dma_addr_t. A number of 64 bits each. */
static void put_phys(struct out *o, struct spec *sp, const u64 *p)
{
	if (vsprintf_is_bad(o, sp, p))
		return;
	put_string(o, "0x");
	put_digits(o, *p, 16, 16, false);
}

static void put_ip_kind(struct out *o, const char *f, const u8 *p)
{
	if (f[1] == '4' || f[1] == '6' || f[1] == 'S')
		put_ip(o, f + 1, p, *f == 'i');
	else
		put_string(o, *f == 'i' ? "(%pi?)" : "(%pI?)");
}

/* What has a width, as a string has it (kernel: string_nocheck()). False: it is none. */
static bool put_padded(struct out *o, struct spec *sp, const char *f, const void *p)
{
	char text[TEXT_BYTES];
	struct out part = { .buf = text, .size = sizeof(text), .pointer = o->pointer };

	if (!*f || !strchr("RrMmIiU4", *f))
		return false;
	if (*f == '4' && (f[1] != 'c' || f[2] != 'c')) {
		vsprintf_unknown(o, sp, "(%p4?)");
		return true;
	}
	if (vsprintf_is_bad(o, sp, p))
		return true;
	if (*f == 'R' || *f == 'r')
		put_resource(&part, *f == 'R', p);
	else if (*f == 'M' || *f == 'm')
		put_mac(&part, f + 1, p, *f == 'm');
	else if (*f == 'U')
		put_uuid(&part, f + 1, p);
	else if (*f == '4')
		put_fourcc(&part, p);
	else
		put_ip_kind(&part, f, p);
	text[part.len] = '\0';
	out_string(o, sp, text);
	return true;
}

/* Kernel: netdev_bits(); %pNF is of the 64 bits of a netdev_features_t. */
static void put_features(struct out *o, struct spec *sp, const char *f, const u64 *p)
{
	if (vsprintf_is_bad(o, sp, p))
		return;
	if (*f != 'F') {
		vsprintf_unknown(o, sp, "(%pN?)");
		return;
	}
	put_string(o, "0x");
	put_digits(o, *p, 16, 16, false);
}

/* What there is none of here: as in a kernel that is configured without. */
static bool put_absent(struct out *o, struct spec *sp, const char *f, const void *p)
{
	switch (*f) {
	case 'C':
		vsprintf_unknown(o, sp, "(%pC?)");
		return true;
	case 'O':
		vsprintf_unknown(o, sp, f[1] == 'F' ? "(%pOF?)" : "(%pO?)");
		return true;
	case 'f':
		if (f[1] == 'w')
			return vsprintf_is_bad(o, sp, p);
		vsprintf_unknown(o, sp, "(%pf?)");
		return true;
	case 'g':
		return vsprintf_is_bad(o, sp, p);
	case 'N':
		put_features(o, sp, f + 1, p);
		return true;
	case 'k':
	case 'u':
		if (f[1] == 's')
			out_string(o, sp, p);
		else
			vsprintf_unknown(o, sp, "(einval)");
		return true;
	default:
		return false;
	}
}

static bool put_data(struct out *o, struct spec *sp, const char *f, const void *p)
{
	switch (*f) {
	case 'b':
		put_bitmap(o, sp, f + 1, p);
		return true;
	case 'h':
		put_hex(o, sp, f + 1, p);
		return true;
	case 'E':
		put_escaped(o, sp, f + 1, p);
		return true;
	case 'a':
		put_phys(o, sp, p);
		return true;
	case 'G':
		put_named_flags(o, sp, f + 1, p);
		return true;
	default:
		return false;
	}
}

static bool put_word(struct out *o, struct spec *sp, const char *f, const void *p)
{
	switch (*f) {
	case 'S':
	case 's':
	case 'B':
		put_symbol(o, sp, f, p);
		return true;
	case 'e':
		put_error(o, sp, p);
		return true;
	case 'V':
		if (!vsprintf_is_bad(o, sp, p))
			put_nested(o, p);
		return true;
	case 't':
		vsprintf_date(o, sp, f + 1, p);
		return true;
	case 'd':
	case 'D':
		vsprintf_dentry(o, sp, f, p);
		return true;
	default:
		return false;
	}
}

static bool is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* Letters and digits behind it belong to it, known or not. */
const char *vsprintf_pointer(struct out *o, struct spec *sp, const char *f, const void *p)
{
	if (!put_word(o, sp, f, p) && !put_data(o, sp, f, p) && !put_padded(o, sp, f, p) &&
	    !put_absent(o, sp, f, p))
		out_address(o, sp, p);
	while (is_alnum(*f))
		f++;
	return f;
}
