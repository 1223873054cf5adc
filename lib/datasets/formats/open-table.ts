import { HandfulError } from '../../core/errors.ts';
import { fileError } from '../../core/files.ts';
import { arrowTable } from './arrow.ts';
import type { DataSource, FormatOptions, RowChunk } from './data-source.ts';
import { parquetTable } from './parquet.ts';
import {
  type RowTexts,
  sourceOfTable,
  type TextColumns,
  type TypedTable,
  textsOfTable,
} from './typed-table.ts';

/** What is to be read of a Parquet or Arrow file: its rows as data, or the texts of some columns. All of it is plain. */
export type TableRequest = { format: TypedTable['format']; path: string } & (
  | { options: FormatOptions }
  | { texts: readonly (readonly string[])[] }
);

/** What is known of an opened file before its rows are read. */
export type RowsHead = Omit<DataSource, 'chunks' | 'close'> & Pick<FormatOptions, 'found'>;

/** An opened file: what is known of it, and what reads it, a chunk at a time. */
export interface OpenTable<Head = RowsHead | TextColumns, Chunk = RowChunk | RowTexts[]> {
  head: Head;
  /** Reads all rows, about so many at a time. To be called once. */
  chunks(rows: number): AsyncGenerator<Chunk>;
}

const NAMES = { parquet: 'Parquet', arrow: 'Arrow' };

/**
 * Opens a Parquet or Arrow file in this thread.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`, `ERR_MISSING_PACKAGE`, `ERR_OUT_OF_MEMORY`,
 *   `ERR_INVALID_ARGUMENT`; so do the chunks
 */
export async function openTable(request: TableRequest): Promise<OpenTable> {
  const { format, path } = request;
  try {
    const table = await (format === 'parquet' ? parquetTable(path) : arrowTable(path));
    const { head, chunks } = 'texts' in request ? textsOfTable(table, request.texts) : rowsOf(table, request);
    return {
      head,
      chunks: async function* (rows) {
        try {
          yield* chunks(rows);
        } catch (error) {
          throw tableError(request, error);
        }
      },
    };
  } catch (error) {
    throw tableError(request, error);
  }
}

function rowsOf(table: TypedTable, { options }: { options: FormatOptions }): OpenTable {
  const { chunks, ...head } = sourceOfTable(table, options);
  return { head: { ...head, found: options.found }, chunks };
}

/** What went wrong in a file: what the packages trip over in a damaged one says nothing to a reader. */
export function tableError({ format, path }: TableRequest, error: unknown): HandfulError {
  if (error instanceof HandfulError) return error;
  if ((error as NodeJS.ErrnoException).syscall) return fileError(path, 'read', error);
  const isSlip = !(error instanceof Error) || error instanceof TypeError || error instanceof RangeError;
  return new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' is damaged, or no ${NAMES[format]} that can be read${isSlip ? '' : `: ${error.message}`}`,
    { cause: error },
  );
}
