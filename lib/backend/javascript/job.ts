import type { Job, Progress } from '../../../binding.d.ts';
import { BackendError } from './backend-error.ts';

/** How long an operation keeps the event loop before it lets others have it. */
const SLICE_MILLISECONDS = 15;
const REPORT_MILLISECONDS = 50;

/** Operations that wait for a turn of the event loop, the first to wait first. */
const waiting: (() => void)[] = [];

/** The next turn of the event loop that no other operation has: many at once must not fill one with their slices. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(serveNext);
  });
}

function serveNext(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(serveNext);
}

/**
 * A job on the event loop. Operations work in slices: they ask {@link isDue} after each small piece of work, and
 * {@link pause} when it says so.
 */
export class SlicedJob implements Job {
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  #cancelled = false;
  #sliceEnd = 0;
  #nextReport = 0;

  constructor(onProgress?: (progress: Progress) => void) {
    this.#onProgress = onProgress;
  }

  cancel(): void {
    this.#cancelled = true;
  }

  throwIfCancelled(): void {
    if (this.#cancelled) throw new BackendError('ERR_CANCELLED', 'The operation was cancelled');
  }

  /** Whether the slice is over. It is before the first one, so that every operation starts with a pause. */
  get isDue(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  /**
   * Tells the listener, where its turn has come, and lets the event loop turn.
   * @throws BackendError `ERR_CANCELLED`
   */
  async pause(progress: Progress): Promise<void> {
    this.throwIfCancelled();
    if (this.#onProgress && performance.now() >= this.#nextReport) {
      this.#onProgress(progress);
      this.#nextReport = performance.now() + REPORT_MILLISECONDS;
    }
    await nextTurn();
    this.throwIfCancelled();
    this.#sliceEnd = performance.now() + SLICE_MILLISECONDS;
  }
}
