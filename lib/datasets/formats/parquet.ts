import { stat } from 'node:fs/promises';
import * as zlib from 'node:zlib';
import { HandfulError } from '../../errors.ts';
import { fileError } from '../../files.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { missingPackage } from './missing-package.ts';
import { planTable, RowCollector, type TableLayout } from './table-rows.ts';

type Hyparquet = typeof import('hyparquet');
type AsyncBuffer = Awaited<ReturnType<Hyparquet['asyncBufferFromFile']>>;
type Schema = ReturnType<Hyparquet['parquetSchema']>;
type Metadata = Awaited<ReturnType<Hyparquet['parquetMetadataAsync']>>;

/** Unpacks what hyparquet itself does not. Zstandard came to Node in 22.15. */
const compressors = {
  GZIP: (bytes: Uint8Array) => zlib.gunzipSync(bytes),
  BROTLI: (bytes: Uint8Array) => zlib.brotliDecompressSync(bytes),
  ZSTD: (bytes: Uint8Array) => {
    const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Uint8Array) => Uint8Array };
    if (!zstdDecompressSync)
      throw new Error('it is compressed by Zstandard, which needs Node 22.15 or newer');
    return zstdDecompressSync(bytes);
  },
};

interface ParquetFile {
  path: string;
  hyparquet: Hyparquet;
  file: AsyncBuffer;
  metadata: Metadata;
  keys: string[];
}

/** Opens a Parquet file, whose columns hold numbers or lists of them, through the package hyparquet. */
export async function openParquet(path: string, options: FormatOptions): Promise<DataSource> {
  const hyparquet = await importHyparquet();
  try {
    await stat(path);
    const file = await hyparquet.asyncBufferFromFile(path);
    const metadata = await hyparquet.parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    const schema = hyparquet.parquetSchema(metadata);
    requireColumns(metadata, schema, path);
    const keys = schema.children.map(({ element }) => element.name);
    const parquet = { path, hyparquet, file, metadata, keys };
    const [first] = rows > 0 ? await readRows(parquet, 0, 1) : [];
    if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no row`);
    const layout = planTable(keys, first, options, `'${path}'`);
    return {
      format: 'parquet',
      type: typeOf(schema.children[layout.features[0]!.place]!),
      shape: [rows, layout.columns],
      columns: layout.columns,
      columnNames: layout.columnNames,
      chunks: (atATime) => chunks(parquet, layout, atATime),
    };
  } catch (error) {
    throw asFormatError(path, error);
  }
}

/**
 * Refuses a file whose row groups have other columns than its schema: hyparquet would start to read these, and end the
 * process when nobody waits for what it finds.
 */
function requireColumns({ row_groups: groups }: Metadata, schema: Schema, path: string): void {
  const expected = leavesOf(schema).sort().join();
  for (const { columns } of groups) {
    const found = columns.map(({ meta_data: column }) => String(column?.path_in_schema.join('.')));
    if (found.sort().join() !== expected) {
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

/** Row groups are what a file can be read by; a chunk may end within one. */
async function* chunks(parquet: ParquetFile, layout: TableLayout, atATime: number): AsyncGenerator<RowChunk> {
  const collector = new RowCollector(layout, atATime);
  let row = 0;
  for (const { num_rows } of parquet.metadata.row_groups) {
    const end = row + Number(num_rows);
    for (const values of await readRows(parquet, row, end)) {
      collector.add(values, `'${parquet.path}', row ${row++}`);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

async function readRows(
  { path, hyparquet, file, metadata, keys }: ParquetFile,
  rowStart: number,
  rowEnd: number,
): Promise<unknown[][]> {
  try {
    const objects = await hyparquet.parquetReadObjects({ file, metadata, rowStart, rowEnd, compressors });
    return objects.map((object) => keys.map((key) => object[key]));
  } catch (error) {
    throw asFormatError(path, error);
  }
}

/** The type of a column's numbers, those in its lists where it holds such. */
function typeOf({ element, children: [child] }: Schema): string {
  return child ? typeOf(child) : (element.type ?? 'unknown').toLowerCase();
}

function asFormatError(path: string, error: unknown): HandfulError {
  if (error instanceof HandfulError) return error;
  if ((error as NodeJS.ErrnoException).syscall) return fileError(path, 'read', error);
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' can't be read as Parquet: ${(error as Error).message}`,
    {
      cause: error,
    },
  );
}

async function importHyparquet(): Promise<Hyparquet> {
  try {
    return await import('hyparquet');
  } catch (error) {
    throw missingPackage('hyparquet', 'Reading Parquet', error);
  }
}
