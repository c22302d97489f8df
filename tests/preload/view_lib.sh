# Sourced by view_*.sh after lib.sh: a process to look at, and looking.
# SPDX-License-Identifier: MIT
KMEMU=$(dirname "$KMEMU_LIB")/kmemu
[ -x "$KMEMU" ] || skip "the command is not built"
VIEWS='slabinfo vmallocinfo buddyinfo pagetypeinfo extfrag_index unusable_index zoneinfo meminfo allocinfo'

# Ours alone: other tests may run observed processes, too.
mkdir -p "$TMP/run"
chmod 700 "$TMP/run"
export XDG_RUNTIME_DIR="$TMP/run"
PID=
trap 'target_stop; rm -rf "$TMP"' EXIT

# Starts $2... with options $1 under the preload, its input held open; PID is its
# number. Waits for the file $TMP/ready.
target_start() {
	rm -f "$TMP/ready" "$TMP/hold"
	mkfifo "$TMP/hold"
	options=$1
	shift
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" "$@" \
		<"$TMP/hold" >"$TMP/target.out" 2>&1 &
	PID=$!
	exec 9>"$TMP/hold"
	wait_for test -e "$TMP/ready"
	"$KMEMU" show meminfo --pid "$PID" 2>&1 >/dev/null | grep -q 'may not be read' &&
		skip "this machine forbids reading other processes"
	return 0
}

target_stop() {
	[ -n "$PID" ] || return 0
	exec 9>&-
	kill "$PID" 2>/dev/null
	wait "$PID" 2>/dev/null
	PID=
}

# Its input ends; it shall end well.
target_end() {
	exec 9>&-
	wait "$PID" || fail "the process ended with $?: $(head -n 3 "$TMP/target.out")"
	PID=
}

# Up to 10 s.
wait_for() {
	i=0
	while ! "$@"; do
		i=$((i + 1))
		[ $i -le 200 ] || { fail "waited in vain: $*"; return 1; }
		sleep 0.05
	done
}

# What `kmemu show $1` with $2... says, and nothing on standard error.
show() {
	view=$1
	shift
	"$KMEMU" show "$view" "$@" >"$TMP/$view.shown" 2>"$TMP/err" ||
		fail "show $view $*: status $?: $(head -n 3 "$TMP/err")"
	[ ! -s "$TMP/err" ] || fail "show $view $*: $(head -n 3 "$TMP/err")"
}

# All views by `kmemu show VIEW $@` are what the process itself said.
same_views() {
	for v in $VIEWS; do
		show $v "$@"
		cmp -s "$TMP/$v.own" "$TMP/$v.shown" ||
			fail "$v $*: $(diff "$TMP/$v.own" "$TMP/$v.shown" | head -n 6)"
	done
}

# kmemu with $2... ends with status $1 and says $3 on standard error, nothing else.
says() {
	want=$1 text=$2
	shift 2
	"$@" >"$TMP/out" 2>"$TMP/err"
	status=$?
	[ $status -eq "$want" ] || fail "status $status, not $want: $*: $(head -n 3 "$TMP/err")"
	[ ! -s "$TMP/out" ] || fail "on standard output: $*: $(head -n 3 "$TMP/out")"
	grep -Eq -- "$text" "$TMP/err" ||
		fail "'$text' is not said: $*: $(head -n 3 "$TMP/err")"
}
