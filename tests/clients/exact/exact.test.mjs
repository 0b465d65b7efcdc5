import { test } from 'node:test';
import { roundTrip } from './round-trip.mjs';

test('2,000 objects with vectors of 1536 dimensions are the same, bit for bit, in a second server', async (context) => {
  await roundTrip(2_000, (step, seconds) => context.diagnostic(`${step}: ${seconds.toFixed(1)} s`));
});
