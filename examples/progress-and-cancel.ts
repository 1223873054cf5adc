// Watching a long fit, and stopping it: every long operation takes { signal, onProgress }.

import { HandfulError, LogisticRegression, loadSyntheticGarments } from 'handful';

const { train } = await loadSyntheticGarments({ train: 2000, test: 1 });

// Gradient descent takes far longer than the default solver, and to this precision longer still.
const regression = new LogisticRegression({ solver: 'gradient-descent', tol: 1e-12 });
const controller = new AbortController();
let reports = 0;

try {
  await regression.fit(train.images, train.labels, {
    signal: controller.signal,
    onProgress: ({ phase, done, total }) => {
      reports++;
      if (reports === 1) console.log(`first report: ${phase} ${done} of at most ${total}`);
      if (reports === 5) controller.abort();
    },
  });
} catch (error) {
  if (!(error instanceof HandfulError && error.code === 'ABORT_ERR')) throw error;
  console.log(`${error.name}: ${error.message}`);
}

// The process goes on as if nothing had been.
const quick = await new LogisticRegression().fit(train.images, train.labels);
console.log(`the default solver: converged ${quick.converged}`);
