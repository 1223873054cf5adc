// The same as first-script.mjs in CommonJS.

const { ClusterThenLabel, loadSyntheticGarments } = require('handful');

async function main() {
  const { train, test } = await loadSyntheticGarments({ train: 6000, test: 1000 });
  const annotate = (rows) => Array.from(rows, (row) => train.labels[row]);

  const pipeline = new ClusterThenLabel({ budget: 100, randomState: 42 });
  await pipeline.fit(train.images, annotate);

  const accuracy = await pipeline.score(test.images, test.labels);
  console.log(`labels asked for: ${pipeline.asked.rows.length} of ${train.labels.length}`);
  console.log(`right on new images: ${(100 * accuracy).toFixed(1)} %`);
}

main();
