import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addEvaluateCommand } from '../../lib/cli/evaluate.ts';
import { addPickCommand } from '../../lib/cli/pick.ts';
import { addPredictCommand } from '../../lib/cli/predict.ts';
import { addTrainCommand } from '../../lib/cli/train.ts';
import { writeIdx } from '../../lib/datasets/idx.ts';
import { loadData } from '../../lib/datasets/load-data.ts';
import { loadModel } from '../../lib/models/model-file.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { expectError } from '../support/errors.ts';
import { npyBytes } from '../support/npy.ts';
import { smallGarments } from '../support/small-garments.ts';

const ROWS = 300;
const BUDGET = 30;

let folder: string;
let output: string;
let truth: string[];
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-own-data-'));
  const { images, labels } = await smallGarments(ROWS);
  truth = Array.from(labels, (label) => `kind ${label}`);
  const bytes = images.data as Uint8Array;
  await writeFile(at('images.npy'), npyBytes({ descr: '|u1', shape: [ROWS, 9, 9], bytes }));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function handful(...args: string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const add of [addPickCommand, addTrainCommand, addPredictCommand, addEvaluateCommand]) add(program);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(args, { from: 'user' });
}

/** The lines of a CSV file without quotes. */
async function linesOf(name: string): Promise<string[][]> {
  const text = await readFile(at(name), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

/** Fills in the labels of a file of picks, as a person would. */
async function label(name: string, to: string): Promise<void> {
  const [header, ...lines] = await linesOf(name);
  const labelled = lines.map((fields) => [...fields.slice(0, -1), truth[Number(fields[0])]!]);
  await writeFile(at(to), [header!, ...labelled].map((fields) => `${fields.join(',')}\n`).join(''));
}

describe('handful pick', () => {
  it('writes the rows that FewLabels would ask for, in order, with their clusters, and a contact sheet', async () => {
    const args = ['--budget', String(BUDGET), '--out', at('picks.csv'), '--sheet', at('picks.png')];
    await handful('pick', at('images.npy'), ...args, '--seed', '3');
    const [header, ...lines] = await linesOf('picks.csv');
    expect(header).toEqual(['row', 'file', 'rank', 'cluster', 'cluster_size', 'label']);
    const { X, image } = await loadData(at('images.npy'));
    const rows = await new FewLabels({ budget: BUDGET, image, randomState: 3 }).pick(X);
    expect(lines.map(([row]) => Number(row))).toEqual([...rows]);
    expect(lines.map(([, , rank]) => Number(rank))).toEqual(Array.from(rows, (_, i) => i + 1));
    const sizes = lines.map((fields) => Number(fields[4]));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(ROWS);
    expect(PNG.sync.read(await readFile(at('picks.png'))).width).toBeGreaterThan(9 * 6);
    expect(output).toContain('300 rows, grey images of 9 x 9 pixels (npy, uint8)');
    await label('picks.csv', 'labels.csv');
  });

  it('goes on from rows that have a label, by clusters or by doubt, and takes none of them again', async () => {
    const known = new Set((await linesOf('labels.csv')).slice(1).map(([row]) => row));
    for (const strategy of ['representatives', 'margin']) {
      output = '';
      await handful(
        'pick',
        at('images.npy'),
        '--budget',
        '5',
        '--already',
        at('labels.csv'),
        '--strategy',
        strategy,
      );
      const rows = output
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]!);
      expect(new Set(rows).size).toBe(5);
      expect(rows.filter((row) => known.has(row))).toEqual([]);
    }
  });

  it('refuses what can not be, before any work', async () => {
    const vectors = at('vectors.csv');
    await writeFile(vectors, '1,2\n3,4\n5,6\n');
    await expectError(handful('pick', vectors, '--sheet', at('none.png')), 'ERR_INVALID_ARGUMENT', '--image');
    await expectError(handful('pick', vectors), 'ERR_INVALID_ARGUMENT', 'budget to be at most 3');
    await expectError(handful('pick', vectors, '--budget', '1'), 'ERR_INVALID_ARGUMENT', '--budget');
    await expectError(
      handful('pick', vectors, '--budget', '2', '--strategy', 'margin'),
      'ERR_INVALID_ARGUMENT',
      'two classes',
    );
    for (const args of [
      ['--image', '9'],
      ['--scale', '0'],
      ['--format', 'xls'],
      ['--size', '9x0'],
    ]) {
      await expect(handful('pick', vectors, ...args)).rejects.toMatchObject({ code: /^commander\./ });
    }
    expect(output).toBe('');
  });
});

