/*
 * peers.c - who else allocates in this process. Two cases, which the summary
 * and the verdict have to say, since silence would be taken for "all seen":
 *
 *  - the malloc that the process uses is not ours: the program defines one
 *    (a static jemalloc, a browser), or another preloaded library comes first.
 *    Then we serve nobody.
 *  - a library brings a second allocator with names of its own (mallocx,
 *    mi_malloc). Its own calls are between the program and it; they work, and
 *    we do not see them. Its malloc is not used, as ours comes first.
 *
 * Asked at exit only: by then all libraries are loaded. Names are looked up in
 * what each object exports; an allocator that exports nothing can't be recognised.
 */
#include "core/mm/mm.h"
#include "core/os/dl.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

#define PEERS(PEER)                                                \
	PEER("jemalloc", "mallocx")                                \
	PEER("jemalloc", "je_malloc")                              \
	PEER("tcmalloc", "MallocExtension_ReleaseFreeMemory")      \
	PEER("tcmalloc", "tc_malloc")                              \
	PEER("mimalloc", "mi_malloc")                              \
	PEER("rpmalloc", "rpmalloc")                               \
	PEER("snmalloc", "sn_malloc")                              \
	PEER("oneTBB's allocator", "scalable_malloc")              \
	PEER("libumem", "umem_alloc")                              \
	PEER("the Boehm collector", "GC_malloc")

#define SYMBOL(who, name) name,
#define TEXT(who, name)	  "this program brings " who " (" name "): its own calls are not seen",

static const char *const symbols[] = { PEERS(SYMBOL) };
static const char *const texts[] = { PEERS(TEXT) };

/*
 * The address alone does not tell: in a program that is not position
 * independent and takes malloc's address, the symbol is the program's own jump
 * to whoever serves it (python3 of Debian 12). So it is asked for a block.
 */
bool foreign_allocator_is_malloc(void)
{
	void *(*used)(size_t) = (void *(*)(size_t))os_dlsym_default("malloc");
	void (*put)(void *) = (void (*)(void *))os_dlsym_default("free");
	void *block;

	if (!used || !put || os_dl_is_ours((const void *)used))
		return false;
	block = used(1);
	put(block);
	return block && !in_direct_map(block);
}

const char *foreign_allocator(void)
{
	int i;

	if (foreign_allocator_is_malloc())
		return "this program has a malloc of its own: kmemu is not active";
	i = os_objects_first_defined(symbols, ARRAY_SIZE(symbols));
	return i < 0 ? NULL : texts[i];
}
