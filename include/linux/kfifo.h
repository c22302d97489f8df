/* SPDX-License-Identifier: MIT */
/*
 * <linux/kfifo.h> of Linux 6.12: rings of elements of a type, or of records of bytes,
 * whose size is a power of two. <kmemu/kfifo.h> has what they do; the macros know the
 * type, whether the ring lies in the structure, and how many bytes a record's length has.
 */
#ifndef _LINUX_KFIFO_H
#define _LINUX_KFIFO_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/kfifo.h>
#include <linux/array_size.h>
#include <linux/compiler.h>
#include <linux/dma-mapping.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/scatterlist.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* --- types: all but `kfifo` of the union say what is in it */

#define __STRUCT_KFIFO_COMMON(datatype, recsize, ptrtype)     \
	union {                                               \
		struct __kfifo kfifo;                         \
		datatype *type;                               \
		const datatype *const_type;                   \
		char(*rectype)[recsize];                      \
		ptrtype *ptr;                                 \
		ptrtype const *ptr_const;                     \
	}
#define __STRUCT_KFIFO(type, size, recsize, ptrtype)                            \
	{                                                                       \
		__STRUCT_KFIFO_COMMON(type, recsize, ptrtype);                  \
		type buf[(size) >= 2 && !((size) & ((size)-1)) ? (size) : -1];  \
	}
#define __STRUCT_KFIFO_PTR(type, recsize, ptrtype)             \
	{                                                      \
		__STRUCT_KFIFO_COMMON(type, recsize, ptrtype); \
		type buf[0];                                   \
	}

#define STRUCT_KFIFO(type, size) struct __STRUCT_KFIFO(type, size, 0, type)
#define STRUCT_KFIFO_PTR(type) struct __STRUCT_KFIFO_PTR(type, 0, type)
#define STRUCT_KFIFO_REC_1(size) struct __STRUCT_KFIFO(unsigned char, size, 1, void)
#define STRUCT_KFIFO_REC_2(size) struct __STRUCT_KFIFO(unsigned char, size, 2, void)

struct kfifo __STRUCT_KFIFO_PTR(unsigned char, 0, void);
struct kfifo_rec_ptr_1 __STRUCT_KFIFO_PTR(unsigned char, 1, void);
struct kfifo_rec_ptr_2 __STRUCT_KFIFO_PTR(unsigned char, 2, void);

/* The ring lies elsewhere: kfifo_alloc(), kfifo_init(). */
#define __is_kfifo_ptr(fifo) (!sizeof((fifo)->buf))

#define DECLARE_KFIFO_PTR(fifo, type) STRUCT_KFIFO_PTR(type) fifo
#define DECLARE_KFIFO(fifo, type, size) STRUCT_KFIFO(type, size) fifo

#define __KFIFO_INIT(fifo)                                                       \
	{                                                                        \
		.mask = sizeof((fifo).buf) ?                                     \
				sizeof((fifo).buf) / sizeof(*(fifo).buf) - 1 :   \
				0,                                               \
		.esize = sizeof(*(fifo).buf),                                    \
		.data = sizeof((fifo).buf) ? (fifo).buf : NULL,                  \
	}
#define DEFINE_KFIFO(fifo, type, size) \
	DECLARE_KFIFO(fifo, type, size) = { .kfifo = __KFIFO_INIT(fifo) }
#define INIT_KFIFO(fifo) \
	((void)((fifo).kfifo = (struct __kfifo)__KFIFO_INIT(fifo)))

/* --- of any fifo */

/* Statement expressions are not watched for results that nobody looks at. */
static __always_inline int __must_check __kfifo_int(int val)
{
	return val;
}

static __always_inline unsigned int __must_check __kfifo_uint(unsigned int val)
{
	return val;
}

#define kfifo_recsize(fifo) (sizeof(*(fifo)->rectype))
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
#define kfifo_size(fifo) ((fifo)->kfifo.mask + 1)
#define kfifo_initialized(fifo) ((fifo)->kfifo.mask)

static __always_inline unsigned int __kfifo_used(const struct __kfifo *fifo)
{
	return fifo->in - fifo->out;
}

#define kfifo_len(fifo) __kfifo_used(&(fifo)->kfifo)
#define kfifo_is_empty(fifo) (!kfifo_len(fifo))

static __always_inline bool __kfifo_is_full(const struct __kfifo *fifo)
{
	return __kfifo_used(fifo) > fifo->mask;
}

#define kfifo_is_full(fifo) __kfifo_is_full(&(fifo)->kfifo)
#define kfifo_avail(fifo) \
	__kfifo_uint(kmemu_kfifo_avail(&(fifo)->kfifo, kfifo_recsize(fifo)))
