#!/bin/sh
# run: timeout=120
# Uses of RCU that 6.12 with PROVE_RCU warns of are told at their lines, once for each, and no
# others; as lockdep writes it, with the locks that are held; also with libkmemu.so, and by
# clang. Without checks nothing is said. What ends a section that is none, too.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
source=$SRCDIR/kernel_api_rcu_usage.c
cat >"$TMP/words" <<'W'
s/ check$/ suspicious rcu_dereference_check() usage!/
s/ protected$/ suspicious rcu_dereference_protected() usage!/
s/ reader$/ RCU-list traversed in non-reader section!!/
s/ lock$/ RCU-list traversed without holding the required lock!!/
s/ own$/ the own words!/
s/ none$/ none!/
W
grep -n 'WRONG [a-z]* \*/$' "$source" | sed 's/^\([0-9]*\):.*WRONG \([a-z]*\) .*/\1 \2/' |
	sed -f "$TMP/words" | sort >"$TMP/wrong"
[ "$(wc -l <"$TMP/wrong")" -gt 45 ] || fail "marks: $(cat "$TMP/wrong")"

# told COMMAND...: the lines that are wrong, and three of <linux/rhashtable.h>.
told() {
	expect 0 env KMEMU_OPTIONS="profile=audit" "$@"
	sed -n 's/^.*kernel_api_rcu_usage\.c:\([0-9]* .*!\)$/\1/p' "$TMP/err" | sort >"$TMP/told"
	diff "$TMP/wrong" "$TMP/told" >"$TMP/diff" || fail "$1: $(cat "$TMP/diff")"
	lines 3 "$TMP/err" '/rhashtable\.h:[0-9]+ suspicious rcu_dereference_check\(\) usage!$'
	verdict "findings=$(($(wc -l <"$TMP/wrong") + 3))"
}
told "$TESTDIR/kernel_api_rcu_usage"
# Lists are looked at where a file is compiled so, as in a kernel.
sed '/define CONFIG_PROVE_RCU_LIST/d' "$source" >"$TMP/lists.c"
cc -g -O1 -w -Iinclude -Itests/preload "$TMP/lists.c" -o "$TMP/lists" "$BUILDDIR/libkmemu.a" -pthread ||
	fail "without lists it does not build"
expect 0 env KMEMU_PROFILE=audit "$TMP/lists"
lines 0 "$TMP/err" 'RCU-list traversed'
[ "$(grep -c 'suspicious rcu_dereference_' "$TMP/err")" -gt 20 ] || fail "pointers: $(cat "$TMP/err")"
# Each at the place of who called, with what it holds.
at='^kmemu: suspicious-rcu-usage-[0-9a-f]{16} at '
at_line=$(grep -n 'lockdep_is_held(&mutex))); /. WRONG.*protected' "$source" | head -n 1 | cut -d: -f1)
expect 0 "$K" run -v -- "$TESTDIR/kernel_api_rcu_usage"
lines 1 "$TMP/err" "${at}.*/kernel_api_rcu_usage\\.c:$at_line\\)"
lines 1 "$TMP/err" "${at}expired\\+"
lines 1 "$TMP/err" "${at}called\\+"
grep -A 6 "kernel_api_rcu_usage\.c:$at_line suspicious" "$TMP/err" | sed 's/^\[[ 0-9.]*\] //' >"$TMP/text"
lines 1 "$TMP/text" '^other info that might help us debug this:$'
lines 1 "$TMP/text" '^rcu_scheduler_active = 2, debug_locks = 1$'
lines 1 "$TMP/text" '^no locks held by '
for section in rcu_read_lock rcu_read_lock_bh rcu_read_lock_sched; do
	grep -Eq "\\($section\\)\\{\\.\\.\\.\\.\\}-\\{1:2\\}, at: " "$TMP/err" || fail "$section is not held"
done
# By others.
for cc in gcc clang; do
	have $cc || continue
	for libs in "$BUILDDIR/libkmemu.a" "$KMEMU_LIB $BUILDDIR/libkmemu.a"; do
		# shellcheck disable=SC2086
		$cc -g -O0 -Wall -Wextra -Wno-unused-parameter -Werror -Iinclude "$source" \
			-o "$TMP/t" $libs -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
		told env LD_LIBRARY_PATH="$(dirname "$KMEMU_LIB")" "$TMP/t"
	done
