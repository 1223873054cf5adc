// A classifier from 100 labels: handful picks the rows worth labelling, asks for their labels and learns from them.

import { FewLabels, loadSyntheticGarments } from 'handful';

// Garments drawn by formula, so that this runs anywhere; loadFashionMnist() gives the real ones in the same form.
const { train, test } = await loadSyntheticGarments({ train: 6000, test: 1000 });

// Here the labels are known. With your own data this function would show each row to a person.
const annotate = (rows) => Array.from(rows, (row) => train.labels[row]);

const classifier = new FewLabels({ budget: 100, image: { height: 28, width: 28 }, randomState: 42 });
await classifier.fit(train.images, annotate);

const accuracy = await classifier.score(test.images, test.labels);
console.log(`labels asked for: ${classifier.labelled.rows.length} of ${train.labels.length}`);
console.log(`right on new images: ${(100 * accuracy).toFixed(1)} %`);
