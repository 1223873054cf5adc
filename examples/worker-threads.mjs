// Several worker threads, each with handful of its own: fits that do not wait for one another.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { KMeans, loadSyntheticGarments } from 'handful';

if (isMainThread) {
  const inertias = await Promise.all([4, 8, 16].map(inertiaOf));
  for (const { nClusters, inertia } of inertias) console.log(`${nClusters} clusters: inertia ${inertia}`);
} else {
  const { train } = await loadSyntheticGarments({ train: 1000, test: 1 });
  const { inertia } = await new KMeans({ ...workerData, randomState: 42, nInit: 1 }).fit(train.images);
  parentPort.postMessage(Math.round(inertia));
}

/** The inertia of a clustering, found by a worker. */
function inertiaOf(nClusters) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { nClusters } });
    worker.on('message', (inertia) => resolve({ nClusters, inertia }));
    worker.on('error', reject);
  });
}
