import { expect, it } from 'vitest';
import { Normalizer } from '../../lib/features/normalizer.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';
import { close, X } from './scikit-learn.ts';

describeOnBackends('Normalizer', () => {
  it.each([
    ['l1', [0.230769230769, 0.307692307692, 0.230769230769, 0.230769230769]],
    ['l2', [0.457495710998, 0.60999428133, 0.457495710998, 0.457495710998]],
    ['max', [0.75, 1, 0.75, 0.75]],
  ] as const)('divides by the norm %s as scikit-learn does', async (norm, second) => {
    const { data, shape } = await new Normalizer({ norm }).transform(X);
    expect(shape).toEqual([6, 4]);
    close(data.subarray(4, 8), second, 6);
  });

  it('leaves rows of zeros as they are', async () => {
    const { data } = await new Normalizer().transform({ data: Float32Array.of(0, 0, 3, -4), shape: [2, 2] });
    close(data, [0, 0, 0.6, -0.8], 6);
  });

  it('refuses a norm that it does not know', async () => {
    await expectError(
      () => new Normalizer({ norm: 'l3' as never }),
      'ERR_INVALID_ARGUMENT',
      "'l1', 'l2', 'max'",
    );
  });
});
