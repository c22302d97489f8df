#!/bin/sh
# The manual pages build, groff and mandoc have nothing to say about them, and
# every option, kind, reason, command and function of the API is in its page.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have make || skip "make is not installed"

# With -o the command counts as up to date: nothing else is built here.
mkdir "$TMP/b" && ln -s "$K" "$TMP/b/kmemu" || exit 1
make -s O="$TMP/b" -o "$TMP/b/kmemu" man >"$TMP/make.log" 2>&1 ||
	fail "make man: $(head -n 5 "$TMP/make.log")"
M=$TMP/b/man
for page in kmemu.1 kmemu.3 kmemu-options.7 kmemu-reports.7; do
	[ -s "$M/$page" ] || { fail "$page was not built"; continue; }
	grep -Eq '^@|@VERSION@' "$M/$page" && fail "$page has a part that was not filled in"
	if have groff; then
		groff -ww -man -Tutf8 "$M/$page" >"$TMP/text" 2>"$TMP/err"
		[ -s "$TMP/err" ] && fail "groff: $(head -n 3 "$TMP/err")"
		[ "$(wc -l <"$TMP/text")" -gt 50 ] || fail "$page: hardly any text"
	fi
	if have mandoc; then
		mandoc -Tlint -Wwarning "$M/$page" >"$TMP/out" 2>&1 ||
			fail "mandoc: $(head -n 3 "$TMP/out")"
	fi
done

# in_page PAGE WORD...: each is there, as a word.
in_page() {
	page=$1
	shift
	sed 's/\\-/-/g; s/\\f.//g' "$M/$page" >"$TMP/words"
	for word; do
		grep -Fqw -- "$word" "$TMP/words" || fail "$page says nothing about $word"
	done
	[ $# -gt 3 ] || fail "$page: only $# words to look for"
}

options=$("$K" options | awk 'NR > 1 { print $1 }')
kinds=$("$K" explain | awk '/^[a-z]/ { print $1 }')
[ -n "$kinds" ] || kinds=$("$K" explain | awk '{ print $1 }')
reasons=$(sed -n '/^| reason | said by/,/^$/p' docs/events.md | cut -d '|' -f 2 | tr -cs 'a-z_-' '\n' |
	grep -Ev '^-*$|^reason$')
commands=$("$K" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
long=$(for c in run advise show top options decode; do "$K" $c --help; done |
	grep -Eo '^ *(-[a-z], )?--[a-z-]+' | grep -Eo -- '--[a-z-]+' | sort -u | grep -Ev -- '--(help|version)')
# The headers whose names are called as they are; what include/linux stands on has
# the kernel's names, and is said in the headers.
functions=$(for h in annotate context kmemu phys view; do cat include/kmemu/$h.h; done |
	grep -v '^static' | grep -Eo '^[a-z].*\*?kmemu_[a-z_]+\(' | grep -Eo 'kmemu_[a-z_]+')
in_page kmemu-options.7 $options
in_page kmemu-reports.7 $kinds $reasons
in_page kmemu.1 $commands $long
in_page kmemu.3 $functions kmemu_raise_irq
done_ok
