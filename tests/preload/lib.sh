# Sourced by the scripts of tests/preload. KMEMU_LIB, TESTDIR and SRCDIR come
# from the runner. A private directory $TMP is made and removed.
# SPDX-License-Identifier: MIT
set -u
: "${KMEMU_LIB?}" "${TESTDIR?}" "${SRCDIR?}"
CC=${CC:-cc}
# The runner's directory is closed to others; some tests become another user.
case ${TMPDIR:-} in
*/kmemu-test-*) chmod 711 "$TMPDIR" ;;
esac
TMP=$(mktemp -d "${TMPDIR:-/tmp}/kmemu-test.XXXXXX") || exit 1
chmod 755 "$TMP"
trap 'rm -rf "$TMP"' EXIT
failed=0

fail() {
	echo "${0##*/}: $*" >&2
	failed=1
}

skip() {
	echo "skipped: $*"
	exit 77
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# The command ends with status 0 and writes nothing to standard error.
quiet() {
	timeout -k 5 50 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq 0 ] || fail "status $status: $*: $(head -n 3 "$TMP/err")"
	[ $status -ne 0 ] || [ ! -s "$TMP/err" ] ||
		fail "standard error not empty: $*: $(head -n 3 "$TMP/err")"
}

# Status $1 is expected; output and errors stay in $TMP/out and $TMP/err.
expect() {
	want=$1
	shift
	timeout -k 5 50 "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq "$want" ] ||
		fail "status $status, not $want: $*: $(head -n 3 "$TMP/err")"
}

# Exactly $1 lines of file $2 match the extended expression $3.
lines() {
	n=$(grep -Ec -- "$3" "$2")
	[ "$n" -eq "$1" ] || fail "$n lines, not $1, match '$3': $(head -n 5 "$2")"
}

# Same output and status without and with the preload, nothing on stderr that
# was not there without it.
same() {
	timeout -k 5 50 "$@" >"$TMP/out.plain" 2>"$TMP/err.plain" </dev/null
	want=$?
	timeout -k 5 50 env LD_PRELOAD="$KMEMU_LIB" "$@" \
		>"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq $want ] ||
		fail "status $status, $want without preload: $*: $(head -n 3 "$TMP/err")"
	cmp -s "$TMP/out.plain" "$TMP/out" ||
		fail "other output: $*: $(diff "$TMP/out.plain" "$TMP/out" | head -n 6)"
	cmp -s "$TMP/err.plain" "$TMP/err" ||
		fail "other errors: $*: $(diff "$TMP/err.plain" "$TMP/err" | head -n 6)"
}

# each_compiler SOURCE COMMAND...: kernel code built by gcc and clang without a warning, on
# libkmemu.a (or $libs); COMMAND is run with each program behind it.
each_compiler() {
	source=$1
	shift
	for cc in gcc clang; do
		have $cc || continue
		# shellcheck disable=SC2086
		$cc -O2 -Wall -Wextra -Werror -Iinclude "$source" -o "$TMP/t" \
			${libs:-"$BUILDDIR/libkmemu.a"} -pthread 2>"$TMP/cc" ||
			fail "$cc: $(head -n 3 "$TMP/cc")"
		[ ! -x "$TMP/t" ] || "$@" "$TMP/t"
		rm -f "$TMP/t"
	done
}

done_ok() {
	exit $failed
}
