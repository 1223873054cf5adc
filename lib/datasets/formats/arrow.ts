import { type FileHandle, open } from 'node:fs/promises';
import { HandfulError } from '../../errors.ts';
import { fileError } from '../../files.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { missingPackage } from './missing-package.ts';
import { planTable, RowCollector, type TableLayout } from './table-rows.ts';

type Arrow = typeof import('apache-arrow');
type RecordBatch = InstanceType<Arrow['RecordBatch']>;

/** Opens an Arrow (Feather) file or stream, whose columns hold numbers or lists of them, through apache-arrow. */
export async function openArrow(path: string, options: FormatOptions): Promise<DataSource> {
  const arrow = await importArrow();
  let layout: TableLayout | undefined;
  let type = 'unknown';
  for await (const batch of batchesOf(arrow, path)) {
    if (batch.numRows === 0) continue;
    const { fields } = batch.schema;
    layout = planTable(
      fields.map(({ name }) => name),
      rowOf(batch, 0),
      options,
      `'${path}'`,
    );
    type = String(fields[layout.features[0]!.place]!.type).toLowerCase();
    break;
  }
  if (!layout) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no row`);
  const found = layout;
  return {
    format: 'arrow',
    type,
    shape: [undefined, found.columns],
    columns: found.columns,
    columnNames: found.columnNames,
    chunks: (rows) => chunks(arrow, path, found, rows),
  };
}

async function* chunks(
  arrow: Arrow,
  path: string,
  layout: TableLayout,
  rows: number,
): AsyncGenerator<RowChunk> {
  const collector = new RowCollector(layout, rows);
  let row = 0;
  for await (const batch of batchesOf(arrow, path)) {
    for (let i = 0; i < batch.numRows; i++) {
      collector.add(rowOf(batch, i), `'${path}', row ${row++}`);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

async function* batchesOf(arrow: Arrow, path: string): AsyncGenerator<RecordBatch> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const reader = await arrow.RecordBatchReader.from(file);
    for await (const batch of reader) yield batch as RecordBatch;
  } catch (error) {
    if (error instanceof HandfulError) throw error;
    if ((error as NodeJS.ErrnoException).syscall) throw fileError(path, 'read', error);
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}' can't be read as Arrow: ${(error as Error).message}`,
      {
        cause: error,
      },
    );
  } finally {
    await file?.close().catch(() => {});
  }
}

/** The values of a row; lists as arrays. */
function rowOf(batch: RecordBatch, row: number): unknown[] {
  return Array.from({ length: batch.numCols }, (_, column) => {
    const value: unknown = batch.getChildAt(column)!.get(row);
    const isVector = value !== null && typeof value === 'object' && Symbol.iterator in value;
    return isVector && !ArrayBuffer.isView(value) ? Array.from(value as Iterable<unknown>) : value;
  });
}

async function importArrow(): Promise<Arrow> {
  try {
    return await import('apache-arrow');
  } catch (error) {
    throw missingPackage('apache-arrow', 'Reading Arrow', error);
  }
}
