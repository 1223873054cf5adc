import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import type { Operations } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';
import { endless, runEndlessly, someRows } from '../support/endless.ts';

const { addon } = loadAddon();

/** The members that an interface of binding.d.ts declares, those it inherits included, in alphabetical order. */
function membersOf(interfaceName: string): string[] {
  const file = fileURLToPath(new URL('../../binding.d.ts', import.meta.url));
  const program = ts.createProgram([file], { noLib: true });
  const checker = program.getTypeChecker();
  const declaration = program
    .getSourceFile(file)!
    .statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName,
    )!;
  return checker
    .getPropertiesOfType(checker.getTypeAtLocation(declaration))
    .map((property) => property.name)
    .sort();
}

/** The members that an object has, those of its class included, in alphabetical order. */
function publicMembersOf(object: object): string[] {
  const names = new Set(Object.keys(object));
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
  }
  names.delete('constructor');
  return [...names].sort();
}

describe('binding.d.ts', () => {
  it('declares what the JavaScript backend does, and nothing else', () => {
    expect(Object.keys(javascriptOperations).sort()).toEqual(membersOf('Operations'));
  });

  it.skipIf(!addon)('declares what the addon exports, and nothing else', () => {
    expect(Object.keys(addon!).sort()).toEqual(membersOf('Addon'));
    for (const name of membersOf('Addon')) expect(addon![name as keyof Operations]).toBeTypeOf('function');
  });

  it.skipIf(!addon)("declares what the addon's objects have, and nothing else", () => {
    expect(publicMembersOf(addon!.createJob())).toEqual(membersOf('Job'));
    expect(publicMembersOf(someRows(addon!))).toEqual(membersOf('PreparedRows'));
  });
});

