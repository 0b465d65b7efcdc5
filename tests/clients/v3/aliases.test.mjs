import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const { alias, collections } = client;
const first = await collections.create({ name: 'First', properties: [{ name: 'title', dataType: 'text' }] });
const second = await collections.create({ name: 'Second', properties: [{ name: 'title', dataType: 'text' }] });
await first.data.insert({ id: id(1), properties: { title: 'in the first' } });
await second.data.insert({ id: id(1), properties: { title: 'in the second' } });

test('an alias is created, read, listed, and deleted', async () => {
  await alias.create({ alias: 'Short', collection: 'First' });

  assert.deepEqual(await alias.get('Short'), { alias: 'Short', collection: 'First' });
  assert.deepEqual(await alias.listAll({ collection: 'First' }), [{ alias: 'Short', collection: 'First' }]);
  await alias.delete('Short');
  assert.deepEqual(await alias.listAll(), []);
});

test('objects are written, read and counted through an alias, and it can be switched', async () => {
  await alias.create({ alias: 'Current', collection: 'First' });
  const current = collections.use('Current');
  await current.data.insertMany([{ id: id(2), properties: { title: 'by alias' } }]);
  const read = async () => (await current.query.fetchObjectById(id(1))).properties.title;

  assert.equal(await read(), 'in the first');
  assert.equal(await current.length(), 2);
  await alias.update({ alias: 'Current', newTargetCollection: 'Second' });
  assert.equal(await read(), 'in the second');
  assert.equal(await current.length(), 1);
  await alias.delete('Current');
});

test('an alias needs a collection that exists, and a name that is free', async () => {
  await assert.rejects(alias.create({ alias: 'Lost', collection: 'Nowhere' }), /422.*Nowhere/);
  await assert.rejects(alias.create({ alias: 'Second', collection: 'First' }), /422.*Second/);
});

test('an alias comes back with its collection from a backup', async () => {
  await alias.create({ alias: 'Kept', collection: 'First' });
  await client.backup.create({ backupId: 'with-alias', backend: 'filesystem', includeCollections: ['First'], waitForCompletion: true });
  await collections.delete('First');

  await client.backup.restore({ backupId: 'with-alias', backend: 'filesystem', config: { overwriteAlias: true }, waitForCompletion: true });

  assert.deepEqual(await alias.get('Kept'), { alias: 'Kept', collection: 'First' });
  assert.equal((await collections.use('Kept').query.fetchObjectById(id(1))).properties.title, 'in the first');
});
