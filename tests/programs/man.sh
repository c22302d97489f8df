#!/bin/bash
# man: a pipeline of small programs (groff among them) inside a seccomp filter
# of its own, which our system calls have to live with.
. "$(dirname "$0")/lib.sh"
need man

cat >"$IN/page.1" <<'END'
.TH PAGE 1 2024-01-01 kmemu test
.SH NAME
page \- is formatted by the test
.SH DESCRIPTION
.B page
has
.I several
words that fill lines and are adjusted on both sides so that the formatter has some work.
.TP
.B \-x
An option.
.SH SEE ALSO
.BR man (1)
END
gzip -9nk "$IN/page.1"

export MANWIDTH=72 PAGER=cat MANPAGER=cat MANROFFOPT=
page() { man -l "$IN/page.1" | cat && man -l "$IN/page.1.gz" | cat; }
compare page
installed() { MANPATH=/usr/share/man man ls 2>&1 | head -n 40; }
compare installed
whatis_of() { man -k . -s 8 2>&1 | wc -l | grep -q . && man -w gcc 2>&1; true; }
compare whatis_of
compare -s 16 man no-such-page-at-all
