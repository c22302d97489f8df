#!/bin/sh
# What the command tells of itself: options, explain, completion, manual pages,
# colours on a terminal only.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"

# Each option is listed, and told with variable, default and value now.
expect 0 "$K" options
for name in profile kmalloc_max large invalid_free json report.dedup; do
	lines 1 "$TMP/out" "^$name +"
done
expect 0 env KMEMU_OPTIONS=kmalloc_max=64K "$K" options kmalloc_max
for text in 'KMEMU_KMALLOC_MAX' 'default +128K' 'now +64K' 'power of two' 'KMALLOC_MAX_SIZE'; do
	grep -Eq "$text" "$TMP/out" || fail "options kmalloc_max lacks '$text'"
done
expect 0 "$K" options --profile=strict KMEMU_LARGE
grep -Eq 'now +fail' "$TMP/out" || fail "--profile=strict: $(cat "$TMP/out")"
expect 125 "$K" options kmaloc_max
grep -q "did you mean 'kmalloc_max'" "$TMP/err" || fail "$(cat "$TMP/err")"
[ ! -s "$TMP/out" ] || fail "something on standard output"
expect 0 env KMEMU_OPTIONS=large=perhaps "$K" options large
grep -q 'large=perhaps' "$TMP/err" || fail "a wrong value is not named"
names=$("$K" options --names)

# Each kind has all four parts.
expect 0 "$K" explain
cut -d' ' -f1 <"$TMP/out" >"$TMP/kinds"
[ "$(wc -l <"$TMP/kinds")" -ge 7 ] || fail "kinds: $(cat "$TMP/kinds")"
while read -r kind; do
	expect 0 "$K" explain "$kind"
	for part in 'What it means' "The kernel's rule" 'How to mend it'; do
		grep -q "^$part" "$TMP/out" || fail "explain $kind: no '$part'"
	done
	expect 0 "$K" explain "$kind-0123456789abcdef"
done <"$TMP/kinds"
expect 125 "$K" explain dooble-free
grep -q "did you mean 'double-free'" "$TMP/err" || fail "$(cat "$TMP/err")"

# The generated parts of the manual have every option and kind; groff reads them.
"$K" options --man >"$TMP/options.man"
for name in $names; do
	grep -qF ".BR $name " "$TMP/options.man" || fail "the manual lacks $name"
done
"$K" explain --man >"$TMP/kinds.man"
while read -r kind; do
	grep -qF ".SS $(echo "$kind" | sed 's/-/\\-/g')" "$TMP/kinds.man" ||
		fail "the manual lacks $kind"
done <"$TMP/kinds"
if have groff; then
	{ printf '.TH X 7\n.SH X\n'; cat "$TMP/options.man" "$TMP/kinds.man"; } >"$TMP/x.7"
	groff -man -Tascii -ww "$TMP/x.7" 2>&1 >/dev/null | head -n 3 >"$TMP/groff"
	[ ! -s "$TMP/groff" ] || fail "groff: $(cat "$TMP/groff")"
fi

# Completion loads in a bare bash and knows commands, options, kinds.
if have bash; then
	cat >"$TMP/complete" <<'B'
cd "$1" || exit 1
source "$2"
complete -p kmemu >/dev/null || exit 1
try() {
	local want=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_kmemu
	case " ${COMPREPLY[*]} " in
	*" $want "*) ;;
	*) echo "${*:2}: ${COMPREPLY[*]:0:9} lacks $want" ;;
	esac
}
k=$3
try run "$k" ru
try explain "$k" ""
try advise "$k" adv
try --sort= "$k" advise --so
try place "$k" advise --sort = p
try sh "$k" advise --json s
try sh "$k" advise -o file s
try --sarif= "$k" run --s
try strict "$k" --profile = st
try double-free "$k" explain do
try kmalloc_max "$k" options km
try slabinfo "$k" show sl
try $$ "$k" show slabinfo --pid ""
try complete "$k" show slabinfo --core com
try large= "$k" -o larg
try fail "$k" run -o large =
try panic "$k" -o large = pa
try strict "$k" -o profile = s
try sh "$k" -o large = fail s
try sh "$k" run -o large=fail s
B
	bash --norc "$TMP/complete" "$TMP" "$PWD/cmd/kmemu.bash" "$K" >"$TMP/out" 2>&1 ||
		fail "completion does not load: $(cat "$TMP/out")"
	[ ! -s "$TMP/out" ] || fail "completion: $(cat "$TMP/out")"
fi

# Colours: on a terminal, unless NO_COLOR is set.
if have python3; then
	cat >"$TMP/terminal.py" <<'PY'
import os, pty, sys
out = b""
def read(fd):
    global out
    data = os.read(fd, 65536)
    out += data
    return data
pty.spawn(sys.argv[1:], read)
sys.exit(10 if b"\x1b[" in out else 11 if b"kmemu: verdict: clean" in out else 12)
PY
	expect 10 env TERM=xterm python3 "$TMP/terminal.py" "$K" true
	expect 11 env TERM=xterm NO_COLOR=1 python3 "$TMP/terminal.py" "$K" true
	expect 11 env TERM=dumb python3 "$TMP/terminal.py" "$K" true
	expect 0 env TERM=xterm "$K" true
	grep -q "$(printf '\033')" "$TMP/err" && fail "colours without a terminal"
fi
done_ok
