import assert from 'node:assert/strict';
import { test } from 'node:test';
import weaviate from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';
import { hasEnded, until } from '../support/waiting.mjs';

const backend = 'filesystem';
const server = await Server.forTests();
const client = await connectV3(server);
const { backup, collections } = client;

const fill = async (name, vectorizers = weaviate.configure.vectors.selfProvided()) => {
  const collection = await collections.create({ name, properties: [{ name: 'title', dataType: 'text' }], vectorizers });
  const { hasErrors } = await collection.data.insertMany(Array.from({ length: 300 }, (_, i) => ({
    id: id(i + 1),
    properties: { title: `${name} ${i}` },
    vectors: Array.isArray(vectorizers) ? { shape: [i, 1], colour: [1, i, 2] } : [Math.fround(Math.sin(i)), Math.fround(Math.cos(i)), i],
  })));
  assert.equal(hasErrors, false);
  return collection;
};
const contents = async (collection) => {
  const { objects } = await collection.query.fetchObjects({ limit: 1000, includeVector: true });
  return objects.map(({ uuid, properties, vectors }) => ({
    uuid, properties: { ...properties }, vectors: Object.fromEntries(Object.entries(vectors).map(([name, of]) => [name, [...of]])),
  }));
};
const create = (backupId, includeCollections) => backup.create({ backupId, backend, includeCollections, waitForCompletion: true });
const restore = (backupId, more = {}) => backup.restore({ backupId, backend, waitForCompletion: true, ...more });
const books = await fill('Book');
await fill('Film');

test('a backup with waiting ends in success, and a restore brings back what was deleted', async () => {
  const before = await contents(books);
  const config = await books.config.get();

  const created = await create('with-waiting', ['Book']);
  await collections.delete('Book');
  const restored = await restore('with-waiting');

  assert.equal(created.status, 'SUCCESS');
  assert.deepEqual(created.collections, ['Book']);
  assert.equal(created.path, `${server.backupPath}/with-waiting`);
  assert.equal(created.error, undefined);
  assert.equal(restored.status, 'SUCCESS');
  assert.equal(await books.length(), 300);
  assert.deepEqual(await contents(books), before);
  assert.deepEqual(await books.config.get(), config);
});

test('a backup without waiting answers at once, and its status leads to success', async () => {
  const created = await backup.create({ backupId: 'without-waiting', backend });

  assert.equal(created.status, 'STARTED');
  assert.deepEqual([...created.collections].sort(), ['Book', 'Film']);
  const ended = await until(() => backup.getCreateStatus({ backupId: 'without-waiting', backend }), hasEnded);
  assert.deepEqual([ended.status, ended.id, ended.error], ['SUCCESS', 'without-waiting', undefined]);
});

test('a restore without waiting answers at once, and its status leads to success', async () => {
  await create('restore-later', ['Book']);
  await collections.delete('Book');

  assert.equal((await backup.restore({ backupId: 'restore-later', backend })).status, 'STARTED');
  assert.equal((await until(() => backup.getRestoreStatus({ backupId: 'restore-later', backend }), hasEnded)).status, 'SUCCESS');
  assert.equal(await books.length(), 300);
});

test('backups are listed, the newest first unless asked otherwise', async () => {
  await create('listed-1', ['Book']);
  await create('listed-2', ['Film']);
  const listed = async (options) => (await backup.list(backend, options)).filter((entry) => entry.id.startsWith('listed-'));

  const newest = await listed();
  const oldest = await listed({ startedAtAsc: true });

  assert.deepEqual(newest.map((entry) => [entry.id, entry.classes, entry.status]), [['listed-2', ['Film'], 'SUCCESS'], ['listed-1', ['Book'], 'SUCCESS']]);
  assert.deepEqual(oldest.map((entry) => entry.id), ['listed-1', 'listed-2']);
  assert.ok(new Date(newest[0].startedAt) <= new Date(newest[0].completedAt));
});

test('collections are left out of a backup, and of a restore', async () => {
  const created = await backup.create({ backupId: 'left-out', backend, excludeCollections: ['Film'], waitForCompletion: true });
  await create('both', ['Book', 'Film']);
  await collections.delete('Book');
  await restore('both', { excludeCollections: ['Film'] });

  assert.deepEqual(created.collections, ['Book']);
  assert.equal(await books.length(), 300);
});

