// Clustering rows that come in batches and need never be in memory together.

import { loadSyntheticGarments, type Matrix, MiniBatchKMeans } from 'handful';

/** Batches as they might come from a file or a network. */
async function* batches(count: number, rows: number): AsyncGenerator<Matrix> {
  for (let seed = 0; seed < count; seed++) {
    yield (await loadSyntheticGarments({ seed, train: rows, test: 1 })).train.images;
  }
}

const clusterer = new MiniBatchKMeans({ nClusters: 20, randomState: 42 });
for await (const batch of batches(8, 1000)) await clusterer.partialFit(batch);

const { test } = await loadSyntheticGarments({ seed: 99, train: 1, test: 1000 });
const clusters = await clusterer.predict(test.images);
console.log(`steps: ${clusterer.nSteps}, centres: ${clusterer.clusterCenters.shape.join(' x ')}`);
console.log(`clusters that new images fall into: ${new Set(clusters).size}`);
