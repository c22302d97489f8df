#!/bin/sh
# On a terminal: ^Z stops program and kmemu, fg continues both, ^C ends the
# program and kmemu still tells its verdict; a program that stops itself does
# not leave the shell waiting.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have python3 || skip "python3 is not installed"
have bash || skip "bash is not installed"
cat >"$TMP/job.py" <<'PY'
import os, pty, select, sys, time
kmemu = sys.argv[1]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(PS1="$ ", TERM="dumb")
    os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
seen = b""

def until(word, seconds=15):
    """What came since the last call, up to the word."""
    global seen
    end = time.time() + seconds
    while word not in seen:
        if time.time() > end:
            sys.exit(f"no {word} in {seen[-600:]}")
        if select.select([fd], [], [], 0.1)[0]:
            seen += os.read(fd, 4096)
    seen = seen.split(word, 1)[1]

def say(line):
    os.write(fd, line)

until(b"$ ")
say(f"{kmemu} -q sh -c 'echo be''gun; while :; do sleep 0.1; done'\n".encode())
until(b"begun\r\n")
say(b"\x1a")
until(b"Stopped")
say(b"fg\n")
until(b"done'\r\n")
time.sleep(0.3)
say(b"\x03")
until(b"kmemu: verdict: clean")
say(b"echo status=$?.\n")
until(b"status=130.")
say(f"{kmemu} -q sh -c 'kill -STOP $$; echo ba''ck'\n".encode())
until(b"Stopped")
say(b"fg\n")
until(b"back\r\n")
until(b"kmemu: verdict: clean")
say(b"exit\n")
PY
expect 0 python3 "$TMP/job.py" "$K"
done_ok
