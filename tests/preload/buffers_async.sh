#!/bin/sh
# Memory given to libaio, liburing and to rings made by system calls: judged where it is
# submitted or registered; freed in flight; silent twins; the verdict.
. "$SRCDIR/lib.sh"
cd "$TMP" || exit 1
head -c 4194304 /dev/zero >"$TMP/file"
run() {
	timeout -k 5 50 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit report=line $options" \
		"$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
}
# finds KIND PROGRAM ...: one finding, of this kind; "clean": none, by verdict.
finds() {
	kind=$1
	shift
	run "$@"
	[ $status -ne 77 ] || return 0
	[ $status -eq 0 ] && grep -q done "$TMP/out" || fail "status $status: $*: $(cat "$TMP/err")"
	if [ "$kind" = clean ]; then
		lines 1 "$TMP/err" '^kmemu: verdict: clean$'
	else
		lines 1 "$TMP/err" "^kmemu: $kind: [0-9]+ findings?, seen"
		lines 1 "$TMP/err" '^kmemu: verdict: findings=1$'
	fi
}
build() {
	if ! echo "#include <$3>" | $CC -E - >/dev/null 2>&1; then
		echo "no $3"
		return 1
	fi
	$CC -D_GNU_SOURCE -o "$TMP/$1" "$SRCDIR/aux/$1.c" $2 2>"$TMP/cc" || fail "$(cat "$TMP/cc")"
}
options=

if echo "#include <liburing.h>" | $CC -E - >/dev/null 2>&1 &&
	$CC -D_GNU_SOURCE -shared -fPIC -o "$TMP/setup.so" "$SRCDIR/aux/buffers_setup.c" -luring &&
	$CC -D_GNU_SOURCE -o "$TMP/buffers_ring" "$SRCDIR/aux/buffers_ring.c" -luring \
		"$TMP/setup.so"; then
	finds contig-vmalloc "$TMP/buffers_ring" registered 1048576
	lines 1 "$TMP/err" 'io_uring_register_buffers\(element 2 of 2: .*vmalloc memory'
	finds clean "$TMP/buffers_ring" registered 65536
	[ $status -eq 77 ] || lines 1 "$TMP/err" '; buffers: 0 O_DIRECT, 0 asynchronous, 2 registered, '
	finds clean "$TMP/buffers_ring" idle 0
	finds in-flight "$TMP/buffers_ring" flight freed
	lines 1 "$TMP/err" ' of 128 bytes is freed while io_uring_submit\(\) writes to '
	finds clean "$TMP/buffers_ring" flight kept
	for how in shared_name skipped many; do
		finds in-flight "$TMP/buffers_ring" $how freed
		finds clean "$TMP/buffers_ring" $how kept
	done
	finds clean "$TMP/buffers_ring" skipped fails
	finds contig-vmalloc "$TMP/buffers_ring" nvme 1048576
	finds clean "$TMP/buffers_ring" nvme 65536
	# Rings that liburing makes, and whose entries it does not see.
	for how in setup enter; do
		run "$TMP/buffers_ring" bare $how
		lines 1 "$TMP/err" '^kmemu: verdict: unchecked: io_uring entered by raw system calls$'
	done
	finds clean "$TMP/buffers_ring" bare mapped
	# Given another size: what stays in its place is none, and may be freed afterwards.
	for sizes in "8000 4800" "8000 8192" "300000 297000" "400000 200000"; do
		finds clean "$TMP/buffers_ring" resized $sizes
	done
	for sizes in "8000 16000" "8000 1000" "100000 200000" "300000 600000" "300000 4096"; do
		finds in-flight "$TMP/buffers_ring" resized $sizes
		lines 1 "$TMP/err" '^krealloc: .* is reallocated while io_uring_submit\(\) writes to '
	done
	finds in-flight "$TMP/buffers_ring" cut 400000 200000
	finds in-flight "$TMP/buffers_ring" group_flight freed
	finds clean "$TMP/buffers_ring" group_flight kept
	finds in-flight "$TMP/buffers_ring" multishot freed
	finds clean "$TMP/buffers_ring" multishot kept
	finds clean "$TMP/buffers_ring" multishot gone
	finds usercopy "$TMP/buffers_ring" group_length 1
	finds clean "$TMP/buffers_ring" group_length 0
	if timeout 20 "$TMP/buffers_ring" direct 4096 "$TMP/file" >/dev/null 2>&1; then
		finds contig-vmalloc "$TMP/buffers_ring" direct 1048576 "$TMP/file"
		lines 1 "$TMP/err" '^io_uring_submit\(fd [0-9]+, 0x'
		finds clean "$TMP/buffers_ring" direct 65536 "$TMP/file"
		lines 1 "$TMP/err" '; buffers: 0 O_DIRECT, 1 asynchronous, 0 registered, '
		finds contig-vmalloc "$TMP/buffers_ring" vector 1048576 "$TMP/file"
		lines 1 "$TMP/err" 'element 2 of 3: .*; also wrong: element 3$'
		finds clean "$TMP/buffers_ring" vector 65536 "$TMP/file"
		finds contig-vmalloc "$TMP/buffers_ring" fixed 1048576 "$TMP/file"
		finds contig-vmalloc "$TMP/buffers_ring" fixed 1048576 "$TMP/file" later
		for way in number place update; do
			finds contig-vmalloc "$TMP/buffers_ring" opened $way "$TMP/file"
		done
		for way in open moved given; do
			finds contig-vmalloc "$TMP/buffers_ring" chosen $way "$TMP/file"
		done
		finds clean "$TMP/buffers_ring" chosen closed "$TMP/file"
		finds clean "$TMP/buffers_ring" chosen replaced "$TMP/file"
		finds clean "$TMP/buffers_ring" socket 1 "$TMP/file"
		for way in group provided setup; do
			finds contig-vmalloc "$TMP/buffers_ring" $way 1048576 "$TMP/file"
			finds clean "$TMP/buffers_ring" $way 65536 "$TMP/file"
		done
		# Refused, it ends with an error.
		options=contig=fail
		run "$TMP/buffers_ring" direct 1048576 "$TMP/file"
		lines 1 "$TMP/out" '^failed: Input/output error$'
		finds clean "$TMP/buffers_ring" direct 65536 "$TMP/file"
		options=
		finds clean "$TMP/buffers_ring" fixed 65536 "$TMP/file"
		lines 1 "$TMP/err" '; buffers: 0 O_DIRECT, 1 asynchronous, 0 registered, '
	fi
