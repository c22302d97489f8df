#!/bin/bash
# sqlite3 shell: a script with tables, indexes, joins, transactions, json,
# window functions; the database file is equal to the byte.
. "$(dirname "$0")/lib.sh"
need sqlite3

script() { sqlite3 -batch -bail db "$@" <"$DATA/work.sql"; }
compare_tree script
compare_tree script -mmap 1000000
compare -s 1 sqlite3 -batch :memory: 'select * from missing'
