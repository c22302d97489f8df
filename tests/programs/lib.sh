# shellcheck shell=bash
#
# lib.sh - run a real program with and without the library and compare.
#
# Each test in this directory sources this file and then states what to run:
#
#	. "$(dirname "$0")/lib.sh"
#	need sort
#	compare sort "$IN/lines"
#
# `compare` runs the command twice, without the preload and with it, each time
# in an empty directory of the same name, so that a path that gets into the
# output is the same in both. Standard output, standard error and the exit
# status must be the same, and the status must be 0 (`-s N`: N): a command that
# fails both ways proves nothing. A command may be a function of the test: it
# runs in a subshell that has LD_PRELOAD in its environment, so that what the
# function starts is preloaded and the shell itself is not.
#
# Without KMEMU_LIB nothing is tested; a file that does not load shows as the
# loader's line on standard error, which differs.
#
# For the tests: T (own temporary directory, removed at the end), IN (input
# files, $T/in), DATA (fixtures beside this file), ROOT (top of the tree);
# cleanup_hook may be redefined to stop servers.

[ -n "$BASH_VERSION" ] && [ -n "$TEST_TIMED" ] ||
	TEST_TIMED=1 exec timeout -k 5 "${TEST_LIMIT:-240}" bash "$0" "$@"

if [ ! -e "$KMEMU_LIB" ]; then
	echo "KMEMU_LIB='$KMEMU_LIB' is no file; want the absolute path of libkmemu.so" >&2
	exit 1
fi

set -o pipefail
export LC_ALL=C TZ=UTC HOME PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
unset LD_PRELOAD MALLOC_CONF MALLOC_ARENA_MAX

NAME=$(basename "$0" .sh)
DATA=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/data
ROOT=$(cd "$DATA/../../.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/kmemu-$NAME.XXXXXX") || exit 1
IN=$T/in
RUN=$T/run
HOME=$T/home
mkdir "$IN" "$HOME"

cleanup_hook() { :; }

cleanup() {
	local status=$?

	cleanup_hook
	rm -rf "$T"
	if [ $status = 143 ] || [ $status = 137 ]; then
		echo "$NAME: killed after ${TEST_LIMIT:-240} s: a program hangs"
	fi
	exit $status
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

skip() {
	echo "skip: $*"
	exit 77
}

fail() {
	echo "$NAME: $*"
	exit 1
}

# need PROGRAM...: the test is skipped where one is not installed.
need() {
	local p

	for p; do
		command -v "$p" >/dev/null || skip "$p is not installed"
	done
}

# What a failure shows of a file: enough to see, not a flood.
show() {
	echo "--- $1"
	head -c 4000 "$2" | head -n 60
}

# run_one plain|kmemu COMMAND...: leaves $T/WAY.{out,err,status} and the
# directory that the command ran in as $T/WAY.d. The path of the temporary
# directory is the same both ways, process ids in standard error are not.
run_one() {
	local way=$1 status
	shift

	rm -rf "$RUN" "$T/$way.d"
	mkdir -m 755 "$RUN"
	(
		cd "$RUN" || exit 99
		WAY=$way
		unset KMEMU_SEED KMEMU_STRESS_SECONDS TEST_TIMED
		[ "$way" = plain ] || export LD_PRELOAD="$KMEMU_LIB"
		"$@"
	) >"$T/$way.out" 2>"$T/$way.err" </dev/null
	status=$?
	echo $status >"$T/$way.status"
	mv "$RUN" "$T/$way.d"
}

# same WHAT: the two ways' file of that kind must be equal.
same() {
	cmp -s "$T/plain.$1" "$T/kmemu.$1" && return
	echo "$NAME: $1 differs with the preload: $label"
	diff -a -u --label plain --label preloaded "$T/plain.$1" "$T/kmemu.$1" >"$T/diff"
	show "difference" "$T/diff"
	[ "$1" = err ] || show "preloaded err" "$T/kmemu.err"
	exit 1
}

# compare [-s STATUS] COMMAND [ARG...]
compare() {
	local want=0 label

	if [ "$1" = -s ]; then
		want=$2
		shift 2
	fi
	label=$*
	run_one plain "$@"
	if [ "$(cat "$T/plain.status")" != "$want" ]; then
		show "plain out" "$T/plain.out"
		show "plain err" "$T/plain.err"
		fail "the test itself is wrong: '$label' without the preload" \
			"exits with $(cat "$T/plain.status"), expected $want"
	fi
	run_one kmemu "$@"
	same status
	same err
	same out
}

# compare_tree [-s STATUS] COMMAND...: as compare, and the files that the
# command left in its directory must be the same too.
compare_tree() {
	compare "$@"
	[ -n "$(ls -A "$T/plain.d")" ] || fail "'$*' left no file to compare"
	diff -r "$T/plain.d" "$T/kmemu.d" >"$T/diff" && return
	show "diff" "$T/diff"
	fail "files differ with the preload: $*"
}

# preloaded PID...: is the library really in these processes?
preloaded() {
	local pid

	for pid; do
		grep -q "$(basename "$KMEMU_LIB")" "/proc/$pid/maps" || return 1
	done
}
