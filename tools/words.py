#!/usr/bin/env python3
"""Makes assets/words.txt, the words that a misspelt prompt is compared with.

    python3 tools/words.py ROWS.jsonl... > assets/words.txt

ROWS are the files that `pointsman train` makes the shipped head of. A line is a word that stands in several English
prompts of them, and a digit that says how often: the binary logarithm of the number of prompts. In the order of bytes.
"""

import collections
import json
import re
import sys

PROMPTS_MIN = 4
LETTERS_MIN = 3
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def main() -> None:
    counts: collections.Counter[str] = collections.Counter()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        for row in rows:
            if row.get("lang", "en") == "en" and not row.get("previous"):
                counts.update(set(WORD.findall(row["prompt"].lower().replace("’", "'"))))
    for word, count in sorted(counts.items()):
        if count >= PROMPTS_MIN and len(word) >= LETTERS_MIN:
            print(word, min(count.bit_length() - 1, 9))


if __name__ == "__main__":
    main()
