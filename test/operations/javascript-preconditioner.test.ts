import { describe, expect, it } from 'vitest';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';

describe('the preconditioned solver of the JavaScript backend', () => {
  it('gives way to plain L-BFGS where its matrices would be too large, and says so', async () => {
    const size = 2000;
    const data = new Uint8Array(size * size);
    for (let i = 0; i < size; i++) data[i * size + i] = 1;
    const x = javascriptOperations.prepare(data, size, size, 1);
    const found = await javascriptOperations.logisticRegression(javascriptOperations.createJob(), x, {
      nClasses: 10,
      labels: Int32Array.from({ length: size }, (_, i) => i % 10),
      C: 1,
      fitIntercept: true,
      solver: 'preconditioned-lbfgs',
      maxIter: 100,
      tol: 1e-6,
    });
    expect(found).toMatchObject({
      solver: 'lbfgs',
      converged: true,
      stopReason: 'tolerance',
      withoutPreconditioner: 'tooLarge',
    });
  });
});
