/*
 * cred.h - credentials for the tree of tasks. cred.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"
#include "include/kmemu/cred.h"

struct task;

/* What is told of another process. */
struct cred_facts {
	u32 uid[4], gid[4]; /* real, effective, saved, of files */
	u64 inheritable, permitted, effective, bounding, ambient;
};

extern __hidden struct cred cred_of_kernel; /* kernel: init_cred */
/* As the system says now, of the calling thread. Stays. */
const struct cred *cred_of_program(void);
const struct cred *cred_of_facts(const struct cred_facts *facts);
/* A kernel thread ends. */
void cred_exit(struct task *task);
