"""Parses, sorts and groups 40,000 records: what python3 is used for."""
import json
import re


def records(count):
    state = 12345
    for i in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        yield ("2024-%02d-%02d host%d app[%d]: GET /item/%d?user=%s took %d ms"
               % (i % 12 + 1, i % 28 + 1, state % 50, state % 30000,
                  state % 9973, hex(state), state % 700))


LINE = re.compile(r"(\S+) (\S+) (\w+)\[(\d+)\]: GET (\S+) took (\d+) ms")


def parse(lines):
    for line in lines:
        day, host, app, pid, path, took = LINE.match(line).groups()
        yield {"day": day, "host": host, "app": app, "pid": int(pid),
               "path": path.split("?"), "took": int(took)}


def main():
    rows = sorted(parse(records(40000)), key=lambda r: (r["host"], r["took"]))
    groups = {}
    for row in rows:
        groups.setdefault((row["host"], row["day"]), []).append(row)
    text = json.dumps({"%s/%s" % key: value for key, value in groups.items()})
    again = json.loads(text)
    words = " ".join(sorted(again)).split()
    print(len(text), len(again), sum(r["took"] for r in rows), words[0])


main()
