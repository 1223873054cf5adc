"""faiss for the benchmark: see server.py."""

import faiss
import numpy as np

from server import Work, serve, values


def index_of(rows):
    index = faiss.IndexFlatL2(rows.shape[1])
    index.add(rows)
    return index


def nearest(X, queries, k):
    index = index_of(values(X, np.float32))
    q = values(queries, np.float32)
    return Work(
        lambda: index.search(q, k),
        lambda result: {"indices": result[1].astype(np.int32).ravel()},
    )


def assign(X, centers):
    index = index_of(values(centers, np.float32))
    x = values(X, np.float32)
    return Work(lambda: index.search(x, 1), lambda result: result[1].astype(np.int32).ravel())


def k_means(X, init, iterations):
    x, centers = values(X, np.float32), values(init, np.float32)

    def run():
        clustering = faiss.Kmeans(
            x.shape[1], len(centers), niter=iterations, min_points_per_centroid=1, max_points_per_centroid=len(x)
        )
        clustering.train(x, init_centroids=centers)
        # The other contestants end with labels and inertia under the last centres, so this one must too.
        return clustering.index.search(x, 1)[0]

    return Work(run, lambda distances: {"inertia": float(distances.sum(dtype=np.float64))})


serve({"nearest": nearest, "assign": assign, "kMeans": k_means}, f"faiss {faiss.__version__}")
