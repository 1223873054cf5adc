// The fuzzer's cases of files: those of every format, sound, damaged at any place, cut anywhere, or something else.

import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { formatIdx, type IdxArray, parseIdx } from '../../lib/datasets/idx.ts';
import * as handful from '../../lib/index.ts';
import { formatSafetensors, type Tensor } from '../../lib/models/safetensors.ts';
import { npyBytes } from '../support/npy.ts';
import { zipBytes } from '../support/zip.ts';
import { answersOrRefuses, type Property, require, settlesOrRefuses, tally } from './answers.ts';
import { anyValue, mostly, seldom } from './arbitraries.ts';
import { anyArrow, anyParquet } from './tables.ts';

const folder = await mkdtemp(join(tmpdir(), 'handful-fuzz-'));

/** Takes away what the cases have written. */
export const removeFiles = () => rm(folder, { recursive: true });

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return file;
}

const anyType = fc.constantFrom(Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array);
const anyArray: fc.Arbitrary<IdxArray> = fc
  .tuple(anyType, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }), fc.integer())
  .map(([Type, shape, start]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    return { data: Type.from(Array.from({ length }, (_, i) => start + i)), shape };
  });

const isArray = ({ data, shape }: IdxArray) =>
  data.length === shape.reduce((product, side) => product * side, 1);

/** Bytes that are cut anywhere. */
function cut(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(sound, seldom(fc.nat()))
    .map(([bytes, place]) => (place === undefined ? bytes : bytes.slice(0, place % bytes.length)));
}

/** Bytes of which a few are changed, left out or put in, cut anywhere or with more behind. */
function damaged(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const few = (maxLength: number) => fc.uint8Array({ maxLength });
  const changes = fc.array(fc.tuple(fc.nat(), few(2), seldom(fc.nat({ max: 3 }))), { maxLength: 2 });
  return fc.tuple(cut(sound), changes, seldom(few(4))).map(([bytes, changed, more = []]) => {
    const result = [...bytes, ...more];
    for (const [place, put, left = put.length] of changed) {
      result.splice(place % (result.length + 1), left, ...put);
    }
    return Uint8Array.from(result);
  });
}

const damagedIdx = damaged(anyArray.map(formatIdx));

/** Lines of fields or of JSON, as people write them by hand and programs by mistake. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('1,2\n', '3;4\r\n', '5\t6\n', 'x,label\n', 'row,label\n', 'name,a,b\n', '"a"",",1\n'),
      fc.constantFrom('[1,2]\n', '{"x":1,"label":"a"}\n', '{"x":[1,2]}\n', '{"row":0,"label":2}\n', 'null\n'),
      fc.constantFrom('"', ',', ',,', '\n', '1e999', 'NaN', '-', '0x1', ' ', '\ufeff', '{', '}', '[]', '\0'),
      fc.constantFrom('{"label":{"toString":1},"x":1}\n', '{"__proto__":1}\n', '{"row":-1,"label":""}\n'),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 6 },
  )
  .map((lines) => Buffer.from(lines.join('')));

const npy = fc
  .record({
    descr: fc.constantFrom('<f4', '>f4', '|u1', '<i8', '<f8', '|b1', '<f2', '<U4', '|O'),
    shape: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
    fortranOrder: fc.boolean(),
    bytes: fc.uint8Array({ maxLength: 40 }),
    whole: fc.boolean(),
  })
  .map(({ descr, shape, fortranOrder, bytes, whole }) => {
    const width = Number(/\d/.exec(descr)?.[0] ?? 1);
    const length = shape.reduce((product, side) => product * side, width);
    return npyBytes({ descr, shape, fortranOrder, bytes: whole ? new Uint8Array(length) : bytes });
  });

const FILES = {
  idx: damagedIdx,
  npy: damaged(npy),
  npz: damaged(
    fc
      .tuple(npy, fc.constantFrom('X', 'y'), fc.boolean())
      .map(([bytes, name, packs]) => zipBytes({ [`${name}.npy`]: bytes }, packs)),
  ),
  csv: anyText,
  tsv: anyText,
  jsonl: anyText,
  parquet: damaged(anyParquet),
  arrow: damaged(anyArrow),
};
type FileFormat = keyof typeof FILES;
const PACKED: readonly FileFormat[] = ['idx', 'csv', 'tsv', 'jsonl'];

const anyFile = fc.constantFrom(...(Object.keys(FILES) as FileFormat[])).chain((format) => {
  const packed = cut(FILES[format].map((bytes) => gzipSync(bytes)));
  const plain = FILES[format].map((bytes) => ({ name: `file.${format}`, bytes }));
  return PACKED.includes(format)
    ? fc.oneof(
        plain,
        packed.map((bytes) => ({ name: `file.${format}.gz`, bytes })),
      )
    : plain;
});

/** Seconds after which a damaged file is refused that would be read for ever. */
const READ_LIMIT = 2;

