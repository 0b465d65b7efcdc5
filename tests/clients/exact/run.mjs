// node exact/run.mjs [objects]: the round trip at its full size. Takes minutes, and some gigabytes of the temporary folder.
import { roundTrip } from './round-trip.mjs';

const count = Number(process.argv[2] ?? 100_000);
console.log(`${count} objects with vectors of 1536 dimensions`);
await roundTrip(count, (step, seconds) => console.log(`${step}: ${seconds.toFixed(1)} s`));
console.log('every property and every bit of every vector is as it was imported');
