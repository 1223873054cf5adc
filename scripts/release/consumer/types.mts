import { backendInfo, HandfulError, LogisticRegression, type Matrix, MiniBatchKMeans } from 'handful';

const X: Matrix = { data: new Uint8Array(4), shape: [2, 2], scale: 1 / 255 };

export async function use(): Promise<Float32Array> {
  const regression = await new LogisticRegression<string>({ C: 2 }).fit(X, ['a', 'b']);
  const labels: readonly string[] = await regression.predict(X);
  // @ts-expect-error a misspelled option
  new MiniBatchKMeans({ nCluster: 3 });
  const backend: 'native' | 'javascript' = backendInfo().backend;
  if (backend === 'native') throw new HandfulError('ERR_BACKEND', labels.join());
  return regression.coef.data;
}
