import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import type { FittedModel } from '../../lib/models/model-parts.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { smallGarments } from './small-garments.ts';

/** A fitted model, and rows for it to predict. */
export interface FittedCase {
  model: FittedModel<string>;
  X: Matrix;
}

/** Models of every kind: of images and of vectors, by neighbours and by regression. */
export async function fittedCases(): Promise<Record<string, FittedCase>> {
  const { images, labels, image } = await smallGarments(400);
  const rows = Int32Array.from({ length: 60 }, (_, i) => i * 5);
  const labelled = { rows, labels: Array.from(rows, (row) => `class ${labels[row]}`) };
  const ofImages = new FewLabels<string>({ image, randomState: 0 });
  const ofVectors = new FewLabels<string>({ randomState: 0 });
  const regression = new LogisticRegression<string>();
  // Rows in which nothing lies together: labels do not spread.
  const random = new RandomState(5);
  const noise: Matrix = {
    data: Float32Array.from(random.randomSample(300 * 4), (each) => each - 0.5),
    shape: [300, 4],
  };
  const halves = Int32Array.from({ length: 80 }, (_, i) => i);
  const byHalf = {
    rows: halves,
    labels: Array.from(halves, (row) => (noise.data[4 * row]! > 0 ? 'right' : 'left')),
  };
  const misled = new FewLabels<string>({ randomState: 0 });
  return {
    'FewLabels of images': { model: await ofImages.fit(images, labelled), X: images },
    'FewLabels of vectors': { model: await ofVectors.fit(images, labelled), X: images },
    'FewLabels that spreading misleads': { model: await misled.fit(noise, byHalf), X: noise },
    LogisticRegression: {
      model: await regression.fit(
        images,
        Array.from(labels, (label) => `class ${label}`),
      ),
      X: images,
    },
  };
}
