import { expect } from 'vitest';
import { type ErrorCode, HandfulError } from '../../lib/core/errors.ts';

/** Expects a call, or a promise, to fail with a `HandfulError` of the code whose message holds the words. */
export async function expectError(
  work: Promise<unknown> | (() => unknown),
  code: ErrorCode,
  words: string | RegExp = '',
): Promise<void> {
  let error: unknown;
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(HandfulError);
  expect((error as HandfulError).code).toBe(code);
  expect((error as HandfulError).message).toMatch(words);
}
