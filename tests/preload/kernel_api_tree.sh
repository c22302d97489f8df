#!/bin/sh
# The tree of tasks: by gcc and clang, with contexts checked and without. Who is looked for by a
# number is looked for in RCU, as 6.12 with PROVE_RCU says.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
quiet "$TESTDIR/kernel_api_tree"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_tree"
each_compiler tests/preload/kernel_api_tree.c quiet env KMEMU_CONTEXT=warn

cat >"$TMP/rcu.c" <<'C'
#include <linux/cred.h>
#include <linux/sched/signal.h>
int main(void)
{
	struct task_struct *t = pid_task(task_pid(current), PIDTYPE_PID);

	if (pid_task(find_vpid(1 << 30), PIDTYPE_PID))
		return 1;
	t = find_task_by_vpid(t->pid);
	read_lock(&tasklist_lock);
	t = pid_task(task_pid(t), PIDTYPE_PID);
	read_unlock(&tasklist_lock);
	return !uid_eq(__task_cred(t)->uid, task_uid(t));
}
C
"${CC:-cc}" -g -O1 -Wall -Wextra -Werror -Iinclude "$TMP/rcu.c" "$BUILDDIR/libkmemu.a" -pthread -o "$TMP/rcu"
expect 0 "$K" run "$TMP/rcu"
lines 1 "$TMP/err" '^kmemu: suspicious-rcu-usage-.*/rcu\.c:5\)$'
lines 1 "$TMP/err" '^kmemu: suspicious-rcu-usage-.*/rcu\.c:9\)$'
lines 1 "$TMP/err" 'find_task_by_pid_ns\(\) needs rcu_read_lock\(\) protection!$'
lines 1 "$TMP/err" '^kmemu: suspicious-rcu-usage-.*/rcu\.c:13\)$'
verdict findings=3
done_ok
