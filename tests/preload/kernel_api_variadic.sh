#!/bin/sh
# Functions with any number of arguments: by gcc and clang, with and without optimization,
# without a warning; formats are looked at; what is wrong is told of at the program's line.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
src=$SRCDIR/kernel_api_variadic.c
cat >"$TMP/formats.c" <<'C'
#include <linux/device.h>
#include <linux/kmod.h>
#include <linux/kthread.h>
#include <linux/printk.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>
void formats(char *p, struct device *d, struct class *c, int (*f)(void *));
void formats(char *p, struct device *d, struct class *c, int (*f)(void *))
{
	sysfs_emit(p, "%s", 1); /* HERE */
	sysfs_emit_at(p, 0, "%s", 1); /* HERE */
	dev_err_probe(d, -1, "%s", 1); /* HERE */
	device_create(c, d, 0, p, "%s", 1); /* HERE */
	kthread_create_on_node(f, p, 0, "%s", 1); /* HERE */
	kthread_create(f, p, "%s", 1); /* HERE */
	kthread_create_worker_on_cpu(0, 0, "%s", 1); /* HERE */
	set_worker_desc("%s", 1); /* HERE */
	request_module("%s", 1); /* HERE */
	early_printk("%s", 1); /* HERE */
}
C
for cc in "gcc -O0" "gcc -O2" "clang -O1"; do
	have "${cc%% *}" || continue
	$cc -g -Wall -Wextra -Werror -Iinclude "$src" -o "$TMP/kernel_api_variadic" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	expect 0 "$TMP/kernel_api_variadic"
	lines 1 "$TMP/err" ' dev: error -EINVAL: text 1$'
	lines 1 "$TMP/err" ' dev: error -EIO: text 2$'
	lines 1 "$TMP/err" ' dev: error -EIO: text 5$'
	lines 0 "$TMP/err" 'text [34]'
	expect 0 "$K" run "$TMP/kernel_api_variadic" wrong=1
	verdict "findings=$(grep -c '/\* HERE ' "$src")"
	grep -n '/\* HERE ' "$src" | sed 's,^\([0-9]*\):.*/\* HERE \([a-z-]*\) .*,\1 \2,' >"$TMP/here"
	while read -r n kind; do
		lines 1 "$TMP/err" "^kmemu: $kind-.*/kernel_api_variadic\.c:$n)"
	done <"$TMP/here"
	$cc -Wall -Iinclude -fsyntax-only "$TMP/formats.c" 2>"$TMP/cc"
	for n in $(grep -n HERE "$TMP/formats.c" | cut -d: -f1); do
		grep -q "formats\.c:$n:.*-Wformat" "$TMP/cc" || fail "$cc: formats.c:$n: no word"
	done
done
done_ok
