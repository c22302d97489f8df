/* SPDX-License-Identifier: MIT */
/*
 * <linux/mm_types.h> of Linux 6.12, as far as it is built: struct page, struct
 * folio (the same memory), and mappings of the program's (<kmemu/vma.h>).
 */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <asm/page.h>
#include <kmemu/mm_struct.h>
#include <kmemu/page.h>
#include <kmemu/vma.h>
#include <linux/types.h>

typedef unsigned long vm_flags_t;
/* The head's page, and by the names that a folio has for what is in it. */
struct folio {
	union {
		struct page page;
#ifndef __cplusplus
		struct {
			unsigned char kmemu_of_the_library[8];
			struct list_head lru;
			struct address_space *mapping;
			unsigned long flags;
			size_t kmemu_requested;
			unsigned long index;
			void *private;
		};
#endif
	};
};
#ifndef __cplusplus
_Static_assert(offsetof(struct folio, lru) == offsetof(struct page, lru) &&
		       offsetof(struct folio, mapping) == offsetof(struct page, mapping) &&
		       offsetof(struct folio, flags) == offsetof(struct page, page_flags) &&
		       offsetof(struct folio, index) == offsetof(struct page, index) &&
		       offsetof(struct folio, private) == offsetof(struct page, private),
	       "a folio is its first page");
#endif

typedef unsigned int vm_fault_t;

enum fault_flag {
	FAULT_FLAG_WRITE = 1 << 0,
	FAULT_FLAG_MKWRITE = 1 << 1,
	FAULT_FLAG_ALLOW_RETRY = 1 << 2,
	FAULT_FLAG_RETRY_NOWAIT = 1 << 3,
	FAULT_FLAG_KILLABLE = 1 << 4,
	FAULT_FLAG_TRIED = 1 << 5,
	FAULT_FLAG_USER = 1 << 6,
	FAULT_FLAG_REMOTE = 1 << 7,
	FAULT_FLAG_INSTRUCTION = 1 << 8,
	FAULT_FLAG_INTERRUPTIBLE = 1 << 9,
	FAULT_FLAG_UNSHARE = 1 << 10,
	FAULT_FLAG_ORIG_PTE_VALID = 1 << 11,
	FAULT_FLAG_VMA_LOCK = 1 << 12,
};
#define FAULT_FLAG_DEFAULT \
	(FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE | FAULT_FLAG_INTERRUPTIBLE)

/* How pages of a program's are taken; but for WRITE and GET nothing here depends on it. */
enum {
	FOLL_WRITE = 1 << 0,
	FOLL_GET = 1 << 1,
	FOLL_DUMP = 1 << 2,
	FOLL_FORCE = 1 << 3,
	FOLL_NOWAIT = 1 << 4,
	FOLL_NOFAULT = 1 << 5,
	FOLL_HWPOISON = 1 << 6,
	FOLL_ANON = 1 << 7,
	FOLL_LONGTERM = 1 << 8,
	FOLL_SPLIT_PMD = 1 << 9,
	FOLL_PCI_P2PDMA = 1 << 10,
	FOLL_INTERRUPTIBLE = 1 << 11,
	FOLL_HONOR_NUMA_FAULT = 1 << 12,
};

#define PAGE_FRAG_CACHE_MAX_SIZE ((size_t)32 * 1024)
#define PAGE_FRAG_CACHE_MAX_ORDER 3

/* Pieces of one block, each with a reference; all 0 is ready. */
struct page_frag_cache {
	void *va;
	unsigned int offset, size; /* what is left are the bytes below offset */
};

struct page_frag {
	struct page *page;
	unsigned int offset, size;
};

enum {
	VM_FAULT_OOM = 0x000001,
	VM_FAULT_SIGBUS = 0x000002,
	VM_FAULT_MAJOR = 0x000004,
	VM_FAULT_HWPOISON = 0x000010,
	VM_FAULT_HWPOISON_LARGE = 0x000020,
	VM_FAULT_SIGSEGV = 0x000040,
	VM_FAULT_NOPAGE = 0x000100,
	VM_FAULT_LOCKED = 0x000200,
	VM_FAULT_RETRY = 0x000400,
	VM_FAULT_FALLBACK = 0x000800,
	VM_FAULT_DONE_COW = 0x001000,
	VM_FAULT_NEEDDSYNC = 0x002000,
	VM_FAULT_COMPLETED = 0x004000,
};
#define VM_FAULT_ERROR                                                          \
	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON | \
	 VM_FAULT_HWPOISON_LARGE | VM_FAULT_FALLBACK)

#ifndef __cplusplus
static inline void set_page_private(struct page *page, unsigned long private)
{
	page->private = private;
}

#define page_private(page) ((page)->private)

static inline void *folio_get_private(struct folio *folio)
{
	return (void *)folio->page.private;
}
#endif

#include <linux/wait.h>
#include <linux/workqueue.h>

#endif /* _LINUX_MM_TYPES_H */
