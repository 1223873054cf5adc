/** What a run of an ONNX model gives. */
interface OnnxOutput {
  label: (string | bigint)[];
  probabilities: Float32Array;
}

type Run = (path: string, values: Float32Array, shape: readonly number[]) => Promise<OnnxOutput>;

/** The part of onnxruntime-node that is used here. */
interface OnnxRuntime {
  InferenceSession: {
    create(path: string): Promise<{
      run(feeds: Record<string, unknown>): Promise<{
        label: { data: ArrayLike<string | bigint> };
        probabilities: { data: Float32Array };
      }>;
    }>;
  };
  Tensor: new (type: 'float32', data: Float32Array, shape: number[]) => unknown;
}

/** A package of 290 MB that wants to download more: it is not among this one's, and may be put beside it. */
const PACKAGE = 'onnxruntime-node';

/** Runs models through onnxruntime; undefined where it is not installed. */
export async function loadOnnxRuntime(): Promise<Run | undefined> {
  let runtime: OnnxRuntime;
  try {
    const module = (await import(PACKAGE)) as { default?: OnnxRuntime } & OnnxRuntime;
    runtime = module.default ?? module;
  } catch {
    console.warn(
      `${PACKAGE} is absent (npm install --no-save --ignore-scripts ${PACKAGE}): ONNX files are not run`,
    );
    return undefined;
  }
  return async (path, values, shape) => {
    const session = await runtime.InferenceSession.create(path);
    const X = new runtime.Tensor('float32', values, [...shape]);
    const { label, probabilities } = await session.run({ X });
    return { label: Array.from(label.data), probabilities: probabilities.data };
  };
}
