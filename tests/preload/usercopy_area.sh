#!/bin/sh
# usercopy= of vmalloc areas: their pages and the guard, with usercopy.exact=1 what was
# asked for; one that was freed.
. "$SRCDIR/lib.sh"
run() {
	options=$1
	shift
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line $options" "$TESTDIR/usercopy_area" "$@"
}
silent() {
	run "$@"
	[ ! -s "$TMP/err" ] || fail "$*: $(cat "$TMP/err")"
}
said() {
	what=$1
	shift
	run "$@"
	lines 1 "$TMP/err" "Kernel memory overwrite attempt detected to $what!"
	lines 1 "$TMP/err" .
}
silent usercopy=warn 200000
silent usercopy=warn 204800
said 'vmalloc \(offset 0, size 204801\)' usercopy=warn 204801
silent "usercopy=warn usercopy.exact=1" 200000
said 'vmalloc \(offset 0, size 200001\)' "usercopy=warn usercopy.exact=1" 200001
silent "usercopy=warn usercopy.exact=1" other 200600
said 'vmalloc \(offset 0, size 200601\)' "usercopy=warn usercopy.exact=1" other 200601
# In its place or moved, up or down: within a slab's object, the page allocator's blocks, areas.
for sizes in "100 120" "120 70" "8640 12864" "30000 18000" "20000 30000" "30000 9000" "200000 204000" "9000 300000"; do
	silent "usercopy=warn usercopy.exact=1" resized $sizes ${sizes#* }
	said '[a-z0-9 ]*.*size '$((${sizes#* } + 1))'\)' "usercopy=warn usercopy.exact=1" resized $sizes $((${sizes#* } + 1))
done
for lazy in 0 1; do
	said "vmalloc 'no area' \\(offset 0, size 50\\)" "usercopy=warn vmalloc_lazy=$lazy" freed
done
run usercopy=fail freed
lines 1 "$TMP/out" '^-1$'
silent usercopy=off freed
done_ok
