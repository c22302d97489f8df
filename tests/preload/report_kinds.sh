#!/bin/sh
# Whole reports, compared with tests/golden/report-CASE.txt when what differs
# between runs and machines is made alike: times, pids, addresses (numbered in
# the order in which they come), offsets in functions, frames below main, all
# frames where names may be missing (a handler, no memory). The twin of each case
# says nothing.
#	GOLDEN=write tests/run preload --only report_kinds		makes them anew
. "$SRCDIR/lib.sh"
golden=$(dirname "$SRCDIR")/golden
alike() {
	awk '
	/ (_start|__libc_start[a-z_]*)(\+[0-9a-fx\/]+)? \[[^]]*\]$/ { next }
	/ (__)?(pthread_kill[a-z_@]*|raise|gsignal)(\+[0-9a-fx\/]+)? \[libc[^]]*\]$/ { next }
	/ (libc\.so|ld-linux)[^ ]*\+0x[0-9a-f]+ \([0-9a-f]*\)$/ { next }
	{
		sub(/^\[ *[0-9]+\.[0-9]+\] /, "[TIME] ")
		gsub(/CPU: [0-9]+/, "CPU: N")
		gsub(/UID: [0-9]+/, "UID: N")
		gsub(/PID: [0-9]+/, "PID: N")
		gsub(/pid: [0-9]+/, "pid: N")
		gsub(/used=[0-9]+/, "used=N")
		gsub(/@offset=[0-9]+/, "@offset=N")
		gsub(/age=[0-9]+ cpu=[0-9]+ pid=[0-9]+/, "age=N cpu=N pid=N")
		gsub(/\+0x[0-9a-f]+\/0x[0-9a-f]+/, "+OFFSET/SIZE")
		sub(/ __clone3\+/, " clone3+")
		if ($2 == "kmemu:")
			sub(/-[0-9a-f]+: /, "-ID: ")
		gsub(/\+0x[0-9a-f]+ \([0-9a-f]+\)/, "+OFFSET (BUILD-ID)")
		gsub(/CPU#[0-9]+/, "CPU#N")
		gsub(/pfn:(0x)?[0-9a-f]+/, "pfn:PFN")
		sub(/of \/[^ ]*\/direct/, "of DIRECTORY/direct")
		sub(/pipe:\[[0-9]+\]/, "pipe:[N]")
		sub(/socket:\[[0-9]+\]/, "socket:[N]")
		sub(/at 0x[0-9a-f]+, beyond/, "at PHYS, beyond")
		if (/Physical: |DMA addr|physical run/) {
			gsub(/0x[0-9a-f]+\+/, "PHYS+")
			gsub(/[0-9]+ (physical )?runs?/, "N runs")
		}
		if (/Physical: /)
			sub(/N runs:.*/, "N runs: PHYS")
		gsub(/report_locks\/[0-9]+/, "report_locks/N")
		gsub(/report_kinds\/[0-9]+/, "report_kinds/N")
		gsub(/report_order\/[0-9]+/, "report_order/N")
		gsub(/thread[\/ ][0-9]+/, "thread N")
		if ($2 == "Node" || /^\[TIME\] (lowmem|active| ?free[:_]| ?slab|[0-9]+ pages)/) {
			gsub(/[0-9]+kB \(U\)/, "NkB")
			gsub(/[0-9]+/, "N")
		}
		sub(/Bytes b4 [0-9a-f]+: .*/, "Bytes b4 ...")
		rest = $0
		line = ""
		while (match(rest, /(0x|Object   |Redzone  |Padding  |[(<=]|addr=|#[0-9]+: |address:? |[],] |memory |-)0000[0-9a-f]+/)) {
			at = substr(rest, RSTART, RLENGTH)
			head = at
			sub(/0000[0-9a-f]+$/, "", head)
			address = substr(at, length(head) + 1)
			if (head ~ /O|R|P/)
				name = "ADDRESS"
			else if (address ~ /^0+$/)
				name = "NULL"
			else if (!(name = known[address]))
				known[address] = name = "A" ++n
			line = line substr(rest, 1, RSTART - 1) head name
			rest = substr(rest, RSTART + RLENGTH)
		}
		line = line rest
		if (nameless) {
			sub(/,? at:? report_[kl].*|,? at:? [^ ]* \[report_[a-z]*\]/, " at FRAME", line)
			if (line ~ /^\[TIME\]  [^ ]*report_[kl]|^\[TIME\]  .* \[report_[a-z]*\]$/)
				line = "[TIME]  FRAMES"
			if (line == last && line ~ / FRAMES$/)
				next
			last = line
		}
		print line
	}' nameless=$2 "$1"
}
report() {
	name=$1
	nameless=0
	case $name in out-of-*) nameless=1 ;; esac
	shift
	if [ $program = report_buffers ]; then
		"$TESTDIR/$program" "$name" mended >/dev/null 2>&1
		[ $? -ne 77 ] || return 0
	fi
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=0 $*" \
		"$TESTDIR/$program" "$name"
	grep -q 'went on' "$TMP/out" || fail "$name: did not go on"
	alike "$TMP/err" "$nameless" >"$TMP/is"
	if [ "${GOLDEN:-}" = write ]; then
		cp "$TMP/is" "$golden/report-$name.txt"
	else
		diff -u "$golden/report-$name.txt" "$TMP/is" >"$TMP/diff" ||
			fail "$name: another report: $(cat "$TMP/diff")"
	fi
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=0 $*" \
		"$TESTDIR/$program" "$name" mended
}
program=report_kinds
for name in double-free double-free-large double-free-area inside-object inside-area foreign \
	resized wrong-cache gfp-unexpected gfp-warning kernel-warning kernel-bug \
	slab-corruption objects-remaining destroyed-cache cache-create; do
	report $name
done
report bad-page
report handler context=off
report sleep-in-atomic
report vmalloc-in-atomic
report vfree-in-atomic
# In plain C it is not noticed (docs/limits.md).
[ "${BUILDDIR%generic}" != "$BUILDDIR" ] || report reentrant-malloc context.hardirq=SIGTRAP
report cant-sleep
report large large=warn
report out-of-memory mem=64M
report out-of-pages mem=64M
program=report_locks
for name in spinlock-unlock spinlock-wrong-owner held-lock-freed lock-in-freed lock-held-at-exit \
	inconsistent-lock-state inconsistent-in-handler context-imbalance suspicious-rcu-usage \
	scheduling-while-atomic two-locks interrupted-lock blocking-call; do
	report $name
done
report spinlock-recursion context.balance=fail
program=report_dma
for name in $(sed -n 's/^	{ "\([a-z-]*\)", .* },$/\1/p' "$SRCDIR/report_dma.c"); do
	case $name in
	dma-mask-overflow) report $name swiotlb=noforce ;;
	*) report $name ;;
	esac
