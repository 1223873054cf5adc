import { join } from 'node:path';
import type { Operations, PreparedRows } from '../../binding.d.ts';
import { readIdx } from '../../lib/datasets/idx.ts';
import { fashionMnistFolder } from './fashion-mnist.ts';

const COLUMNS = 784;

let images: Promise<Uint8Array> | undefined;
let labels: Promise<Uint8Array> | undefined;

/** Training images `from` to `to - 1`, their pixels between 0 and 1. */
export async function trainingImages(operations: Operations, to: number, from = 0): Promise<PreparedRows> {
  images ??= read('train-images-idx3-ubyte.gz');
  const pixels = (await images).subarray(from * COLUMNS, to * COLUMNS);
  return operations.prepare(pixels, to - from, COLUMNS, 1 / 255);
}

/** The classes of training images `from` to `to - 1`. */
export async function trainingLabels(to: number, from = 0): Promise<Int32Array> {
  labels ??= read('train-labels-idx1-ubyte.gz');
  return Int32Array.from((await labels).subarray(from, to));
}

async function read(name: string): Promise<Uint8Array> {
  return (await readIdx(join(fashionMnistFolder!, name))).data as Uint8Array;
}
