// Imports objects with long vectors, backs them up, restores them into a second server, and compares every bit of them there.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import weaviate from 'weaviate-client';
import { connect } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { inFlight } from '../support/in-flight.mjs';
import { Server } from '../support/server.mjs';
import { propertiesOf, vectorBits, vectorOf } from './objects.mjs';

const BATCH = 200;
const PAGE = 500;
const BACKUP = { backupId: 'exact', backend: 'filesystem', waitForCompletion: true };

/**
 * @param {number} count objects
 * @param {(step: string, seconds: number) => void} report told about each step
 */
export async function roundTrip(count, report) {
  const backups = mkdtempSync(path.join(tmpdir(), 'basalt-exact-'));
  const timed = async (step, work) => {
    const began = performance.now();
    await work();
    report(step, (performance.now() - began) / 1000);
  };
  try {
    await withServer(backups, async (client) => {
      await timed('import', () => importAll(client, count));
      await timed('backup', () => client.backup.create(BACKUP));
    });
    await withServer(backups, async (client) => {
      await timed('restore into a second server', () => client.backup.restore(BACKUP));
      await timed('comparison of every object', () => compareAll(client.collections.use('Embedding'), count));
    });
  } finally {
    await rm(backups, { recursive: true, force: true });
  }
}

async function withServer(backups, work) {
  const server = await Server.start({ BACKUP_FILESYSTEM_PATH: backups });
  try {
    const client = await connect(server);
    try {
      await work(client);
    } finally {
      await client.close();
    }
  } finally {
    await server.stop();
  }
}

async function importAll(client, count) {
  const collection = await client.collections.create({
    name: 'Embedding',
    properties: [
      { name: 'title', dataType: 'text' },
      { name: 'number', dataType: 'int' },
      { name: 'weight', dataType: 'number' },
      { name: 'even', dataType: 'boolean' },
      { name: 'made', dataType: 'date' },
      { name: 'tags', dataType: 'text[]' },
    ],
    vectorizers: weaviate.configure.vectors.selfProvided(),
  });
  await inFlight(8, Math.ceil(count / BATCH), async (batch) => {
    const numbers = Array.from({ length: Math.min(BATCH, count - batch * BATCH) }, (_, i) => batch * BATCH + i);
    const { errors, hasErrors } = await collection.data.insertMany(
      numbers.map((number) => ({ id: id(number), properties: propertiesOf(number), vectors: vectorOf(number) })));
    assert.equal(hasErrors, false, JSON.stringify(Object.values(errors)[0]?.message));
  });
}

async function compareAll(collection, count) {
  assert.equal(await collection.length(), count);
  let number = 0;
  for (let after; ;) {
    const { objects } = await collection.query.fetchObjects({ limit: PAGE, after, includeVector: true });
    for (const object of objects) {
      assert.equal(object.uuid, id(number));
      assert.deepEqual({ ...object.properties }, propertiesOf(number), `the properties of object ${number}`);
      assert.ok(
        Buffer.from(Float32Array.from(object.vectors.default).buffer).equals(Buffer.from(vectorBits(number).buffer)),
        `the vector of object ${number}`);
      number++;
    }

    if (objects.length === 0) {
      break;
    }

    after = objects.at(-1).uuid;
  }

  assert.equal(number, count);
}
