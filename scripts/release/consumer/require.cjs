const { backendInfo, KMeans } = require('handful');

const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };
new KMeans({ nClusters: 2, randomState: 0 }).fit(X).then(({ inertia }) => {
  const { backend, instructionSet } = backendInfo();
  console.log(JSON.stringify({ backend, instructionSet, inertia }));
});
