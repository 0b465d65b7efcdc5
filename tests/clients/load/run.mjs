// node load/run.mjs [way] [objects] [requests in flight]: how fast one client imports batches of 200 small objects.
// Ways: v2, v3 (the official clients), rest, grpc (requests made in advance, to load the server alone).
import { readFileSync } from 'node:fs';
import { connect } from '../support/clients.mjs';
import { inFlight } from '../support/in-flight.mjs';
import { Server } from '../support/server.mjs';
import { ways } from './ways.mjs';

const BATCH = 200;
// The unit of /proc/<pid>/stat.
const TICKS_PER_SECOND = 100;

const [way = 'rest', count = '100000', limit = '4'] = process.argv.slice(2);
const batches = Math.ceil(Number(count) / BATCH);
const server = await Server.start();
try {
  const client = await connect(server);
  await client.collections.create({
    name: 'Item',
    properties: [{ name: 'title', dataType: 'text' }, { name: 'number', dataType: 'int' }, { name: 'price', dataType: 'number' }],
  });
  const { prepare, send, close } = await ways[way](server, client);
  // What runs before the measurement compiles the code of both sides, and is written again by it.
  const requests = Array.from({ length: batches }, (_, batch) => prepare(batch * BATCH, BATCH));
  await inFlight(Number(limit), Math.ceil(batches / 4), (batch) => send(requests[batch]));

  const serverBefore = cpuOf(server.pid);
  const clientBefore = process.cpuUsage();
  const began = performance.now();
  await inFlight(Number(limit), batches, (batch) => send(requests[batch]));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(clientBefore);
  const items = await client.collections.use('Item').length();
  if (items !== batches * BATCH) {
    throw new Error(`${items} objects arrived, not ${batches * BATCH}`);
  }

  console.log(
    `${way}, ${limit} in flight: ${Math.round(batches * BATCH / seconds)} objects/s in ${seconds.toFixed(1)} s; processors: `
    + `server ${((cpuOf(server.pid) - serverBefore) / seconds).toFixed(2)}, client ${((user + system) / 1e6 / seconds).toFixed(2)}`);
  close?.();
  await client.close();
} finally {
  await server.stop();
}

function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
