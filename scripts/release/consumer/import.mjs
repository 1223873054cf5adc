import { backendInfo, KMeans } from 'handful';

const X = { data: Float32Array.of(0, 1, 10, 11), shape: [4, 1] };
const { inertia } = await new KMeans({ nClusters: 2, randomState: 0 }).fit(X);
const { backend, instructionSet } = backendInfo();
console.log(JSON.stringify({ backend, instructionSet, inertia }));
