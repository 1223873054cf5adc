import { asRandomState, type RandomState } from './random-state.ts';

/**
 * The option `randomState` as `parseOptions` wants it. A seed stays a seed, so that every use of the options
 * starts its stream anew; `asRandomState` makes the stream.
 */
export const randomStateOption = {
  check: (value: unknown, name: string) => {
    asRandomState(value, name);
    return value as number | RandomState;
  },
  default: undefined,
} as const;
