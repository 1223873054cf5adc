// Several worker threads at once, and the main thread besides, each with the package for itself.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { backendInfo, KMeans } from 'handful';

const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };

async function compute() {
  const { inertia } = await new KMeans({ nClusters: 2, randomState: 0 }).fit(X);
  const { backend, instructionSet } = backendInfo();
  return JSON.stringify({ backend, instructionSet, inertia });
}

if (isMainThread) {
  const workers = Array.from({ length: 4 }, () => new Worker(new URL(import.meta.url)));
  const answers = workers.map(
    (worker) => new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)),
  );
  const results = new Set(await Promise.all([compute(), ...answers]));
  console.log(results.size === 1 ? [...results][0] : JSON.stringify({ backend: [...results].join(' and ') }));
} else {
  parentPort.postMessage(await compute());
}
