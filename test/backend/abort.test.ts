import { expect, it, vi } from 'vitest';
import { type Control, run } from '../../lib/backend/run.ts';
import { activeBackend } from '../../lib/backend/select.ts';
import { AbortError } from '../../lib/core/errors.ts';
import { describeOnBackends } from '../support/backends.ts';
import { runEndlessly, someRows } from '../support/endless.ts';

/** Starts an operation that ends only when aborted; `running` resolves once it reports progress. */
function startEndless(signal: AbortSignal) {
  const result: { settled?: Promise<unknown> } = {};
  const running = new Promise<void>((onProgress) => {
    result.settled = run({ signal, onProgress: () => onProgress() }, runEndlessly);
    result.settled.catch(() => {});
  });
  return { settled: result.settled!, running };
}

/** The rows nearest to row 7 and their distances: an operation whose answer is known. */
async function nearestToRow7(control?: Control) {
  const rows = someRows(activeBackend().operations);
  return run(control, (operations, job) => operations.nearest(job, rows, rows.take(Int32Array.of(7)), 2));
}

describeOnBackends('an abort', () => {
  it('before the start rejects without starting anything', async () => {
    const operation = vi.fn();
    const work = run({ signal: AbortSignal.abort('too late') }, operation);
    await expect(work).rejects.toThrow(AbortError);
    expect(operation).not.toHaveBeenCalled();
  });

  it('in the middle rejects with an AbortError that carries the reason', async () => {
    const controller = new AbortController();
    const { running, settled } = startEndless(controller.signal);
    await running;
    controller.abort('seen enough');
    const error = await settled.catch((error) => error);
    expect(error).toBeInstanceOf(AbortError);
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'seen enough' });
  });

  it('in the middle leaves the backend usable', async () => {
    const undisturbed = await nearestToRow7();
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController();
      const { running, settled } = startEndless(controller.signal);
      await running;
      controller.abort();
      await expect(settled).rejects.toThrow(AbortError);
      expect(await nearestToRow7()).toEqual(undisturbed);
    }
  });

  it('right after the start, before any progress, rejects too', async () => {
    const controller = new AbortController();
    const { settled } = startEndless(controller.signal);
    controller.abort();
    await expect(settled).rejects.toThrow(AbortError);
  });

  it('of an operation that waits for its turn rejects without waiting for those before it', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const running = startEndless(first.signal);
    await running.running;
    const waiting = startEndless(second.signal);
    second.abort();
    await expect(waiting.settled).rejects.toThrow(AbortError);
    first.abort();
    await expect(running.settled).rejects.toThrow(AbortError);
  });

  it('after the end changes nothing', async () => {
    const controller = new AbortController();
    const found = await nearestToRow7({ signal: controller.signal });
    controller.abort();
    expect(found.indices[0]).toBe(7);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    const add = vi.spyOn(signal, 'addEventListener');
    await nearestToRow7({ signal });
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls[0]!.slice(0, 2)).toEqual(add.mock.calls[0]!.slice(0, 2));
  });
});

describeOnBackends('progress', () => {
  it('tells phase and units done', async () => {
    const controller = new AbortController();
    const onProgress = vi.fn(() => controller.abort());
    await expect(run({ signal: controller.signal, onProgress }, runEndlessly)).rejects.toThrow(AbortError);
    expect(onProgress).toHaveBeenCalledWith(
      expect.objectContaining({
        phase: expect.stringMatching(/\w/),
        done: expect.any(Number),
        total: expect.any(Number),
      }),
    );
  });

  it('that throws cancels the operation, which rejects with what was thrown', async () => {
    const thrown = new RangeError('the progress bar fell over');
    const onProgress = vi.fn(() => {
      throw thrown;
    });
    await expect(run({ onProgress }, runEndlessly)).rejects.toBe(thrown);
    expect(onProgress).toHaveBeenCalledTimes(1);
    expect((await nearestToRow7()).indices[0]).toBe(7);
  });
});
