#!/bin/sh
# The stack of a report is the one that glibc's backtrace() sees: through
# handlers, also on a stack of 16 KiB, libc's callbacks, threads, C++, alloca.
# What ran in the handler is in <IRQ>, and what it interrupted follows.
. "$SRCDIR/lib.sh"
have python3 || skip "no python3"
cat >"$TMP/compare" <<'EOS'
import json, sys
wanted = [line.split() for line in open(sys.argv[1])]
found = [e for e in map(json.loads, open(sys.argv[2])) if e["event"] == "finding"]
text = open(sys.argv[3]).read()
assert len(found) == 1, f"{len(found)} findings"
here = found[0]["stacks"]["here"]
assert here[0]["module"] == "unwind_frames", here[0]
offsets = [f["module_offset"] for f in here]
assert offsets[1:] == [w[0] for w in wanted], f"{offsets[1:]}, but backtrace() has {wanted}"
for frame, w in zip(here[1:], wanted):
    assert frame["function"] in (None, w[1]) or "(" in frame["function"] or w[1] in ("?", frame["function"]) or \
        frame["module"] != "unwind_frames", f"{frame} is {w}"
irq = 0
for i, w in enumerate(wanted):
    if w[-1] == "interrupted":
        irq = i + 1
lines = text.split("Call Trace:\n")[1].split("---[")[0].splitlines()
trace = [line.split("] ", 1)[1] for line in lines if "] " in line]
if irq:
    assert trace[0] == " <IRQ>" and trace[irq + 1] == " </IRQ>", trace
    assert [w[1] for w in wanted].index("on_signal") < irq, wanted
    assert found[0]["irq"] is True
else:
    assert trace[0] == " <TASK>", trace
    assert found[0]["irq"] is False
print(len(wanted), "frames,", irq, "in a handler")
EOS
for way in handler small_stack timer timer timer timer thread cxx alloca; do
	rm -f "$TMP/events"
	LD_PRELOAD=$KMEMU_LIB KMEMU_OPTIONS="profile=audit context=off stack_depth=64 json=$TMP/events log=$TMP/log" \
		timeout -k 5 50 "$TESTDIR/unwind_frames" $way >"$TMP/wanted" 2>"$TMP/err" ||
		fail "$way: status $?: $(head -n 3 "$TMP/err")"
	got=$(python3 "$TMP/compare" "$TMP/wanted" "$TMP/events" "$TMP/log" 2>&1 | tail -n 1)
	echo "$way: $got"
	case $way:$got in
	handler:*" frames, "[1-9]*|small_stack:*" frames, "[1-9]*|timer:*" frames, "[1-9]*) ;;
	thread:*" frames, 0 "*|cxx:*" frames, 0 "*|alloca:*" frames, 0 "*) ;;
	*) fail "$way: $got" ;;
	esac
	rm -f "$TMP/log"
done
done_ok
