import { formatCount, formatSeconds, formatShare } from '../../core/numbers.ts';
import { EXPERIMENTS, type ExperimentName, NOTEBOOK_NAMES } from '../../experiments/notebook.ts';
import type { ExperimentResult, NotebookRecord } from '../../experiments/notebook-record.ts';
import type { ReportDocument } from '../kit/document.ts';

/** What a run of the notebook found, in words. */
export function notebookFindings(record: NotebookRecord): Pick<ReportDocument, 'headline' | 'lead'> {
  const sentences = [
    representativesAgainstRandom(record),
    propagatedAgainstRepresentatives(record),
    timeAgainstNotebook(record),
  ];
  return { headline: headline(record), lead: sentences.filter((sentence) => sentence !== undefined) };
}

function headline({ experiments }: NotebookRecord): string {
  const full = find(experiments, 'full');
  const few = experiments.filter(({ name }) => name !== 'full');
  const best = find(few, 'few-labels') ?? mostAccurate(few);
  if (!best) return `${inTitle(full!)} name ${formatShare(full!.accuracy)} of the test images right`;
  const found = `${inTitle(best)} name ${formatShare(best.accuracy)} of the test images right`;
  return full
    ? `${found}; all ${formatCount(full.nLabels)} labels name ${formatShare(full.accuracy)}`
    : found;
}

/** An experiment as the subject of a sentence. */
function inTitle({ name, nLabels }: ExperimentResult): string {
  const count = `${formatCount(nLabels)} labels`;
  const how: Record<ExperimentName, string> = {
    full: `All ${count}`,
    random: `${count} at random`,
    representatives: `${count}, one for each cluster,`,
    propagated: `${count}, spread over their clusters,`,
    partial: `${count}, spread to their neighbours,`,
    'few-labels': `${count} chosen and spread by handful`,
  };
  return how[name];
}

/** Whether choosing rows by clustering shows a gain at all. */
function representativesAgainstRandom({ experiments }: NotebookRecord): string | undefined {
  const representatives = find(experiments, 'representatives');
  const draws = find(experiments, 'random')?.draws;
  if (!representatives || !draws || draws.length < 2) return undefined;
  const asGood = draws.filter(({ accuracy }) => accuracy >= representatives.accuracy).length;
  const rate = `${formatShare(representatives.accuracy)} with one label for each cluster of pixels`;
  return asGood === 0
    ? `${rate} is more than any of ${draws.length} draws at random reach; it is still a single clustering.`
    : `${rate} is no proof of a gain: ${asGood} of ${draws.length} draws at random do as well.`;
}

/** Whether spreading labels over their clusters gained anything. */
function propagatedAgainstRepresentatives({ experiments }: NotebookRecord): string | undefined {
  const representatives = find(experiments, 'representatives');
  const spread = experiments.filter(({ name }) => name === 'propagated' || name === 'partial');
  if (!representatives || spread.length === 0) return undefined;
  const best = mostAccurate(spread)!;
  const change = 100 * (best.accuracy - representatives.accuracy);
  const verdict = change > 0 ? `gains ${change.toFixed(1)}` : `loses ${(-change).toFixed(1)}`;
  return (
    `Spreading these labels by distance, of which at best ${formatShare(maxLabelAccuracy(spread))} are then right, ` +
    `${verdict} points.`
  );
}

function maxLabelAccuracy(experiments: readonly ExperimentResult[]): number {
  return Math.max(...experiments.map(({ labelAccuracy }) => labelAccuracy));
}

/** How long the notebook's experiments took; left out beside other data than the notebook's. */
function timeAgainstNotebook({ experiments, dataset }: NotebookRecord): string | undefined {
  if (dataset.synthetic) return undefined;
  const same = NOTEBOOK_NAMES.map((each) => find(experiments, each)).filter((each) => each !== undefined);
  if (same.length === 0) return undefined;
  const sum = (seconds: (result: ExperimentResult) => number) =>
    same.reduce((total, result) => total + seconds(result), 0);
  const before = sum(({ name }) => EXPERIMENTS[name].notebook.seconds);
  const what = same.length === 1 ? `\`${same[0]!.name}\`` : `The notebook's ${same.length} experiments`;
  return (
    `${what} took ${formatSeconds(sum(({ seconds }) => seconds))} here; on the machine of the notebook's author, ` +
    `${formatSeconds(before)}.`
  );
}

function find(
  experiments: readonly ExperimentResult[],
  wanted: ExperimentName,
): ExperimentResult | undefined {
  return experiments.find(({ name }) => name === wanted);
}

function mostAccurate(experiments: readonly ExperimentResult[]): ExperimentResult | undefined {
  return [...experiments].sort((a, b) => b.accuracy - a.accuracy)[0];
}
