import { describe, expect, it } from 'vitest';
import { planCompare } from '../../lib/experiments/compare.ts';
import { compareRecord } from '../../lib/experiments/compare-record.ts';
import { LossTraces } from '../../lib/experiments/loss-trace.ts';
import type { NotebookOptions } from '../../lib/experiments/notebook.ts';
import type { NotebookRecord } from '../../lib/experiments/notebook-record.ts';
import { recordOf } from '../../lib/experiments/record.ts';
import type { Run } from '../../lib/experiments/run.ts';
import { runNotebook, type SeenExperiment } from '../../lib/experiments/run-notebook.ts';
import { compareReport } from '../../lib/report/compare/report.ts';
import { escapeHtml, html } from '../../lib/report/kit/html.ts';
import { formatMarkdown } from '../../lib/report/kit/markdown.ts';
import { formatPage } from '../../lib/report/kit/page.ts';
import { spreadApart } from '../../lib/report/kit/series.ts';
import { notebookReport } from '../../lib/report/notebook/report.ts';
import { clusterMembers } from '../../lib/semi-supervised/cluster-members.ts';
import { requestsOf } from '../support/pages.ts';
import { smallGarments } from '../support/small-garments.ts';

const { images, labels, image } = await smallGarments(600);
const classNames = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  '<boot>',
];
const data = {
  name: 'garments & more',
  synthetic: true,
  notice: 'Drawn by <formula>.',
  classNames,
  image,
  train: { X: images, y: labels },
  test: { X: images, y: labels },
  source: async () => ({ kind: 'generator', generator: 'garments', seed: 0 }) as const,
};
const options: Required<NotebookOptions> = {
  ...{ protocol: 'corrected', clusters: 20, seed: 1, neighbors: 5, seeds: 2 },
  only: ['random', 'representatives', 'propagated'],
};

const seen: SeenExperiment[] = [];
const traces = new LossTraces();
const experiments: NotebookRecord['experiments'] = [];
for await (const result of runNotebook(data, options, {
  onSeen: (each) => seen.push(each),
  onProgress: (progress) => traces.note(progress),
})) {
  experiments.push(result);
}
const { manifest, ...common } = recordOf(data, 1);
const record: NotebookRecord = { experiments, ...common, manifest: { ...manifest, options, phases: {} } };

describe('what the notebook saw', () => {
  it('is there for each experiment, and agrees with its accuracy', () => {
    expect(seen.map(({ name, protocol }) => `${name} ${protocol}`)).toEqual(
      experiments.map(({ name, protocol }) => `${name} ${protocol}`),
    );
    for (const [i, { predicted, name }] of seen.entries()) {
      const right =
        Array.from(predicted).filter((label, row) => label === labels[row]).length / labels.length;
      const { accuracy, draws } = experiments[i]!;
      expect(right).toBeCloseTo(name === 'random' ? draws![0]!.accuracy : accuracy, 12);
    }
  });
});

describe('the page of the notebook', async () => {
  const { ofRows, representatives } = seen.at(-1)!.clusters!;
  const members = await clusterMembers(images, representatives, ofRows, 3);
  const page = await formatPage(
    notebookReport(record, { ...{ data, seen, traces: traces.all }, clusters: { members, ofRows } }),
  );

  it('asks for nothing, and says so to the browser', () => {
    expect(requestsOf(page)).toEqual([]);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toContain('<script');
  });

  it('states the finding, the notice and how to repeat it, all escaped', () => {
    expect(/<h1>(.*)<\/h1>/.exec(page)![1]).toMatch(/^20 labels.* right$/);
    expect(page).toContain('Drawn by &lt;formula&gt;.');
    expect(page).not.toContain('<boot>');
    expect(page).toContain('handful notebook --protocol corrected --clusters 20 --seed 1');
  });

  it('has a chart with a description, and values to hover over', () => {
    expect(page.match(/aria-label="Accuracy of each experiment/g)?.length).toBe(2);
    expect(page.match(/<title>representatives: 0\.\d{4}, 95 % interval/g)?.length).toBe(2);
  });

  it('counts every test image once in each confusion matrix', () => {
    const [first] = page.match(/<table class="confusion pictured">.*?<\/table>/s)!;
    const counts = Array.from(first.matchAll(/>(\d+)<\/td>/g), ([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(labels.length);
  });
});

describe('a cluster’s members', () => {
  it('are its nearest and farthest, none twice, without the representative', async () => {
    const X = { data: Float32Array.of(0, 1, 2, 3, 9, 100, 101), shape: [7, 1] as const };
    const [a, b] = await clusterMembers(X, Int32Array.of(0, 5), Int32Array.of(0, 0, 0, 0, 0, 1, -1), 3);
    expect(a).toEqual({
      representative: 0,
      size: 5,
      nearest: Int32Array.of(1, 2, 3),
      farthest: Int32Array.of(4),
    });
    expect(b).toEqual({ representative: 5, size: 1, nearest: new Int32Array(), farthest: new Int32Array() });
  });
});

describe('the page of a comparison', async () => {
  const plan = planCompare({
    strategies: ['representatives'],
    budgets: [10, 100],
    seeds: { from: 0, to: 1 },
  });
  const run = (strategy: string, budget: number, seed: number, accuracy: number): Run => ({
    ...{ strategy, budget, seed, accuracy, trainedRows: budget, labelAccuracy: 1, nLabels: budget },
    ...{ seconds: 0.1, shared: {}, secondsHere: 0.1, phases: {} },
  });
  const runs = [0, 1].flatMap((seed) => [
    run('random', 10, seed, 0.4 + seed / 100),
    run('random', 100, seed, 0.6 + seed / 100),
    run('representatives', 10, seed, 0.42 + seed / 90),
    run('representatives', 100, seed, 0.7 + seed / 99),
  ]);
  const compared = compareRecord(plan, runs, 0, 'abc', recordOf(data, 1));

  it('leads with what stands out at 100 labels', async () => {
    const page = await formatPage(compareReport(compared));
    expect(/<h1>(.*)<\/h1>/.exec(page)![1]).toBe(
      'With 100 labels, representatives reaches 70.5\u00a0%: 10.0 points more than labelling at random',
    );
    expect(page).toContain('Accuracy against labels');
    expect(requestsOf(page)).toEqual([]);
  });

  it('says the same in Markdown', () => {
    const text = formatMarkdown(compareReport(compared));
    expect(text).toMatch(/^# With 100 labels, representatives reaches/);
    expect(text).toMatch(/^\| +100 \| representatives \| +2 \| 0\.7051 ± 0\.0071 \| gains 10\.0 points/m);
    expect(text).toContain('handful compare --strategies random,representatives --labels 10,100 --seeds 0-1');
    expect(formatMarkdown(notebookReport(record))).toContain('**Drawn by <formula>.**');
  });
});

describe('a template of HTML', () => {
  it('escapes text, keeps HTML, joins lists and leaves out nothing', () => {
    expect(html`<p title="${'"&'}">${['<', html`<b>`, 1]}${undefined}${false}</p>`.text).toBe(
      '<p title="&quot;&amp;">&lt;<b>1</p>',
    );
    expect(escapeHtml("it's")).toBe('it&#39;s');
  });
});

describe('labels of lines', () => {
  it('are moved apart no more than need be, in their order', () => {
    expect(spreadApart([5, 1, 1.5], 1)).toEqual([
      expect.closeTo(5 - 1 / 6),
      expect.closeTo(1 - 1 / 6),
      expect.closeTo(2 - 1 / 6),
    ]);
  });
});
