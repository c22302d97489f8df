/*
 * siphash.c - a keyed hash of short inputs (kernel: lib/siphash.c; J.-P. Aumasson and
 * D. J. Bernstein, "SipHash: a fast short-input PRF"): SipHash-2-4 for what must not be
 * guessed, SipHash-1-3 cut to 32 bits for tables.
 */
#include <string.h>

#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

struct sip {
	u64 v0, v1, v2, v3;
};

static u64 rotate(u64 x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v2 += s->v3;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v1;
	s->v0 += s->v3;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 = rotate(s->v2, 32);
}

static void sip_word(struct sip *s, u64 word, int rounds)
{
	s->v3 ^= word;
	while (rounds--)
		sip_round(s);
	s->v0 ^= word;
}

static u64 sip(const void *data, size_t len, const void *key, int word_rounds, int end_rounds)
{
	u64 k[2], word, last = (u64)len << 56;
	const char *p = data;
	struct sip s;

	memcpy(k, key, sizeof(k));
	s = (struct sip){ k[0] ^ 0x736f6d6570736575, k[1] ^ 0x646f72616e646f6d,
			  k[0] ^ 0x6c7967656e657261, k[1] ^ 0x7465646279746573 };
	for (; len >= 8; len -= 8, p += 8) {
		memcpy(&word, p, 8); /* little-endian */
		sip_word(&s, word, word_rounds);
	}
	word = 0;
	memcpy(&word, p, len);
	sip_word(&s, last | word, word_rounds);
	s.v2 ^= 0xff;
	while (end_rounds--)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

KMEMU_EXPORT u64 kmemu_siphash(const void *data, size_t len, const void *key)
{
	return sip(data, len, key, 2, 4);
}

KMEMU_EXPORT u32 kmemu_hsiphash(const void *data, size_t len, const void *key)
{
	return (u32)sip(data, len, key, 1, 3);
}
