#!/bin/sh
# kmemu advise: a line for each call site with what it should be in the kernel,
# as tests/golden/advise.txt has them (GOLDEN=write makes it anew); numbers
# survive a program that is killed, leaves by _exit or becomes another one;
# filters, order, JSON, where it goes to.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
golden=$(dirname "$SRCDIR")/golden/advise.txt
compile sites <"$SRCDIR/advise_sites.c" || skip "no C compiler"
cd "$TMP" || exit 1

# What libc has for itself is its version's business.
without_libc() {
	sed "s/; libc's own [0-9]* (-a)\$//" "$1"
}
expect 3 "$K" advise -v ./sites
[ ! -s "$TMP/out" ] || fail "something on standard output"
without_libc "$TMP/err" >"$TMP/is"
[ "${GOLDEN:-}" != write ] || cp "$TMP/is" "$golden"
diff "$golden" "$TMP/is" >"$TMP/diff" || fail "not the golden lines: $(cat "$TMP/diff")"

# However it ends, all is there.
tail -n 1 "$TMP/is" >"$TMP/last"
for how in kill _exit exec; do
	case $how in
	kill) status=137 ;;
	_exit) status=7 ;;
	exec) status=0 ;;
	esac
	expect $status "$K" advise --module=sites ./sites $how
	without_libc "$TMP/err" | tail -n 1 >"$TMP/is"
	cmp -s "$TMP/last" "$TMP/is" || fail "$how: $(cat "$TMP/is")"
done

# Text in a file is without the log's word and colours; the log has nothing then.
expect 3 "$K" advise -o "$TMP/advice" ./sites
[ ! -s "$TMP/err" ] || fail "-o: on standard error: $(cat "$TMP/err")"
grep -v '^kmemu:   ' "$golden" | sed 's/^kmemu: //' >"$TMP/want"
without_libc "$TMP/advice" | diff "$TMP/want" - >"$TMP/diff" || fail "-o: $(cat "$TMP/diff")"
printf '\033' >"$TMP/escape"
grep -qF -f "$TMP/escape" "$TMP/advice" && fail "colours in a file"
if have script; then
	script -qec "$K advise ./sites" /dev/null >"$TMP/typescript" </dev/null
	grep -qF -f "$TMP/escape" "$TMP/typescript" || fail "no colours on a terminal"
fi
expect 125 "$K" advise -o "$TMP/none/advice" ./sites

# Filters and order.
count() { # N options...
	told=$1
	shift
	expect 3 "$K" advise -q "$@" ./sites
	lines "$told" "$TMP/err" '^kmemu: '
}
count 19 --module=sites
count 0 --module='lib*'
count 3 --function='*_in_handler' --module=sites --limit=3
count 4 --function='*in_handler'
count 1 --min-calls=1000
count 2 --limit=2
expect 3 "$K" advise -q --sort=calls --limit=1 ./sites
lines 1 "$TMP/err" ': fixed_size \[sites\]: '
expect 3 "$K" advise -q --sort=size --limit=1 ./sites
lines 1 "$TMP/err" ': always_above \[sites\]: '
expect 3 "$K" advise -q --sort=place ./sites
cut -d: -f3 "$TMP/err" >"$TMP/numbers"
sort -nc "$TMP/numbers" || fail "--sort=place: $(cat "$TMP/numbers")"
for wrong in --sort=colour --limit=x --min-calls=-1 --colour --module=; do
	expect 125 "$K" advise $wrong ./sites
done
expect 125 "$K" advise
expect 127 "$K" advise "$TMP/none"
expect 0 "$K" advise --help

# JSON, for python to read: the same facts.
expect 3 "$K" advise --json ./sites
[ ! -s "$TMP/err" ] || fail "--json: on standard error: $(cat "$TMP/err")"
if have python3; then
	python3 - "$TMP/out" <<'PY' || fail "--json: $(cat "$TMP/out")"
