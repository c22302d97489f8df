/*
 * linked.h - the mark of a program that has kmemu inside (libkmemu.a): an ELF
 * note, which a file and a running program both show. Who preloads libkmemu.so
 * leaves such a program alone: two heaps have no room in one process. Rank 0, for
 * the command as well.
 */
#pragma once

#include <elf.h>

#include "core/os/compiler.h"

#define OS_LINKED_NAME "kmemu"
#define OS_LINKED_TYPE 1

/* The note, once in an object file: owner, type, a description of 4 bytes. */
#define OS_LINKED_NOTE                                              \
	__asm__(".pushsection .note.kmemu, \"a\", %note\n\t"         \
		".balign 4\n\t"                                      \
		".4byte 6, 4, 1\n\t"                                 \
		".asciz \"" OS_LINKED_NAME "\"\n\t"                  \
		".balign 4\n\t"                                      \
		".4byte 0\n\t"                                       \
		".popsection")

/* What carries LD_PRELOAD over the exec that leaves libkmemu.so out of it. */
#define OS_LINKED_CARRIES "KMEMU_"
#define OS_LINKED_PRELOAD OS_LINKED_CARRIES "LD_PRELOAD"

/* In the notes of a PT_NOTE segment, all of them or the first bytes. */
static inline bool os_linked_in(const void *notes, size_t n)
{
	const char *at = notes, *end = at + n;

	while ((size_t)(end - at) >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		u64 size;

		__builtin_memcpy(&note, at, sizeof(note));
		at += sizeof(note);
		size = ALIGN((u64)note.n_namesz, 4) + ALIGN((u64)note.n_descsz, 4);
		if (size > (u64)(end - at))
			return false;
		if (note.n_type == OS_LINKED_TYPE && note.n_namesz == sizeof(OS_LINKED_NAME) &&
		    !__builtin_memcmp(at, OS_LINKED_NAME, sizeof(OS_LINKED_NAME)))
			return true;
		at += size;
	}
	return false;
}
