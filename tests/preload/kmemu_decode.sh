#!/bin/sh
# `kmemu decode` on another machine: the log, copies of the binaries, and
# nothing where it was; as a tree, as loose files, stripped with a debug file.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
mkdir -p "$TMP/orig" "$TMP/other"
echo '#include <stdlib.h>
__attribute__((noinline)) void lib_drop(char *p) { free(p); __asm__ volatile(""); }' >"$TMP/orig/lib.c"
echo '#include <stdlib.h>
void lib_drop(char *);
int main(void) { char *p = malloc(60); lib_drop(p); lib_drop(p); return 0; }' >"$TMP/orig/prog.c"
cd "$TMP/orig" || exit 1
"$CC" -g -O1 -w -fno-builtin -shared -fPIC -o libdrop.so lib.c || skip "no C compiler"
"$CC" -g -O1 -w -fno-builtin -Wl,--build-id -o prog prog.c -L. -ldrop -Wl,-rpath,"$PWD"
cp prog stripped
have objcopy && have strip || skip "no binutils"
objcopy --only-keep-debug stripped stripped.debug
strip -s stripped
id=$(readelf -n stripped | sed -n 's/.*Build ID: //p')
for p in prog stripped; do
	expect 0 "$K" -q --log="$TMP/other/$p.log" -o json="$TMP/other/$p.json" "$TMP/orig/$p"
done
tree=$TMP/tree$TMP/orig
debug=$TMP/tree/usr/lib/debug/.build-id/${id%"${id#??}"}
mkdir -p "$tree" "$debug" "$TMP/loose/sub"
cp prog libdrop.so stripped "$tree"
cp stripped.debug "$debug/${id#??}.debug"
cp prog libdrop.so "$TMP/loose/sub"
cd "$TMP/other" && rm -r "$TMP/orig"

# decoded PROGRAM OPTIONS...: lines of both files in log and events.
decoded() {
	p=$1
	shift
	expect 0 "$K" decode "$@" "$p.log"
	grep -Eq ' lib_drop\+0x.* \[libdrop.so\] \(.*/orig/lib\.c:2\)$' "$TMP/out" ||
		fail "$p $*: no lib.c:2: $(grep drop "$TMP/out")"
	grep -Eq '(main\+0x.*\[prog\]|stripped\+0x.*\) main) \(.*/orig/prog\.c:3\)$' "$TMP/out" ||
		fail "$p $*: no prog.c:3: $(grep "main\|$p" "$TMP/out")"
	[ "$(sed 's/ main (.*:[0-9]*)$//; s/ ([^()]*:[0-9]*)$//' "$TMP/out")" = "$(cat "$p.log")" ] ||
		fail "$p $*: other lines were changed: $(diff "$TMP/out" "$p.log" | head -n 4)"
	expect 0 "$K" decode "$@" <"$p.json" "$p.json"
	grep '"event":"finding"' "$TMP/out" | grep -q '/orig/lib.c","line":2' || fail "$p.json $*: lib.c"
	grep '"event":"finding"' "$TMP/out" | grep -q '/orig/prog.c","line":3' || fail "$p.json $*: prog.c"
}
decoded prog --sysroot=../tree
decoded stripped --sysroot="$TMP/tree"
decoded prog --sysroot="$TMP/loose"
decoded prog -m ../loose/sub/prog --module="$TMP/loose/sub/libdrop.so"
# Nothing there: all goes through as it is, and a file that is not the one tells nothing.
expect 0 "$K" decode prog.log
cmp -s "$TMP/out" prog.log || sed 's/ (.*libc.*)$//' "$TMP/out" | cmp -s - prog.log ||
	fail "decoded with nothing: $(diff "$TMP/out" prog.log | head -n 3)"
cp /bin/true "$TMP/loose/sub/prog"
expect 0 "$K" decode --sysroot="$TMP/loose" prog.json
grep -q 'prog.c","line"' "$TMP/out" && fail "another file's lines"

# What cannot be read is said; what is no text goes through.
expect 125 "$K" decode "$TMP/no-such-log"
expect 125 "$K" decode "$TMP"
grep -q 'Is a directory' "$TMP/err" || fail "a directory: $(cat "$TMP/err")"
expect 125 "$K" decode --sysroot="$TMP/nowhere" prog.log
expect 125 "$K" decode --module="$TMP/nowhere" prog.log
head -c 5000 /dev/urandom >bytes
echo >>bytes
expect 0 "$K" decode bytes
cmp -s bytes "$TMP/out" || fail "bytes were changed"
done_ok
