#!/bin/sh
# A run with very many findings, processes, places and reasons: the time to gather
# them grows with their number, not with its square. Seconds of CPU: 3, else 60.
# run: timeout=150
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have awk || skip "no awk"
cat >"$TMP/events.awk" <<'A'
BEGIN {
	for (i = 1; i <= n; i++) {
		pid = 100000 + i
		printf "{\"kmemu\":1,\"event\":\"start\",\"pid\":%d,\"comm\":\"p\",\"exe\":\"/p\"}\n", pid
		printf "{\"kmemu\":1,\"event\":\"finding\",\"pid\":%d,\"id\":\"double-free-%016x\",", pid, i
		printf "\"kind\":\"double-free\",\"message\":\"m\",\"site\":0,\"stacks\":{\"here\":["
		printf "{\"pc\":\"0x1\",\"function\":\"f%d\",\"module\":\"p\",\"path\":\"/p\",\"module_offset\":\"0x%x\"}]}}\n", i, i
		printf "{\"kmemu\":1,\"event\":\"unchecked\",\"pid\":%d,\"reason\":\"static\",\"what\":\"w%d\"}\n", pid, i
		printf "{\"kmemu\":1,\"event\":\"end\",\"pid\":%d,\"allocations\":1,\"kinds\":{\"double-free\":{\"findings\":1,\"reports\":1}},", pid
		printf "\"leaks\":[{\"blocks\":1,\"bytes\":16,\"site\":{\"path\":\"/p\",\"module_offset\":\"0x%x\"}}]}\n", i
	}
}
A
cat >"$TMP/work" <<'S'
#!/bin/sh
exec awk -v n="$1" -f "${0%/*}/events.awk" >>"$KMEMU_JSON"
S
chmod +x "$TMP/work"
ulimit -t 15
expect 0 "$K" run -v --json="$TMP/json" --sarif="$TMP/sarif" --junit="$TMP/junit" "$TMP/work" 20000
verdict findings=20000
lines 1 "$TMP/err" '^kmemu: double-free: 20000 findings, seen 20000 times$'
lines 1 "$TMP/err" 'processes: 1 checked, 20000 unchecked$'
lines 20000 "$TMP/err" '^kmemu: alive at exit: 16 bytes in 1 block from \?\+0x'
# Places in a library of very many functions, whose names only its file tells.
have as && have ld || done_ok
awk 'BEGIN { for (i = 0; i < 20000; i++)
	printf ".globl f%d\n.type f%d,@function\nf%d: nop\nret\n.size f%d,2\n", i, i, i, i }' >"$TMP/f.s"
as -o "$TMP/f.o" "$TMP/f.s" && ld -shared -Ttext=0x200000 -o "$TMP/f.so" "$TMP/f.o" 2>"$TMP/why" ||
	fail "no library: $(head -n 2 "$TMP/why")"
cat >"$TMP/events.awk" <<'A'
BEGIN {
	print "{\"kmemu\":1,\"event\":\"start\",\"pid\":100000,\"comm\":\"p\",\"exe\":\"/p\"}"
	for (i = 0; i < n; i++) {
		printf "{\"kmemu\":1,\"event\":\"finding\",\"pid\":100000,\"id\":\"double-free-%016x\",", i
		printf "\"kind\":\"double-free\",\"message\":\"m\",\"site\":0,\"stacks\":{\"here\":["
		printf "{\"pc\":\"0x1\",\"module\":\"f.so\",\"path\":\"%s/f.so\",\"module_offset\":\"0x%x\"}]}}\n", dir, 2097153 + 2 * i
	}
}
A
sed -i 's|-v n=|-v dir="${0%/*}" -v n=|' "$TMP/work"
expect 0 "$K" run -q --json="$TMP/json" "$TMP/work" 20000
verdict findings=20000
lines 1 "$TMP/json" '"function": ?"f19999", ?"offset": ?1, ?"size": ?2[,}]'
# The same places, by name.
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "f%d+0x1/0x2 [f.so]\n", i }' >"$TMP/log"
expect 0 "$K" decode --module="$TMP/f.so" "$TMP/log"
lines 20000 "$TMP/out" '^f[0-9]+.0x1/0x2 .f.so.$'
done_ok
