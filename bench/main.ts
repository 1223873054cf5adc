/** `npm run bench`: handful's own paths on the notebook's work: instruction sets, threads, JavaScript, naive loops. */
import { everyHandfulNative, handfulJavaScript } from './contestants/handful.ts';
import { naiveLoops } from './contestants/naive.ts';
import type { Contestant } from './support/contestant.ts';
import { loadImages } from './support/data.ts';
import { formatKernels, measureKernels } from './support/kernels.ts';
import { describeMachine, formatMachine } from './support/machine.ts';
import { type Race, race } from './support/measure.ts';
import { Report, settingsFromCommandLine } from './support/report.ts';
import { formatRace } from './support/table.ts';
import type { Workload } from './support/tasks.ts';
import { NOTEBOOK_SIZES, notebookWorkloads, QUICK_SIZES } from './workloads/notebook.ts';

const KERNELS =
  'The kernels on the shapes that the algorithms give them, on one thread, beside what the same thread does at most: ' +
  'loops that only multiply and add in registers, or only read. All take turns, in time of the processor, and their ' +
  'answers agree. squaredDistances do three operations in two instructions, so 75 % of all multiply-adds is their ' +
  'most; what they do besides arithmetic keeps softmax and residuals far from the peak.';

const settings = settingsFromCommandLine();
const machine = describeMachine();
const sizes = settings.quick ? QUICK_SIZES : NOTEBOOK_SIZES;
const data = await loadImages(sizes.rows);
const report = new Report('bench', settings);
report.say(formatMachine(machine));
report.say(
  `Data: ${data.name}. Matrices are prepared beforehand, except for the single calls. All contestants of a table ` +
    'take turns, and their answers agree. GFLOP/s: the operations that the plain method takes, over the median.',
);

const work = await notebookWorkloads(data, sizes);
const natives = everyHandfulNative();
const everyone = [...natives, handfulJavaScript, naiveLoops];
const races: Race[] = [];
const [fitFromBytes, fitFromFloats] = work.fullFits;
await measure([...work.passes, fitFromBytes!], everyone);
// Minutes for all others, and they tell nothing new.
await measure([fitFromFloats!], natives.slice(0, 2));
await measure([...work.smallerFits, ...work.distances, ...work.clusterings, ...work.calls], everyone);
const kernels = settings.only.test('kernels and peaks') ? measureKernels(settings.quick) : [];
if (!kernels) {
  report.say('The kernels were not measured: their benchmark could not be built (build/bench.log).');
} else if (kernels.length > 0) {
  report.say(KERNELS);
  for (const figures of kernels) report.say(formatKernels(figures));
}
await report.finish({ machine, data: data.name, races, kernels });

async function measure(workloads: readonly Workload[], contestants: readonly Contestant[]): Promise<void> {
  for (const workload of workloads.filter(({ title }) => settings.only.test(title))) {
    const result = await race(workload, contestants, settings.effort);
    races.push(result);
    report.say(formatRace(result));
  }
}
