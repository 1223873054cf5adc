/** `npm run bench:peers`: handful beside scikit-learn, faiss, ml.js and TensorFlow.js, as far as they are here. */
import { handfulByDefault } from './contestants/handful.ts';
import { findMl, findTensorFlow } from './contestants/javascript-rivals.ts';
import { findInPython } from './contestants/python.ts';
import { isRival } from './contestants/rival.ts';
import { loadImages, syntheticEmbeddings } from './support/data.ts';
import { describeMachine, formatMachine } from './support/machine.ts';
import { type Race, race } from './support/measure.ts';
import { Report, settingsFromCommandLine } from './support/report.ts';
import { formatRace, significant } from './support/table.ts';
import type { Workload } from './support/tasks.ts';
import { embeddingWorkloads } from './workloads/embeddings.ts';
import { NOTEBOOK_SIZES, notebookWorkloads, QUICK_SIZES } from './workloads/notebook.ts';

const RULES =
  'All contestants of a table take turns, with the same number of threads, and their answers agree. Each has its ' +
  'data beforehand in the form that it is fastest with, 32-bit or 64-bit floats for scikit-learn; its fits get what ' +
  'a user would hand over, bytes as 64-bit floats.';

const settings = settingsFromCommandLine();
const machine = describeMachine();
const sizes = settings.quick ? QUICK_SIZES : NOTEBOOK_SIZES;
const report = new Report('bench:peers', settings);
report.say(formatMachine(machine));

const scikitLearn = await findInPython(
  {
    name: 'scikit-learn',
    script: 'scikit_learn.py',
    module: 'sklearn',
    variable: 'HANDFUL_BENCH_SCIKIT_LEARN',
  },
  machine.threads,
);
const faiss = await findInPython(
  { name: 'faiss', script: 'faiss_search.py', module: 'faiss', variable: 'HANDFUL_BENCH_FAISS' },
  machine.threads,
);
const found = [scikitLearn, faiss, await findMl(), await findTensorFlow()];
const rivals = found.filter(isRival);
try {
  report.say(
    found.map((each) => `- ${each.name}: ${isRival(each) ? each.versions : each.reason}`).join('\n'),
  );
  const gigaflops = isRival(scikitLearn) ? await scikitLearn.matrixProductRate?.() : undefined;
  if (gigaflops !== undefined) {
    report.say(
      `For comparison: NumPy's BLAS multiplies large matrices of 32-bit floats at ${significant(gigaflops)} ` +
        `GFLOP/s here, with ${machine.threads} threads.`,
    );
  }

  const images = await loadImages(sizes.rows);
  const work = await notebookWorkloads(images, sizes);
  const races: Race[] = [];
  const measure = async (workloads: Workload[]) => {
    for (const workload of workloads.filter(({ title }) => settings.only.test(title))) {
      const result = await race(workload, [handfulByDefault(), ...rivals], settings.effort);
      races.push(result);
      report.say(formatRace(result));
    }
  };
  report.say(`### The notebook's work\n\nData: ${images.name}. ${RULES}`);
  await measure([
    ...work.passes,
    ...work.iterations,
    ...work.smallerFits,
    ...work.distances,
    ...work.clusterings,
    ...work.lloyd,
    ...work.calls,
    ...(settings.full ? work.fullFits.slice(0, 1) : []),
  ]);
  const [rows, columns] = settings.quick ? [2000, 64] : [100_000, 768];
  const embeddings = syntheticEmbeddings(rows, columns);
  report.say(`### Embeddings\n\nData: ${embeddings.name}.`);
  await measure(embeddingWorkloads(embeddings, sizes.clusters));
  await report.finish({ machine, rivals: found, gigaflops, races });
} finally {
  for (const rival of rivals) await rival.close?.();
}
