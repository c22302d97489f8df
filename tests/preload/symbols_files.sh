#!/bin/sh
# Where a file's symbols come from: its own table, a separate debug file that is
# found by build-id or by .gnu_debuglink, its dynamic table; and which of these
# are not believed.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
have objcopy || skip "no objcopy"
tool=$TESTDIR/symbols_files
cat >"$TMP/p.c" <<'EOF'
__attribute__((noinline)) static int hidden(int x) { return x * 3; }
__attribute__((noinline)) int shown(int x) { return hidden(x) + 1; }
int main(int argc, char **argv) { (void)argv; return shown(argc) == 0; }
EOF
mkdir "$TMP/d" "$TMP/debug"
"$CC" -O1 -g -rdynamic -Wl,--build-id=sha1 -o "$TMP/whole" "$TMP/p.c" || fail "cc"
"$CC" -O1 -g -rdynamic -Wl,--build-id=none -o "$TMP/noid" "$TMP/p.c" || fail "cc"
size=$(nm -S "$TMP/whole" | awk '$NF == "hidden" { print $2 }')
size=$((0x$size))

# what FILE FUNCTION WANT: the tool's line
what() {
	is=$("$tool" "$1" "$2" "$TMP/debug")
	[ "$is" = "$3" ] || fail "$1, $2: '$is', not '$3' ($4)"
}

what "$TMP/whole" hidden "symtab $size" "not stripped"
cp "$TMP/whole" "$TMP/d/p"
strip "$TMP/d/p"
what "$TMP/d/p" hidden "dynsym -" "stripped"
what "$TMP/d/p" shown "dynsym $(($(printf '0x%s' "$(nm -SD "$TMP/d/p" |
	awk '$NF == "shown" { print $2 }')")))" "dynamic table"

# by build-id
id=$(readelf -n "$TMP/whole" | sed -n 's/.*Build ID: //p')
dir=$TMP/debug/.build-id/$(echo "$id" | cut -c1-2)
mkdir -p "$dir"
file=$dir/$(echo "$id" | cut -c3-).debug
objcopy --only-keep-debug "$TMP/whole" "$file"
what "$TMP/d/p" hidden "debug $size" "build-id"
objcopy --only-keep-debug "$TMP/noid" "$file"
what "$TMP/d/p" hidden "dynsym -" "debug file of another build"
: >"$file"
what "$TMP/d/p" hidden "dynsym -" "empty debug file"
rm "$file"
mkfifo "$file"
what "$TMP/d/p" hidden "dynsym -" "a FIFO for a debug file"
rm "$file"

# by debuglink: beside it, in .debug, below the root; with the right CRC only
objcopy --only-keep-debug "$TMP/noid" "$TMP/p.debug"
cp "$TMP/noid" "$TMP/d/n"
strip "$TMP/d/n"
(cd "$TMP" && objcopy --add-gnu-debuglink=p.debug d/n)
what "$TMP/d/n" hidden "dynsym -" "no debug file"
real=$(cd "$TMP/d" && pwd -P)
for place in "$TMP/d" "$TMP/d/.debug" "$TMP/debug$real"; do
	mkdir -p "$place"
	cp "$TMP/p.debug" "$place/p.debug"
	what "$TMP/d/n" hidden "debug $size" "link to $place"
	ln -sf d/n "$TMP/link"
	what "$TMP/link" hidden "debug $size" "through a link, $place"
	echo >>"$place/p.debug"
	what "$TMP/d/n" hidden "dynsym -" "wrong CRC in $place"
	rm "$place/p.debug"
done

# links that lead nowhere good
cp "$TMP/d/n" "$TMP/d/p.debug" # the file itself, and a ring of links
what "$TMP/d/n" hidden "dynsym -" "a link to a link"
rm "$TMP/d/p.debug"
ln -s p.debug "$TMP/d/p.debug"
what "$TMP/d/n" hidden "dynsym -" "a ring"
rm "$TMP/d/p.debug"
printf '../p.debug\0\0AAAA' >"$TMP/evil"
objcopy --update-section .gnu_debuglink="$TMP/evil" "$TMP/d/n" 2>/dev/null &&
	what "$TMP/d/n" hidden "dynsym -" "a path for a link"

# no files of ours
what "$TMP/nothing" x "error 2" "missing"
what "$TMP" x "error 22" "a directory"
what /dev/null x "error 22" "a device"
what "$TMP/p.c" x "error 8" "a text"
head -c 1000 "$TMP/whole" >"$TMP/cut"
what "$TMP/cut" x "error 8" "truncated"
truncate -s 70G "$TMP/sparse" && what "$TMP/sparse" x "error 27" "endless"
truncate -s 1G "$TMP/whole" && what "$TMP/whole" hidden "symtab $size" "with a hole behind"
"$CC" -m32 -o "$TMP/p32" "$TMP/p.c" 2>/dev/null && what "$TMP/p32" hidden "error 8" "32 bits"
sstrip=$TMP/headers
objcopy --strip-section-headers "$TMP/d/p" "$sstrip" 2>/dev/null &&
	what "$sstrip" shown "none -" "no sections"
done_ok