/* Bytes. */
#define kfifo_peek_len(fifo) \
	__kfifo_uint(kmemu_kfifo_peek_len(&(fifo)->kfifo, kfifo_recsize(fifo)))

static __always_inline void __kfifo_reset(struct __kfifo *fifo)
{
	fifo->in = fifo->out = 0;
}

static __always_inline void __kfifo_reset_out(struct __kfifo *fifo)
{
	fifo->out = fifo->in;
}

/* Of who has the fifo alone; of the reader. */
#define kfifo_reset(fifo) __kfifo_reset(&(fifo)->kfifo)
#define kfifo_reset_out(fifo) __kfifo_reset_out(&(fifo)->kfifo)
#define kfifo_skip_count(fifo, count)                                                     \
	do {                                                                              \
		__auto_type __kf_skip = (fifo);                                           \
		kmemu_kfifo_skip(&__kf_skip->kfifo, (count), kfifo_recsize(__kf_skip));   \
	} while (0)
#define kfifo_skip(fifo) kfifo_skip_count(fifo, 1)

/* --- making: -EINVAL for one whose ring is in it */

#define kfifo_alloc(fifo, size, gfp_mask)                                                  \
	__kfifo_int(__extension__({                                                        \
		__auto_type __kf = (fifo);                                                 \
		__is_kfifo_ptr(__kf) ? kmemu_kfifo_alloc(&__kf->kfifo, (size),             \
							 sizeof(*__kf->type), (gfp_mask)) :\
				       -EINVAL;                                            \
	}))
#define kfifo_init(fifo, buffer, size)                                                     \
	__extension__({                                                                    \
		__auto_type __kf = (fifo);                                                 \
		__is_kfifo_ptr(__kf) ? kmemu_kfifo_init(&__kf->kfifo, (buffer), (size),    \
							sizeof(*__kf->type)) :             \
				       -EINVAL;                                            \
	})
#define kfifo_free(fifo)                                                                   \
	__extension__({                                                                    \
		__auto_type __kf = (fifo);                                                 \
		if (__is_kfifo_ptr(__kf))                                                  \
			kmemu_kfifo_free(&__kf->kfifo);                                    \
	})

/* --- in and out: elements, or bytes of one record; how many */

#define __kfifo_in_of(fifo, src, n)                                                        \
	__extension__({                                                                    \
		__auto_type __kf = (fifo);                                                 \
		__typeof__(__kf->ptr_const) __kf_src = (src);                              \
		kmemu_kfifo_in(&__kf->kfifo, __kf_src, (unsigned int)(n),                  \
			       kfifo_recsize(__kf));                                       \
	})
#define __kfifo_out_of(how, fifo, dst, n)                                                  \
	__extension__({                                                                    \
		__auto_type __kf = (fifo);                                                 \
		__typeof__(__kf->ptr) __kf_dst = (dst);                                    \
		how(&__kf->kfifo, __kf_dst, (unsigned int)(n), kfifo_recsize(__kf));       \
	})

#define kfifo_in(fifo, buf, n) __kfifo_in_of(fifo, buf, n)
#define kfifo_put(fifo, val)                                                               \
	__extension__({                                                                    \
		__auto_type __kf_put = (fifo);                                             \
		__typeof__(*__kf_put->const_type) __kf_val = (val);                        \
		__kfifo_in_of(__kf_put, (__typeof__(__kf_put->ptr_const))(const void *)&__kf_val, \
			      1);                                                          \
	})
#define kfifo_out(fifo, buf, n) __kfifo_uint(__kfifo_out_of(kmemu_kfifo_out, fifo, buf, n))
#define kfifo_get(fifo, val) kfifo_out(fifo, val, 1)
#define kfifo_out_peek(fifo, buf, n) \
	__kfifo_uint(__kfifo_out_of(kmemu_kfifo_out_peek, fifo, buf, n))
#define kfifo_peek(fifo, val) kfifo_out_peek(fifo, val, 1)

/* What lies together, where it begins; nothing is taken. */
#define kfifo_out_linear(fifo, tail, n)                                                    \
	__kfifo_uint(__extension__({                                                       \
		__auto_type __kf_lin = (fifo);                                             \
		kmemu_kfifo_out_linear(&__kf_lin->kfifo, (tail), (unsigned int)(n),        \
				       kfifo_recsize(__kf_lin));                           \
	}))
#define kfifo_out_linear_ptr(fifo, ptr, n)                                                 \
	__kfifo_uint(__extension__({                                                       \
		__auto_type __kf_at = (fifo);                                              \
		unsigned int __kf_tail = 0;                                                \
		unsigned int __kf_n = kfifo_out_linear(__kf_at, &__kf_tail, (n));          \
		*(ptr) = (void *)((char *)__kf_at->kfifo.data +                            \
				  (size_t)__kf_tail * kfifo_esize(__kf_at));               \
		__kf_n;                                                                    \
	}))

