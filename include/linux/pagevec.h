/* SPDX-License-Identifier: MIT */
/* <linux/pagevec.h> of Linux 6.12: a few folios at once. */
#ifndef _LINUX_PAGEVEC_H
#define _LINUX_PAGEVEC_H

#include <kmemu/uio.h>

#define PAGEVEC_SIZE KMEMU_PAGEVEC_SIZE

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/mm.h>
#include <linux/types.h>

static inline void folio_batch_reinit(struct folio_batch *fbatch)
{
	fbatch->nr = 0;
	fbatch->i = 0;
}

static inline void folio_batch_init(struct folio_batch *fbatch)
{
	folio_batch_reinit(fbatch);
	fbatch->percpu_pvec_drained = false;
}

static inline unsigned int folio_batch_count(struct folio_batch *fbatch)
{
	return fbatch->nr;
}

static inline unsigned int folio_batch_space(struct folio_batch *fbatch)
{
	return PAGEVEC_SIZE - fbatch->nr;
}

/* How many more have room. */
static inline unsigned int folio_batch_add(struct folio_batch *fbatch, struct folio *folio)
{
	fbatch->folios[fbatch->nr++] = folio;
	return folio_batch_space(fbatch);
}

static inline struct folio *folio_batch_next(struct folio_batch *fbatch)
{
	return fbatch->i == fbatch->nr ? NULL : fbatch->folios[fbatch->i++];
}

/* A reference of each. */
static inline void folio_batch_release(struct folio_batch *fbatch)
{
	release_pages(fbatch->folios, fbatch->nr);
	folio_batch_reinit(fbatch);
}

/* What is no folio but a value of an xarray's is taken out. */
static inline void folio_batch_remove_exceptionals(struct folio_batch *fbatch)
{
	unsigned char n, kept = 0;

	for (n = 0; n < fbatch->nr; n++)
		if (!((unsigned long)fbatch->folios[n] & 1))
			fbatch->folios[kept++] = fbatch->folios[n];
	fbatch->nr = kept;
}

#endif /* __cplusplus */

#endif /* _LINUX_PAGEVEC_H */
