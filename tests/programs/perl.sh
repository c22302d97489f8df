#!/bin/bash
# perl: hashes, sorting, regular expressions, closures, fork, big strings.
. "$(dirname "$0")/lib.sh"
need perl

compare perl "$DATA/work.pl"
compare -s 9 perl -e 'my @a = map { [$_] } 1 .. 20000; die "x\n" if @a < 9; exit 9'
