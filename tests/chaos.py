#!/usr/bin/env python3
"""Every fault that an llmock server and a LiteLLM proxy (of mock models) can make, against `pointsman ask --json`.

    cargo build && python3 tests/chaos.py target/debug/pointsman --chaos http://127.0.0.1:18192 --litellm http://127.0.0.1:18191

Prints a Markdown table: the fault, what was read, the exit status, how many requests arrived, and whether that is what
should come of it. Exits with 1 when something is not. Not part of the suite: it needs both servers, and takes minutes,
since some faults are waits. The proxy's key is read from LITELLM_KEY, and is `sk-local-test` when that is not set.
Needs Python 3.9 or later, nothing else.
"""
import argparse, json, os, subprocess, sys, tempfile, urllib.request

MODELS = 'categories.coding.model = "%s"\ncategories.coding.fallbacks = []\nretry.backoff_seconds = 0.1\n%s\n'
WAITS = "network.local.first_byte_timeout_seconds = 2\nnetwork.local.first_token_timeout_seconds = 2\n" \
        "network.local.idle_timeout_seconds = 2\n"
PATIENCE = 120
AGAIN = "is asked again after"


def fail(status, times=1, **more):
    return {"type": "fail", "status": status, "times": times, **more}


def broken(kind, after, **more):
    return {"type": "stream_fault", "kind": kind, "after_chunks": after, "times": 1, **more}


OVERFLOW = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
# Name, what llmock does, further settings; then what has to come: exit status, requests, what is read, whether text is.
CHAOS = [
    ("nothing", None, "", 0, 1, [], True),
    ("429, Retry-After 2", fail(429, retry_after=2), "", 0, 2, [AGAIN, "429"], True),
    ("429, Retry-After 300", fail(429, None, retry_after=300), "", 1, 1, ["429", "again in 5 min"], False),
    ("429 three times", fail(429, 3, retry_after=0), "", 0, 4, [AGAIN], True),
    ("400", fail(400), "", 1, 1, ["answered 400"], False),
    ("401", fail(401), "", 1, 1, ["answered 401", "key"], False),
    ("402", fail(402), "", 1, 1, ["quota"], False),
    ("403", fail(403), "", 1, 1, ["answered 403"], False),
    ("404", fail(404), "", 1, 1, ["answered 404"], False),
    ("408", fail(408), "", 0, 2, [AGAIN, "408"], True),
    ("413", fail(413), "", 1, 1, ["answered 413", "context_window"], False),
    ("422", fail(422), "", 1, 1, ["answered 422"], False),
    ("500", fail(500), "", 0, 2, [AGAIN, "500"], True),
    ("502", fail(502), "", 0, 2, [AGAIN, "502"], True),
    ("503", fail(503), "", 0, 2, [AGAIN, "503"], True),
    ("504", fail(504), "", 0, 2, [AGAIN, "504"], True),
    ("529", fail(529), "", 0, 2, [AGAIN, "529"], True),
    ("an outage", fail(503, None), "", 1, 4, [AGAIN, "503"], False),
    ("too long", fail(400, code="context_length_exceeded", message=OVERFLOW), "", 1, 1, ["context_window"], False),
    ("3 s to the first token", {"type": "slow_first_token", "seconds": 3, "times": 1}, "", 0, 1, [], True),
    ("3 s to the first token, 2 s of patience", {"type": "slow_first_token", "seconds": 3, "times": 1}, WAITS, 0, 2,
     [AGAIN, "for 2 s"], True),
    # llmock counts a request when it answers, and not one that was left by then.
    ("5 s to the headers, 2 s of patience", {"type": "delay", "seconds": 5, "times": 1}, WAITS, 0, 1,
     [AGAIN, "did not respond for 2 s"], True),
    ("a stall of 4 s", broken("stall", 3, stall_seconds=4), "", 0, 1, [], True),
    ("a stall of 120 s, 2 s of patience", broken("stall", 3, stall_seconds=120), WAITS, 1, 1,
     ["fell silent for 2 s"], True),
    ("the socket cut in the answer", broken("disconnect", 3), "", 1, 1, ["broke off"], True),
    ("an end in the answer", broken("truncate", 3), "", 1, 1, ["broke off"], True),
    ("an end before the answer", broken("truncate", 0), "", 0, 2, [AGAIN, "before it began"], True),
    ("half a chunk in the answer", broken("malformed", 3), "", 0, 1, [], True),
    ("finish_reason length", {"type": "reply", "text": "cut off here", "finish_reason": "length", "times": 1}, "", 0, 1,
     ["may not say more"], True),
]
# The same for models of the proxy, with the key that is sent.
KEY = os.environ.get("LITELLM_KEY", "sk-local-test")
LITELLM = [
    ("nothing", "qwen-3-32b", KEY, "", 0, [], True),
    ("a wrong key", "qwen-3-32b", "sk-wrong", "", 1, ["check the key"], False),
    ("an unknown model", "nope", KEY, "", 1, ["`pointsman models` lists"], False),
    ("fault-rate-limit", "fault-rate-limit", KEY, "", 1, [AGAIN, "429"], False),
    ("fault-context", "fault-context", KEY, "", 1, ["context_window"], False),
    ("fault-500", "fault-500", KEY, "", 1, [AGAIN, "500"], False),
    ("fault-content-filter", "fault-content-filter", KEY, "", 1, ["answered"], False),
    ("fault-mid-stream", "fault-mid-stream", KEY, "", 1, ["answered 529"], False),
    ("fault-slow", "fault-slow", KEY, "", 0, [], True),
    ("fault-slow, 2 s of patience", "fault-slow", KEY, WAITS + "retry.retries = 0", 1, ["for 2 s"], False),
    ("fault-timeout", "fault-timeout", KEY, "retry.retries = 1", 1, ["408"], False),
]


