import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { protectedServer } from '../support/access.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests(protectedServer);
const writer = connectV2(server, 'key-of-ann');
const reader = connectV2(server, 'key-of-bob');

before(async () => {
  await writer.schema.classCreator().withClass({ class: 'Book', properties: [{ name: 'title', dataType: ['text'] }] }).do();
  await writer.data.creator().withClassName('Book').withId(id(1)).withProperties({ title: 'x' }).do();
});

test('a user who may write does everything', async () => {
  const created = await writer.backup.creator().withBackend('filesystem').withBackupId('by-ann').withWaitForCompletion(true).do();

  assert.equal(created.status, 'SUCCESS');
});

test('a user who may only read reads', async () => {
  const { objects } = await reader.data.getter().withClassName('Book').do();
  const { data } = await reader.graphql.aggregate().withClassName('Book').withFields('meta{count}').do();

  assert.equal(objects.length, 1);
  assert.equal(data.Aggregate.Book[0].meta.count, 1);
});

for (const [what, call] of [
  ['create an object', () => reader.data.creator().withClassName('Book').do()],
  ['import objects', () => reader.batch.objectsBatcher().withObject({ class: 'Book' }).do()],
  ['delete a class', () => reader.schema.classDeleter().withClassName('Book').do()],
  ['create a backup', () => reader.backup.creator().withBackend('filesystem').withBackupId('by-bob').do()],
  ['restore a backup', () => reader.backup.restorer().withBackend('filesystem').withBackupId('by-ann').do()],
]) {
  test(`a user who may only read is forbidden to ${what}`, async () => {
    await assert.rejects(call(), /usage error \(403\).*bob/);
  });
}

test('a wrong key is not let in', async () => {
  await assert.rejects(connectV2(server, 'wrong').schema.getter().do(), /usage error \(401\).*invalid api key/);
});

test('nobody is let in without a key', async () => {
  await assert.rejects(connectV2(server).schema.getter().do(), /usage error \(401\).*anonymous access/);
});

test('probes answer without a key', async () => {
  assert.equal(await connectV2(server).misc.liveChecker().do(), true);
});
