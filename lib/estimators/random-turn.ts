import type { Control } from '../backend/run.ts';
import { AbortError } from '../core/errors.ts';
import { RandomState } from '../core/random-state.ts';

/** For each stream in use a promise that settles once all who asked for it so far have had their turn. */
const turns = new WeakMap<RandomState, Promise<void>>();

/**
 * Runs `use` once everyone who asked for `random` before has ended, so that calls that run at once draw what calls one
 * after the other would. `use` draws from a copy, which it may hand on to fits of its own without waiting for itself;
 * `random` takes the copy over once `use` is done, and stays as it was if `use` fails.
 * @throws AbortError if the signal aborts before the turn comes; whatever `use` throws
 */
export async function inTurn<Result>(
  random: RandomState,
  { signal }: Control,
  use: (own: RandomState) => Promise<Result> | Result,
): Promise<Result> {
  const before = turns.get(random);
  let end!: () => void;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const mine = before ? before.then(() => ended) : ended;
  turns.set(random, mine);
  void mine.then(() => {
    if (turns.get(random) === mine) turns.delete(random);
  });
  try {
    if (before) await settledOrAborted(before, signal);
    const own = RandomState.fromWords(random.words());
    const result = await use(own);
    random.setWords(own.words());
    return result;
  } finally {
    end();
  }
}

function settledOrAborted(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return turn;
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortError(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void turn.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
