#!/usr/bin/env python3
"""What reading an answer costs while it streams, measured from outside in a pseudo-terminal: a flood of 100,000 tokens
as fast as the loopback gives them, 80 tokens a second, and `ask` in a pipe.

    cargo build --release && python3 benches/reading.py

Needs Linux and Python 3.9 or later, nothing else. Prints a Markdown table; README's figures come from here.
"""
import fcntl, itertools, json, os, pty, re, resource, select, shutil, socket, statistics, struct, subprocess, sys
import tempfile, termios, threading, time

PROGRAM = os.path.join(os.path.dirname(__file__), "..", "target", "release", "pointsman")
COLUMNS, ROWS = 120, 36
TOKENS, SLOW_SECONDS, SLOW_RATE = 100_000, 20, 80
# A flood is over soon: for enough keys there are some.
TYPED = 6
TICK = os.sysconf("SC_CLK_TCK")
ESCAPES = re.compile(rb"\x1b\[(\d*)(?:;(\d*))?H|\x1b\[[?<>=]?[\d;:]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b.|[^\x1b]+", re.S)
BEGIN = b"\x1b[?2026h"
# No other text has this letter, so the keys that reached the screen can be counted on it.
KEY = "Z"

# Each % becomes the number of its token: whatever is lost, doubled or in another order shows.
MARKDOWN = """# Heading% of part%

Some% words% in **strong% letters%**, some% in *slanted%* ones% and `code%` among% them%, as a [link%](https://x.example/%)
that% ends% the% sentence%. 検索% エンジン% は情報% を見つける% 道具% です%。 And% 🚀% 👩‍👧% 👍🏽% follow%.

- one% thing% to% do%
- another% thing%, with **stress%**
  - and% one% below%

1. first% of% all%
2. second%

> A quote% of somebody% who% said% it% better%,
> on% two% lines%.

| name% | value% | 説明% |
|---|---:|---|
| a% | 1% | 全角% |
| b% | 2% | plain% |

```python
def merge%(left%, right%):
    # a comment%
    return sorted(left%[:%] + right%) or "text%"
```

```rust
/// Merges% them%.
fn merge%(left: &[u8], right%: &[u8]) -> Vec<u8> {
    let all% = [left, right%].concat();
    all%.iter().copied().filter(|b| *b > %).collect()
}
```

"""
PROSE = "Words% that% never% end% a line%, one% after% another%, with **stress%** and `code%` at% times%. "
CODE = "    let value% = merge%(&left%, right%)?; // as% said%\n    if value%.len() > % { return None; }\n"


def tokens(kind, count):
    """`count` pieces of an answer of this kind."""
    numbers, one = itertools.count(), {"markdown": MARKDOWN, "prose": PROSE, "code": CODE}[kind]
    first = ["```rust\n"] if kind == "code" else []
    pieces = itertools.cycle(re.findall(r"\s*\S+(?:\n+)?|\s+", one))
    whole = (re.sub("%", lambda _: str(next(numbers)), piece) for piece in pieces)
    return first + list(itertools.islice(whole, count - len(first)))


def event(choice, **more):
    whole = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choice, **more}
    return b"data: " + json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


