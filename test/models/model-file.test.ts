import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendInfo, setBackend } from '../../lib/backend/select.ts';
import type { HandfulError } from '../../lib/core/errors.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { loadModel, modelFromBytes, modelToBytes, saveModel } from '../../lib/models/model-file.ts';
import { formatSafetensors, parseSafetensors, type Tensor } from '../../lib/models/safetensors.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { backends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { type FittedCase, fittedCases } from '../support/fitted-models.ts';
import '../support/programs.ts';

let folder: string;
let cases: Record<string, FittedCase>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-model-'));
  cases = await fittedCases();
});
afterAll(() => rm(folder, { recursive: true }));

async function saved(model: FittedCase['model'], name = 'model.handful'): Promise<string> {
  const path = join(folder, name);
  await saveModel(path, model);
  return path;
}

describe('a model in a file', () => {
  it.each([
    'FewLabels of images',
    'FewLabels of vectors',
    'FewLabels that spreading misleads',
    'LogisticRegression',
  ])('predicts what the fitted one does, to the last bit: %s', async (name) => {
    const { model, X } = cases[name]!;
    const loaded = await loadModel<string>(await saved(model));
    expect(await loaded.predictProba(X)).toEqual(await model.predictProba(X));
    expect(await loaded.predict(X)).toEqual(await model.predict(X));
    expect(loaded.classes).toEqual(model.classes);
    expect(loaded.columns).toBe(X.shape[1]);
  });

  it('has models by neighbours and by regression among these', () => {
    const misled = (name: string) => (cases[name]!.model as FewLabels).crossValidation.spreadingMisleads;
    expect([misled('FewLabels of images'), misled('FewLabels that spreading misleads')]).toEqual([
      false,
      true,
    ]);
  });

  it('tells what rows it wants, and can be saved again', async () => {
    const path = join(folder, 'told.handful');
    await saveModel(path, cases['FewLabels of images']!.model, { scale: 1 / 255 });
    const loaded = await loadModel(path);
    expect(loaded.input).toEqual({ image: { height: 9, width: 9, channels: 1 }, scale: 1 / 255 });
    expect(loaded.estimator).toBe('FewLabels');
    const again = join(folder, 'again.handful');
    await saveModel(again, loaded);
    expect((await readFile(again)).equals(await readFile(path))).toBe(true);
  });

  it('refuses rows of other columns', async () => {
    const loaded = await loadModel(await saved(cases.LogisticRegression!.model));
    await expectError(
      loaded.predict({ data: new Float32Array(4), shape: [1, 4] }),
      'ERR_INVALID_ARGUMENT',
      '81 columns',
    );
  });

  it('is not written where there is nothing to write', async () => {
    await expectError(saveModel(join(folder, 'none'), new LogisticRegression()), 'ERR_NOT_FITTED');
    await expectError(saveModel(join(folder, 'none'), new FewLabels()), 'ERR_NOT_FITTED');
    await expectError(saveModel(join(folder, 'none'), {} as never), 'ERR_INVALID_ARGUMENT', 'FewLabels');
    await expectError(loadModel(join(folder, 'none')), 'ERR_FILE', 'none');
    await expectError(loadModel(3 as unknown as string), 'ERR_INVALID_ARGUMENT', 'path');
  });

  it.skipIf(process.platform === 'win32')('is not waited for where it is a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expectError(loadModel(pipe), 'ERR_FILE', 'not a plain file');
  });
});

