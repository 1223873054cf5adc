import { stat } from 'node:fs/promises';
import * as zlib from 'node:zlib';
import { HandfulError } from '../../core/errors.ts';
import { lz4BlockUnpackers, zstdUnpacker } from './codecs.ts';
import { missingPackage } from './missing-package.ts';
import { isoText, type TypedColumn, type TypedTable } from './typed-table.ts';

type Hyparquet = typeof import('hyparquet');
type AsyncBuffer = Awaited<ReturnType<Hyparquet['asyncBufferFromFile']>>;
type Schema = ReturnType<Hyparquet['parquetSchema']>;
type Metadata = Awaited<ReturnType<Hyparquet['parquetMetadataAsync']>>;
type Compressors = NonNullable<Parameters<Hyparquet['parquetRead']>[0]['compressors']>;

interface ParquetFile {
  hyparquet: Hyparquet;
  file: AsyncBuffer;
  metadata: Metadata;
  compressors: Compressors;
}

/** Opens a Parquet file, whose columns hold numbers, texts or lists of them, through the package hyparquet. */
export async function parquetTable(path: string): Promise<TypedTable> {
  const hyparquet = await importHyparquet();
  await stat(path);
  const file = await hyparquet.asyncBufferFromFile(path);
  const metadata = await hyparquet.parquetMetadataAsync(file);
  // What the file states of all rows is wrong in some: its groups are what is read.
  const rows = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const schema = hyparquet.parquetSchema(metadata);
  requireColumns(metadata, schema, path);
  const columns = schema.children.map((child) => ({ key: child.element.name, ...columnOf(child) }));
  giveOwnNames(metadata, schema);
  const parquet = { hyparquet, file, metadata, compressors: await compressorsFor(metadata) };
  const [first] = rows > 0 ? await readRows(parquet, 0, 1) : [];
  if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no row`);
  return {
    format: 'parquet',
    path,
    columns,
    rows,
    typeOf: (place) => (leafOf(schema.children[place]!).element.type ?? 'unknown').toLowerCase(),
    pandas: metadata.key_value_metadata?.find(({ key }) => key === 'pandas')?.value,
    first,
    read: () => rowGroups(parquet),
  };
}

/** What the values of a column are, or those in its lists. */
function columnOf(schema: Schema): Omit<TypedColumn, 'key'> {
  const { element } = leafOf(schema);
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'FLOAT') return { width: 4 };
  if (logical?.type === 'FLOAT16') return { width: 2 };
  if (converted === 'DATE' || logical?.type === 'DATE') return { other: 'dates', convert: timeOf };
  if (type === 'INT96' || logical?.type === 'TIMESTAMP' || converted?.startsWith('TIMESTAMP')) {
    return { other: 'times', convert: timeOf };
  }
  const isBytes = type === 'FIXED_LEN_BYTE_ARRAY' && converted !== 'DECIMAL' && logical?.type !== 'DECIMAL';
  if (isBytes) return { other: logical?.type === 'UUID' ? 'UUIDs' : 'bytes' };
  return {};
}

const timeOf = (value: unknown): unknown => (value instanceof Date ? isoText(value.getTime()) : value);

function leafOf(schema: Schema): Schema {
  return schema.children[0] ? leafOf(schema.children[0]) : schema;
}

/**
 * Refuses a file whose row groups have other columns than its schema: hyparquet would start to read these, and end the
 * process when nobody waits for what it finds.
 */
function requireColumns({ row_groups: groups }: Metadata, schema: Schema, path: string): void {
  const expected = leavesOf(schema).join();
  for (const { columns } of groups) {
    const found = columns.map(({ meta_data: column }) => String(column?.path_in_schema.join('.')));
    if (found.join() !== expected) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `'${path}' is damaged: its columns are not those of its schema`,
      );
    }
  }
}

function leavesOf({ children, path }: Schema): string[] {
  return children.length > 0 ? children.flatMap(leavesOf) : [path.join('.')];
}

/** Gives each column a name of its own, by which hyparquet finds it: in a file two may have one name. */
function giveOwnNames({ row_groups: groups }: Metadata, schema: Schema): void {
  const owners = schema.children.flatMap((child, place) => leavesOf(child).map(() => nameOf(place)));
  for (const [place, { element }] of schema.children.entries()) element.name = nameOf(place);
  for (const { columns } of groups) {
    for (const [leaf, { meta_data: column }] of columns.entries()) column!.path_in_schema[0] = owners[leaf]!;
  }
}

const nameOf = (place: number) => `column ${place}`;

/** What unpacks the codecs of a file that hyparquet itself does not know. */
async function compressorsFor({ row_groups: groups }: Metadata): Promise<Compressors> {
  const codecs = new Set(
    groups.flatMap(({ columns }) => columns.map(({ meta_data: column }) => column?.codec)),
  );
  return {
    GZIP: (bytes) => zlib.gunzipSync(bytes),
    BROTLI: (bytes) => zlib.brotliDecompressSync(bytes),
    ...(codecs.has('ZSTD') && { ZSTD: await zstdUnpacker() }),
    ...((codecs.has('LZ4') || codecs.has('LZ4_RAW')) && (await lz4BlockUnpackers())),
  };
}

/** Row groups are what a file can be read by. */
async function* rowGroups(parquet: ParquetFile): AsyncGenerator<unknown[][]> {
  let row = 0;
  for (const { num_rows } of parquet.metadata.row_groups) {
    const end = row + Number(num_rows);
    yield await readRows(parquet, row, end);
    row = end;
  }
}

async function readRows(
  { hyparquet, file, metadata, compressors }: ParquetFile,
  rowStart: number,
  rowEnd: number,
): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  await hyparquet.parquetRead({
    ...{ file, metadata, rowStart, rowEnd, compressors },
    onComplete: (read) => {
      rows = read;
    },
  });
  return rows;
}

async function importHyparquet(): Promise<Hyparquet> {
  try {
    return await import('hyparquet');
  } catch (error) {
    throw missingPackage('hyparquet', 'Reading Parquet', error);
  }
}
