"""scikit-learn for the benchmark: see server.py."""

import os
import warnings

import numpy as np
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import euclidean_distances, pairwise_distances_argmin_min
from sklearn.neighbors import NearestNeighbors

from server import Work, faster, serve, values

warnings.simplefilter("ignore", ConvergenceWarning)

FLOATS = (np.float32, np.float64)


def in_the_faster_floats(work_with):
    """Work in 32-bit or in 64-bit floats, whichever scikit-learn is faster with."""

    def work(dtype):
        ready = work_with(dtype)
        ready.note = np.dtype(dtype).name
        return ready

    return faster([work(dtype) for dtype in FLOATS])


def natural_type(matrix):
    """What a user hands over: floats as they are; bytes become 64-bit floats when they are scaled."""
    return np.float32 if matrix["data"].dtype == np.float32 else np.float64


def objective(model, X, labels, C):
    """What a fit minimises, at the model that it found."""
    logits = (X @ model.coef_.T + model.intercept_).astype(np.float64)
    largest = logits.max(axis=1)
    log_sums = np.log(np.exp(logits - largest[:, None]).sum(axis=1)) + largest
    losses = log_sums - logits[np.arange(len(labels)), labels]
    return losses.sum() + np.square(model.coef_, dtype=np.float64).sum() / (2 * C)


def logistic_pass(X, labels, nClasses, C, at):
    # What LogisticRegression.fit calls in each iteration. These are private names of scikit-learn 1.2.
    from sklearn._loss import HalfMultinomialLoss
    from sklearn.linear_model._linear_loss import LinearModelLoss

    pass_over = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=nClasses), fit_intercept=True)
    threads = int(os.environ["OMP_NUM_THREADS"])

    def with_floats(dtype):
        x = values(X, dtype)
        y = labels.astype(dtype)
        point = np.asfortranarray(at.reshape(nClasses, -1), dtype)
        return Work(
            lambda: pass_over.loss_gradient(point, x, y, None, 1 / C, threads),
            lambda result: {"loss": float(result[0]), "maxGradient": float(np.abs(result[1]).max() / len(y))},
        )

    return in_the_faster_floats(with_floats)


def logistic_fit(X, labels, nClasses, C, lbfgsIterations=None):
    dtype = natural_type(X)
    x = values(X, dtype)
    iterations = 10_000 if lbfgsIterations is None else lbfgsIterations
    return Work(
        lambda: LogisticRegression(C=C, max_iter=iterations).fit(x, labels),
        lambda model: {"loss": objective(model, x, labels, C), "iterations": int(model.n_iter_[0])},
        np.dtype(dtype).name,
    )


def predict(training, X):
    model = logistic_fit(**training).run()
    x = values(X, natural_type(X))
    return Work(lambda: model.predict(x), lambda labels: labels.astype(np.int32))


def nearest(X, queries, k):
    def with_floats(dtype):
        x, q = values(X, dtype), values(queries, dtype)
        if k == 1:
            return Work(
                lambda: pairwise_distances_argmin_min(q, x),
                lambda result: {"indices": result[0].astype(np.int32)},
            )
        search = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(x)
        return Work(
            lambda: search.kneighbors(q),
            lambda result: {"indices": result[1].astype(np.int32).ravel()},
        )

    return in_the_faster_floats(with_floats)


def assign(X, centers):
    def by_prediction(dtype):
        x, c = values(X, dtype), values(centers, dtype)
        model = KMeans(len(c), init=c, n_init=1, max_iter=1).fit(c)
        model.cluster_centers_ = c
        return Work(lambda: model.predict(x), lambda labels: labels.astype(np.int32))

    return in_the_faster_floats(by_prediction)


def pairwise_distances(X, Y, fresh=False):
    def with_floats(dtype):
        x, y = values(X, dtype), values(Y, dtype)
        return Work(lambda: euclidean_distances(x, y), np.ravel)

    return in_the_faster_floats(with_floats)


def k_means(X, init, iterations):
    def with_floats(dtype):
        x, centers = values(X, dtype), values(init, dtype)
        settings = {"n_init": 1, "max_iter": iterations, "tol": 0, "algorithm": "lloyd"}
        return Work(
            lambda: KMeans(len(centers), init=centers, **settings).fit(x),
            lambda model: {"inertia": float(model.inertia_)},
        )

    return in_the_faster_floats(with_floats)


def mini_batch_k_means(X, nClusters, randomState):
    dtype = np.float32
    x = values(X, dtype)
    return Work(
        lambda: MiniBatchKMeans(nClusters, random_state=randomState, n_init=3).fit(x),
        lambda model: {"inertia": float(model.inertia_)},
        np.dtype(dtype).name,
    )


serve(
    {
        "logisticPass": logistic_pass,
        "logisticFit": logistic_fit,
        "predict": predict,
        "nearest": nearest,
        "assign": assign,
        "pairwiseDistances": pairwise_distances,
        "kMeans": k_means,
        "miniBatchKMeans": mini_batch_k_means,
    },
    f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}",
)
