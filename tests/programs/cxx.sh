#!/bin/bash
# A C++ program: bad_alloc for 2^60 ints, every form of operator new with every
# form of delete that may release it, new_handler, containers, threads,
# exceptions out of threads.
. "$(dirname "$0")/lib.sh"
need g++

g++ -std=c++17 -O2 -g -pthread "$DATA/work.cpp" -o "$T/work" || fail "work.cpp does not build"
compare "$T/work"
if command -v clang++ >/dev/null &&
	clang++ -std=c++17 -O1 -pthread "$DATA/work.cpp" -o "$T/work2" 2>/dev/null; then
	compare "$T/work2"
fi
