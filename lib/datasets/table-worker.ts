// The program of the worker thread that opens and reads one Parquet or Arrow file: see table-reader.ts.

import { parentPort, workerData } from 'node:worker_threads';
import type { ErrorCode, HandfulError } from '../core/errors.ts';
import { type OpenTable, openTable, type TableRequest, tableError } from './formats/open-table.ts';

/** What the worker says: first the head, then a chunk for each message, which states how many rows are wanted. */
export type TableAnswer =
  | { head: OpenTable['head'] }
  | { chunk: unknown; notices: readonly string[] }
  | { done: true }
  | { error: { code: ErrorCode; message: string } };

const request: TableRequest = workerData;
const port = parentPort!;

function say(answer: TableAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer);
}

async function settle(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { code, message }: HandfulError = tableError(request, error);
    say({ error: { code, message } });
  }
}

await settle(async () => {
  const { head, chunks } = await openTable(request);
  let reading: AsyncGenerator<unknown> | undefined;
  const newNotices = () => ('notices' in head && head.notices?.splice(0)) || [];
  port.on('message', (rows: number) =>
    settle(async () => {
      reading ??= chunks(rows);
      const { done, value } = await reading.next();
      if (done) return say({ done });
      const data = (value as { data?: Float32Array<ArrayBuffer> }).data;
      say({ chunk: value, notices: newNotices() }, data ? [data.buffer] : []);
    }),
  );
  say({ head });
  newNotices();
});
