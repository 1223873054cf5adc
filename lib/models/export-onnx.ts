import type { ClassLabel } from '../core/class-labels.ts';
import { HandfulError } from '../core/errors.ts';
import { writeWholeFile } from '../core/files.ts';
import { version } from '../version.ts';
import { type FittedModel, type ModelInput, partsOf } from './model-parts.ts';
import { formatOnnx } from './onnx-format.ts';
import { onnxGraph } from './onnx-graph.ts';
import { TrainedModel } from './trained-model.ts';

/** Protocol buffers can't be larger than 2 GiB. */
const MAX_BYTES = 2 ** 31 - 1;

/**
 * Writes a fitted model as an ONNX file of standard operators (operator set 17), all of it: patches, projection,
 * neighbours. Its input `X` are the values of rows, floats, rows x columns: for images from 0 to 1. Its outputs are
 * `label` and `probabilities` (rows x classes). It computes in single precision, so probabilities agree to about 1e-4,
 * and the label can differ where two classes are as probable as that. Images take about half a megabyte each while it
 * runs: give it a few hundred rows at a time.
 * @param model a fitted `FewLabels` or `LogisticRegression`, or one that was loaded
 * @param input what its rows are, to be told in the file
 * @throws HandfulError `ERR_NOT_FITTED`; `ERR_INVALID_ARGUMENT`, also where the model is larger than the format allows;
 *   `ERR_FILE`
 */
export async function exportOnnx<Label extends ClassLabel>(
  path: string,
  model: FittedModel<Label> | TrainedModel<Label>,
  input: ModelInput = {},
): Promise<void> {
  const parts = model instanceof TrainedModel ? model.parts : partsOf(model, input);
  const { rows, distributions } = parts.neighbors ?? {};
  const bytes = (rows?.byteLength ?? 0) + (distributions?.byteLength ?? 0);
  if (bytes > 0.9 * MAX_BYTES) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected a model of less than 2 GiB, which is what ONNX allows in one file, but it has ${bytes} bytes`,
    );
  }
  const onnx = formatOnnx({
    producer: { name: 'handful', version },
    metadata: {
      estimator: parts.estimator,
      classes: JSON.stringify(parts.classes),
      input: JSON.stringify(parts.input),
    },
    ...onnxGraph(parts),
  });
  await writeWholeFile(path, onnx);
}