done
program=report_order
for name in circular-locking circular-by-chain circular-classes circular-subclasses \
	recursive-locking recursive-rwsem recursive-rwlock circular-map irq-order \
	irq-order-softirq irq-inversion irq-inversion-back inconsistent-class; do
	report $name
done
program=report_locks
report circular-spinlocks
report circular-mutexes context.locks=spin+mutex+rwlock
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=0 context.locks=spin+mutex+rwlock" \
	"$TESTDIR/report_locks" orders
lines 1 "$TMP/out" 'went on'
report mutex-wrong-owner context.locks=spin+mutex
report inconsistent-mutex context.locks=spin+mutex
report inconsistent-rwlock context.locks=spin+mutex+rwlock
report rwlock-recursion context.locks=spin+mutex+rwlock context.balance=fail
program=report_buffers
cd "$TMP" || exit 1
for name in contig-vmalloc contig-vector contig-elements contig-stack contig-free direct-misaligned \
	in-flight usercopy-messages usercopy-overwrite usercopy-exposure; do
	report $name
done
# The same as an event.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/json" KMEMU_OPTIONS="profile=audit" \
	"$TESTDIR/report_buffers" usercopy-messages
a='"address": ?"0x[0-9a-f]+", ?"size": ?200, ?"kind": ?"usercopy", ?"owner": ?"SLUB object"'
lines 1 "$TMP/json" "\"message\": ?0, ?\"element\": ?1, ?$a.*\"message\": ?1, ?\"element\": ?0, ?$a.*\"message\": ?1, ?\"element\": ?1, ?$a.*\"wrong_elements\": ?3"
report contig-static profile=strict report=full contig=warn verdict=0
report contig-objects usercopy=off
report contig-mask dma.mask=24
report contig-cacheline contig.calls=aio_read
# Each kind has one. A BUG ends the program; an oops is in kernel_oops.sh; the other is about a process that is not ours.
for slug in $(sed -n 's/^KIND([A-Z_0-9]*, "\([a-z-]*\)".*/\1/p' "$SRCDIR/../../core/check/checks.def"); do
	case $slug in kernel-bug | kernel-oops | foreign-allocator) continue ;; esac
	grep -q "kmemu: $slug-ID: " "$golden"/report-*.txt || fail "$slug: no golden report"
done
done_ok