fi

if build buffers_aio -laio libaio.h && timeout 20 "$TMP/buffers_aio" "$TMP/file" 4096 >/dev/null 2>&1; then
	finds contig-vmalloc "$TMP/buffers_aio" "$TMP/file" 1048576
	lines 1 "$TMP/err" 'request 1 of 2: 0x.*; also wrong: request 2 element 1, request 2 element 2$'
	finds clean "$TMP/buffers_aio" "$TMP/file" 65536
	lines 1 "$TMP/err" '; buffers: 0 O_DIRECT, 2 asynchronous, 0 registered, '
	finds contig-vmalloc "$TMP/buffers_aio" "$TMP/file" vector
	lines 1 "$TMP/err" 'io_submit\(fd [0-9]+, element 2 of 3: .*; also wrong: element 3$'
	run "$TMP/buffers_aio" "$TMP/file" freed
	lines 1 "$TMP/err" '^kmemu: in-flight: [0-9]+ findings?, seen'
	# fail: as a driver's, the requests end with an error.
	options=contig=fail
	run "$TMP/buffers_aio" "$TMP/file" 1048576
	lines 1 "$TMP/out" '^failed: Input/output error, data 0xa$'
	lines 1 "$TMP/out" '^failed: Input/output error, data 0xb$'
	lines 1 "$TMP/out" '^done$'
	finds clean "$TMP/buffers_aio" "$TMP/file" 65536
	lines 0 "$TMP/out" failed
	options=

	# Brought by dlopen, and asked of dlsym.
	for z in lazy now; do
		$CC -D_GNU_SOURCE -DPLUGIN -shared -fPIC -Wl,-z,$z -o "$TMP/late_$z.so" \
			"$SRCDIR/aux/buffers_late.c" -laio || fail "cc late_$z"
	done
	build buffers_late -ldl libaio.h
	build buffers_gone -ldl libaio.h
	$CC -DPLUGIN -shared -fPIC -Wl,-z,lazy -o "$TMP/gone.so" "$SRCDIR/aux/buffers_gone.c" || fail "cc gone"
	finds clean "$TMP/buffers_gone" "$TMP/gone.so"
	for how in symbol version next next_version; do
		finds contig-vmalloc "$TMP/buffers_late" $how "$TMP/file" 1048576
		finds clean "$TMP/buffers_late" $how "$TMP/file" 65536
	done
	# An interposer of the program's: it is called, once, and it reaches what is behind it.
	$CC -D_GNU_SOURCE -shared -fPIC -o "$TMP/between.so" "$SRCDIR/aux/buffers_between.c" &&
		build buffers_aio "$TMP/between.so -laio" libaio.h
	finds contig-vmalloc "$TMP/buffers_aio" "$TMP/file" 1048576
	lines 1 "$TMP/out" '^between$'
	for z in lazy now; do
		finds contig-vmalloc "$TMP/buffers_late" plugin "$TMP/file" 1048576 "$TMP/late_$z.so"
		finds contig-vmalloc "$TMP/buffers_late" again "$TMP/file" 1048576 "$TMP/late_$z.so"
		finds clean "$TMP/buffers_late" again "$TMP/file" 65536 "$TMP/late_$z.so"
	done
fi

# A ring that nobody saw being made is seen at the end; one of liburing's is not meant.
if [ "$(uname -m)" = x86_64 ] && build buffers_inline -lc stdio.h; then
	run "$TMP/buffers_inline"
	[ $status -eq 77 ] ||
		lines 1 "$TMP/err" '^kmemu: verdict: unchecked: io_uring entered by raw system calls$'
	options=contig=off
	run "$TMP/buffers_inline"
	[ $status -eq 77 ] || lines 1 "$TMP/err" '^kmemu: verdict: clean$'
	options=
fi

# Where syscall() is libc's own (the plain-C build), nothing of a raw ring is seen.
nm -D "$KMEMU_LIB" | grep -q ' syscall$' || done_ok
# By system calls: what is registered is judged, what is submitted is not.
run "$TESTDIR/buffers_raw" 4096
if [ $status -ne 77 ]; then
	lines 1 "$TMP/err" '^kmemu: verdict: unchecked: io_uring entered by raw system calls$'
	finds contig-vmalloc "$TESTDIR/buffers_raw" 1048576
	# Off, it is nobody's business.
	options="contig=off usercopy=off"
	finds clean "$TESTDIR/buffers_raw" 1048576
	lines 1 "$TMP/err" '; buffers: off; '
fi
done_ok
