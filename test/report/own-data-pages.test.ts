import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { processRecord } from '../../lib/backend/process-record.ts';
import type { LoadedData } from '../../lib/datasets/load-data.ts';
import { calibrationCurve } from '../../lib/metrics/calibration.ts';
import { classificationReport } from '../../lib/metrics/classification-report.ts';
import type { EvaluationRecord } from '../../lib/report/evaluation/record.ts';
import { evaluationReport } from '../../lib/report/evaluation/report.ts';
import { dataRecord } from '../../lib/report/kit/data-record.ts';
import { formatMarkdown } from '../../lib/report/kit/markdown.ts';
import { formatPage } from '../../lib/report/kit/page.ts';
import { formatText } from '../../lib/report/kit/text.ts';
import type { TrainingRecord } from '../../lib/report/training/record.ts';
import { trainingReport } from '../../lib/report/training/report.ts';
import { takenRows } from '../../lib/report/training/sure-rows.ts';
import { requestsOf } from '../support/pages.ts';

/** Names that are markup, or that a chart might take for numbers or dates. */
const NAMES = ['</title><script>alert(1)</script>', 'a | *b* `c`', '2020-01-01', '7'];

/** Rows of 4 x 3 pixels, row i of class i mod classes. */
function dataOf(rows: number, image = true): LoadedData {
  return {
    X: {
      data: Uint8Array.from({ length: rows * 12 }, (_, i) => (i * 37) % 256),
      shape: [rows, 12],
      scale: 1 / 255,
    },
    ...(image && { image: { height: 4, width: 3, channels: 1 } }),
    names: Array.from({ length: rows }, (_, row) => (row % 2 ? `<b>${row}.png` : String(row))),
    notices: [],
    source: { path: '/home/some one/rows of data.npy', format: 'npy', type: 'uint8', shape: [rows, 4, 3] },
  };
}

const run = () => {
  const { manifest, ...rest } = processRecord(1);
  return { ...rest, surroundings: manifest };
};

/** Rows of which every fifth is taken for the class after its own, all said to be right with a probability of 0.9. */
function evaluationOf(names: readonly string[], data: LoadedData): EvaluationRecord {
  const rows = Int32Array.from({ length: data.X.shape[0] }, (_, row) => row);
  const width = names.length;
  const truth = Array.from(rows, (row) => names[row % width]!);
  const taken = Array.from(rows, (row) => (row + (row % 5 === 0 ? 1 : 0)) % width);
  const predicted = taken.map((c) => names[c]!);
  const probabilities = {
    data: Float32Array.from({ length: rows.length * width }, (_, i) =>
      taken[Math.floor(i / width)] === i % width ? 0.9 : 0.1 / (width - 1),
    ),
    shape: [rows.length, width] as const,
  };
  const { surroundings, ...rest } = run();
  return {
    model: { path: 'models/one.handful', estimator: 'FewLabels', classes: names },
    data: dataRecord(data),
    ...classificationReport(truth, predicted, { labels: names }),
    calibration: calibrationCurve(truth, probabilities, names),
    ...{ rows, truth, predicted, ...rest },
    manifest: {
      ...surroundings,
      options: {
        model: 'models/one.handful',
        data: data.source.path,
        labels: ["it's.csv"],
        header: false,
        columns: ['a b', 'c'],
      },
      files: [{ path: data.source.path, bytes: 1, sha256: 'abc' }],
    },
  };
}

type Element = { textContent: string; getAttribute(name: string): string };

/** The elements of a page that a selector finds. */
function find({ document }: ReturnType<typeof parseHTML>, selector: string): Element[] {
  return [...document.querySelectorAll(selector)] as Element[];
}