class Server:
    """Answers in a process of its own; which answer, the prompt says."""

    def __init__(self):
        self.answers = {kind: tokens(kind, TOKENS) for kind in ("markdown", "prose", "code")}
        self.answers["slow"] = tokens("markdown", SLOW_RATE * SLOW_SECONDS)
        self.events = {
            kind: [event([{"index": 0, "delta": {"content": text}, "finish_reason": None}]) for text in pieces]
            for kind, pieces in self.answers.items()
        }
        self.floods = {kind: b"".join(events) for kind, events in self.events.items()}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/v1"
        self.sent, ours = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            while True:
                client = self.socket.accept()[0]
                threading.Thread(target=self.answer, args=(client, ours), daemon=True).start()

    def answer(self, client, sent):
        stream = client.makefile("rb")
        length, line = 0, stream.readline()
        while (header := stream.readline()) not in (b"\r\n", b""):
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        asked = json.loads(stream.read(length) or b"{}")
        if line.startswith(b"GET"):
            self.whole(client, {"object": "list", "data": []})
        elif not asked.get("stream"):
            label = json.dumps({"category": "general", "confidence": 1.0, "reason": "it is"})
            self.whole(client, {"choices": [{"index": 0, "message": {"role": "assistant", "content": label}}]})
        else:
            client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
            kind = asked["messages"][-1]["content"].split()[-1]
            end = event([{"index": 0, "delta": {}, "finish_reason": "stop"}]) + b"data: [DONE]\n\n"
            if kind == "slow":
                begun = time.perf_counter()
                for number, one in enumerate(self.events[kind]):
                    time.sleep(max(0, begun + number / SLOW_RATE - time.perf_counter()))
                    client.sendall(one)
                client.sendall(end)
            else:
                client.sendall(self.floods[kind] + end)
            os.write(sent, b".")
        client.close()

    def whole(self, client, value):
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        client.sendall(head.encode() + b"connection: close\r\n\r\n" + body)


class Home:
    """A folder with nothing of the user's, and the environment that leads there."""

    def __init__(self, server):
        self.folder = tempfile.mkdtemp()
        self.env = {
            "HOME": self.folder, "XDG_CONFIG_HOME": f"{self.folder}/config", "XDG_DATA_HOME": f"{self.folder}/data",
            "POINTSMAN_CONFIG": f"{self.folder}/config.toml", "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "POINTSMAN_BASE_URL": server.url, "OXLO_API_KEY": "test-key",
        }
        # One request an answer: none is begun that is not read.
        with open(self.env["POINTSMAN_CONFIG"], "w") as config:
            config.write('routing.escalate = "wait"\n')

    def kept(self, answer):
        """Whether this very text is kept as an answer."""
        export = [PROGRAM, "history", "export", "--format", "jsonl"]
        lines = subprocess.run(export, env=self.env, capture_output=True, check=True).stdout.splitlines()

        def strings(value):
            if isinstance(value, (dict, list)):
                for inner in value.values() if isinstance(value, dict) else value:
                    yield from strings(inner)
            else:
                yield value

        return any(text == answer for line in lines for text in strings(json.loads(line)))

    def remove(self):
        shutil.rmtree(self.folder)


class Program:
    """The program on a terminal that takes what comes, and looks at it later."""

    def __init__(self, home):
        self.written, self.keys = [], []
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            # The child's terminal has its size before the program starts, as in a real one.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execve(PROGRAM, ["pointsman"], home.env)
        self.rest()

    def read(self, seconds):
        """Takes what comes within that time; gives back whether anything did."""
        if not select.select([self.terminal], [], [], max(0, seconds))[0]:
            return False
        self.written.append((time.perf_counter(), os.read(self.terminal, 1 << 20)))
        return True

    def rest(self, quiet=1.0):
        """Reads until nothing comes any more."""
        while self.read(quiet):
            pass

    def send(self, text):
        os.write(self.terminal, text.encode())

    def ask(self, kind, server, typing=False, keys=""):
        """Has an answer of this kind streamed; gives back CPU seconds, and the seconds until the last update."""
        # Typing calls for a look at the prompt, which is no part of reading.
        self.send(f"Please say {kind}")
        self.rest()
        self.written, self.keys = [], []
        cpu, begun = self.cpu(), time.perf_counter()
        self.send("\r")
        due, over = begun + 0.05, False
        while not over:
            self.read(min(0.02, due - time.perf_counter()))
            over = bool(select.select([server.sent], [], [], 0)[0])
            if time.perf_counter() >= due and not over:
                due += 0.05
                if keys:
                    self.send(keys)
                    keys = ""
                if typing and len(self.keys) < 120:
                    self.keys.append(time.perf_counter())
                    self.send(KEY)
        os.read(server.sent, 1)
        self.rest()
        return self.cpu() - cpu, self.written[-1][0] - begun

    def cpu(self):
        """User and system seconds until now."""
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, name):
        """Resident memory in MiB: now (VmRSS), or at most until now (VmHWM)."""
        lines = open(f"/proc/{self.pid}/status")
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))

    def updates(self):
        """The most synchronized updates within any second."""
        times = [at for at, text in self.written for _ in range(text.count(BEGIN))]
        return max((sum(1 for other in times if at <= other < at + 1) for at in times), default=0)

    def latencies(self):
        """For each key the milliseconds until it stood on the screen."""
        cells, at, shown, rest, found = {}, (0, 0), 0, b"", []
        for moment, text in self.written:
            text = rest + text
            # What the reading cut in two waits for its end.
            cut = text.rfind(b"\x1b[?2026l") + 8
            text, rest = (text[:cut], text[cut:]) if cut >= 8 else (b"", text)
            for token in ESCAPES.finditer(text):
                if token[0].startswith(b"\x1b"):
                    at = (int(token[1] or 1), int(token[2] or 1)) if token[0].endswith(b"H") else at
                    continue
                for character in token[0].decode(errors="replace"):
                    shown += (character == KEY) - (cells.get(at) == KEY)
                    cells[at] = character
                    at = (at[0], at[1] + 1)
            while len(found) < min(shown, len(self.keys)):
                found.append((moment - self.keys[len(found)]) * 1000)
        return found

    def stop(self):
        for _ in range(4):
            try:
                self.send("\x03")
                time.sleep(0.1)
                self.rest(0.1)
            except OSError:
                break
        os.waitpid(self.pid, 0)


