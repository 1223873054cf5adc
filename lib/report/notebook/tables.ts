import { formatCount, formatSeconds, formatSpeedUp } from '../../core/numbers.ts';
import { EXPERIMENTS, type ExperimentDescription } from '../../experiments/notebook.ts';
import type { ExperimentResult, NotebookRecord } from '../../experiments/notebook-record.ts';
import { left, NOTHING, right, type Table, tableOf } from '../kit/table.ts';

const COLUMNS = [
  left<ExperimentResult>('experiment', ({ name }) => name),
  left<ExperimentResult>('protocol', ({ name, protocol }) => (name === 'few-labels' ? NOTHING : protocol)),
  right<ExperimentResult>('labels', ({ nLabels }) => formatCount(nLabels)),
  right<ExperimentResult>('rows', ({ rows }) => formatCount(rows)),
  left<ExperimentResult>('accuracy', formatAccuracy),
  {
    ...right(
      'notebook',
      inNotebook(({ accuracy }) => accuracy.toFixed(4)),
    ),
    isNotebook: true,
  },
  right<ExperimentResult>('time', ({ seconds }) => formatSeconds(seconds)),
  {
    ...right(
      'notebook',
      inNotebook(({ seconds }) => formatSeconds(seconds)),
    ),
    isNotebook: true,
  },
  {
    ...right(
      'speed-up',
      inNotebook(({ seconds }, result) => formatSpeedUp(seconds / result.seconds)),
    ),
    isNotebook: true,
  },
];

/** The table of the experiments; the notebook's figures, which are for Fashion-MNIST, are left out beside other data. */
export function notebookTable({ experiments, dataset }: NotebookRecord): Table {
  const columns = COLUMNS.filter((column) => !dataset.synthetic || !('isNotebook' in column));
  return tableOf('Results', columns, experiments);
}

/**
 * A cell made of the notebook's figures, if it did the same: only `propagated` differs between the
 * protocols.
 */
function inNotebook(
  format: (figures: ExperimentDescription['notebook'], result: ExperimentResult) => string,
): (result: ExperimentResult) => string {
  return (result) =>
    result.name === 'propagated' && result.protocol === 'corrected'
      ? NOTHING
      : format(EXPERIMENTS[result.name].notebook, result);
}

function formatAccuracy({ accuracy, accuracyStd }: ExperimentResult): string {
  return accuracy.toFixed(4) + (accuracyStd === undefined ? '' : ` ± ${accuracyStd.toFixed(4)}`);
}

/** What a reader must know to read the table right. */
export function notebookNotes({ experiments }: NotebookRecord): string[] {
  const notes: string[] = [];
  const random = experiments.find(({ name }) => name === 'random');
  if (random) {
    notes.push(
      `random: mean${random.accuracyStd === undefined ? '' : ' ± standard deviation'} over ` +
        `${random.draws!.length} draws, the time that of one draw. The notebook's figure is a single draw that it ` +
        'did not seed, and its representatives are a single clustering: the difference between the two is one ' +
        'draw against another, and no measure of what choosing the rows gains.',
    );
  }
  const propagated = experiments.filter(({ name }) => name === 'propagated');
  if (propagated.length > 0) {
    const shares = propagated.map(
      ({ protocol, labelAccuracy }) => `${(100 * labelAccuracy).toFixed(1)} % (${protocol})`,
    );
    notes.push(
      "propagated: the notebook means to give each cluster its representative's label, but notes every row that " +
        'comes nearer to some centre than all rows before it under the cluster that the row belongs to, so that ' +
        'many clusters get the label of an early row. The protocol notebook repeats that, corrected uses the ' +
        `representatives. Right among the labels spread: ${shares.join(', ')}.`,
    );
  }
  const fewLabels = experiments.find(({ name }) => name === 'few-labels');
  if (fewLabels) {
    const { rows, nLabels, labelAccuracy, phases } = fewLabels;
    const times = Object.entries(phases).map(([phase, seconds]) => `${phase} ${formatSeconds(seconds)}`);
    notes.push(
      `few-labels: the estimator FewLabels, which the notebook does not have: it chooses its own ${formatCount(nLabels)} ` +
        `rows to label and spreads their labels over ${formatCount(rows)} rows, ${(100 * labelAccuracy).toFixed(1)} % ` +
        `of them right. Beside it stands what the notebook reaches with all labels. Time: ${times.join(', ')}.`,
    );
  }
  for (const { name, protocol, fit, draws } of experiments) {
    const unfinished = [...(fit ? [fit] : []), ...(draws ?? [])].find(({ converged }) => converged === false);
    if (unfinished) notes.push(`${name} (${protocol}): a fit ended before tol: ${unfinished.stopReason}.`);
  }
  return notes;
}
