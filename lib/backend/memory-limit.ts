import type { Job, Operations } from '../../binding.d.ts';
import { memoryBudget } from '../core/memory.ts';
import { MEMORY_NEEDS } from './memory-needs.ts';

/**
 * The same operations, each of which first computes the memory that it needs, and refuses to begin beyond what is left.
 * The memory stays reserved until the operation ends.
 * @param columnBlock what the backend rounds the columns of its rows up to a multiple of
 */
export function withinMemory(operations: Operations, columnBlock: number): Operations {
  const within: Record<string, unknown> = {
    ...operations,
    prepare(...args: Parameters<Operations['prepare']>) {
      const [data, rows, columns] = args;
      const stride = Math.ceil(columns / columnBlock) * columnBlock;
      memoryBudget().require('the copy of the matrix', rows * stride * data.BYTES_PER_ELEMENT);
      return operations.prepare(...args);
    },
  };
  for (const [name, need] of Object.entries(MEMORY_NEEDS)) {
    const operation = operations[name as keyof typeof MEMORY_NEEDS] as (
      ...args: unknown[]
    ) => Promise<unknown>;
    within[name] = async (job: Job, ...args: unknown[]) => {
      const bytes = (need as (...args: unknown[]) => number)(...args);
      const release = memoryBudget().reserve(name, bytes, args.filter(isHolder));
      try {
        return await operation(job, ...args);
      } finally {
        release();
      }
    };
  }
  return within as unknown as Operations;
}

/** Whether an argument is prepared rows. */
const isHolder = (arg: unknown): arg is { byteLength: number } =>
  typeof (arg as { byteLength?: unknown })?.byteLength === 'number';
