#!/bin/sh
# A lockdep_map that is taken with check 0 is held, and has no order; with 1 the order that
# is wrong is told.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/unchecked.c" <<'C'
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/mutex.h>

static int check;
module_param(check, int, 0);
static struct lockdep_map map = STATIC_LOCKDEP_MAP_INIT("map", NULL);
static DEFINE_MUTEX(mutex);

static int __init unchecked_init(void)
{
	lock_acquire(&map, 0, 0, 0, check, NULL, _THIS_IP_);
	if (lock_is_held(&map) != LOCK_STATE_HELD)
		return -EINVAL;
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	lock_release(&map, _THIS_IP_);
	if (lock_is_held(&map) != LOCK_STATE_NOT_HELD)
		return -EINVAL;
	mutex_lock(&mutex);
	lock_acquire(&map, 0, 0, 0, check, NULL, _THIS_IP_);
	lock_release(&map, _THIS_IP_);
	mutex_unlock(&mutex);
	return 0;
}
module_init(unchecked_init);
C
cc -g -O1 -Wall -Wextra -Werror -Iinclude -o "$TMP/unchecked" "$TMP/unchecked.c" \
	"$BUILDDIR/libkmemu.a" -pthread || fail "it does not compile"
expect 0 "$K" run "$TMP/unchecked"
verdict clean
expect 0 "$K" run "$TMP/unchecked" check=1
verdict findings=1
grep -q '^kmemu: circular-locking-.* at unchecked_init' "$TMP/err" || fail "$(cat "$TMP/err")"
done_ok
