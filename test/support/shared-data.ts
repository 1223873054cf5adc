import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Operations, PreparedRows } from '../../binding.d.ts';
import { readIdx } from '../../lib/datasets/idx.ts';
import { fashionMnistFolder } from './fashion-mnist.ts';

const COLUMNS = 784;

const oracleFolder = [
  process.env.HANDFUL_ORACLE,
  fileURLToPath(new URL('../../../shared/oracle', import.meta.url)),
].find((folder) => folder && existsSync(folder));

/** Whether both the real Fashion-MNIST and what scikit-learn finds on it are here. */
export const hasOracle: boolean = oracleFolder !== undefined && fashionMnistFolder !== undefined;

if (!oracleFolder) {
  console.warn(
    "scikit-learn's answers are absent (set HANDFUL_ORACLE to their folder): tests against them are skipped",
  );
}

/** The cases of one file of answers that scikit-learn and NumPy gave; none where they are absent. */
export function oracleCases<Case>(name: string): Case[] {
  if (!oracleFolder) return [];
  return JSON.parse(readFileSync(join(oracleFolder, `${name}.json`), 'utf8')).cases;
}

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