describe('a damaged model', () => {
  it('is refused when cut anywhere, or with bytes behind', async () => {
    const whole = await readFile(await saved(cases.LogisticRegression!.model));
    const path = join(folder, 'cut.handful');
    const lengths = [
      0,
      7,
      8,
      100,
      ...Array.from({ length: 12 }, (_, i) => Math.floor((whole.length * i) / 12) + 9),
    ];
    for (const length of lengths) {
      await writeFile(path, whole.subarray(0, length));
      await expectError(loadModel(path), 'ERR_FILE_FORMAT', 'cut.handful');
    }
    await writeFile(path, Buffer.concat([whole, Buffer.of(0)]));
    await expectError(loadModel(path), 'ERR_FILE_FORMAT', '1 trailing bytes');
  });

  it('is refused when a bit is wrong anywhere', async () => {
    const whole = await readFile(await saved(cases['FewLabels that spreading misleads']!.model));
    const path = join(folder, 'wrong.handful');
    for (let i = 0; i < whole.length; i += 37) {
      const wrong = Buffer.from(whole);
      wrong[i]! ^= 1 << (i % 8);
      await writeFile(path, wrong);
      await expectError(loadModel(path), 'ERR_FILE_FORMAT', 'wrong.handful');
    }
  });

  it('is refused where it is of another kind or version', async () => {
    const { metadata, tensors } = parseSafetensors(
      await readFile(await saved(cases.LogisticRegression!.model)),
      'it',
    );
    const path = join(folder, 'other.handful');
    for (const [changed, words] of [
      [{ format: 'pt' }, "format 'handful.model'"],
      [{ version: '2' }, 'of version 2'],
      [{ model: '{}' }, 'SHA-256'],
    ] as const) {
      await writeFile(path, formatSafetensors({ metadata: { ...metadata, ...changed }, tensors }));
      await expectError(loadModel(path), 'ERR_FILE_FORMAT', words);
    }
  });
});

describe('a model as bytes', () => {
  it.each(['FewLabels of images', 'LogisticRegression'])('is the content of its file: %s', async (name) => {
    const { model, X } = cases[name]!;
    const bytes = await modelToBytes(model);
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(Buffer.from(bytes).equals(await readFile(await saved(model)))).toBe(true);
    const loaded = await modelFromBytes<string>(bytes);
    bytes.fill(0);
    expect(await loaded.predictProba(X)).toEqual(await model.predictProba(X));
    expect(await modelFromBytes(await modelToBytes(loaded))).toBeDefined();
  });

  it('is read from a part of a buffer, and from shared memory', async () => {
    const bytes = await modelToBytes(cases.LogisticRegression!.model);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    expect((await modelFromBytes(shared)).classes).toEqual(cases.LogisticRegression!.model.classes);
  });

  it('is refused where it is something else', async () => {
    await expectError(modelFromBytes(new Uint8Array()), 'ERR_FILE_FORMAT', 'what bytes holds is no model');
    for (const odd of ['model.handful', new ArrayBuffer(8), null, [1, 2]]) {
      await expectError(modelFromBytes(odd as never), 'ERR_INVALID_ARGUMENT', 'a Uint8Array');
    }
  });
});

describe('what is told of the rows of a model', () => {
  it.each([
    [{ image: { height: 30_000, width: 30_000, channels: 1 } }, '900,000,000'],
    [{ image: { height: 9 } }, 'input.image.width'],
    [{ scale: 'x' }, 'scale'],
    [{ scale: Number.NaN }, 'scale'],
    [{ heigth: 9 }, 'heigth'],
    ['x', 'an object'],
  ])('is refused where it is not true, before a file is written: %j', async (input, words) => {
    const { model } = cases.LogisticRegression!;
    const path = join(folder, 'untold.handful');
    await expectError(saveModel(path, model, input as never), 'ERR_INVALID_ARGUMENT', words);
    await expectError(loadModel(path), 'ERR_FILE', 'untold');
  });
});