/* --- the same under a lock */

#define __kfifo_locked_irq(lock, what)                                                     \
	__extension__({                                                                    \
		unsigned long __kf_flags;                                                  \
		unsigned int __kf_ret;                                                     \
		spin_lock_irqsave(lock, __kf_flags);                                       \
		__kf_ret = (what);                                                         \
		spin_unlock_irqrestore(lock, __kf_flags);                                  \
		__kf_ret;                                                                  \
	})
#define __kfifo_locked(lock, what)                                                         \
	__extension__({                                                                    \
		unsigned int __kf_ret;                                                     \
		spin_lock(lock);                                                           \
		__kf_ret = (what);                                                         \
		spin_unlock(lock);                                                         \
		__kf_ret;                                                                  \
	})
#define kfifo_in_spinlocked(fifo, buf, n, lock) __kfifo_locked_irq(lock, kfifo_in(fifo, buf, n))
#define kfifo_in_spinlocked_noirqsave(fifo, buf, n, lock) \
	__kfifo_locked(lock, kfifo_in(fifo, buf, n))
#define kfifo_out_spinlocked(fifo, buf, n, lock) \
	__kfifo_uint(__kfifo_locked_irq(lock, kfifo_out(fifo, buf, n)))
#define kfifo_out_spinlocked_noirqsave(fifo, buf, n, lock) \
	__kfifo_uint(__kfifo_locked(lock, kfifo_out(fifo, buf, n)))
#define kfifo_is_empty_spinlocked(fifo, lock) \
	((bool)__kfifo_locked_irq(lock, kfifo_is_empty(fifo)))
#define kfifo_is_empty_spinlocked_noirqsave(fifo, lock) \
	((bool)__kfifo_locked(lock, kfifo_is_empty(fifo)))
#define kfifo_in_locked(fifo, buf, n, lock) kfifo_in_spinlocked(fifo, buf, n, lock)
#define kfifo_out_locked(fifo, buf, n, lock) kfifo_out_spinlocked(fifo, buf, n, lock)

/* --- user memory: len and *copied are bytes; 0 or -EFAULT; may sleep */

#define kfifo_from_user(fifo, from, len, copied)                                           \
	__kfifo_int(__extension__({                                                        \
		__auto_type __kf = (fifo);                                                 \
		kmemu_kfifo_from_user(&__kf->kfifo, (from), (len), (copied),               \
				      kfifo_recsize(__kf));                                \
	}))
#define kfifo_to_user(fifo, to, len, copied)                                               \
	__kfifo_int(__extension__({                                                        \
		__auto_type __kf = (fifo);                                                 \
		kmemu_kfifo_to_user(&__kf->kfifo, (to), (len), (copied),                   \
				    kfifo_recsize(__kf));                                  \
	}))

/* --- a device's part: entries of sgl that were filled, 2 at most; finish: bytes */

#define __kfifo_dma(how, fifo, sgl, nents, len, dma)                                       \
	__extension__({                                                                    \
		__auto_type __kf = (fifo);                                                 \
		how(&__kf->kfifo, (sgl), (int)(nents), (len), (dma), kfifo_recsize(__kf)); \
	})
#define kfifo_dma_in_prepare_mapped(fifo, sgl, nents, len, dma) \
	__kfifo_dma(kmemu_kfifo_dma_in, fifo, sgl, nents, len, dma)
#define kfifo_dma_in_prepare(fifo, sgl, nents, len) \
	kfifo_dma_in_prepare_mapped(fifo, sgl, nents, len, DMA_MAPPING_ERROR)
#define kfifo_dma_in_finish(fifo, len) \
	kmemu_kfifo_dma_in_finish(&(fifo)->kfifo, (len), kfifo_recsize(fifo))
#define kfifo_dma_out_prepare_mapped(fifo, sgl, nents, len, dma) \
	__kfifo_dma(kmemu_kfifo_dma_out, fifo, sgl, nents, len, dma)
#define kfifo_dma_out_prepare(fifo, sgl, nents, len) \
	kfifo_dma_out_prepare_mapped(fifo, sgl, nents, len, DMA_MAPPING_ERROR)
#define kfifo_dma_out_finish(fifo, len)                                                    \
	do {                                                                               \
		__auto_type __kf_done = (fifo);                                            \
		kfifo_skip_count(__kf_done, (len) / sizeof(*__kf_done->type));             \
	} while (0)

#endif /* __cplusplus */

#endif /* _LINUX_KFIFO_H */
