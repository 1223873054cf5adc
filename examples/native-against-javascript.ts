// One computation on both backends: the same answer, at different speeds.

import { backendInfo, loadSyntheticGarments, MiniBatchKMeans, prepare, setBackend } from 'handful';

const { train } = await loadSyntheticGarments({ train: 3000, test: 1 });
const answers: Int32Array[] = [];

for (const backend of ['native', 'javascript'] as const) {
  try {
    setBackend(backend);
  } catch (error) {
    console.log((error as Error).message);
    continue;
  }
  // Prepared for the backend in use, and so again for each.
  const images = prepare(train.images);
  const start = performance.now();
  const { labels, nSteps } = await new MiniBatchKMeans({ nClusters: 20, randomState: 42 }).fit(images);
  const milliseconds = performance.now() - start;
  const { instructionSet, threads } = backendInfo();
  console.log(
    `${backend} (${instructionSet}, threads: ${threads}): ${nSteps} steps in ${milliseconds.toFixed(0)} ms`,
  );
  answers.push(labels);
}

if (answers.length === 2) {
  const different = answers[0].filter((label, row) => label !== answers[1][row]).length;
  console.log(`rows in different clusters: ${different} of ${answers[0].length}`);
}
