# shellcheck shell=bash
#
# lib.sh - for the scripts that run a stress program in a special way.
#
#	. "$(dirname "$0")/lib.sh"
#	stress KMEMU_MEM=64M STRESS_NULL_OK=1
#
# runs stress.c's program under the preload with these variables more; it must
# end with 0 and leave standard error empty. KMEMU_LIB and BUILDDIR come from
# the runner; seconds and seed from KMEMU_STRESS_SECONDS and KMEMU_SEED. A core
# file is not wanted, hundreds of runs would each leave one.

NAME=$(basename "$0" .sh)
BUILDDIR=${BUILDDIR:-$(cd "$(dirname "$0")/../.." && pwd)/build}
SECONDS_ALL=${KMEMU_STRESS_SECONDS:-15}
T=$(mktemp -d "${TMPDIR:-/tmp}/kmemu-$NAME.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 143' TERM INT HUP
ulimit -c 0

fail() {
	echo "$NAME: $*"
	exit 1
}

[ -e "$KMEMU_LIB" ] || fail "KMEMU_LIB='$KMEMU_LIB' is no file; want the path of libkmemu.so"

# program NAME: its path, or a failure that says how to build it.
program() {
	[ -x "$BUILDDIR/tests/stress/$1" ] ||
		fail "$BUILDDIR/tests/stress/$1 is not built; 'make tests' does it"
	echo "$BUILDDIR/tests/stress/$1"
}

# stress [VARIABLE=VALUE]...
stress() {
	local exe status

	exe=$(program stress) || { echo "$exe"; exit 1; }
	env "$@" LD_PRELOAD="$KMEMU_LIB" \
		timeout -k 5 $((SECONDS_ALL * 2 + 60)) "$exe" 2>"$T/err"
	status=$?
	[ ! -s "$T/err" ] || head -n 20 "$T/err"
	[ $status = 0 ] || fail "status $status with $*"
	[ ! -s "$T/err" ] || fail "standard error is not empty with $*"
}

# A share of the time: several variants fit into one test's.
share() {
	KMEMU_STRESS_SECONDS=$((SECONDS_ALL / $1))
	[ $KMEMU_STRESS_SECONDS -gt 1 ] || KMEMU_STRESS_SECONDS=2
	export KMEMU_STRESS_SECONDS
}
