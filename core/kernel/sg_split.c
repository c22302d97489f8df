/*
 * sg_split.c - one list into several (kernel: lib/sg_split.c).
 *
 * A part is where it begins, in an entry and behind some bytes of it, how many entries it
 * has, and how long the last is. Of a list that is mapped that is found twice: by the
 * lengths of its pages, and by those of its DMA addresses, of which there may be fewer.
 *
 * Different from the kernel: where a part begins with the end of an entry, that entry is
 * not in it, with a length of 0.
 *
 * Locks: none.
 */
#include <errno.h>

#include "core/kernel/alloc.h"
#include "include/kmemu/scatterlist.h"

struct part {
	struct scatterlist *first;
	size_t skip; /* bytes of it */
	unsigned int nents, last_length;
	struct scatterlist *out;
};

/* Where in the list. */
struct place {
	struct scatterlist *sg;
	int nents; /* left, sg's with them */
	size_t skip;
	bool mapped;
};

static size_t length_of(const struct place *at)
{
	return at->mapped ? at->sg->dma_length : at->sg->length;
}

static bool next_entry(struct place *at)
{
	at->sg = kmemu_sg_next(at->sg);
	return --at->nents > 0 && at->sg;
}

/* False: the list ends before. */
static bool skip_bytes(struct place *at)
{
	while (at->skip >= length_of(at)) {
		at->skip -= length_of(at);
		if (!next_entry(at))
			return false;
	}
	return true;
}

static int find_part(struct place *at, size_t size, struct part *part)
{
	if (!size || at->nents <= 0 || !at->sg || !skip_bytes(at))
		return -EINVAL;
	part->first = at->sg;
	part->skip = at->skip;
	part->nents = 0;
	for (;;) {
		size_t n = min(size, length_of(at) - at->skip);

		part->nents++;
		part->last_length = (unsigned int)n;
		at->skip += n;
		size -= n;
		if (!size)
			return 0;
		if (!next_entry(at))
			return -EINVAL;
		at->skip = 0;
	}
}

static int find_parts(struct place at, const size_t *sizes, int nr, struct part *parts)
{
	int error = 0;

	for (int i = 0; i < nr && !error; i++)
		error = find_part(&at, sizes[i], &parts[i]);
	return error;
}

static void split_phys(const struct part *part)
{
	struct scatterlist *in = part->first, *out = part->out;

	for (unsigned int i = 0; i < part->nents; i++, in = kmemu_sg_next(in)) {
		out[i] = *in;
		out[i].page_link &= ~(KMEMU_SG_CHAIN | KMEMU_SG_END);
		out[i].dma_address = 0;
		out[i].dma_length = 0;
	}
	out[0].offset += (unsigned int)part->skip;
	out[0].length -= (unsigned int)part->skip;
	out[part->nents - 1].length = part->last_length;
	out[part->nents - 1].page_link |= KMEMU_SG_END;
}

static void split_mapped(const struct part *part)
{
	struct scatterlist *in = part->first, *out = part->out;

	for (unsigned int i = 0; i < part->nents; i++, in = kmemu_sg_next(in)) {
		out[i].dma_address = in->dma_address;
		out[i].dma_length = in->dma_length;
		out[i].dma_flags = in->dma_flags;
	}
	out[0].dma_address += part->skip;
	out[0].dma_length -= (unsigned int)part->skip;
	out[part->nents - 1].dma_length = part->last_length;
}

/* False: no memory. */
static bool alloc_parts(struct part *parts, int nr, gfp_t flags, const void *caller)
{
	for (int i = 0; i < nr; i++) {
		parts[i].out = kmalloc_for(parts[i].nents * sizeof(struct scatterlist), flags,
					   "sg_split", caller);
		if (!parts[i].out)
			return false;
		split_phys(&parts[i]);
	}
	return true;
}

static int map_parts(struct place at, const size_t *sizes, int nr, struct part *parts)
{
	for (int i = 0; i < nr; i++) {
		unsigned int room = parts[i].nents;

		if (find_part(&at, sizes[i], &parts[i]) || parts[i].nents > room)
			return -EINVAL;
		split_mapped(&parts[i]);
	}
	return 0;
}

static int split(struct scatterlist *in, int mapped, off_t skip, int nr, const size_t *sizes,
		 struct part *parts, gfp_t flags, const void *caller)
{
	struct place at = { in, kmemu_sg_nents(in), (size_t)skip, false };
	int error = find_parts(at, sizes, nr, parts);

	if (error)
		return error;
	if (!alloc_parts(parts, nr, flags, caller))
		return -ENOMEM;
	at = (struct place){ in, mapped, (size_t)skip, true };
	return mapped ? map_parts(at, sizes, nr, parts) : 0;
}

KMEMU_EXPORT int kmemu_sg_split(struct scatterlist *in, int in_mapped_nents, off_t skip,
				int nb_splits, const size_t *split_sizes, struct scatterlist **out,
				int *out_mapped_nents, kmemu_gfp_t flags)
{
	struct part *parts;
	int error;

	if (nb_splits <= 0)
		return -EINVAL;
	parts = kmalloc_for((size_t)nb_splits * sizeof(*parts), flags | __GFP_ZERO, "sg_split",
			    CALLER);
	if (!parts)
		return -ENOMEM;
	error = split(in, in_mapped_nents, skip, nb_splits, split_sizes, parts, flags, CALLER);
	for (int i = 0; i < nb_splits; i++) {
		if (error) {
			kfree_for(parts[i].out, CALLER);
			continue;
		}
		out[i] = parts[i].out;
		if (out_mapped_nents)
			out_mapped_nents[i] = (int)parts[i].nents;
	}
	kfree_for(parts, CALLER);
	return error;
}
