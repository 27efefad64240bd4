#!/usr/bin/env python3
"""What a history of 100,000 messages costs a person, measured from outside in a pseudo-terminal: the first frame, the
list of chats, a search, the opening of a long chat, memory.

    cargo build --release && cargo bench --bench history -- generate DIR && python3 benches/history.py DIR [RUNS]

Needs Linux and Python 3.9 or later, nothing else. Prints a Markdown table; README's figures come from here.
"""
import fcntl, os, pty, re, select, statistics, struct, sys, termios, time

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "target", "release", "pointsman")
COLUMNS, ROWS = 120, 36
TOKENS = re.compile(rb"\x1b\[(\d*)(?:;(\d*))?H|\x1b\[[?<>=]?[\d;:]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b.|[^\x1b]+", re.S)


class Program:
    """The program on a terminal that knows where text stands."""

    def __init__(self, folder):
        self.rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self.at = (0, 0)
        self.rest = b""
        self.begun = time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            # The child's terminal has its size before the program starts, as in a real one.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            env = {"HOME": "/nonexistent", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
            os.execve(PROGRAM, ["pointsman", "--data-dir", folder], env)

    def send(self, keys):
        """Presses keys; from now on time is taken."""
        self.begun = time.perf_counter()
        os.write(self.terminal, keys.encode())

    def until(self, text, patience=10):
        """Waits until the screen shows this; gives back the milliseconds since the last key, or nothing."""
        while not any(text in "".join(row) for row in self.rows):
            if not select.select([self.terminal], [], [], patience)[0]:
                return None
            self.take(os.read(self.terminal, 65536))
        return self.seen

    def gone(self, text):
        """Waits until the screen does not show this any more."""
        while any(text in "".join(row) for row in self.rows):
            self.take(os.read(self.terminal, 65536))

    def take(self, written):
        self.seen = (time.perf_counter() - self.begun) * 1000
        # What the reading cut in two waits for its end.
        written = self.rest + written
        cut = written.rfind(b"\x1b")
        whole = cut < 0 or re.match(rb"\x1b\[[?<>=]?[\d;:]*[A-Za-z]|\x1b[^\[]", written[cut:])
        written, self.rest = (written, b"") if whole else (written[:cut], written[cut:])
        for token in TOKENS.finditer(written):
            if token[0].endswith(b"H") and token[0].startswith(b"\x1b["):
                self.at = (int(token[1] or 1) - 1, int(token[2] or 1) - 1)
            elif not token[0].startswith(b"\x1b"):
                row, column = self.at
                for character in token[0].decode(errors="replace"):
                    if row < ROWS and column < COLUMNS:
                        self.rows[row][column] = character
                    column += 1
                self.at = (row, column)

    def memory(self):
        """Resident memory in MiB: now, and at most until now."""
        status = dict(line.split(":", 1) for line in open(f"/proc/{self.pid}/status"))
        return [int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM")]

    def stop(self):
        os.write(self.terminal, b"\x03\x03")
        while True:
            try:
                if not os.read(self.terminal, 65536):
                    break
            except OSError:
                break
        os.waitpid(self.pid, 0)


def say(what, times):
    times = sorted(times)
    last = times[min(len(times) * 95 // 100, len(times) - 1)]
    print(f"| {what} | {statistics.median(times):.1f} ms | {last:.1f} ms | {times[-1]:.1f} ms |")


def main():
    folder, runs = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    queries = open(os.path.join(folder, "queries.txt")).read().splitlines()
    firsts, offers, lists, searches, opens, rests, mosts = [], [], [], [], [], [], []
    for run in range(runs + 1):
        program = Program(folder)
        firsts.append(program.until("Message"))
        offers.append(program.until("continues"))
        program.send("\x1bOQ")
        lists.append(program.until(" turns  "))
        for query in queries[run :: runs + 1]:
            program.send(query)
            # Where more titles fit than the screen has rows, there are no texts in sight.
            searches.append(program.until("in the texts", patience=0.5))
            program.send("\x1b")
            program.gone("╭ Chats")
            program.send("\x1bOQ")
            program.until("type a title or any words")
            program.until(" turns  ")
        program.send("\x1b")
        program.gone("╭ Chats")
        program.send("\r")
        opens.append(program.until("This is the last line."))
        rest, most = program.memory()
        rests.append(rest)
        mosts.append(most)
        program.stop()
    print("| figure | half | 95 of 100 | most |\n|---|---|---|---|")
    # The first run warmed the page cache.
    say("start to first frame", firsts[1:])
    say("start to the offer to go on", offers[1:])
    say("F2 to the list of chats", lists[1:])
    found = [time for time in searches if time is not None]
    say(f"what was typed to the texts that have it, {len(found)} searches", found)
    say("Enter to the last line of 5,000 messages", opens[1:])
    print(f"\nresident memory after all of that: {max(rests):.1f} MiB; at most: {max(mosts):.1f} MiB")


main()
