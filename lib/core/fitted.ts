import { HandfulError } from './errors.ts';

/**
 * What a fit has found.
 * @throws HandfulError `ERR_NOT_FITTED` where none has ended yet
 */
export function fitted<T>(found: T | undefined, estimator: string): T {
  if (found === undefined) {
    throw new HandfulError(
      'ERR_NOT_FITTED',
      `This ${estimator} is not fitted yet: await its fit before reading results or predicting`,
    );
  }
  return found;
}
