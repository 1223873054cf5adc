import { describe, expect, it } from 'vitest';
import { backendInfo } from '../../lib/backend/select.ts';
import { planCompare } from '../../lib/experiments/compare.ts';
import { compareRecord } from '../../lib/experiments/compare-record.ts';
import type { ExperimentRecord } from '../../lib/experiments/record.ts';
import { repeatedRows } from '../../lib/experiments/repeat-compare.ts';
import type { Run } from '../../lib/experiments/run.ts';
import { formatRepeated } from '../../lib/report/compare/repeated.ts';
import { compareReport } from '../../lib/report/compare/report.ts';
import { formatVerdict } from '../../lib/report/compare/tables.ts';
import { formatMarkdown } from '../../lib/report/kit/markdown.ts';
import { formatText } from '../../lib/report/kit/text.ts';
import { fakeRun } from '../experiments/fake-strategies.ts';

const common: ExperimentRecord = {
  dataset: {
    name: 'fashion-mnist',
    synthetic: false,
    trainRows: 60_000,
    testRows: 10_000,
    columns: 784,
    image: { height: 28, width: 28, channels: 1 },
  },
  backend: {
    backend: 'native',
    instructionSet: 'avx2',
    threads: 2,
    instructionSets: [],
    memoryLimit: 2 ** 30,
  },
  totalSeconds: 75,
  peakMemoryBytes: 345_678_901,
  manifest: {
    versions: { handful: '1.2.3', node: '20.1.2' },
    platform: 'linux x64',
    processor: 'a processor',
  },
};

const strategies = ['random', 'representatives'];
const runs = (accuracies: [number, number][], changes: Partial<Run> = {}) =>
  accuracies.flatMap((pair, seed) =>
    pair.map((accuracy, i) => fakeRun({ budget: 100, strategy: strategies[i]!, seed, accuracy, ...changes })),
  );

function recordOf(list: Run[], options: Parameters<typeof planCompare>[0] = {}) {
  const plan = planCompare({ strategies, seeds: { from: 0, to: 2 }, ...options });
  return compareRecord(plan, list, 0, 'ab12', common);
}

const three = runs([
  [0.7, 0.72],
  [0.69, 0.7],
  [0.71, 0.74],
]);

describe('the verdict on a difference', () => {
  it('is that of the interval alone', () => {
    expect(formatVerdict({ value: 0.019, low: 0.008, high: 0.03 })).toBe(
      'gains 1.9 points, interval 0.8 to 3.0',
    );
    expect(formatVerdict({ value: -0.019, low: -0.03, high: -0.008 })).toBe(
      'loses 1.9 points, interval 0.8 to 3.0',
    );
    expect(formatVerdict({ value: 0.007, low: -0.004, high: 0.018 })).toBe(
      'no detectable gain, interval -0.4 to 1.8',
    );
    expect(formatVerdict({ value: 0.2, low: 0, high: 0.4 })).toMatch(/^no detectable gain/);
  });

  it('is withheld where there is one seed', () => {
    const words = 'points in a single run: no interval, no conclusion';
    expect(formatVerdict({ value: 0.0153, low: null, high: null })).toBe(`+1.5 ${words}`);
    expect(formatVerdict({ value: -0.0153, low: null, high: null })).toBe(`-1.5 ${words}`);
  });
});

describe('the table of a comparison', () => {
  it('has accuracy, spread and verdict of each strategy, and says how to read them', () => {
    const text = formatText(compareReport(recordOf(three)));
    expect(text).toMatch(/^ +100 +random +3 +0\.7000 ± 0\.0100 +the reference +1\.0 s$/m);
    expect(text).toMatch(
      /^ +100 +representatives +3 +0\.7200 ± 0\.0200 +no detectable gain, interval -0\.5 to 4\.5 +1\.0 s$/m,
    );
    expect(text).toContain('fashion-mnist: 60,000 training and 10,000 test images of 28 x 28 pixels');
    expect(text).toContain('total 1 min 15 s, peak memory 346 MB');
    expect(text).toContain('same seeds, 0 to 2');
    expect(text).toContain('representatives: labels rows nearest to the centres');
    expect(text).not.toContain('Audit');
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(120);
  });

  it('concludes nothing from one seed', () => {
    const text = formatText(compareReport(recordOf(runs([[0.7, 0.72]]))));
    expect(text).toMatch(/^ +100 +representatives +1 +0\.7200 +\+2\.0 points in a single run/m);
    expect(text).toContain('nothing can be concluded');
  });

  it('tells of a fit that ended early', () => {
    const fit = {
      ...{ loss: 1, nIter: 1, converged: false, gap: 0, maxGradient: 1, solver: 'lbfgs' },
      stopReason: 'maxIter is reached',
    };
    const text = formatText(compareReport(recordOf(runs([[0.7, 0.72]], { fit }))));
    expect(text).toContain(
      'random, 100 labels, seed 0: a fit ended before its tolerance: maxIter is reached.',
    );
  });

  it('has coverage and audits where there are any', () => {
    const audit = { clusters: 50, nLabels: 49, abstained: 20, coverage: 0.5, before: 0.6, after: 0.9 };
    const list = [
      ...three,
      ...[0, 1, 2].flatMap((seed) => [
        fakeRun({
          budget: 100,
          seed,
          strategy: 'closest-5',
          trainedRows: 3000,
          labelAccuracy: 0.8,
          accuracy: 0.6,
        }),
        fakeRun({
          ...{ budget: 100, seed, strategy: 'audited' },
          audit: { ...audit, expected: { value: 0.65, low: 0.5, high: 0.75 } },
        }),
      ]),
    ];
    const record = recordOf(list, { coverage: true, audit: true });
    const text = formatText(compareReport(record));
    expect(text).toMatch(/^ +100 +5 % of each cluster +3,000 +0\.8000 \(0\.8000 to 0\.8000\) +0\.6000 /m);
    expect(text).toMatch(
      /^ +100 +audited +49\.0 +20\.0 of 50\.0 +50\.0 % +65\.0 % +60\.0 % +3 of 3 +90\.0 %$/m,
    );
    const markdown = formatMarkdown(compareReport(record));
    expect(markdown.match(/^\|-/gm)!.length).toBe(3);
    expect(markdown).toMatch(/^\| +labels \| strategy +\| seeds \|/m);
    expect(markdown).toMatch(
      /^\| +100 \| random +\| +3 \| 0\.7000 ± 0\.0100 \| the reference +\| 1\.0 s \|$/m,
    );
  });
});

describe('the table of a repeated comparison', () => {
  it('counts the runs that came out the same, and tells what is different now', () => {
    const record = recordOf(three);
    const here = { ...record, backend: backendInfo() };
    const again = three.map((run) => (run.seed === 1 ? { ...run, accuracy: run.accuracy + 0.01 } : run));
    const text = formatRepeated(repeatedRows(again, here), here);
    expect(text).toMatch(/^ +100 +representatives +3 +2 +0\.0100$/m);
    expect(text).toContain('handful: 1.2.3 then, ');
    expect(text).not.toContain('the backend');
  });
});
