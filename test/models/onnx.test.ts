import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeRows } from '../../lib/core/matrix.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { exportOnnx } from '../../lib/models/export-onnx.ts';
import { loadModel, saveModel } from '../../lib/models/model-file.ts';
import { expectError } from '../support/errors.ts';
import { type FittedCase, fittedCases } from '../support/fitted-models.ts';
import { loadOnnxRuntime } from '../support/onnx-runtime.ts';

const runtime = await loadOnnxRuntime();

let folder: string;
let cases: Record<string, FittedCase>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-onnx-'));
  cases = await fittedCases();
});
afterAll(() => rm(folder, { recursive: true }));

const NAMES = [
  'FewLabels of images',
  'FewLabels of vectors',
  'FewLabels that spreading misleads',
  'LogisticRegression',
];

/** The fields of a message, those that are messages or texts as bytes. */
function fields(bytes: Uint8Array): { field: number; value: Uint8Array | number }[] {
  const reader = new BinaryReader(bytes);
  const found: { field: number; value: Uint8Array | number }[] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) found.push({ field, value: reader.bytes() });
    else found.push({ field, value: Number(reader.int64()) });
  }
  return found;
}
const all = (bytes: Uint8Array, field: number) =>
  fields(bytes).flatMap((each) => (each.field === field ? [each.value as Uint8Array] : []));
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe.skipIf(!runtime)('an ONNX file that onnxruntime runs', () => {
  it.each(NAMES)('predicts what the model does: %s', async (name) => {
    const { model, X } = cases[name]!;
    const path = join(folder, 'model.onnx');
    await exportOnnx<string>(path, model);
    const rows = Array.from({ length: 200 }, (_, i) => i);
    const some = takeRows(X, rows);
    const values = Float32Array.from(some.data, (value) => value * (some.scale ?? 1));
    const { label, probabilities } = await runtime!(path, values, some.shape);
    const expected = (await model.predictProba(some)).data;
    const width = model.classes.length;
    let largest = 0;
    for (const [i, each] of expected.entries())
      largest = Math.max(largest, Math.abs(each - probabilities[i]!));
    expect(largest).toBeLessThan(1e-4);
    const predicted = await model.predict(some);
    for (const row of rows) {
      const sorted = expected
        .slice(row * width, (row + 1) * width)
        .sort()
        .reverse();
      if (sorted[0]! - sorted[1]! > 2e-4) expect(label[row]).toBe(predicted[row]);
    }
  });

  it('has labels that are whole numbers as such', async () => {
    const X = { data: Float32Array.of(0, 1, 2, 3), shape: [4, 1] as const };
    const model = await new LogisticRegression<number>({ C: 100 }).fit(X, [3, 3, 70, 70]);
    const path = join(folder, 'numbers.onnx');
    await exportOnnx(path, model);
    expect((await runtime!(path, X.data, X.shape)).label.map(Number)).toEqual([3, 3, 70, 70]);
  });
});

describe('an ONNX file', () => {
  it.each(NAMES)('uses only values that come before, and names each once: %s', async (name) => {
    const path = join(folder, 'form.onnx');
    await exportOnnx<string>(path, cases[name]!.model, { scale: 1 / 255 });
    const bytes = await readFile(path);
    const [graph] = all(bytes, 7);
    const known = new Set(['X', ...all(graph!, 5).map((tensor) => textOf(all(tensor, 8)[0]!))]);
    for (const node of all(graph!, 1)) {
      for (const input of all(node, 1)) expect(known).toContain(textOf(input));
      for (const output of all(node, 2)) {
        expect(known).not.toContain(textOf(output));
        known.add(textOf(output));
      }
    }
    const outputs = all(graph!, 12).map((value) => textOf(all(value, 1)[0]!));
    expect(outputs).toEqual(['label', 'probabilities']);
    for (const output of outputs) expect(known).toContain(output);
    const metadata = all(bytes, 14).map((entry) => all(entry, 1).concat(all(entry, 2)).map(textOf));
    expect(Object.fromEntries(metadata)).toMatchObject({
      classes: JSON.stringify(cases[name]!.model.classes),
      input: expect.stringContaining('"scale"'),
    });
  });

  it('is the same of a model and of what was kept of it', async () => {
    const { model } = cases['FewLabels of images']!;
    const [kept, direct, loaded] = ['kept.handful', 'direct.onnx', 'loaded.onnx'].map((each) =>
      join(folder, each),
    );
    await saveModel(kept!, model);
    await exportOnnx(direct!, model);
    await exportOnnx(loaded!, await loadModel<string>(kept!));
    expect((await readFile(loaded!)).equals(await readFile(direct!))).toBe(true);
  });

  it('is not written of a model that is not fitted', async () => {
    await expectError(exportOnnx(join(folder, 'none.onnx'), new LogisticRegression()), 'ERR_NOT_FITTED');
  });
});