test('settings are accepted', async () => {
  const config = { cpuPercentage: 40, compressionLevel: 'BestSpeed' };
  assert.equal((await backup.create({ backupId: 'configured', backend, includeCollections: ['Book'], config, waitForCompletion: true })).status, 'SUCCESS');

  await collections.delete('Book');
  assert.equal((await restore('configured', { config: { cpuPercentage: 80 } })).status, 'SUCCESS');
});

test('one collection is backed up and restored by itself', async () => {
  const films = collections.use('Film');
  const created = await films.backup.create({ backupId: 'of-film', backend, waitForCompletion: true });
  await collections.delete('Film');
  const restored = await films.backup.restore({ backupId: 'of-film', backend, waitForCompletion: true });

  assert.deepEqual([created.status, restored.status], ['SUCCESS', 'SUCCESS']);
  assert.equal((await films.backup.getCreateStatus({ backupId: 'of-film', backend })).status, 'SUCCESS');
  assert.equal((await films.backup.getRestoreStatus({ backupId: 'of-film', backend })).status, 'SUCCESS');
  assert.equal(await films.length(), 300);
});

test('a backup is restored into a second server, which then holds the same', async (context) => {
  await create('for-the-second', ['Book']);
  const second = await Server.start({ BACKUP_FILESYSTEM_PATH: server.backupPath });
  context.after(() => second.stop());
  const there = await connectV3(second);

  const restored = await there.backup.restore({ backupId: 'for-the-second', backend, waitForCompletion: true });

  assert.equal(restored.status, 'SUCCESS');
  assert.deepEqual(await contents(there.collections.use('Book')), await contents(books));
  assert.deepEqual(await there.collections.export('Book'), await collections.export('Book'));
});

test('named vectors come back', async () => {
  const images = await fill('Image', [
    weaviate.configure.vectors.selfProvided({ name: 'shape' }), weaviate.configure.vectors.selfProvided({ name: 'colour' }),
  ]);
  const before = await contents(images);

  await create('named', ['Image']);
  await collections.delete('Image');
  await restore('named');

  assert.deepEqual(before[7].vectors, { shape: [7, 1], colour: [1, 7, 2] });
  assert.deepEqual(await contents(images), before);
  const { objects: [nearest] } = await images.query.nearVector([7, 1], { targetVector: 'shape', limit: 1, returnMetadata: ['distance'] });
  assert.equal(nearest.uuid, id(8));
});

test('tenants, their states and objects come back', async () => {
  const notes = await collections.create({
    name: 'Note', properties: [{ name: 'text', dataType: 'text' }], multiTenancy: weaviate.configure.multiTenancy({ enabled: true }),
  });
  await notes.tenants.create([{ name: 'ann' }, { name: 'bob' }]);
  await notes.withTenant('ann').data.insertMany([{ id: id(1), properties: { text: 'of ann' } }]);
  await notes.withTenant('bob').data.insertMany([{ id: id(1), properties: { text: 'of bob' } }]);
  await notes.tenants.deactivate('bob');

  await create('tenants', ['Note']);
  await collections.delete('Note');
  await restore('tenants');

  const tenants = Object.values(await notes.tenants.get()).map(({ name, activityStatus }) => [name, activityStatus]);
  assert.deepEqual(tenants.sort(), [['ann', 'ACTIVE'], ['bob', 'INACTIVE']]);
  assert.equal(await notes.withTenant('ann').length(), 1);
  await notes.tenants.activate('bob');
  assert.equal((await notes.withTenant('bob').query.fetchObjectById(id(1))).properties.text, 'of bob');
});

test('references come back', async () => {
  await collections.create({ name: 'Writer', properties: [{ name: 'name', dataType: 'text' }] });
  const novels = await collections.create({ name: 'Novel', references: [{ name: 'by', targetCollection: 'Writer' }] });
  await collections.use('Writer').data.insert({ id: id(7), properties: { name: 'seven' } });
  await novels.data.insert({ id: id(1), properties: {}, references: { by: id(7) } });

  await create('references', ['Writer', 'Novel']);
  await collections.delete('Novel');
  await collections.delete('Writer');
  await restore('references');

  const novel = await novels.query.fetchObjectById(id(1), { returnReferences: [{ linkOn: 'by', returnProperties: ['name'] }] });
  assert.deepEqual(novel.references.by.objects.map(({ properties }) => properties.name), ['seven']);
});
