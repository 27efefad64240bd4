#!/usr/bin/env python3
"""Compares ways of indexing chats: size, time a turn, and time of searches. Uses nothing but Python's own SQLite.

100,000 messages are made: words with the frequencies of a language (Zipf), some identifiers, some Chinese. What the
store uses, and why, is in src/store/search.rs; what it takes there, `cargo bench --bench history` says.
"""

import itertools
import os
import random
import sqlite3
import tempfile
import time

TURNS = 50_000
KINDS = {
    "trigrams, their places": ("tokenize = 'trigram'", lambda word: f'"{word}"'),
    "trigrams, their columns": ("tokenize = 'trigram', detail = column", None),
    "trigrams, nothing else": ("tokenize = 'trigram', detail = none", None),
    "words and prefixes": ("tokenize = 'unicode61', prefix = '2 3'", lambda word: f'"{word}"*'),
}
rng = random.Random(7)


def vocabulary():
    consonants = "b c d f g h k l m n p r s t v w st tr pr ch th sh".split()
    syllables = [a + b for a in consonants for b in "a e i o u er en in on al".split()]
    words = "the of and to in is that for it function with list".split()
    known = set(words)
    while len(words) < 40_000:
        word = "".join(rng.choices(syllables, k=rng.choice([1, 2, 2, 3, 3, 4])))
        if word not in known:
            known.add(word)
            words.append(word)
    return words


WORDS = vocabulary()
CUMULATED = list(itertools.accumulate(1 / (rank + 1) ** 1.02 for rank in range(len(WORDS))))
NAMES = ["_".join(rng.choices(WORDS[:3000], k=rng.choice([2, 3]))) for _ in range(5000)] + ["merge_sorted_lists"]
CHINESE = [chr(0x4E00 + int(rng.paretovariate(0.5)) % 6000) for _ in range(200_000)]


def english(characters):
    words = rng.choices(WORDS, cum_weights=CUMULATED, k=max(4, characters // 7))
    for _ in range(len(words) // 20):
        words[rng.randrange(len(words))] = rng.choice(NAMES)
    return " ".join(words)


def chinese(characters):
    at = rng.randrange(190_000)
    return "".join(CHINESE[at : at + characters // 2]) + ("检索功能的实现" if rng.random() < 0.02 else "")


def turn(number):
    text = chinese if rng.random() < 0.08 else english
    return number << 21, text(int(rng.gauss(100, 30))), text(max(60, int(rng.expovariate(1 / 800))))


def searches():
    yield "a rare word", [WORDS[-rank] for rank in range(1, 30)]
    yield "a frequent word", ["the", "function", "with", "list", WORDS[20], WORDS[50]]
    yield "two words", [f"{WORDS[100]} {WORDS[900]}", "the function", f"{WORDS[30]} {WORDS[9000]}"]
    yield "a part of a name", ["merge_sor", NAMES[3][2:-2], NAMES[9][:7]]
    yield "4 of Chinese", ["检索功能", "功能的实"]
    yield "nothing", ["zzqqxx", "thenotherithing", "functionlist the"]


def query(text, quoted):
    words = text.split()
    if quoted:
        return " ".join(quoted(word) for word in words)
    return " AND ".join(f'"{word[at:at + 3]}"' for word in words for at in range(len(word) - 2))


def main():
    turns = [turn(number) for number in range(1, TURNS + 1)]
    for kind, (options, quoted) in KINDS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "db")
            db = sqlite3.connect(path)
            db.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal;")
            db.execute("CREATE TABLE turns (id INTEGER PRIMARY KEY, prompt TEXT, answer TEXT)")
            db.executemany("INSERT INTO turns VALUES (?, ?, ?)", turns)
            db.commit()
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            before = os.path.getsize(path)
            db.execute(
                "CREATE VIRTUAL TABLE words USING"
                f" fts5 (prompt, answer, content = 'turns', content_rowid = 'id', {options})"
            )
            begun = time.perf_counter()
            for at in range(0, TURNS, 100):
                db.executemany("INSERT INTO words (rowid, prompt, answer) VALUES (?, ?, ?)", turns[at : at + 100])
                db.commit()
            took = (time.perf_counter() - begun) * 1e3 / TURNS
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = (os.path.getsize(path) - before) / 1e6
            print(f"{kind}: {size:.0f} MB for {before / 1e6:.0f} MB of turns, {took:.2f} ms a turn")
            for name, texts in searches():
                times, found = [], 0
                for text in texts * 3:
                    # What only may contain the words is read and looked at.
                    every = "".join(" AND (t.prompt LIKE ? OR t.answer LIKE ?)" for _ in text.split())
                    likes = [f"%{word}%" for word in text.split() for _ in range(2)]
                    begun = time.perf_counter()
                    found += len(
                        db.execute(
                            "SELECT t.id FROM words w JOIN turns t ON t.id = w.rowid WHERE words MATCH ?"
                            f"{'' if quoted else every} ORDER BY w.rowid DESC LIMIT 50",
                            [query(text, quoted)] + ([] if quoted else likes),
                        ).fetchall()
                    )
                    times.append((time.perf_counter() - begun) * 1e3)
                times.sort()
                middle = times[len(times) // 2]
                print(f"  {name}: median {middle:.1f} ms, most {times[-1]:.1f} ms, {found // len(times)} found")


if __name__ == "__main__":
    main()
