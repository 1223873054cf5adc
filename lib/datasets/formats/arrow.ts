import { open } from 'node:fs/promises';
import type { DataType, Decimal } from 'apache-arrow';
import { HandfulError } from '../../core/errors.ts';
import { requireArrowKind } from './arrow-kind.ts';
import { lz4FrameUnpacker, type Unpack, zstdUnpacker } from './codecs.ts';
import { missingPackage } from './missing-package.ts';
import { isoText, type TypedColumn, type TypedTable } from './typed-table.ts';

type Arrow = typeof import('apache-arrow');
type RecordBatch = InstanceType<Arrow['RecordBatch']>;

/** Opens an Arrow (Feather) file or stream, whose columns hold numbers, texts or lists of them, through apache-arrow. */
export async function arrowTable(path: string): Promise<TypedTable> {
  const arrow = await importArrow();
  await requireArrowKind(path);
  for await (const batch of batchesOf(arrow, path)) {
    if (batch.numRows === 0) continue;
    const { fields, metadata } = batch.schema;
    return {
      format: 'arrow',
      path,
      columns: fields.map(({ name, type }) => ({ key: name, ...columnOf(arrow, type) })),
      typeOf: (place) => String(fields[place]!.type).toLowerCase(),
      pandas: metadata.get('pandas'),
      first: rowOf(columnsOf(batch), 0),
      read: async function* () {
        for await (const each of batchesOf(arrow, path)) yield rowsOf(each);
      },
    };
  }
  throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no row`);
}

/** What the values of a type are, with the right reading of those that apache-arrow leaves as it finds them. */
function columnOf(arrow: Arrow, type: DataType): Omit<TypedColumn, 'key'> {
  const { DataType: is } = arrow;
  if (is.isDictionary(type)) return columnOf(arrow, type.dictionary);
  if (is.isFloat(type)) return { width: ([2, 4, 8] as const)[type.precision] };
  if (is.isDecimal(type)) return { convert: (value) => decimalOf(value as Uint32Array, type) };
  if (is.isDate(type)) return { other: 'dates', convert: (value) => isoText(Number(value)) };
  if (is.isTimestamp(type)) return { other: 'times', convert: (value) => isoText(Number(value)) };
  if (is.isBinary(type) || is.isLargeBinary(type) || is.isFixedSizeBinary(type)) {
    return { other: 'bytes', convert: (value) => ({ bytes: value }) };
  }
  if (is.isStruct(type) || is.isMap(type) || is.isUnion(type) || is.isInterval(type))
    return { other: `${type}` };
  if (is.isList(type) || is.isFixedSizeList(type)) {
    const { other, convert = (value) => value } = columnOf(arrow, type.children[0]!.type);
    return {
      other: other && `lists of ${other}`,
      convert: (list) => Array.from(list as Iterable<unknown>, (value) => value !== null && convert(value)),
    };
  }
  return {};
}

/** The number that a decimal's words make, the lowest first, in two's complement. */
function decimalOf(words: Uint32Array, { scale }: Decimal): number {
  const whole = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return Number(`${BigInt.asIntN(32 * words.length, whole)}e${-scale}`);
}

function* rowsOf(batch: RecordBatch): Generator<unknown[]> {
  const columns = columnsOf(batch);
  for (let row = 0; row < batch.numRows; row++) yield rowOf(columns, row);
}

const columnsOf = (batch: RecordBatch) =>
  Array.from({ length: batch.numCols }, (_, column) => batch.getChildAt(column)!);

const rowOf = (columns: ReturnType<typeof columnsOf>, row: number): unknown[] =>
  columns.map((column) => column.get(row) as unknown);

async function* batchesOf(arrow: Arrow, path: string): AsyncGenerator<RecordBatch> {
  await registerCodecs(arrow);
  const file = await open(path);
  try {
    const reader = await arrow.RecordBatchReader.from(file);
    for await (const batch of reader) yield batch as RecordBatch;
  } finally {
    await file.close().catch(() => {});
  }
}

/** Lets apache-arrow unpack what pandas and others pack, if it can: it asks for a codec once it meets one. */
async function registerCodecs({ compressionRegistry, CompressionType }: Arrow): Promise<void> {
  if (!compressionRegistry || compressionRegistry.get(CompressionType.ZSTD)) return;
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: await codec(lz4FrameUnpacker) });
  compressionRegistry.set(CompressionType.ZSTD, { decode: await codec(zstdUnpacker) });
}

async function codec(find: () => Promise<Unpack>): Promise<(bytes: Uint8Array) => Uint8Array> {
  try {
    const unpack = await find();
    return (packed) => {
      const bytes = unpack(packed, 0);
      // Its arrays begin on boundaries of 8 bytes.
      return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    };
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function importArrow(): Promise<Arrow> {
  try {
    return await import('apache-arrow');
  } catch (error) {
    throw missingPackage('apache-arrow', 'Reading Arrow', error);
  }
}
