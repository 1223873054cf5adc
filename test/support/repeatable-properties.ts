/**
 * Draws the same cases of every property in every run, so that a run of the tests passes or fails for what changed and
 * not for what was drawn. New cases are `npm run test:fuzz`'s to find; `HANDFUL_TEST_SEED` takes others here as well.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.HANDFUL_TEST_SEED ?? 1) });
