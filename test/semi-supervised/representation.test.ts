import { expect, it } from 'vitest';
import { takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { Representation } from '../../lib/semi-supervised/representation.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { smallGarments } from '../support/small-garments.ts';

const { X } = blobs(5, 40, 8);
const some = new RandomState(1).choice(200, 60);

describeOnBackends('Representation', () => {
  it('brings rows to length 1 in a space of few columns, and joins each to its nearest', async () => {
    const representation = await new Representation({ randomState: 0 }).fit(X);
    expect(representation.rows.shape).toEqual([200, 8]);
    const { data } = await representation.transform(X);
    for (let row = 0; row < 200; row++)
      expect(Math.hypot(...data.subarray(row * 8, row * 8 + 8))).toBeCloseTo(1, 5);
    expect(representation.graph.shape).toEqual([200, 8]);
    expect(Object.keys(representation.phases)).toEqual(['reduction', 'graph']);
  });

  it('takes other rows into the same space, with a graph of their own', async () => {
    const ofSome = await new Representation({ randomState: 0 }).fit(takeRows(X, some));
    const ofAll = await ofSome.extendTo(X);
    expect(ofAll.components).toBe(ofSome.components);
    expect(ofAll.rows.shape[0]).toBe(200);
    expect(ofAll.graph.shape).toEqual([200, 8]);
    expect(await ofAll.transform(X)).toEqual(await ofSome.transform(X));
    expect(ofSome.rows.shape[0]).toBe(60);
  });

  it('leaves rows out, with a graph of those that remain', async () => {
    const ofAll = await new Representation({ randomState: 0 }).fit(X);
    const ofSome = await ofAll.takeRows(some);
    expect(ofSome.graph.shape).toEqual([60, 8]);
    expect(ofSome.graph.affinityMatrix).toEqual(
      (await ofAll.extendTo(takeRows(X, some))).graph.affinityMatrix,
    );
  });

  it('describes images by their patches, those of other rows by the same ones', async () => {
    const { images } = await smallGarments(40);
    const representation = await new Representation({ image: {}, randomState: 0 }).fit(images);
    const few = await representation.extendTo(takeRows(images, [3, 1, 4]));
    expect(few.patches).toBe(representation.patches);
    const { data, shape } = await representation.transform(images);
    const own = (await few.transform(takeRows(images, [3]))).data;
    for (const [i, value] of own.entries()) expect(value).toBeCloseTo(data[3 * shape[1] + i]!, 4);
  });

  it('refuses what has no neighbours, and to be used before a fit', async () => {
    const representation = await new Representation().fit(X);
    const one = takeRows(X, [0]);
    for (const work of [
      new Representation().fit(one),
      representation.extendTo(one),
      representation.takeRows([3]),
    ]) {
      await expectError(work, 'ERR_INVALID_ARGUMENT', 'two row');
    }
    await expectError(representation.takeRows([0, 200]), 'ERR_INVALID_ARGUMENT', 'rows[1]');
    await expectError(representation.extendTo(blobs(2, 5, 4).X), 'ERR_INVALID_ARGUMENT', '8 columns');
    await expectError(new Representation().extendTo(X), 'ERR_NOT_FITTED', 'Representation');
  });
});
