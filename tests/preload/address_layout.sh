#!/bin/sh
# Other layouts of the address space: no randomization, the legacy layout
# (bottom up, also with an unlimited stack), a program that is no PIE.
# run: timeout=120
. "$SRCDIR/lib.sh"
work() {
	for name in alloc_work class11_alignment class30_max_map_count virt_to_phys; do
		quiet "$@" env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/$name"
	done
}
if have setarch && setarch -R true 2>/dev/null; then
	work setarch -R
	work setarch -L
	work setarch -R -L
else
	echo "setarch does not work here: not tried"
fi
quiet sh -c 'ulimit -s unlimited && exec env LD_PRELOAD="$1" "$2"' \
	sh "$KMEMU_LIB" "$TESTDIR/alloc_work"
if have "$CC" && "$CC" -std=gnu11 -no-pie -fno-builtin -pthread -o "$TMP/nopie" \
	"$SRCDIR/alloc_work.c" 2>/dev/null; then
	quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/nopie"
fi
done_ok