describe('the page of an evaluation', async () => {
  const data = dataOf(200);
  const record = evaluationOf(NAMES, data);
  const page = await formatPage(evaluationReport(record, data));
  const parsed = parseHTML(page);
  const { document } = parsed;

  it('asks for nothing and runs nothing, whatever classes and rows are called', () => {
    expect(requestsOf(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<b>\d/);
    expect(find(parsed, '.figures tbody th').map((each) => each.textContent)).toEqual(
      expect.arrayContaining(NAMES),
    );
  });

  it('leads with the accuracy and its interval, the most frequent mistakes, and how sure the model is of itself', () => {
    const { low, high } = record.accuracy;
    const share = (each: number) => `${(100 * each).toFixed(1)} %`;
    const { headline, lead } = evaluationReport(record);
    expect(headline).toBe(
      `The model names 80.0 % of 200 rows right; of all rows like these ${share(low)} to ${share(high)}, with 95 % confidence`,
    );
    expect(document.querySelector('h1')!.textContent.replaceAll('\u00a0', ' ')).toBe(headline);
    expect(lead.join('\n')).toContain('Always answering the most frequent class would be right for 25.0 %.');
    expect(lead.join('\n')).toContain(
      '“</title><script>alert(1)</script>” taken for “a | *b* `c`” (10 of 50)',
    );
    expect(lead.join('\n')).toContain('it is 10.0 points too sure of itself');
  });

  it('counts every row once in the matrix, and shows rows of each mistake by their names', () => {
    const cells = find(parsed, '.confusion tbody td').map((each) => Number(each.textContent));
    expect(cells.length).toBe(NAMES.length ** 2);
    expect(cells.reduce((sum, count) => sum + count, 0)).toBe(200);
    const galleries = find(parsed, '.gallery').map((each) => each.getAttribute('aria-label')!);
    expect(galleries.length).toBe(4);
    expect(galleries).toContainEqual(expect.stringMatching(/^row 0, row 20, /));
    expect(galleries).toContainEqual(expect.stringMatching(/^<b>5.png, <b>25.png, /));
  });

  it('has charts of the classes and of the probabilities, described and with values to hover over', () => {
    const titles = find(parsed, 'svg title').map((each) => each.textContent);
    expect(titles).toContain('2020-01-01, recall: 0.800 (0.670 to 0.888)');
    expect(titles).toContainEqual(expect.stringMatching(/^said 90\.0 %, right 80\.0 %/));
    const pictures = find(parsed, 'svg').map((each) => each.getAttribute('aria-label')!);
    expect(pictures.filter((each) => each.startsWith('F1 score of each class')).length).toBe(2);
    expect(pictures.every((each) => each.length > 20)).toBe(true);
  });

  it('tells how to repeat it, and no folder of this machine', () => {
    expect(document.querySelector('pre')!.textContent).toBe(
      `handful evaluate one.handful 'rows of data.npy' --labels 'it'\\''s.csv' --no-header --columns 'a b,c'`,
    );
    expect(page).toContain('SHA-256 abc');
    expect(page).not.toContain('some one');
  });

  it('has no images where rows are plain vectors, but names rows of each mistake', async () => {
    const vectors = dataOf(400, false);
    const text = await formatPage(evaluationReport(evaluationOf(NAMES, vectors), vectors));
    expect(text).not.toContain('<img');
    expect(parseHTML(text).document.querySelector('.examples dd')!.textContent).toMatch(
      /^row 0, row 20, .*, …$/,
    );
  });

  it('has a matrix of 26 classes without images, and of 100 the most frequent mistakes alone', async () => {
    const classes = (count: number) => Array.from({ length: count }, (_, i) => `class ${i}`);
    const many = dataOf(500);
    const few = parseHTML(await formatPage(evaluationReport(evaluationOf(classes(26), many), many))).document;
    expect(few.querySelectorAll('.confusion tbody td').length).toBe(26 ** 2);
    expect(few.querySelector('.confusion img')).toBeNull();
    const record = evaluationOf(classes(100), many);
    const lots = parseHTML(await formatPage(evaluationReport(record, many))).document;
    expect(lots.querySelector('.confusion')).toBeNull();
    expect(lots.querySelector('[aria-label^="Mistakes"] tbody tr')!.textContent).toBe(
      'class 0class 15100.0 %',
    );
    expect(formatText(evaluationReport(record))).toMatch(/^class 0 +class 1 +5 +100\.0 %$/m);
  });

  it('says which class is told best and worst where their intervals differ, and else nothing of it', () => {
    expect(evaluationReport(record).lead.join()).not.toContain('told best');
    const surely = { value: 0.98, low: 0.95, high: 0.99 };
    const classes = record.classes.map((each, c) => (c === 3 ? { ...each, f1Score: surely } : each));
    expect(evaluationReport({ ...record, classes }).lead.join()).toContain('“7” is told best (F1 0.980), ');
  });

  it('says which labels the model can not know', () => {
    const { lead } = evaluationReport({
      ...record,
      model: { ...record.model, classes: NAMES.slice(0, 2) },
    });
    expect(lead[0]).toBe(
      '100 of the rows are labelled “2020-01-01” and “7”, which the model does not know: of these it can name none right.',
    );
  });

  it('says the same in Markdown, in which no name is markup', () => {
    const text = formatMarkdown(evaluationReport(record));
    expect(text).toMatch(/^# The model names 80\.0 % of 200 rows right/);
    expect(text).toMatch(/^\| a \\\| \\\*b\\\* \\`c\\` +\| +0\.800 \(/m);
    expect(text).toContain("```sh\nhandful evaluate one.handful 'rows of data.npy'");
    expect(text).not.toMatch(/(?<!\\)[<>]/);
  });
});

describe('the page of a training', async () => {
  const data = dataOf(40);
  // Row i is taken for class i mod 4, the more surely the higher its number; the first 9 rows are labelled.
  const distributions = {
    data: Float32Array.from({ length: 160 }, (_, i) => {
      const row = Math.floor(i / 4);
      const probability = 0.5 + row / 100;
      return i % 4 === row % 4 ? probability : (1 - probability) / 3;
    }),
    shape: [40, 4] as const,
  };
  const labelled = {
    rows: Int32Array.from({ length: 9 }, (_, i) => i),
    labels: Array.from({ length: 9 }, (_, i) => NAMES[i === 7 ? 2 : i % 4]!),
  };
  const { surroundings, ...rest } = run();
  const taken = takenRows(distributions);
  const record: TrainingRecord = {
    data: dataRecord(data),
    labels: { count: 9, classes: NAMES, rows: labelled.rows },
    classes: NAMES.map((label, c) => ({
      label,
      labels: labelled.labels.filter((each) => each === label).length,
      rows: taken[c]!,
    })),
    crossValidation: { spreading: 0.6, regression: 0.5, standardError: 0.1, spreadingMisleads: false },
    expectedAccuracy: { value: 0.6, low: 0.3, high: 0.8 },
    summary: 'One <thing> was done.\nThen another.',
    model: { path: 'models/one.handful', bytes: 2_000_000 },
    phases: { features: 2, spreading: 0.5 },
    ...rest,
    manifest: {
      ...surroundings,
      options: {
        ...{
          data: data.source.path,
          labels: ['picks.csv'],
          out: 'models/one.handful',
          classPrior: 'none',
          seed: 7,
        },
        ...{
          size: [4, 3] as const,
          color: true,
          image: false as const,
          skipUnreadable: true,
          followLinks: true,
        },
      },
    },
  };
  const page = await formatPage(trainingReport(record, { data, labelled, distributions }));
  const parsed = parseHTML(page);
  const { document } = parsed;
  const galleries = find(parsed, '.gallery').map((each) => each.getAttribute('aria-label')!);

  it('asks for nothing and runs nothing', () => {
    expect(requestsOf(page)).toEqual([]);
    expect(page).not.toMatch(/<script|<b>\d|<thing>/);
  });

  it('leads with the accuracy to expect, and warns of few labels and of classes with a single one', () => {
    const { headline, lead } = trainingReport(record);
    expect(headline).toBe(
      'With 9 labels for 40 rows, expect 60.0 % of new rows to be named right; 30.0 % to 80.0 %, with 95 % confidence',
    );
    expect(lead[0]).toContain('50 or more would tell more');
    expect(lead[1]).toMatch(/^A single label stands for “7”: /);
  });

  it('says that labels of one class show nothing of the accuracy', () => {
    const labels = { ...record.labels, count: 1, classes: ['7'] };
    const { headline, lead, sections } = trainingReport({ ...record, labels, expectedAccuracy: null });
    expect(headline).toBe('With 1 label for 40 rows, all of one class, every row is taken for “7”');
    expect(lead).toEqual([
      'Nothing shows how many of them are. Label rows of a second class, then train again.',
    ]);
    expect(JSON.stringify(sections)).not.toContain('accuracy to expect');
  });

  it('shows the labelled rows by class', () => {
    expect(galleries[0]).toBe('row 0, row 4, row 8');
    expect(galleries[2]).toBe('row 2, row 6, <b>7.png');
    expect(document.querySelectorAll('dl.examples')[0]!.querySelectorAll('dt')[2]!.textContent).toBe(
      '2020-01-01: 3',
    );
  });

  it('shows of each class the rows without a label that the model is surest and least sure of', () => {
    // All rows without a label are among the surest; the least sure of these comes last.
    expect(galleries.slice(4).length).toBe(4);
    expect(galleries[4]).toMatch(/^row 36 \(86\.0 %\), row 32 \(82\.0 %\), .*, row 12 \(62\.0 %\)$/);
  });

  it('has bars of the labels and of the times', () => {
    const titles = find(parsed, 'svg title').map((each) => each.textContent);
    expect(titles).toEqual(expect.arrayContaining(['2020-01-01: 3', 'features: 2.0 s', 'spreading: 0.50 s']));
  });

  it('tells how to repeat it', () => {
    expect(document.querySelector('pre')!.textContent).toBe(
      "handful train 'rows of data.npy' --labels picks.csv --out one.handful --class-prior none --seed 7 " +
        '--image none --size 4x3 --color --skip-unreadable --follow-links',
    );
  });

  it('names rows in place of images where they are plain vectors', async () => {
    const vectors = dataOf(40, false);
    const text = await formatPage(trainingReport(record, { data: vectors, labelled, distributions }));
    expect(text).not.toContain('<img');
    expect(text).not.toContain('The rows that are labelled');
    expect(text).toContain('row 36 (86.0 %), row 32 (82.0 %)');
  });

  it('says the same in Markdown', () => {
    const text = formatMarkdown(trainingReport(record));
    expect(text).toMatch(/^# With 9 labels for 40 rows, expect 60\.0 %/);
    expect(text).toContain('One \\<thing\\> was done.\n\nThen another.');
    expect(text).toMatch(/^\| 2020-01-01 +\| +3 \| +10 \| 25\.0 % \|$/m);
    expect(text).toMatch(/^\| spreading +\| 0\.50 s \|$/m);
  });
});
