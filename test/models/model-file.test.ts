import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { loadModel, saveModel } from '../../lib/models/model-file.ts';
import { formatSafetensors, parseSafetensors } from '../../lib/models/safetensors.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { expectError } from '../support/errors.ts';
import { type FittedCase, fittedCases } from '../support/fitted-models.ts';

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