describe.skipIf(!addon)('the addon', () => {
  const operations = addon!;
  const invalid = (words: string) => ({
    code: 'ERR_INVALID_ARGUMENT',
    message: expect.stringContaining(words),
  });

  it('refuses what is no job, and a job that has served', async () => {
    const rows = someRows(operations);
    await expect(operations.nearest({ cancel() {} }, rows, rows, 1)).rejects.toMatchObject(
      invalid('for job'),
    );
    const job = operations.createJob();
    await operations.nearest(job, rows, rows, 1);
    await expect(operations.nearest(job, rows, rows, 1)).rejects.toMatchObject(
      invalid('a job that has served no operation'),
    );
  });

  it('rejects at once when the job was cancelled before it served', async () => {
    const job = operations.createJob();
    job.cancel();
    await expect(runEndlessly(operations, job)).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
  });

  it('does small work at once, and has no progress to tell of it', async () => {
    const rows = someRows(operations, 10, 4);
    const onProgress = vi.fn();
    const found = await operations.nearest(operations.createJob(onProgress), rows, rows, 1);
    expect(found.indices).toEqual(Int32Array.from({ length: 10 }, (_, i) => i));
    expect(onProgress).not.toHaveBeenCalled();
  });

  it('refuses rows of another kind, of other columns, and an object that only looks like rows', async () => {
    const rows = someRows(operations, 10, 4);
    const job = () => operations.createJob();
    await expect(operations.nearest(job(), { ...rows }, rows, 1)).rejects.toMatchObject(invalid('for x'));
    await expect(operations.nearest(job(), rows, someRows(operations, 10, 5), 1)).rejects.toMatchObject(
      invalid('Expected 4 for the columns of queries but received 5'),
    );
    await expect(operations.nearest(job(), job() as never, rows, 1)).rejects.toMatchObject(invalid('for x'));
  });

  it('refuses options that would make it read or write outside its memory', async () => {
    const rows = someRows(operations, 10, 4);
    const bad: [Promise<unknown>, string][] = [
      [operations.nearest(operations.createJob(), rows, rows, 11), 'for k'],
      [operations.assign(operations.createJob(), rows, new Float32Array(6)), 'for centers'],
      [operations.farthestFirst(operations.createJob(), rows, Int32Array.of(0, 10), 1), 'for chosen[1]'],
      [operations.farthestFirst(operations.createJob(), rows, new Int32Array(), 1), 'for chosen'],
      [operations.farthestFirst(operations.createJob(), rows, Int32Array.of(0), 11), 'for count'],
      [
        operations.logisticRegression(operations.createJob(), rows, {
          nClasses: 2,
          labels: Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 2),
          C: 1,
          fitIntercept: true,
          solver: 'lbfgs',
          maxIter: 10,
          tol: 1e-4,
        }),
        'for labels[9]',
      ],
      [
        operations.miniBatchKMeans(operations.createJob(), rows, { ...endless, nClusters: 11 }),
        'for nClusters',
      ],
      [
        operations.miniBatchKMeans(operations.createJob(), rows, {
          ...endless,
          initSize: 10,
          randomState: new Uint32Array(625).fill(625),
        }),
        'for randomState',
      ],
      [
        operations.linear(
          operations.createJob(),
          rows,
          { coef: new Float32Array(8), intercept: new Float64Array(3) },
          'decision',
        ),
        'for intercept',
      ],
      [
        operations.linear(
          operations.createJob(),
          rows,
          {
            coef: new Float32Array(8),
            intercept: new Float64Array(2),
            center: new Float64Array(3),
          },
          'decision',
        ),
        'for center',
      ],
      [operations.scaleColumns(operations.createJob(), rows, { scale: new Float64Array(3) }), 'for scale'],
      [operations.scaleColumns(operations.createJob(), rows, { scale: new Float64Array(4) }), 'for scale'],
      [
        operations.principalComponents(operations.createJob(), rows, { nComponents: 5, standardize: false }),
        'for nComponents',
      ],
      [
        operations.principalComponents(operations.createJob(), rows.take(Int32Array.of(0)), {
          nComponents: 1,
          standardize: false,
        }),
        'for x',
      ],
    ];
    for (const [work, words] of bad) await expect(work).rejects.toMatchObject(invalid(words));
    expect(() => rows.take(Int32Array.of(0, 10))).toThrow(expect.objectContaining(invalid('for rows[1]')));
    expect(() => operations.prepare(new Float32Array(10), 4, 3, 1)).toThrow(
      expect.objectContaining(invalid('a Float32Array of length 12 for data')),
    );
  });

  it('names the row and the column of what is not finite', () => {
    const data = new Float32Array(12);
    data[7] = Number.NEGATIVE_INFINITY;
    expect(() => operations.prepare(data, 4, 3, 1)).toThrow(
      expect.objectContaining({ code: 'ERR_NOT_FINITE', row: 2, column: 1 }),
    );
  });

  it('rejects where the memory for the answer cannot be had', async () => {
    const many = operations.prepare(new Uint8Array(2 ** 24), 2 ** 24, 1, 1);
    const work = operations.pairwiseDistances(operations.createJob(), many, many, 'euclidean');
    await expect(work).rejects.toMatchObject({ code: 'ERR_OUT_OF_MEMORY' });
  });

  it('lets no one make rows but by prepare', () => {
    const rows = someRows(operations);
    expect(() => Reflect.construct(rows.constructor, [])).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });

  it('may be told to use another instruction set or other threads while operations run', async () => {
    const rows = someRows(operations);
    const before = [operations.instructionSet(), operations.threads()] as const;
    const cluster = () =>
      operations.miniBatchKMeans(operations.createJob(), rows, { ...endless, maxIter: 5 });
    const results = [cluster()];
    operations.setInstructionSet('scalar');
    for (const threads of [1, 3, 2]) {
      operations.setThreads(threads);
      expect([operations.instructionSet(), operations.threads()]).toEqual(['scalar', threads]);
      results.push(cluster());
    }
    operations.setInstructionSet(before[0]);
    operations.setThreads(before[1]);
    const [first, ...others] = await Promise.all(results);
    for (const other of others) {
      // Instruction sets round differently, threads do not.
      expect(other.inertia).toBeCloseTo(first!.inertia, 3);
      expect(other).toEqual(others[0]);
    }
  });

  it('never reads an array that a getter of the options took away', async () => {
    const start = new Float64Array(2 * 5);
    const options = {
      nClasses: 2,
      labels: Int32Array.from({ length: 10 }, (_, i) => i % 2),
      C: 1,
      fitIntercept: true,
      solver: 'lbfgs' as const,
      tol: 1e-4,
      get maxIter() {
        structuredClone(start, { transfer: [start.buffer] });
        return 10;
      },
      start,
    };
    await expect(
      operations.logisticRegression(operations.createJob(), someRows(operations, 10, 4), options),
    ).rejects.toMatchObject(
      invalid('a Float64Array of length 10 for start but received Float64Array of length 0'),
    );
  });

  it('refuses an instruction set or a number of threads that it does not have', () => {
    expect(() => operations.setInstructionSet('sse9')).toThrow(expect.objectContaining(invalid("'scalar'")));
    for (const threads of [0, 257, 1.5, NaN]) {
      expect(() => operations.setThreads(threads)).toThrow(expect.objectContaining(invalid('for threads')));
    }
  });
});
