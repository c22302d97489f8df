#!/bin/sh
# Reports of kinds that the kernel has, line by line against the kernel's format
# strings (6.12: mm/slub.c, kernel/panic.c, lib/dump_stack.c, mm/vmalloc.c,
# mm/page_alloc.c, mm/show_mem.c, mm/oom_kill.c). A case is a list of formats in
# their order; a line may be optional (?) or come several times (+). %-directives
# stand for what they print.
. "$SRCDIR/lib.sh"

# match NAME FILE: FILE's lines are those of the formats on standard input.
match() {
	awk -v name="$1" '
	function pattern(s) {
		if (s == "@") # an empty line
			return "^$"
		gsub(/[][+.*?()|{}^$]/, "\\\\&", s)
		gsub(/%pGg/, "(__)?GFP_[A-Z_]+(\\|(__)?GFP_[A-Z_]+)*", s)
		gsub(/%pS/, "([^ ]+\\+0x[0-9a-f]+\\/0x[0-9a-f]+ \\[[^]]+\\]|[^ ]+\\+0x[0-9a-f]+ \\([0-9a-f]*\\))", s)
		gsub(/%p/, HEX16, s)
		gsub(/%#x/, "0x[0-9a-f]+", s)
		gsub(/%hex/, "[0-9a-f][0-9a-f]( [0-9a-f][0-9a-f])* +[^ ].*", s)
		gsub(/%taint/, "(Not tainted|Tainted: G    [B ]   [W ]         )", s)
		gsub(/%(8)?(lu|ld|d|u|tu)/, " *[0-9]+", s)
		gsub(/%s/, "[^ ]+", s)
		return "^" s "$"
	}
	BEGIN {
		for (i = 0; i < 16; i++)
			HEX16 = HEX16 "[0-9a-f]"
	}
	FNR == NR {
		how[++n] = substr($0, 1, 1)
		format[n] = substr($0, 3)
		next
	}
	{
		if (!sub(/^\[ *[0-9]+\.[0-9][0-9][0-9][0-9][0-9][0-9]\] /, ""))
			bad("no time stamp")
		for (;; at++) {
			if (at > n)
				bad("behind the last format")
			if ($0 ~ pattern(format[at])) {
				seen[at]++
				if (how[at] != "+")
					at++
				break
			}
			if (how[at] == "1" || (how[at] == "+" && !seen[at]))
				bad("not as \"" format[at] "\"")
		}
	}
	function bad(what) {
		print name ": line " FNR ": " what ": " $0
		failed = 1
		exit 1
	}
	BEGIN { at = 1 }
	END {
		while (!failed && at <= n && (how[at] == "?" || seen[at]))
			at++
		if (!failed && at <= n) {
			print name ": missing: " format[at]
			exit 1
		}
	}' - "$2" >"$TMP/bad" || fail "$(cat "$TMP/bad")"
}

dump_stack='1 CPU: %d UID: %u PID: %d Comm: %s %taint 6.12-kmemu #1
? Tainted: [B]=BAD_PAGE
1 Call Trace:
?  <IRQ>
1  <TASK>
+  %pS
1  </TASK>'
# WARN() without and with a message
warn="1 WARNING: CPU: %d PID: %d at %pS
$dump_stack
1 ---[ end trace 0000000000000000 ]---"
ours='1 kmemu: .*'
slab_bug() {
	echo "1 ============================================================================="
	echo "1 BUG $1 (%taint): $2"
	echo "1 -----------------------------------------------------------------------------"
	echo "1 @"
}
zone='1 Node 0 ZONE free:%lukB boost:%lukB min:%lukB low:%lukB high:%lukB reserved_highatomic:%luKB active_anon:%lukB inactive_anon:%lukB active_file:%lukB inactive_file:%lukB unevictable:%lukB writepending:%lukB present:%lukB managed:%lukB mlocked:%lukB bounce:%lukB free_pcp:%lukB local_pcp:%ukB free_cma:%lukB
1 lowmem_reserve[]: %ld %ld %ld %ld %ld'
lists='1 Node 0 ZONE: '
for order in 4 8 16 32 64 128 256 512 1024 2048 4096; do
	lists="$lists%lu*${order}kB LETTERS"
done
lists="$lists= %lukB"
mem_info="1 Mem-Info:
1 active_anon:%lu inactive_anon:%lu isolated_anon:%lu
1  active_file:%lu inactive_file:%lu isolated_file:%lu
1  unevictable:%lu dirty:%lu writeback:%lu
1  slab_reclaimable:%lu slab_unreclaimable:%lu
1  mapped:%lu shmem:%lu pagetables:%lu
1  sec_pagetables:%lu bounce:%lu
1  kernel_misc_reclaimable:%lu
1  free:%lu free_pcp:%lu free_cma:%lu
1 Node %d active_anon:%lukB inactive_anon:%lukB active_file:%lukB inactive_file:%lukB unevictable:%lukB isolated(anon):%lukB isolated(file):%lukB mapped:%lukB dirty:%lukB writeback:%lukB shmem:%lukB shmem_thp:%lukB shmem_pmdmapped:%lukB anon_thp:%lukB writeback_tmp:%lukB kernel_stack:%lukB pagetables:%lukB sec_pagetables:%lukB all_unreclaimable? %s
$(echo "$zone" | sed 's/ZONE/DMA/')
$(echo "$zone" | sed 's/ZONE/DMA32/')
$(echo "$lists" | sed 's/ZONE/DMA/')
$(echo "$lists" | sed 's/ZONE/DMA32/')
1 %ld total pagecache pages
1 %lu pages in swap cache
1 Free swap  = %ldkB
1 Total swap = %lukB
1 %lu pages RAM
1 %lu pages HighMem/MovableOnly
1 %lu pages reserved"

report() {
	name=$1
	shift
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=0 $*" \
		"$TESTDIR/report_kinds" "$name" >"$TMP/out" 2>"$TMP/report"
	# The letters of free lists are optional, and depend on what is free.
	sed -i -e '/^Killed$/d' -e 's/ (U) / /g' -e 's/\(kmemu: \).*/\1./' "$TMP/report"
	sed -e 's/LETTERS//g' -e 's/kmemu: \.\*/kmemu: ./' >"$TMP/formats"
	match "$name" "$TMP/report" <"$TMP/formats"
}

report double-free <<END
$(slab_bug kmalloc-64 'Object already free')
1 Slab 0x%p objects=%u used=%u fp=0x%p flags=%#x(node=0|zone=%u)
1 Object 0x%p @offset=%tu fp=0x%p
1 @
? Bytes b4 %p: %hex
+ Object   %p: %hex
1 ------------[ cut here ]------------
$warn
1 FIX kmalloc-64: Object at 0x%p not freed
$ours
END
for name in inside-object foreign; do
	title='Invalid object pointer 0x%p'
	cache=kmalloc-64
	[ $name = inside-object ] ||
		{ title='Attempt to free object(0x%p) outside of slab'; cache='<unknown>'; }
	report $name <<END
$(slab_bug "$cache" "$title")
? Slab 0x%p objects=%u used=%u fp=0x%p flags=%#x(node=0|zone=%u)
1 ------------[ cut here ]------------
$warn
1 FIX $cache: Object at 0x%p not freed
$ours
END
done
report double-free-area <<END
1 ------------[ cut here ]------------
1 Trying to vfree() nonexistent vm area (%p)
$warn
$ours
END
report inside-area <<END
1 ------------[ cut here ]------------
1 Trying to vfree() bad address (%p)
$warn
$ours
END
report wrong-cache <<END
1 ------------[ cut here ]------------
1 cache_from_obj: Wrong slab cache. names but object is from inodes
$warn
$ours
END
report double-free-large <<END
1 ------------[ cut here ]------------
$warn
1 object pointer: 0x%p
$ours
END
report out-of-memory mem=64M <<END
1 report_kinds: vmalloc error: size %lu, failed to allocate pages, mode:%#x(%pGg), nodemask=(null),cpuset=/,mems_allowed=0
$dump_stack
$mem_info
$ours
END
report out-of-pages mem=64M <<END
1 report_kinds: page allocation failure: order:%u, mode:%#x(%pGg), nodemask=(null),cpuset=/,mems_allowed=0
$dump_stack
$mem_info
$ours
END
report out-of-memory mem=64M oom=kill <<END
1 report_kinds invoked oom-killer: gfp_mask=%#x(%pGg), order=%d, oom_score_adj=0
$dump_stack
$mem_info
1 Unreclaimable slab info:
1 Name                      Used          Total
+ %s %luKB %luKB
1 Tasks state (memory values in pages):
1 [  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name
1 [%d] %d %d %lu %lu %lu %lu %lu %ld %lu %d report_kinds
1 oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=%s,pid=%d,uid=%d
1 Out of memory: Killed process %d (%s) total-vm:%lukB, anon-rss:%lukB, file-rss:%lukB, shmem-rss:%lukB, UID:%u pgtables:%lukB oom_score_adj:%d
END
done_ok