describe('a model made by someone else', () => {
  /** The bytes of a model whose header and tensors were changed, with a hash that agrees. */
  async function forged(
    change: (header: Record<string, unknown>, tensors: Record<string, Tensor>) => void,
    name = 'LogisticRegression',
  ): Promise<Uint8Array> {
    const { metadata, tensors } = parseSafetensors(await modelToBytes(cases[name]!.model), 'it');
    const header = JSON.parse(metadata.model!);
    change(header, tensors);
    const model = JSON.stringify(header);
    const hash = createHash('sha256').update(model);
    for (const each of Object.keys(tensors).sort()) {
      const { data } = tensors[each]!;
      hash.update(each).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    return formatSafetensors({ metadata: { ...metadata, model, sha256: hash.digest('hex') }, tensors });
  }

  /** Bytes that begin with a header. */
  function withHeader(json: string): Uint8Array {
    const bytes = Buffer.alloc(8 + Buffer.byteLength(json));
    bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
    bytes.write(json, 8);
    return bytes;
  }

  it.each([
    ['an array of objects', () => `[${'{},'.repeat(1e6)}{}]`],
    ['objects within objects', () => `{"a":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`],
    ['arrays within arrays', () => '['.repeat(1e6)],
    ['many names', () => `{${Array.from({ length: 1e5 }, (_, i) => `"t${i}":{}`).join(',')}}`],
    [
      'many empty tensors',
      () =>
        `{${Array.from({ length: 2e4 }, (_, i) => `"t${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join(',')}}`,
    ],
    ['a prototype', () => '{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'],
    ['a long shape', () => `{"a":{"dtype":"F32","shape":[${'1,'.repeat(1e6)}1],"data_offsets":[0,4]}}`],
    ['nothing', () => 'null'],
  ])('is refused with one error where its header is %s', async (_, json) => {
    await expectError(modelFromBytes(withHeader(json())), 'ERR_FILE_FORMAT', 'no model of handful');
  });

  it('is refused by its length where its header is larger than any model needs', async () => {
    const bytes = withHeader(`[${'{},'.repeat(4e6)}{}]`);
    await expectError(modelFromBytes(bytes), 'ERR_FILE_FORMAT', 'the length of a header');
  });

  it('is not written where its header would be too large to be read', async () => {
    const tensors = {};
    await expectError(
      () => formatSafetensors({ metadata: { model: 'x'.repeat(1.1e7) }, tensors }),
      'ERR_INVALID_ARGUMENT',
      'names of classes',
    );
  });

  it.each<[string, (header: Record<string, unknown>) => void]>([
    ['images of other columns', (h) => (h.input = { image: { height: 30_000, width: 30_000, channels: 1 } })],
    ['images without a width', (h) => (h.input = { image: { height: 9, channels: 1 } })],
    ['an input that is text', (h) => (h.input = 'x')],
    ['an input that is nothing', (h) => (h.input = null)],
    ['an unknown input', (h) => (h.input = { constructor: 1 })],
    ['classes of two kinds', (h) => (h.classes = ['a', 1, 'c'])],
    ['classes that are text', (h) => (h.classes = 'abc')],
    ['columns beyond its weights', (h) => (h.columns = 2 ** 40)],
  ])('is refused with one error where it has %s', async (_, change) => {
    await expectError(modelFromBytes(await forged(change)), 'ERR_FILE_FORMAT', 'no model of handful');
  });

  it('is refused where its distributions do not sum to 1', async () => {
    const bytes = await forged((_, { 'neighbors.distributions': { data } = {} as Tensor }) => {
      data[0] = 3e38;
    }, 'FewLabels of images');
    await expectError(modelFromBytes(bytes), 'ERR_FILE_FORMAT', 'neighbors.distributions');
  });

  it.each(backends)(
    'never gives probabilities that do not sum to 1, however large its weights (%s)',
    async (backend) => {
      const before = backendInfo().backend;
      setBackend(backend);
      try {
        for (const weight of [1e30, 3e38]) {
          const bytes = await forged((_, { 'regression.coef': { data } = {} as Tensor }) =>
            data.fill(weight),
          );
          const model = await modelFromBytes(bytes);
          const { X } = cases.LogisticRegression!;
          let found: Float32Array;
          try {
            found = (await model.predictProba(X)).data;
          } catch (error) {
            expect((error as HandfulError).code).toBe('ERR_NOT_FINITE');
            continue;
          }
          const width = model.classes.length;
          for (let from = 0; from < found.length; from += width) {
            const sum = found.subarray(from, from + width).reduce((all, each) => all + each, 0);
            expect(sum).toBeCloseTo(1, 3);
          }
        }
      } finally {
        setBackend(before);
      }
    },
  );
});
