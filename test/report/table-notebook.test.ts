import { describe, expect, it } from 'vitest';
import { formatSeconds, formatSpeedUp } from '../../lib/core/numbers.ts';
import type { ExperimentResult, NotebookRecord } from '../../lib/experiments/notebook-record.ts';
import { formatJson } from '../../lib/report/kit/json.ts';
import { formatTable } from '../../lib/report/kit/table.ts';
import { formatText } from '../../lib/report/kit/text.ts';
import { notebookReport } from '../../lib/report/notebook/report.ts';

const fit = {
  loss: 1,
  nIter: 1,
  converged: true,
  gap: 0,
  maxGradient: 0,
  stopReason: 'the gradient is within tol',
  solver: 'lbfgs',
};
const formatNotebook = (record: NotebookRecord) => formatText(notebookReport(record));

const common = { nLabels: 100, labelAccuracy: 1, accuracy: 0.7, seconds: 2, phases: {}, fit };

function record(
  experiments: ExperimentResult[],
  dataset?: Partial<NotebookRecord['dataset']>,
): NotebookRecord {
  return {
    experiments,
    dataset: {
      name: 'fashion-mnist',
      synthetic: false,
      trainRows: 60_000,
      testRows: 10_000,
      columns: 784,
      image: { height: 28, width: 28, channels: 1 },
      ...dataset,
    },
    backend: {
      backend: 'native',
      instructionSet: 'avx2',
      threads: 1,
      instructionSets: [],
      memoryLimit: 2 ** 30,
    },
    totalSeconds: 12.34,
    peakMemoryBytes: 345_678_901,
    manifest: {
      versions: { handful: '1.2.3', node: '20.1.2' },
      platform: 'linux x64',
      processor: 'a processor',
      options: { protocol: 'both', clusters: 100, seed: 42, neighbors: 120, seeds: 20, only: ['full'] },
      phases: {},
    },
  };
}

describe('the table of the notebook', () => {
  it("sets accuracy and time beside the notebook's", () => {
    const text = formatNotebook(
      record([
        { ...common, name: 'full', protocol: 'notebook', nLabels: 60_000, rows: 60_000, seconds: 1.99 },
      ]),
    );
    expect(text).toMatch(/^full +notebook +60,000 +60,000 +0\.7000 +0\.8442 +2\.0 s +9 min 57 s +300 x$/m);
    expect(text).toContain('native backend, instruction set avx2, 1 thread, node 20.1.2, handful 1.2.3');
    expect(text).toContain('total 12.3 s, peak memory 346 MB');
  });

  it('compares `propagated` under the notebook’s protocol only, and tells its mistake', () => {
    const propagated = { ...common, name: 'propagated', rows: 60_000 } as const;
    const text = formatNotebook(
      record([
        { ...propagated, protocol: 'notebook', labelAccuracy: 0.6837 },
        { ...propagated, protocol: 'corrected', labelAccuracy: 0.69245 },
      ]),
    );
    expect(text).toMatch(/^propagated +notebook .* 0\.6992 +2\.0 s +9 min 51 s +296 x$/m);
    expect(text).toMatch(/^propagated +corrected .* – +2\.0 s +– +–$/m);
    expect(text).toContain('68.4 % (notebook), 69.2 % (corrected)');
  });

  it('gives `random` its spread, and says that the notebook compared one draw with another', () => {
    const draw = { ...fit, accuracy: 0.7, seed: 0, labelledRows: new Int32Array(100), seconds: 1 };
    const random = { ...common, name: 'random', protocol: 'notebook', rows: 100, fit: undefined } as const;
    const text = formatNotebook(record([{ ...random, accuracyStd: 0.02, draws: [draw, draw] }]));
    expect(text).toMatch(/^random +notebook +100 +100 +0\.7000 ± 0\.0200 +0\.6925 /m);
    expect(text).toMatch(/random: mean ± standard deviation over 2 draws/);
    const single = formatNotebook(record([{ ...random, draws: [draw] }]));
    expect(single).not.toContain('±');
  });

  it('tells of fits that did not converge', () => {
    const unfinished = { ...fit, converged: false, stopReason: 'maxIter is reached' };
    const text = formatNotebook(
      record([{ ...common, name: 'partial', protocol: 'notebook', rows: 12_000, fit: unfinished }]),
    );
    expect(text).toContain('partial (notebook): a fit ended before tol: maxIter is reached.');
  });

  it('frames the notice of synthetic data and compares it with nothing', () => {
    const result: ExperimentResult = { ...common, name: 'full', protocol: 'notebook', rows: 60_000 };
    const text = formatNotebook(record([result], { name: 'synthetic', synthetic: true, notice: 'NOT REAL' }));
    expect(text.match(/^!+\nNOT REAL\n!+$/gm)!.length).toBe(2);
    expect(text).not.toContain('speed-up');
    expect(text).not.toContain('0.8442');
  });
});

describe('the parts of a table', () => {
  it('aligns columns under their titles', () => {
    const columns = [
      { title: 'a', align: 'left' },
      { title: 'long', align: 'right' },
    ] as const;
    expect(formatTable(columns, [['xyz', '1']])).toBe('a    long\n───  ────\nxyz     1');
  });

  it('gives times the unit that suits them', () => {
    const times = [0.0044, 0.0996, 0.66, 0.996, 49.2, 59.96, 597, 60.5];
    expect(times.map(formatSeconds)).toEqual([
      ...['4 ms', '0.10 s', '0.66 s', '1.0 s', '49.2 s', '1 min 0 s', '9 min 57 s', '1 min 1 s'],
    ]);
  });

  it('gives speed-ups two digits, or all before the point', () => {
    expect([0.5, 1.44, 9.96, 27.6, 1234].map(formatSpeedUp)).toEqual([
      '0.5 x',
      '1.4 x',
      '10 x',
      '28 x',
      '1,234 x',
    ]);
  });
});

describe('formatJson', () => {
  it('keeps what it is given, typed arrays as arrays, numbers of a list on one line', () => {
    const value = {
      rows: Int32Array.of(1, -2, 3),
      nested: [{ x: [0.5, 1e-7] }],
      text: 'a [1,\n 2] b',
      none: [],
    };
    const text = formatJson(value);
    expect(JSON.parse(text)).toEqual({ ...value, rows: [1, -2, 3] });
    expect(text).toContain('"rows": [ 1, -2, 3 ]');
    expect(text.endsWith('}\n')).toBe(true);
  });
});