import json, sys
o = json.load(open(sys.argv[1]))
assert o["kmemu_advice"] == 1 and o["status"] == 3 and o["cap"] == 131072
assert o["program"] == ["./sites"] and o["programs"] == 1 and o["lost_calls"] == 0
assert o["nr_sites"] == len(o["sites"]) == 19 and o["unchecked"] == []
by = {s["function"]: s for s in o["sites"]}
great = by["great_in_handler"]
assert o["sites"][0] is great
assert great["advice"]["severity"] == "redesign" and great["advice"]["beforehand"]
assert great["contexts"] == ["hardirq"] and "SIGUSR1" in great["contexts_text"]
assert great["above_cap"] == great["no_sleep_calls"] == 1
fixed = by["fixed_size"]
assert (fixed["calls"], fixed["bytes"], fixed["size_least"], fixed["size_most"]) == (1000, 520000, 520, 520)
assert fixed["alive_most"] == 1000 and fixed["alive_bytes_most"] == 1024000
assert fixed["advice"]["saves"] == 504000 and fixed["advice"]["function"] == "kmem_cache_alloc"
assert by["aligned"]["now"] == "aligned_alloc" and by["posix_aligned"]["now"] == "posix_memalign"
assert by["fresh_array"]["now"] == "reallocarray" and by["grown_from_none"]["now"] == "realloc"
assert by["paged"]["now"] == "memalign" and by["paged"]["advice"]["function"] == "kmalloc"
assert by["copied"]["now"] == "strdup" and by["zeroed"]["zeroed"] and not fixed["zeroed"]
assert all(s["dma"] is False and s["line"] and s["build_id"] for s in o["sites"])
assert by["anywhere"]["advice"]["elsewhere"] and by["moved"]["calls"] == 10
PY
fi

# Many processes with addresses of their own are one account.
cat >"$TMP/Makefile" <<'M'
all: a b c d
a b c d:
	-@./sites >/dev/null
M
if have make && have python3; then
	expect 0 "$K" advise --module=sites --json -o "$TMP/json" make -s -j2
	python3 - "$TMP/json" <<'PY' || fail "make -j: $(cat "$TMP/json")"
import json, sys
o = json.load(open(sys.argv[1]))
by = {s["function"]: s for s in o["sites"]}
assert len(o["sites"]) == 19 and o["programs"] >= 5, o["programs"]
assert by["fixed_size"]["calls"] == 4000 and by["fixed_size"]["alive_most"] == 1000
PY
	expect 0 "$K" advise --follow=no --module=sites -q make -s -j2
	[ "$(grep -c sites.c "$TMP/err")" -eq 0 ] || fail "--follow=no: $(cat "$TMP/err")"
fi

# Memory that comes to a call which a device would serve.
compile dma <<'C'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void *for_device(size_t size)
{
	return aligned_alloc(4096, size);
}

__attribute__((noinline)) static void *for_another(void)
{
	return malloc(4096);
}

int main(void)
{
	int fd = open("direct", O_WRONLY | O_CREAT | O_DIRECT, 0600);
	int plain = open("plain", O_WRONLY | O_CREAT, 0600);
	char *page = memset(for_device(8192), 0, 8192), *other = for_another();

	if (fd < 0 || write(fd, page + 4096, 4096) != 4096)
		return 77;
	return write(plain, other, 4096) != 4096;
}
C
timeout 50 "$K" advise -v ./dma >"$TMP/out" 2>"$TMP/err"
status=$?
if [ $status = 0 ]; then
	lines 1 "$TMP/err" ' for_device .* -> kmalloc\(GFP_DMA \| GFP_KERNEL\): memory for DMA$'
	lines 1 "$TMP/err" ' for_another .* -> kmalloc\(GFP_KERNEL\): process context$'
	lines 1 "$TMP/err" '; not zeroed; DMA$'
	lines 1 "$TMP/err" '; not zeroed; no DMA$'
	expect 0 "$K" advise -v --options=contig=off ./dma
	lines 2 "$TMP/err" 'DMA not looked at$'
elif [ $status != 77 ]; then
	fail "status $status: $(cat "$TMP/err")"
fi

# What cannot be looked at is said, and the program runs.
cp "$TMP/sites.c" "$TMP/static.c"
if "$CC" -static -w -fno-builtin -o "$TMP/static" "$TMP/static.c" 2>/dev/null; then
	expect 3 "$K" advise ./static
	lines 1 "$TMP/err" 'linked statically'
	lines 1 "$TMP/err" 'advice: 0 call sites'
fi
done_ok
