// Loads the binary named by the first argument and computes a little on every instruction set that the processor has:
// the distances of points that are known, by one thread and by several. Prints one line.
'use strict';

const addon = require(process.argv[2]);

async function main() {
  const supported = addon.instructionSets().filter((set) => set.supported);
  const columns = 3;
  const points = Float32Array.from({ length: 2000 * columns }, (_, i) =>
    i % columns === 0 ? i / columns : 0,
  );
  const rows = addon.prepare(points, 2000, columns, 1);
  for (const { name } of supported) {
    addon.setInstructionSet(name);
    for (const threads of [1, 2]) {
      addon.setThreads(threads);
      const { indices, distances } = await addon.nearest(addon.createJob(), rows, rows, 2);
      for (let row = 0; row < 2000; row++) {
        if (indices[2 * row] !== row || distances[2 * row + 1] !== 1)
          throw new Error(`${name}: row ${row} is wrong`);
      }
    }
  }
  console.log(`computed with ${supported.map((set) => set.name).join(', ')}`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
