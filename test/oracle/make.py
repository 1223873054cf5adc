"""Makes the numbers that the tests hold handful against: what scikit-learn and NumPy find.

    python3 test/oracle/make.py [--fashion-mnist FOLDER]

The numbers in this folder are those of scikit-learn 1.2.1 and NumPy 1.24.2 (Debian 12: python3-sklearn). Rows are
made by formula from a seed, by the same steps as in test/support/oracle.ts, or are images of Fashion-MNIST. Without
its folder the cases on Fashion-MNIST stay as they are.
"""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans, kmeans_plusplus
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).parent


def blobs(rows, columns, centers, spread, seed):
    """Rows scattered around random centres, and for each row its centre."""
    random = np.random.RandomState(seed)
    middles = 10 * random.random_sample(centers * columns).reshape(centers, columns) - 5
    labels = random.randint(0, centers, rows)
    noise = random.random_sample(rows * columns).reshape(rows, columns)
    return (middles[labels] + spread * (noise - 0.5)).astype(np.float32), labels


def images(folder, first, last):
    with gzip.open(folder / "train-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(folder / "train-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return pixels[first:last].astype(np.float32) / np.float32(255), labels[first:last]


def nearest_rows(X, centers):
    """For each centre its nearest row, in double precision, a few centres at a time."""
    X = X.astype(np.float64)
    return [int(np.argmin(((X - center) ** 2).sum(axis=1))) for center in centers.astype(np.float64)]


def k_means_plus_plus(X, _, k, seed):
    return {"indices": kmeans_plusplus(X, k, random_state=seed)[1].tolist()}


def k_means(X, _, k, seed):
    found = KMeans(k, random_state=seed, n_init=1, algorithm="lloyd").fit(X)
    return {"nIter": int(found.n_iter_), "inertia": float(found.inertia_)}


def mini_batch_k_means(X, _, k, seed, nInit):
    found = MiniBatchKMeans(k, random_state=seed, n_init=nInit).fit(X)
    return {
        "nSteps": int(found.n_steps_),
        "nIter": int(found.n_iter_),
        "inertia": float(found.inertia_),
        "nearestRows": nearest_rows(X, found.cluster_centers_),
    }


def logistic_regression(X, y, C):
    X = X.astype(np.float64)
    found = LogisticRegression(C=C, multi_class="multinomial", tol=1e-10, max_iter=1_000_000).fit(X, y)
    probabilities = found.predict_proba(X)
    right = probabilities[np.arange(len(y)), np.searchsorted(found.classes_, y)]
    return {
        "loss": float(-np.log(right).sum() + (found.coef_**2).sum() / (2 * C)),
        "intercept": found.intercept_.tolist(),
    }


def random_state(seed):
    random = np.random.RandomState(seed)
    calls = [
        ("random_sample", {"size": 4}, lambda: random.random_sample(4)),
        ("randint", {"low": 0, "high": 60000, "size": 6}, lambda: random.randint(0, 60000, 6)),
        ("uniform", {"size": 3}, lambda: random.uniform(size=3)),
        ("permutation", {"n": 12}, lambda: random.permutation(12)),
        ("choice", {"n": 60000, "size": 6}, lambda: random.choice(60000, 6, replace=False)),
        ("randint", {"low": 0, "high": 7, "size": 8}, lambda: random.randint(0, 7, 8)),
        ("random_sample", {"size": 2}, lambda: random.random_sample(2)),
    ]
    return {"calls": [{"call": call, **options, "value": draw().tolist()} for call, options, draw in calls]}


def made(rows, columns, centers, spread, seed):
    return {"rows": rows, "columns": columns, "centers": centers, "spread": spread, "seed": seed}


def fashion_mnist(first, last):
    return {"fashionMnist": [first, last]}


SMALL, WIDE, MANY = made(600, 5, 8, 4, 1), made(120, 300, 6, 8, 2), made(4000, 24, 20, 6, 3)

CASES = {
    "k-means-plus-plus": (
        k_means_plus_plus,
        [(data, {"k": k, "seed": seed}) for data, k, seed in [
            (SMALL, 8, 0), (SMALL, 40, 7), (WIDE, 30, 1), (MANY, 100, 42),
            (fashion_mnist(0, 3072), 100, 0), (fashion_mnist(0, 3072), 100, 42),
            (fashion_mnist(0, 1000), 10, 1), (fashion_mnist(0, 500), 500, 3),
        ]],
    ),
    "k-means": (
        k_means,
        [(data, {"k": k, "seed": seed}) for data, k, seed in [
            (SMALL, 8, 0), (WIDE, 10, 1), (MANY, 30, 2), (fashion_mnist(0, 5000), 20, 0),
        ]],
    ),
    "mini-batch-k-means": (
        mini_batch_k_means,
        [(data, {"k": k, "seed": seed, "nInit": starts}) for data, k, seed, starts in [
            (SMALL, 8, 0, 3), (WIDE, 10, 1, 1), (MANY, 50, 2, 3), (MANY, 20, 9, 1),
            (fashion_mnist(0, 60000), 100, 42, 3), (fashion_mnist(0, 60000), 10, 1, 3),
            (fashion_mnist(0, 10000), 50, 2, 1), (fashion_mnist(0, 500), 30, 5, 1),
        ]],
    ),
    "logistic-regression": (
        logistic_regression,
        [(data, {"C": C}) for data, C in [
            (made(30, 4, 3, 25, 4), 1.0), (made(25, 40, 3, 60, 5), 0.0001), (made(600, 5, 8, 25, 6), 1.0),
            (made(600, 5, 8, 25, 6), 100.0), (made(120, 300, 6, 60, 7), 0.00001),
            (fashion_mnist(0, 100), 1.0), (fashion_mnist(0, 2000), 1.0), (fashion_mnist(0, 2000), 0.01),
            (fashion_mnist(100, 130), 10.0),
        ]],
    ),
}


def load(name):
    path = HERE / f"{name}.json"
    return json.loads(path.read_text())["cases"] if path.exists() else []


def save(name, cases):
    """One case a line, so that a change shows which case it is."""
    head = json.dumps({"scikitLearn": sklearn.__version__, "numpy": np.__version__})[:-1]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / f"{name}.json").write_text(f'{head}, "cases": [\n{lines}\n]}}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fashion-mnist", type=Path, metavar="FOLDER")
    folder = parser.parse_args().fashion_mnist
    save("numpy-random-state", [{"seed": seed, **random_state(seed)} for seed in (0, 1, 42, 2**32 - 1)])
    for name, (find, cases) in CASES.items():
        kept = load(name)
        found = []
        for data, options in cases:
            case = {"data": data, **options}
            if "fashionMnist" not in data:
                case |= find(*blobs(**data), **options)
            elif folder:
                case |= find(*images(folder, *data["fashionMnist"]), **options)
            else:
                case = next(each for each in kept if all(each.get(key) == case[key] for key in case))
            found.append(case)
            print(name, data, options, flush=True)
        save(name, found)


if __name__ == "__main__":
    main()
