/** An array to write as NumPy would. */
export interface NpyArray {
  /** NumPy's `descr`, such as `<f4`. */
  descr: string;
  shape: readonly number[];
  fortranOrder?: boolean;
  /** The elements' bytes, in the order of the array. */
  bytes: Uint8Array;
}

/** The bytes of an NPY file of format version 1.0. */
export function npyBytes({ descr, shape, fortranOrder = false, bytes }: NpyArray): Buffer {
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = fortranOrder ? 'True' : 'False';
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${lengths}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(length, 8);
  return Buffer.concat([head, Buffer.from(`${dictionary.padEnd(length - 1)}\n`), bytes]);
}
