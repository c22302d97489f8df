#!/bin/bash
# Other processors: the plain-C build for aarch64 and riscv64 under qemu's emulation of
# programs: same output and status as without the library, an allocation in a handler and
# a double free are told.
# run: timeout=600
. "$(dirname "$0")/lib.sh"
need aarch64-linux-gnu-gcc qemu-aarch64 riscv64-linux-gnu-gcc qemu-riscv64 make

cat >"$IN/findings.c" <<'END'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void handler(int signo)
{
	(void)signo;
	free(malloc(100));
}

int main(void)
{
	void *volatile p = malloc(200000);

	signal(SIGALRM, handler);
	raise(SIGALRM);
	free(p);
	p = malloc(64);
	free(p);
	free(p);
	puts("went on");
	return 0;
}
END

on() { # PROCESSOR PROGRAM [QEMU'S OPTIONS]
	local cpu=$1 program=$2
	shift 2
	timeout 60 "qemu-$cpu" -L "/usr/$cpu-linux-gnu" "$@" "$program"
}

try() { # PROCESSOR
	local cpu=$1 cc=$1-linux-gnu-gcc lib=$T/$1/libkmemu.so p

	env -u MAKEFLAGS -u MFLAGS make -s -j2 -C "$ROOT" ARCH=generic CC="$cc" O="$T/$cpu" "$lib" \
		>"$T/made" 2>&1 || fail "$cpu: does not build: $(tail -n 5 "$T/made")"
	grep -i warning "$T/made" && fail "$cpu: warnings"
	for p in alloc_work class11_alignment class12_calloc_zero class13_errno \
		class14_atfork_alloc class18_cancel; do
		"$cc" -O1 -w -fno-builtin -pthread -D_GNU_SOURCE -I"$ROOT/include" -I"$ROOT" \
			-o "$T/program" "$ROOT/tests/preload/$p.c" || fail "$cpu: $p does not build"
		# glibc 2.41's own malloc changes errno under qemu 10: then ours alone is asked.
		on "$cpu" "$T/program" >"$T/plain" 2>&1 </dev/null || rm "$T/plain"
		[ -e "$T/plain" ] || [ $p = class13_errno ] || fail "$cpu: $p without the library"
		on "$cpu" "$T/program" -E LD_PRELOAD="$lib" >"$T/ours" 2>&1 </dev/null ||
			fail "$cpu: $p: $(tail -n 3 "$T/ours")"
		[ ! -e "$T/plain" ] || cmp -s "$T/plain" "$T/ours" || fail "$cpu: $p: another output"
	done
	"$cc" -g -fno-builtin -o "$T/program" "$IN/findings.c" || fail "$cpu: does not build"
	on "$cpu" "$T/program" -E LD_PRELOAD="$lib" \
		-E KMEMU_PROFILE=audit -E KMEMU_LOG="$T/log" >"$T/ours" 2>&1 ||
		fail "$cpu: findings: status $?"
	[ "$(cat "$T/ours")" = 'went on' ] || fail "$cpu: $(cat "$T/ours")"
	for what in 'sleep-in-atomic: 1 finding, seen 1 time' 'double-free: 1 finding, seen 1 time' \
		'handlers: 1;' 'kmalloc\(100, GFP_KERNEL\) may sleep, in the handler of SIGALRM'; do
		grep -Eq "$what" "$T/log" || fail "$cpu: no '$what' in: $(cat "$T/log")"
	done
}

try aarch64
[ "${KMEMU_STRESS_SECONDS:-15}" -lt 60 ] || try riscv64 # check-long