done
# Not looked at.
for options in 'context=off' 'profile=audit context.rcu=off' 'context=warn context.rcu=off'; do
	expect 0 env KMEMU_OPTIONS="$options" "$TESTDIR/kernel_api_rcu_usage"
	lines 0 "$TMP/err" suspicious
done
expect 0 env KMEMU_OPTIONS='context.rcu=warn' "$TESTDIR/kernel_api_rcu_usage"
lines 1 "$TMP/err" '^suspicious rcu_dereference_protected\(\) usage, at .*kernel_api_rcu_usage\.c:62$'
# Ends without a beginning, and one's own grace period, which is waited for for ever.
cat >"$TMP/ends.c" <<'C'
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))

DEFINE_STATIC_SRCU(domain);
DEFINE_STATIC_SRCU(other);

static int __init ends_init(void)
{
	int idx;

	if (IS("bh")) {
		local_bh_disable();
		rcu_read_unlock_bh(); /* HERE bh */
	} else if (IS("sched")) {
		preempt_disable();
		rcu_read_unlock_sched(); /* HERE sched */
	} else if (IS("srcu")) {
		idx = srcu_down_read(&domain);
		srcu_read_unlock(&domain, idx); /* HERE srcu */
	} else if (IS("left")) {
		(void)srcu_read_lock(&domain); /* HERE left */
	} else if (IS("sync")) {
		idx = srcu_read_lock(&domain);
		synchronize_srcu(&domain); /* HERE sync */
		srcu_read_unlock(&domain, idx);
	} else if (IS("asserts")) {
		rcu_read_lock_bh();
		lockdep_assert_in_rcu_read_lock_bh();
		lockdep_assert_in_rcu_reader();
		rcu_read_unlock_bh();
		rcu_read_lock_sched();
		lockdep_assert_in_rcu_read_lock_sched();
		rcu_read_unlock_sched();
		rcu_read_lock();
		lockdep_assert_in_rcu_read_lock();
		lockdep_assert_in_rcu_read_lock_bh(); /* HERE asserts */
		rcu_read_unlock();
	} else {
		/* Right: another domain's, and a section that another thread may end. */
		idx = srcu_read_lock(&domain);
		synchronize_srcu(&other);
		srcu_read_unlock(&domain, idx);
		idx = srcu_down_read(&domain);
		srcu_up_read(&domain, idx);
		idx = srcu_read_lock_notrace(&domain);
		srcu_read_unlock_notrace(&domain, idx);
	}
	return 0;
}
module_init(ends_init);
MODULE_DESCRIPTION("ends of sections");
MODULE_LICENSE("GPL");
C
cc -g -O1 -Wall -Wextra -Werror -Iinclude "$TMP/ends.c" -o "$TMP/ends" "$BUILDDIR/libkmemu.a" \
	-pthread || { fail "it does not compile"; done_ok; }
# ends WHAT KIND TEXT
ends() {
	expect 0 "$K" "$TMP/ends" "what=$1"
	told_at "$2" "$TMP/ends.c" "$1" "$3"
	verdict 'findings=1'
}
ends bh context-imbalance 'is trying to release lock \(rcu_read_lock_bh\) at:'
ends sched context-imbalance 'is trying to release lock \(rcu_read_lock_sched\) at:'
ends srcu context-imbalance 'is trying to release lock \(srcu_read_lock\) at:'
ends left lock-held-at-exit 'WARNING: ends/[0-9]+ still has locks held!'
ends asserts kernel-warning 'WARNING: CPU: '
expect 0 "$K" "$TMP/ends" what=right
verdict clean
KMEMU_OPTIONS=profile=audit "$TMP/ends" what=sync 2>"$TMP/sync" &
logged_then_killed $! "$TMP/sync" \
	'Illegal synchronize_srcu() in same-type SRCU (or in RCU) read-side critical section!'
done_ok
