#!/bin/bash
# cmake configures, builds and tests a small project with C and C++ in it: many
# short processes, each of them preloaded.
. "$(dirname "$0")/lib.sh"
need cmake gcc g++ make

mkdir "$IN/src"
cat >"$IN/src/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.13)
project(small C CXX)
include(CheckIncludeFile)
include(CheckFunctionExists)
include(CheckTypeSize)
check_include_file(stdlib.h HAVE_STDLIB_H)
check_function_exists(malloc HAVE_MALLOC)
check_type_size(long SIZEOF_LONG)
find_package(Threads REQUIRED)
add_library(one STATIC one.c)
add_executable(two two.cpp)
target_link_libraries(two one Threads::Threads)
enable_testing()
add_test(NAME two COMMAND two)
END
echo 'int one(void); int one(void) { return 1; }' >"$IN/src/one.c"
cat >"$IN/src/two.cpp" <<'END'
#include <cstdio>
#include <string>
extern "C" int one(void);
int main() { std::string s(1000, 'x'); return std::printf("%d\n", one() + (int)s.size()) != 5; }
END

# Times and compiler paths that hold a process id are masked.
configure() { cmake -S "$IN/src" -B b | sed 's/([0-9.]*s)//'; }
compare configure
build() {
	configure >/dev/null && make -C b --no-print-directory -j2 >make.out 2>&1 &&
		sort make.out | sed 's/^\[ *[0-9]*%\] //' && b/two &&
		(cd b && ctest | sed -e 's/[0-9.]* sec.*//' -e 's/  *$//')
}
compare build
