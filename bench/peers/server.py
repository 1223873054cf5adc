"""Answers the benchmark's requests, lines of JSON on stdin, with lines of JSON on stdout.

A typed array goes over as {"typedArray": "Float32Array", "file": path}, the bytes in the file.
"""

import itertools
import json
import os
import sys
import time
import traceback

import numpy as np

TYPES = {
    "Float32Array": np.float32,
    "Float64Array": np.float64,
    "Int32Array": np.int32,
    "Uint8Array": np.uint8,
}


class Work:
    """Work that is ready to run. `answer` makes what the benchmark wants of what `run` returned, untimed."""

    def __init__(self, run, answer=lambda result: result, note=None):
        self.run = run
        self.answer = answer
        self.note = note


def faster(works):
    """The one of several Works whose first run, after one to warm up, is the shortest."""

    def seconds(work):
        work.run()
        start = time.perf_counter()
        work.run()
        return time.perf_counter() - start

    return min(works, key=seconds)


def values(matrix, dtype):
    """The values of a matrix {data, shape, scale} in the given type."""
    data = matrix["data"].reshape(matrix["shape"])
    scale = matrix.get("scale", 1)
    if scale == 1:
        return np.ascontiguousarray(data, dtype)
    return (data * np.float64(scale)).astype(dtype)


def matrix_product_rate(size=2048, trials=5):
    """GFLOP/s of a product of two square matrices of 32-bit floats, the best of a few."""
    a = np.random.RandomState(0).random_sample((size, size)).astype(np.float32)
    best = np.inf
    for _ in range(trials):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2 * size**3 / best / 1e9


def serve(skills, versions):
    """Serves until stdin ends. `skills` has for each task a function from its problem to Work, or to None."""
    replies = Replies(skills, versions, sys.argv[1])
    for line in sys.stdin:
        try:
            request = json.loads(line, object_hook=read_array)
            reply = getattr(replies, request.pop("request"))(**request)
        except Exception:
            reply = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(reply, default=replies.write_array) + "\n")
        sys.stdout.flush()


class Replies:
    """One method for each kind of request."""

    def __init__(self, skills, versions, folder):
        self.skills = skills
        self.versions = versions
        self.folder = folder
        self.numbers = itertools.count()
        self.work = None
        self.result = None

    def about(self):
        return {"versions": self.versions}

    def rate(self):
        return {"gigaflops": matrix_product_rate()}

    def enter(self, task, problem):
        skill = self.skills.get(task)
        self.work = skill(**problem) if skill else None
        return {"skilled": self.work is not None, "note": self.work.note if self.work else None}

    def trial(self, calls):
        run = self.work.run
        start = time.perf_counter()
        for _ in range(calls):
            self.result = run()
        return {"seconds": (time.perf_counter() - start) / calls}

    def answer(self):
        return {"answer": self.work.answer(self.result)}

    def leave(self):
        self.work = self.result = None
        return {}

    def write_array(self, value):
        if isinstance(value, np.generic):
            return value.item()
        for name, dtype in TYPES.items():
            if value.dtype == dtype:
                path = os.path.join(self.folder, f"answer-{next(self.numbers)}.bin")
                value.tofile(path)
                return {"typedArray": name, "file": path}
        raise TypeError(f"no typed array for {value.dtype}")


def read_array(described):
    if "typedArray" in described:
        return np.fromfile(described["file"], TYPES[described["typedArray"]])
    return described
