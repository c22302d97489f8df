#!/bin/sh
# dump_page() says what mm/debug.c says, but for what has no meaning here.
. "$SRCDIR/lib.sh"
expect 0 "$TESTDIR/kernel_api_dump_page"
sed -E 's/^\[ *[0-9.]+\] //; s/pfn:0x[0-9a-f]+/pfn:N/; s/zone=[0-9]/zone=Z/; s/0x[0-9]00000000000/0xZ00000000000/' \
	"$TMP/err" >"$TMP/said"
cat >"$TMP/wanted" <<'T'
page: refcount:2 mapcount:0 mapping:0000000000000000 index:0x0 pfn:N
flags: 0xZ00000000000010(dirty|node=0|zone=Z)
page dumped because: why not
page: refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:N
head: order:1 mapcount:0 entire_mapcount:0 nr_pages_mapped:0 pincount:0
flags: 0xZ00000000000040(head|node=0|zone=Z)
page: refcount:1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:N
flags: 0xZ00000000000000(node=0|zone=Z)
page_type: f5(slab)
page dumped because: slab
T
sed '/^object:/,$d' "$TMP/said" | diff "$TMP/wanted" - || fail "dumped otherwise"

# mem_dump_obj(), of debug caches with who it was; leak= knows it of all.
sed -n -E '/^object:/,$p' "$TMP/said" | sed -E 's/start [0-9a-f]+/start A/; s/at 0x[0-9a-f]+/at A/; s/\+0x[^ ]*//
	/^ .*(start|libc)/d' >"$TMP/objects"
cat >"$TMP/wanted" <<'T'
object: slab kmalloc-64 start A pointer offset 5 size 64
mine: slab dumped start A data offset 8 pointer offset 7 size 100 allocated at objects
    objects
    main
freed: slab dumped start A data offset 8 pointer offset 0 size 100 allocated at objects
    objects
    main
 Free path:
    objects
    main
area: 3-page vmalloc region starting at A
page: non-slab/vmalloc memory
stack: non-paged memory
null: NULL pointer
empty: zero-size pointer
gone: vmalloc memory
T
diff "$TMP/wanted" "$TMP/objects" || fail "objects are dumped otherwise"
KMEMU_OPTIONS=leak=count expect 0 "$TESTDIR/kernel_api_dump_page"
lines 1 "$TMP/err" 'object: slab kmalloc-64 .* size 64 allocated at objects\+0x'
lines 1 "$TMP/err" 'area: 3-page vmalloc region starting at 0x[0-9a-f]+ allocated at objects\+0x'
done_ok
