import { formatCount } from './numbers.ts';

/** The reasons a {@link HandfulError} gives in its `code`. */
export type ErrorCode =
  /** An argument or option has the wrong type, shape or range; nothing was started. */
  | 'ERR_INVALID_ARGUMENT'
  /** A matrix holds NaN or an infinity. */
  | 'ERR_NOT_FINITE'
  /** An estimator was used before `fit`. */
  | 'ERR_NOT_FITTED'
  /** The forced backend, instruction set or number of threads is unavailable. */
  | 'ERR_BACKEND'
  /** A dataset is neither present nor reachable. */
  | 'ERR_DATASET'
  /** A file can't be read or written; `cause` holds the system's error. */
  | 'ERR_FILE'
  /** A file does not hold what its format demands. */
  | 'ERR_FILE_FORMAT'
  /** A package that only some need, and that what was asked for does, is not installed. */
  | 'ERR_MISSING_PACKAGE'
  /** What was repeated gives something else than what is recorded. */
  | 'ERR_NOT_REPEATED'
  /** Not enough memory for the operation. */
  | 'ERR_OUT_OF_MEMORY'
  /** The operation was aborted. */
  | 'ABORT_ERR';

/** The one class of error that handful throws: `message` says what was expected, what came and how to mend it. */
export class HandfulError extends Error {
  override name = 'HandfulError';
  /** What kind of fault it is, for programs. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(limited(message), options);
    this.code = code;
  }
}

/** Characters of a message, which may quote a file that somebody else made; of a longer one both ends are kept. */
const MESSAGE_LENGTH = 2000;
const MESSAGE_END = 500;

function limited(message: string): string {
  if (message.length <= MESSAGE_LENGTH) return message;
  return `${message.slice(0, MESSAGE_LENGTH - MESSAGE_END - 3)} … ${message.slice(-MESSAGE_END)}`;
}

/** An operation was stopped through its `signal`; `cause` holds the signal's reason. */
export class AbortError extends HandfulError {
  override name = 'AbortError';

  constructor(reason?: unknown) {
    super('ABORT_ERR', 'The operation was aborted', { cause: reason });
  }
}

/** @throws AbortError if the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortError(signal.reason);
}

/** The error of a bad argument, in one form: what was expected, for what, and what came instead. */
export function invalidArgument(name: string, expected: string, received: unknown): HandfulError {
  return new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected ${expected} for ${name} but received ${describe(received)}`,
  );
}

/** The error of an argument of the right kind that does not fit, in the same form: `has` says in words what it has. */
export function unfitArgument(name: string, expected: string, has: string): HandfulError {
  return new HandfulError('ERR_INVALID_ARGUMENT', `Expected ${expected} for ${name} but it has ${has}`);
}

/** A number of things in words: `1 column`, `2 columns`, `2 classes`. */
export function countOf(count: number, thing: string): string {
  const plural = thing.endsWith('s') ? 'es' : 's';
  return `${formatCount(count)} ${thing}${count === 1 ? '' : plural}`;
}

/** A value as an error message shows it: short, with its type. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `the bigint ${value}`;
  if (typeof value !== 'object') return String(value);
  const name = value.constructor?.name ?? 'object';
  const length = (value as { length?: unknown }).length;
  return typeof length === 'number' ? `${name} of length ${length}` : `an object of type ${name}`;
}