def call(method, url, body=None):
    """What the server says."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.loads(reply.read() or b"null")


def ask(program, base_url, model, key, settings):
    """Asks once; what was read besides the answer, the answer, and the exit status."""
    with tempfile.TemporaryDirectory() as home:
        config = os.path.join(home, "config.toml")
        with open(config, "w") as file:
            file.write(MODELS % (model, settings))
        env = {"HOME": home, "POINTSMAN_CONFIG": config, "POINTSMAN_DATA_DIR": home, "POINTSMAN_BASE_URL": base_url,
               "OXLO_API_KEY": key, "LANG": "C.UTF-8"}
        command = [program, "ask", "--json", "-c", "coding", "Say hello to everybody who is here today"]
        try:
            ran = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return ["it hangs"], "", None
        lines = [json.loads(line) for line in ran.stdout.decode().splitlines()]
        answer = "".join(line["delta"] for line in lines if line["type"] == "delta")
        last = lines[-1]["type"] if lines else "nothing"
        read = [line.removeprefix("pointsman: ") for line in ran.stderr.decode().splitlines()]
        if last != ("error" if ran.returncode else "done"):
            read.append(f"the last line is '{last}'")
        return read, answer, ran.returncode


class Table:
    def __init__(self):
        self.failed = 0
        print("| fault | what was read | exit | requests | |\n|---|---|---|---|---|", flush=True)

    def row(self, name, read, status, requests, wrong):
        self.failed += bool(wrong)
        told = "<br>".join(line.replace("|", "\\|") for line in read) or "*(nothing)*"
        verdict = "FAIL: " + ", ".join(wrong) if wrong else "PASS"
        print(f"| {name} | {told} | {status} | {requests} | {verdict} |", flush=True)


def judge(found, expected):
    """What is not as it should be."""
    (read, answer, status), (exit_status, words, text) = found, expected
    wrong = [f"'{word}' was not read" for word in words if not any(word in line for line in read)]
    if not words and read:
        wrong.append("more was read than nothing")
    if status != exit_status:
        wrong.append(f"exit status {exit_status} was due")
    if bool(answer) != text:
        wrong.append("no text" if text else "text")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--chaos", help="an llmock server, such as http://127.0.0.1:18192")
    parser.add_argument("--litellm", help="a LiteLLM proxy of mock models, such as http://127.0.0.1:18191")
    options = parser.parse_args()
    table = Table()
    if options.chaos:
        admin = options.chaos + "/_llmock"
        for name, behavior, settings, exit_status, due, words, text in CHAOS:
            call("POST", admin + "/reset")
            if behavior:
                call("POST", admin + "/scenario", {"behaviors": [behavior]})
            found = ask(options.program, options.chaos + "/v1", "first", "sk-any", settings)
            requests = call("GET", admin + "/requests")["count"]
            wrong = judge(found, (exit_status, words, text))
            if requests != due:
                wrong.append(f"{due} requests were due")
            table.row(name, found[0], found[2], requests, wrong)
        call("POST", admin + "/reset")
    if options.litellm:
        for name, model, key, settings, *expected in LITELLM:
            found = ask(options.program, options.litellm + "/v1", model, key, settings)
            table.row("LiteLLM: " + name, found[0], found[2], "", judge(found, expected))
    print(f"\n{table.failed} failed")
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
