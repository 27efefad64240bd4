#!/usr/bin/env python3
"""What memory a long answer takes, measured from outside: peak and rest, above what the program took before the prompt, as
multiples of the text. Once with `ask`, and once on the screen, in a pseudo-terminal, for several kinds of text.

    cargo build --release && python3 benches/memory.py [MIB]

Needs Linux and Python 3.9 or later, nothing else. Prints a Markdown table. `ask` is compared with an answer of one word.
"""
import fcntl, http.server, json, os, pty, select, shutil, struct, subprocess, sys, tempfile, termios, threading, time

PROGRAM = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "target", "release", "pointsman"))
# What the server repeats, in pieces of about 2,000 bytes.
TEXTS = {
    "long lines": ("", "The quick brown fox goes on. " * 68 + "\n"),
    "paragraphs": ("", "Some words are a paragraph.\n\n" * 68),
    "code": ("```rust\n", "let x = call(a, b);\n" * 100),
}
# One letter: of a word, the letters that stood there before are not drawn.
END = "\n```\n\nzzzzzzzz"


class Server(http.server.BaseHTTPRequestHandler):
    """Streams the answer that the class says."""

    begin, piece, size = "", "", 0

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        pieces = [self.begin] + [self.piece] * (self.size // len(self.piece)) + [END]
        for text in pieces:
            self.event({"delta": {"content": text}})
        self.event({"delta": {}, "finish_reason": "stop"})
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, choice):
        self.wfile.write(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n")


def memory(pid, name):
    """A figure of the process in MiB."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


def arguments(home, port):
    """The program with a configuration and a data folder of its own."""
    config = os.path.join(home, "config.toml")
    with open(config, "w") as file:
        file.write(f'provider = "p"\n[providers.p]\nbase_url = "http://127.0.0.1:{port}/v1"\n'
                   '[categories.general]\nmodel = "m"\nfallbacks = []\n[routing]\nescalate = "never"\n')
    env = {"HOME": home, "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    return ["--config", config, "--data-dir", os.path.join(home, "data")], env


def ask(port):
    """The peak of `ask`."""
    home = tempfile.mkdtemp()
    options, env = arguments(home, port)
    # To a file: a pipe without a reader would block the program.
    with open(os.path.join(home, "out"), "w") as out:
        run = subprocess.Popen([PROGRAM, *options, "ask", "-c", "general", "hi"], stdout=out, stderr=out, env=env)
        peak = 0.0
        while run.poll() is None:
            peak = max(peak, memory(run.pid, "VmHWM"))
            time.sleep(0.02)
    shutil.rmtree(home)
    return peak


def screen(port):
    """What the full-screen program took before the prompt, at most, and at the end."""
    home = tempfile.mkdtemp()
    options, env = arguments(home, port)
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        os.execve(PROGRAM, ["pointsman", *options], env)

    def read(seconds, wanted=None):
        seen, end = b"", time.monotonic() + seconds
        while time.monotonic() < end and not (wanted and wanted in seen):
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    seen = seen[-1000:] + os.read(terminal, 65536)
                except OSError:
                    break

    read(10, b"Message")
    os.write(terminal, b"hi")
    # The preview has loaded the classifier by then.
    read(2)
    before = memory(pid, "VmRSS")
    os.write(terminal, b"\r")
    read(120, b"zzzzzzzz")
    # The answer is still to be written.
    read(5)
    figures = before, memory(pid, "VmHWM"), memory(pid, "VmRSS")
    os.write(terminal, b"\x03\x03")
    read(5)
    os.waitpid(pid, 0)
    shutil.rmtree(home)
    return figures


def main():
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_port
    Server.begin, Server.piece = TEXTS["long lines"]
    bare = ask(port)
    Server.size = mib << 20
    print(f"| {mib} MiB of | peak, in its length | at the end |\n|---|---|---|")
    print(f"| long lines, with `ask` | {(ask(port) - bare) / mib:.1f} | |")
    for name, (Server.begin, Server.piece) in TEXTS.items():
        before, peak, rest = screen(port)
        print(f"| {name}, on the screen | {(peak - before) / mib:.1f} | {(rest - before) / mib:.1f} |")


main()