const anyColumn = fc.constantFrom('x', 'label', 'row', 'n', '');
const anyLoadOptions = fc.record(
  {
    format: seldom(fc.constantFrom(...(Object.keys(FILES) as FileFormat[]))),
    array: seldom(anyColumn),
    header: seldom(fc.boolean()),
    columns: seldom(fc.array(anyColumn, { maxLength: 2 })),
    nameColumn: seldom(anyColumn),
    labelColumn: seldom(anyColumn),
    image: seldom(fc.constantFrom<unknown>(false, {}, { height: 1 }, { width: 2, channels: 3 })),
    scale: seldom(fc.constantFrom(2, 0, Number.NaN)),
    chunkRows: seldom(fc.constantFrom(1, 2, 0, 2 ** 40)),
    readLimit: mostly(fc.constant(READ_LIMIT), 0, Number.NaN),
  },
  { requiredKeys: ['readLimit'] },
);

/** Rows as they were promised: whole ones, of numbers, each with its name. */
function requireRows({ X: { data, shape }, names, labels }: handful.LoadedData): void {
  require(shape[0] > 0 && shape[1] > 0 && data.length === shape[0] * shape[1], 'the shape of rows');
  require(data.every(Number.isFinite), 'a number');
  require(names.length === shape[0] && (labels?.length ?? shape[0]) === shape[0], 'the names of rows');
}

/** A model's file whose checksum agrees, whatever else is wrong with it. */
const anyModel = fc
  .record({
    estimator: mostly(fc.constantFrom('LogisticRegression', 'FewLabels'), 'KMeans', null),
    classes: mostly(
      fc.constantFrom([0, 1], ['a', 'b']),
      ['a', 'b', 'c'],
      [0, 0],
      [1],
      [0, 'a'],
      [null, 1],
      {},
    ),
    columns: mostly(fc.constant(2), 3, 0, 1e9, '2', null),
    input: mostly(fc.constantFrom({}, { scale: 2 }), { image: { height: 1 } }, { scale: 'x' }, null),
    outputs: fc.oneof({ arbitrary: fc.constant(2), weight: 9 }, fc.constantFrom(0, 1, 3)),
    nNeighbors: seldom(fc.constantFrom<unknown>(1, 2, 0, 1e9, 'x')),
    patches: seldom(fc.jsonValue()),
    value: fc.constantFrom(0, 1, -3e38, 3e38),
    left: seldom(fc.constantFrom('regression.coef', 'regression.center', 'neighbors.rows')),
  })
  .map(({ outputs, value, left, ...header }) => {
    const tensors: Record<string, Tensor> = {
      'regression.coef': { data: new Float32Array(outputs * 2).fill(value), shape: [outputs, 2] },
      'regression.intercept': { data: new Float64Array(outputs), shape: [outputs] },
      'regression.center': { data: new Float64Array(2), shape: [2] },
      'neighbors.rows': { data: new Float32Array(6).fill(value), shape: [3, 2] },
      'neighbors.distributions': { data: new Float32Array(3 * outputs).fill(0.5), shape: [3, outputs] },
    };
    if (left !== undefined) delete tensors[left];
    const model = JSON.stringify(header);
    const hash = createHash('sha256').update(model);
    for (const name of Object.keys(tensors).sort()) {
      hash.update(name).update(new Uint8Array(tensors[name]!.data.buffer));
    }
    const sha256 = hash.digest('hex');
    return formatSafetensors({ metadata: { format: 'handful.model', version: '1', sha256, model }, tensors });
  });

