#!/bin/sh
# The guarded way of entering per-CPU slots (no rseq in libc, or by option)
# passes what the restartable sequences pass.
# run: timeout=180
. "$SRCDIR/lib.sh"
core="alloc_work class11_alignment class12_calloc_zero class13_errno class14_atfork_alloc
	class14_first_call_race class14_fork_chain class15_vfork_alloc class15_vfork_moved
	class15_clone_vm class18_handover class18_key_destructors class18_thread_local
	class21_itimer_malloc class28_seccomp_errno kmalloc_cap realloc_random virt_to_phys
	vmalloc_frames"
for name in $core; do
	quiet env LD_PRELOAD="$KMEMU_LIB" GLIBC_TUNABLES=glibc.pthread.rseq=0 "$TESTDIR/$name"
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_PERCPU=guarded "$TESTDIR/$name"
done
quiet env LD_PRELOAD="$KMEMU_LIB" GLIBC_TUNABLES=glibc.pthread.rseq=0 KMEMU_MEM=64M \
	"$TESTDIR/mem_limit"
done_ok
