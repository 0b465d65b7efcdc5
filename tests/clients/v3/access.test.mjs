import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { protectedServer } from '../support/access.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests(protectedServer);
const writer = await connectV3(server, 'key-of-ann');
const reader = await connectV3(server, 'key-of-bob');
const books = await writer.collections.create({ name: 'Book', properties: [{ name: 'title', dataType: 'text' }] });
await books.data.insertMany([{ id: id(1), properties: { title: 'x' } }]);
const seen = reader.collections.use('Book');

test('a user who may write does everything', async () => {
  const created = await writer.backup.create({ backupId: 'by-ann', backend: 'filesystem', waitForCompletion: true });

  assert.equal(created.status, 'SUCCESS');
});

test('a user who may only read reads, over REST and gRPC', async () => {
  assert.equal(await reader.collections.exists('Book'), true);
  assert.equal((await seen.query.fetchObjectById(id(1))).properties.title, 'x');
  assert.equal(await seen.length(), 1);
});

for (const [what, call] of [
  ['insert an object', () => seen.data.insert({ title: 'y' })],
  ['insert many objects', () => seen.data.insertMany([{ title: 'y' }])],
  ['delete many objects', () => seen.data.deleteMany(seen.filter.byProperty('title').equal('x'))],
  ['create a collection', () => reader.collections.create({ name: 'Film' })],
  ['create a backup', () => reader.backup.create({ backupId: 'by-bob', backend: 'filesystem' })],
  ['restore a backup', () => reader.backup.restore({ backupId: 'by-ann', backend: 'filesystem' })],
]) {
  test(`a user who may only read is forbidden to ${what}`, async () => {
    await assert.rejects(call(), /bob|[Ff]orbidden/);
  });
}

test('a wrong key is not let in', async () => {
  await assert.rejects(connectV3(server, 'wrong'), /invalid api key/);
});

test('nobody is let in without a key', async () => {
  await assert.rejects(connectV3(server), /anonymous access/);
});
