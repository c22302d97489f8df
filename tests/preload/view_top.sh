#!/bin/sh
# kmemu top on a terminal: refreshes, sorts by keys, fits the screen, puts the
# terminal back at its end, at a signal, when stopped, when the process ends.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"
have python3 || skip "no python3"

cat >"$TMP/terminal.py" <<'END'
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

kmemu, target = sys.argv[1:]
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Top:
    """A job of a session's leader: another process group could not be stopped."""

    def __init__(self, *options, rows=15):
        self.states, to = os.pipe()
        leader, self.fd = pty.fork()
        if not leader:
            self.lead(to, options, rows)
        os.close(to)
        self.pid = int(self.state())
        self.text = b""
        self.wait(b"\x1b[J")
        self.mode = termios.tcgetattr(self.fd)

    def lead(self, to, options, rows):
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        pid = os.fork()
        if not pid:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpid())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execv(kmemu, ["kmemu", "top", *options, target])
        os.write(to, f"{pid}\n".encode())
        while True:
            status = os.waitpid(pid, os.WUNTRACED)[1]
            os.write(to, b"stopped\n" if os.WIFSTOPPED(status) else f"{status}\n".encode())
            if not os.WIFSTOPPED(status):
                signal.pause()  # the terminal lives as long as we do

    def state(self):
        """What the leader tells next, a line."""
        if not select.select([self.states], [], [], 10)[0]:
            sys.exit("no news of the process")
        return os.read(self.states, 100).decode().strip()

    def wait(self, what, seconds=10):
        """Reads until `what` comes; returns all up to it."""
        end = time.time() + seconds
        while what not in self.text:
            if time.time() > end:
                sys.exit(f"no {what} in {self.text[-300:]}")
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.text += os.read(self.fd, 65536)
                except OSError:
                    break
        at = self.text.find(what)
        got, self.text = self.text[:at], self.text[at + len(what):] if at >= 0 else b""
        return got

    def screen(self, key=b" "):
        os.write(self.fd, key)
        text = re.sub(rb"\x1b\[[?0-9]*[a-zA-Z]", b"", self.wait(b"\x1b[J"))
        return text.decode().replace("\r", "").split("\n")

    def status(self):
        self.wait(LEAVE)
        return int(self.state())


def names(screen):
    return [row.split()[7] for row in screen[7:] if row]


top = Top("-d", "60")
assert not top.mode[3] & (termios.ICANON | termios.ECHO)
screen = top.screen()
assert re.match(r" Active / Total Objects \(% used\)    : \d+ / \d+ \(\d+\.\d%\)$", screen[0]), screen
assert len(screen) <= 15, len(screen)
assert names(top.screen(b"n")) == sorted(names(top.screen()))
sizes = [float(r.split()[3][:-1]) for r in top.screen(b"s")[7:] if r]
assert sizes == sorted(sizes, reverse=True) and sizes[0] == 8.0, sizes
for key in "abclopuv":
    top.screen(key.encode())
os.kill(top.pid, signal.SIGTSTP)
top.wait(LEAVE)
assert top.state() == "stopped"
assert termios.tcgetattr(top.fd)[3] & termios.ICANON
os.kill(top.pid, signal.SIGCONT)
top.wait(ENTER)
top.wait(b"\x1b[J")
fcntl.ioctl(top.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 80, 0, 0))
top.wait(b"\x1b[J")
assert len(top.screen()) <= 10
os.write(top.fd, b"q")
assert top.status() == 0

top = Top("-d", "0.1", "-s", "n")
for i in range(5):
    top.wait(b"\x1b[J")  # by itself
os.kill(top.pid, signal.SIGTERM)
assert top.status() == signal.SIGTERM

top = Top("-d", "60")
os.write(top.fd, b"\x03")
assert top.status() == signal.SIGINT

top = Top("-d", "0.2")
os.kill(int(target), signal.SIGKILL)
top.wait(LEAVE)
top.wait(b"has ended")
assert int(top.state()) == 0
END
target_start "" "$TESTDIR/view_show" "$TMP"
python3 "$TMP/terminal.py" "$KMEMU" "$PID" >"$TMP/out" 2>&1 || fail "$(tail -n 4 "$TMP/out")"
done_ok
