/* SPDX-License-Identifier: MIT */
/* Class 28: a filter that allows the named system calls and answers the rest by `rest`. */
#ifndef KMEMU_TESTS_PRELOAD_SECCOMP_H
#define KMEMU_TESTS_PRELOAD_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include "check.h"

struct seccomp_code {
	struct sock_filter in[80];
	unsigned int n;
};

/* The first part: the calls that are named are answered so. */
static inline void seccomp_answer(struct seccomp_code *c, const int *call, unsigned int calls,
				  unsigned int answer)
{
	c->in[c->n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						     offsetof(struct seccomp_data, nr));
	for (unsigned int i = 0; i < calls; i++) {
		c->in[c->n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							     (unsigned int)call[i], 0, 1);
		c->in[c->n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer);
	}
}

/* The last: all others are answered by `rest`. */
static inline void seccomp_put_on(struct seccomp_code *c, unsigned int rest)
{
	struct sock_fprog program = { .filter = c->in };

	c->in[c->n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, rest);
	program.len = (unsigned short)c->n;
	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

static inline void seccomp_allow(const int *call, unsigned int calls, unsigned int rest)
{
	struct seccomp_code c = { .n = 0 };

	seccomp_answer(&c, call, calls, SECCOMP_RET_ALLOW);
	seccomp_put_on(&c, rest);
}

/* Allocates, resizes and frees through every path, with contents checked. */
static inline void seccomp_work(void)
{
	static char *block[600];
	static size_t size[600];
	unsigned int seed = 28;

	for (int i = 0; i < 15000; i++) {
		unsigned int r = next_random(&seed), k = next_random(&seed) % 600;

		CHECK(!block[k] || filled(block[k], size[k], k));
		if (block[k] && r % 9 == 0) {
			size_t kept = size[k];

			size[k] = r % 45 ? r % 5000 : r % 700000;
			block[k] = realloc(block[k], size[k]);
			CHECK(!size[k] || block[k]);
			CHECK(!size[k] || filled(block[k], kept < size[k] ? kept : size[k], k));
		} else {
			free(block[k]);
			size[k] = r % 100 ? r % 3000 : r % 900000;
			block[k] = r & 512 ? calloc(1, size[k]) : malloc(size[k]);
			CHECK(block[k]);
		}
		if (block[k])
			fill(block[k], size[k], k);
	}
	for (int k = 0; k < 600; k++)
		free(block[k]);
}

#endif