def flood(kind, server):
    home = Home(server)
    program = Program(home)
    cpu, wall = program.ask(kind, server)
    peak, updates = program.memory("VmHWM"), program.updates()
    program.stop()
    whole = home.kept("".join(server.answers[kind]))
    home.remove()
    times, pressed = [], 0
    for _ in range(TYPED):
        home = Home(server)
        program = Program(home)
        program.ask(kind, server, typing=True)
        updates = max(updates, program.updates())
        times += program.latencies()
        pressed += len(program.keys)
        program.stop()
        home.remove()
    times.sort()
    at = lambda share: f"{times[int(len(times) * share)]:.1f} ms" if times else "?"
    kept = "as sent" if whole else "NOT AS SENT"
    print(f"| flood, {kind} | {cpu:.2f} s | {wall:.2f} s | {peak:.1f} MiB | {at(.5)} | {at(.95)} | {len(times)} of "
          f"{pressed} | {updates} | {kept} |", flush=True)


def slow(server):
    home = Home(server)
    program = Program(home)
    for name, keys in ("at the end", ""), ("scrolled back", "\x1b[5~" * 3):
        cpu, wall = program.ask("slow", server, keys=keys)
        seconds = len(server.answers["slow"]) / SLOW_RATE
        print(f"| {SLOW_RATE} tokens a second, {name}: CPU of one core | {cpu / seconds:.1%} |", flush=True)
        print(f"| the same, updates a second at most | {program.updates()} |", flush=True)
        program.send("\x1b[1;5F")
        program.rest()
    program.stop()
    home.remove()


def ask(server):
    costs, home, whole = [], Home(server), "".join(server.answers["markdown"])
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [PROGRAM, "ask", "--category", "general", "Please say markdown"]
        ran = subprocess.run(command, env=home.env, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        os.read(server.sent, 1)
        if ran.stdout.decode().rstrip() != whole.rstrip():
            sys.exit("ask printed something else than was sent")
    home.remove()
    print(f"| `ask` in a pipe, {TOKENS:,} tokens: CPU, median of 5 | {statistics.median(costs):.2f} s |", flush=True)


def main():
    only, server = sys.argv[1:], Server()
    try:
        print("| 100,000 tokens | CPU | until the end | peak memory | a key, half | 95 of 100 | keys "
              "| updates a second, at most | kept |\n|---|---|---|---|---|---|---|---|---|")
        for kind in "markdown", "prose", "code":
            if not only or kind in only:
                flood(kind, server)
        print("\n| figure | value |\n|---|---|")
        if not only or "slow" in only:
            slow(server)
        if not only or "ask" in only:
            ask(server)
    finally:
        os.kill(server.pid, 9)
        os.waitpid(server.pid, 0)


main()
