#!/bin/bash
# A real bash script: arrays, pipes, subshells, here documents, coprocesses,
# traps, and the same in dash.
. "$(dirname "$0")/lib.sh"
need bash dash

compare bash "$DATA/work.bash"
compare dash -c 'i=0; s=; while [ $i -lt 20000 ]; do s=$s.; i=$((i + 1)); done
	echo ${#s}; (echo sub; exit 3); echo $?; seq 5 | while read x; do echo "<$x>"; done'
compare -s 7 bash -c 'a=($(seq 5000)); unset "a[17]"; echo ${#a[@]}; exit 7'
