// The same as first-script.mjs in CommonJS.

const { FewLabels, loadSyntheticGarments } = require('handful');

async function main() {
  const { train, test } = await loadSyntheticGarments({ train: 6000, test: 1000 });
  const annotate = (rows) => Array.from(rows, (row) => train.labels[row]);

  const classifier = new FewLabels({ budget: 100, image: { height: 28, width: 28 }, randomState: 42 });
  await classifier.fit(train.images, annotate);

  const accuracy = await classifier.score(test.images, test.labels);
  console.log(`labels asked for: ${classifier.labelled.rows.length} of ${train.labels.length}`);
  console.log(`right on new images: ${(100 * accuracy).toFixed(1)} %`);
}

main();
