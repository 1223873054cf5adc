/** Why an operation of a backend failed; the codes are those of binding.d.ts. */
export type BackendErrorCode =
  | 'ERR_CANCELLED'
  | 'ERR_NOT_FINITE'
  | 'ERR_OUT_OF_MEMORY'
  | 'ERR_INVALID_ARGUMENT';

/** A failure as the waist promises it: an `Error` with a `code`, and the place where a matrix is at fault. */
export class BackendError extends Error {
  override name = 'BackendError';
  readonly code: BackendErrorCode;
  /** The row and column of the value that is not finite. */
  declare readonly row?: number;
  declare readonly column?: number;

  constructor(code: BackendErrorCode, message: string, place?: { row: number; column: number }) {
    super(message);
    this.code = code;
    Object.assign(this, place);
  }
}

/** Runs `allocate`, turning the engine's refusal of memory into `ERR_OUT_OF_MEMORY`. */
export function withMemory<T>(allocate: () => T): T {
  try {
    return allocate();
  } catch (error) {
    throw asMemoryError(error);
  }
}

/** The error as `ERR_OUT_OF_MEMORY` where the engine refused an array; any other error as it is. */
export function asMemoryError(error: unknown): unknown {
  const refused =
    error instanceof RangeError && /allocation failed|invalid typed array length/i.test(error.message);
  return refused ? new BackendError('ERR_OUT_OF_MEMORY', `Not enough memory: ${error.message}`) : error;
}