export const FILE_PROPERTIES: Record<string, Property> = {
  'bytes that may be an IDX array': {
    share: 10,
    property: fc.property(fc.oneof(damagedIdx, fc.uint8Array({ maxLength: 40 })), (bytes) =>
      answersOrRefuses(() => require(isArray(parseIdx(bytes)), 'the shape of an array')),
    ),
  },
  'an IDX array written and read': {
    share: 5,
    property: fc.property(anyArray, (array) => {
      const { data, shape } = parseIdx(formatIdx(array));
      tally.answered++;
      return (
        data.constructor === array.data.constructor &&
        shape.join() === array.shape.join() &&
        data.every((value, i) => Object.is(value, array.data[i]))
      );
    }),
  },
  'a file of rows, of any format': {
    share: 10,
    property: fc.asyncProperty(
      anyFile,
      anyLoadOptions,
      async ({ name, bytes }, { chunkRows, ...options }) => {
        const file = await write(name, bytes);
        return settlesOrRefuses(async () => {
          const whole = await handful.loadData(file, options as handful.LoadDataOptions);
          requireRows(whole);
          let rows = 0;
          const chunked = { ...options, chunkRows } as handful.LoadDataChunksOptions;
          for await (const chunk of handful.loadDataChunks(file, chunked)) {
            requireRows(chunk);
            rows += chunk.X.shape[0];
          }
          require(rows === whole.X.shape[0], 'as many rows in chunks as in all');
        });
      },
    ),
  },
  'a file of labels, or of an array, of any format': {
    share: 5,
    property: fc.asyncProperty(anyFile, async ({ name, bytes }) => {
      const file = await write(name, bytes);
      await settlesOrRefuses(async () => {
        const { rows, labels } = await handful.loadLabels(file, ['0', '1', 'a'], {
          readLimit: READ_LIMIT,
        });
        require(rows.length === labels.length && rows.every((row) => row < 3), 'labels of rows');
      });
      return settlesOrRefuses(async () =>
        require(isArray(await handful.readIdx(file)), 'the shape of an array'),
      );
    }),
  },
  'a file of a model': {
    share: 5,
    property: fc.asyncProperty(fc.oneof(anyModel, damaged(anyModel)), async (bytes) => {
      const file = await write('model', bytes);
      return settlesOrRefuses(async () => {
        const model = await handful.loadModel(file);
        const X = { data: new Float32Array(2 * model.columns), shape: [2, model.columns] } as const;
        const { shape } = await model.predictProba(X);
        require(shape[0] === 2 && shape[1] === model.classes.length, 'the shape of probabilities');
      });
    }),
  },
  'anything at all, for what reads and writes files': {
    share: 5,
    property: fc.asyncProperty(anyValue, anyValue, async (first, second) => {
      const path = first as string;
      const file = join(folder, 'written');
      await settlesOrRefuses(() => handful.loadData(path, second as object));
      await settlesOrRefuses(() => handful.loadLabels(path, second as string[]));
      await settlesOrRefuses(() => handful.loadModel(path));
      await settlesOrRefuses(() => handful.readIdx(path));
      await settlesOrRefuses(() => handful.saveModel(file, first as never, second as object));
      await settlesOrRefuses(() => handful.exportOnnx(file, first as never, second as object));
      return settlesOrRefuses(() => handful.writeIdx(file, first as IdxArray));
    }),
  },
};