describe('handful train, predict and evaluate', () => {
  it('make a model of the labels, whose predictions are those of FewLabels', async () => {
    const args = ['--labels', at('labels.csv'), '--out', at('model.handful'), '--json', at('train.json')];
    await handful('train', at('images.npy'), ...args);
    expect(output).toMatch(/30 labels of \d+ classes/);
    expect(output).toMatch(/accuracy to expect, by cross-validation on the labels: 0\.\d+ \(0\.\d+ to /);
    const { X, image } = await loadData(at('images.npy'));
    const rows = Int32Array.from((await linesOf('labels.csv')).slice(1), ([row]) => Number(row));
    const labels = Array.from(rows, (row) => truth[row]!);
    const learner = await new FewLabels<string>({ image, randomState: 42 }).fit(X, { rows, labels });
    const model = await loadModel<string>(at('model.handful'));
    expect(await model.predictProba(X)).toEqual(await learner.predictProba(X));
    expect(JSON.parse(await readFile(at('train.json'), 'utf8'))).toMatchObject({
      labels: { count: 30, classes: learner.classes },
      crossValidation: learner.crossValidation,
    });

    await handful('predict', at('model.handful'), at('images.npy'), '--out', at('predictions.csv'));
    const [header, ...lines] = await linesOf('predictions.csv');
    expect(header!.slice(0, 4)).toEqual(['row', 'file', 'label', 'probability']);
    expect(header!.slice(4)).toEqual(learner.classes.map((each) => `probability_${each}`));
    expect(lines.map((fields) => fields[2])).toEqual(await learner.predict(X));
  });

  it('predict as JSON lines, with images of a file that does not say that they are', async () => {
    const { X } = await loadData(at('images.npy'));
    const text = Array.from({ length: 4 }, (_, row) => X.data.subarray(row * 81, row * 81 + 81).join(','));
    await writeFile(at('few.csv'), text.join('\n'));
    await handful('predict', at('model.handful'), at('few.csv'), '--as', 'jsonl');
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = (await linesOf('predictions.csv')).slice(1, 5);
    expect(lines.map(({ row, label, probability }) => [row, label, probability])).toEqual(
      expected.map(([row, , label, probability]) => [Number(row), label, Number(probability)]),
    );
    expect(Object.keys(lines[0].probabilities).length).toBeGreaterThan(1);
  });

  it('tell how well the model does, on labels from a table or a list', async () => {
    await writeFile(at('truth.csv'), `row,label\n${truth.map((each, row) => `${row},${each}\n`).join('')}`);
    await handful(
      'evaluate',
      at('model.handful'),
      at('images.npy'),
      '--labels',
      at('truth.csv'),
      '--json',
      at('evaluation.json'),
    );
    const record = JSON.parse(await readFile(at('evaluation.json'), 'utf8'));
    const predicted = (await linesOf('predictions.csv')).slice(1).map((fields) => fields[2]);
    const right = predicted.filter((each, row) => each === truth[row]).length;
    expect(record.accuracy.value).toBe(right / ROWS);
    expect(record.predicted).toEqual(predicted);
    expect(output).toContain(`accuracy ${(right / ROWS).toFixed(3)} (`);
    expect(output).toContain('What rows are (down)');
    // Labels that the model has never heard of can only be wrong.
    await writeIdx(at('truth.idx'), { data: Uint8Array.from(truth, () => 1), shape: [ROWS] });
    output = '';
    await handful('evaluate', at('model.handful'), at('images.npy'), '--labels', at('truth.idx'));
    expect(output).toContain('accuracy 0.000 (');
  });

  it('write a page and a Markdown file of what came out, and with --quiet print nothing', async () => {
    const files = (name: string) => ['--html', at(`${name}.html`), '--markdown', at(`${name}.md`), '--quiet'];
    const labels = ['--labels', at('labels.csv')];
    await handful('train', at('images.npy'), ...labels, '--out', at('again.handful'), ...files('train'));
    const model = [at('again.handful'), at('images.npy')];
    await handful('evaluate', ...model, '--labels', at('truth.csv'), ...files('evaluate'));
    expect(output).toBe('');
    const commands = {
      train:
        'handful train images.npy --labels labels.csv --out again.handful --class-prior uniform --seed 42',
      evaluate: 'handful evaluate again.handful images.npy --labels truth.csv',
    };
    for (const name of ['train', 'evaluate'] as const) {
      const page = await readFile(at(`${name}.html`), 'utf8');
      const text = await readFile(at(`${name}.md`), 'utf8');
      expect(page).toContain(`<code>${commands[name]}</code>`);
      expect(text).toContain(`\`\`\`sh\n${commands[name]}\n\`\`\``);
      expect(page.replaceAll('\u00a0', ' ')).toContain(`<h1>${/^# (.*)$/m.exec(text)![1]}</h1>`);
      expect(page).not.toContain(folder);
      expect(text).toMatch(/^- images\.npy: SHA-256 [0-9a-f]{64}$/m);
    }
  });

  it('tell in the JSON file all that is needed to repeat them', async () => {
    const [train, evaluation] = await Promise.all(
      ['train.json', 'evaluation.json'].map(async (name) => JSON.parse(await readFile(at(name), 'utf8'))),
    );
    expect(train.manifest.options).toMatchObject({ data: at('images.npy'), classPrior: 'uniform', seed: 42 });
    expect(train.classes.map(({ label }: { label: string }) => label)).toEqual(train.labels.classes);
    const paths = (record: typeof train) => record.manifest.files.map(({ path }: { path: string }) => path);
    expect(paths(train)).toEqual([at('images.npy'), at('labels.csv')]);
    expect(paths(evaluation)).toEqual([at('images.npy'), at('truth.csv'), at('model.handful')]);
    expect(train.manifest.versions).toEqual(evaluation.manifest.versions);
  });

  it('take labels from the data itself where it has some', async () => {
    const { X } = await loadData(at('images.npy'));
    const known = new Set((await linesOf('labels.csv')).slice(1).map(([row]) => Number(row)));
    const header = `name,label,${Array.from({ length: 81 }, (_, i) => `p${i}`)}`;
    const lines = truth.map(
      (each, row) =>
        `n${row},${known.has(row) ? each : ''},${X.data.subarray(row * 81, row * 81 + 81).join(',')}`,
    );
    await writeFile(at('own.csv'), [header, ...lines].join('\n'));
    await handful('train', at('own.csv'), '--image', '9x9', '--out', at('own.handful'));
    expect(output).toContain('30 labels');
    await handful('predict', at('own.handful'), at('own.csv'), '--out', at('own-predictions.csv'));
    expect((await linesOf('own-predictions.csv'))[1]!.slice(0, 2)).toEqual(['0', 'n0']);
  });

  it('take class folders for labels, unless a file of labels is given, and skip what can not be read', async () => {
    for (const name of ['across', 'down']) {
      await mkdir(join(at('sorted'), name), { recursive: true });
      for (let i = 0; i < 12; i++) {
        const image = new PNG({ width: 9, height: 9 });
        image.data.forEach((_, at) => {
          const pixel = at >> 2;
          const bright = (name === 'across' ? Math.floor(pixel / 9) : pixel) % 3 === 0;
          image.data[at] = at % 4 === 3 ? 255 : (bright ? 200 : 20) + ((i * 7 + at) % 11);
        });
        await writeFile(join(at('sorted'), name, `${i}.png`), PNG.sync.write(image));
      }
    }
    await writeFile(join(at('sorted'), 'down', 'broken.png'), 'no image');
    const notes = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const skip = [at('sorted'), '--skip-unreadable'];
    await expectError(handful('pick', at('sorted')), 'ERR_FILE_FORMAT', '--skip-unreadable');
    await handful('train', ...skip, '--out', at('sorted.handful'));
    expect((await loadModel(at('sorted.handful'))).classes).toEqual(['across', 'down']);
    const said = notes.mock.calls.map(([text]) => text).join('');
    expect(said).toMatch(/note: The images of '.*sorted' lie in 2 folders, .*: across, down\n/);
    expect(said).toMatch(
      /note: Images of '.*' that can't be read are left out, 1 of 25: down\/broken\.png\n/,
    );
    await handful('evaluate', at('sorted.handful'), ...skip);
    expect(output).toContain('24 rows');
    await handful('predict', at('sorted.handful'), ...skip, '--out', at('sorted-predictions.csv'));
    expect((await linesOf('sorted-predictions.csv')).map(([, file]) => file)).not.toContain(
      'down/broken.png',
    );
    await handful('pick', ...skip, '--budget', '4', '--out', at('sorted-picks.csv'));
    expect((await linesOf('sorted-picks.csv')).slice(1).every((fields) => fields.at(-1) === '')).toBe(true);
    const given = ['up', 'up', 'left', 'left'].map((label, i) => `across/${i}.png,${label}\n`).join('');
    await writeFile(at('given.csv'), `file,label\n${given}`);
    await handful('train', ...skip, '--labels', at('given.csv'), '--out', at('given.handful'));
    expect((await loadModel(at('given.handful'))).classes).toEqual(['left', 'up']);
  });

  it('count a single number of a row as one', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `${i % 2 ? 'a' : 'b'},${(i % 2) + (i % 7) / 20}\n`);
    await writeFile(at('single.csv'), `label,v\n${lines.join('')}`);
    await handful('train', at('single.csv'), '--out', at('single.handful'));
    expect(output).toContain('30 rows, vectors of 1 number (csv, text)');
    expect(output).not.toMatch(/\b1 (?:numbers|columns|components)\b|\b0 MB/);
  });

  it('fail without labels, with labels of other data, and leave no file behind', async () => {
    const before = await readdir(folder);
    const train = (...args: string[]) =>
      handful('train', at('images.npy'), '--out', at('none.handful'), ...args);
    await expectError(train(), 'ERR_INVALID_ARGUMENT', 'Expected --labels FILE');
    await expectError(train('--labels', at('picks.csv')), 'ERR_INVALID_ARGUMENT', 'there are none yet');
    await expectError(train('--labels', at('missing.csv')), 'ERR_FILE', 'missing.csv');
    await expectError(
      handful('predict', at('labels.csv'), at('images.npy')),
      'ERR_FILE_FORMAT',
      'labels.csv',
    );
    await expectError(
      handful('predict', at('model.handful'), at('vectors.csv'), '--image', 'none', '--out', at('none.csv')),
      'ERR_INVALID_ARGUMENT',
      '81 columns',
    );
    expect(await readdir(folder)).toEqual(before);
  });
});
