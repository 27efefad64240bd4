#!/usr/bin/env python3
"""What the whole process costs, measured from outside in a pseudo-terminal: start to first frame, memory at rest,
wake-ups while idle.

    cargo build --release && python3 benches/process.py [RUNS]

Needs Linux and Python 3.9 or later, nothing else. Prints a Markdown table; README's figures come from here.
"""
import fcntl, os, pty, select, statistics, struct, sys, termios, time

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "target", "release", "pointsman")
IDLE = 10.0


def start():
    """Starts the program on a 120x36 terminal; gives back its id, the terminal, and the milliseconds to its first frame."""
    begun = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        # The child's terminal has its size before the program starts, as in a real one.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        env = {"HOME": "/nonexistent", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        os.execve(PROGRAM, ["pointsman"], env)
    seen = b""
    while b"Message" not in seen:
        seen += os.read(terminal, 65536)
    return pid, terminal, (time.perf_counter() - begun) * 1000


def wake_ups(pid):
    """For each thread of the process the times that it was put to sleep, and so woken, until now."""
    counts = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        lines = open(f"/proc/{pid}/task/{task}/status")
        counts[task] = sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return counts


def memory(pid):
    """Resident memory in MiB."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def stop(pid, terminal):
    os.write(terminal, b"\x03\x03")
    while True:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break
    os.waitpid(pid, 0)


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    stop(*start()[:2])  # once to warm the page cache
    firsts = []
    for _ in range(runs):
        pid, terminal, first = start()
        firsts.append(first)
        stop(pid, terminal)
    pid, terminal, _ = start()
    time.sleep(2)
    while select.select([terminal], [], [], 0)[0]:
        os.read(terminal, 65536)
    before = wake_ups(pid)
    time.sleep(IDLE)
    # A thread that has ended meanwhile (they do when they have been idle for some seconds) is not counted.
    after, rest = wake_ups(pid), memory(pid)
    woken = sum(count - before.get(task, 0) for task, count in after.items())
    written = bool(select.select([terminal], [], [], 0)[0])
    stop(pid, terminal)
    print("| figure | value |\n|---|---|")
    print(f"| start to first frame, median of {runs} | {statistics.median(firsts):.1f} ms |")
    print(f"| start to first frame, worst of {runs} | {max(firsts):.1f} ms |")
    print(f"| wake-ups in {IDLE:.0f} idle seconds | {woken} |")
    print(f"| bytes written while idle | {'some' if written else 'none'} |")
    print(f"| resident memory at rest | {rest:.1f} MiB |")


main()
