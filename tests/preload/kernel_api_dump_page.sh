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
diff "$TMP/wanted" "$TMP/said" || fail "dumped otherwise"
done_ok
