import type { Job, Operations, Progress } from '../../binding.d.ts';
import { AbortError, type ErrorCode, HandfulError, invalidArgument, throwIfAborted } from '../core/errors.ts';
import { parseOptions } from '../core/options.ts';
import { activeBackend } from './select.ts';

export type { Progress };

/** How a caller watches and stops a long operation. */
export interface Control {
  /** Aborting it rejects the promise with an `AbortError` soon after. */
  signal?: AbortSignal;
  /** Called on the event loop, at most about twenty times a second. */
  onProgress?: (progress: Progress) => void;
}

/** Control's options as `parseOptions` wants them, for operations that take other options beside them. */
export const controlOptions = {
  signal: {
    check: (value: unknown, name: string) => {
      if (!(value instanceof AbortSignal)) throw invalidArgument(name, 'an AbortSignal', value);
      return value;
    },
    default: undefined,
  },
  onProgress: {
    check: (value: unknown, name: string) => {
      if (typeof value !== 'function') throw invalidArgument(name, 'a function', value);
      return value as (progress: Progress) => void;
    },
    default: undefined,
  },
} as const;

/**
 * Checks the control of an operation that takes nothing else.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function checkControl(control: Control, owner: string): void {
  parseOptions<Control>(control, controlOptions, owner);
}

/**
 * Runs one operation of the active backend as a job tied to `control`.
 * @throws AbortError when the signal aborts before or during it
 * @throws HandfulError with the code the backend gave
 */
export async function run<T>(
  control: Control | undefined,
  operation: (operations: Operations, job: Job) => Promise<T>,
): Promise<T> {
  const { signal, onProgress } = control ?? {};
  throwIfAborted(signal);
  const { operations } = activeBackend();
  const job = operations.createJob(onProgress);
  const cancel = () => job.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await operation(operations, job);
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_CANCELLED') throw new AbortError(signal?.reason);
    throw asHandfulError(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** An error of a backend as the one class that handful throws; anything else (a callback's) stays as it is. */
export function asHandfulError(error: unknown): unknown {
  const code = (error as { code?: string } | undefined)?.code;
  if (error instanceof HandfulError || typeof code !== 'string' || !code.startsWith('ERR_')) return error;
  return new HandfulError(code as ErrorCode, (error as Error).message, { cause: error });
}
