import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';
import { hasEnded, until } from '../support/waiting.mjs';

const server = await Server.forTests();
const client = connectV2(server);
const { backup, schema } = client;

const creator = (backupId, ...classes) =>
  classes.reduce((builder, name) => builder.withIncludeClassNames(name), backup.creator().withBackend('filesystem').withBackupId(backupId));
const restorer = (backupId) => backup.restorer().withBackend('filesystem').withBackupId(backupId);
const createStatus = (backupId) => backup.createStatusGetter().withBackend('filesystem').withBackupId(backupId).do();
const restoreStatus = (backupId) => backup.restoreStatusGetter().withBackend('filesystem').withBackupId(backupId).do();
const objectsOf = async (name, from = client) => {
  const { objects } = await from.data.getter().withClassName(name).withLimit(1000).withVector().do();
  return objects.map((object) => ({ id: object.id, properties: object.properties, vector: object.vector, vectors: object.vectors }));
};

before(async () => {
  await schema.classCreator().withClass({ class: 'Book', properties: [{ name: 'title', dataType: ['text'] }] }).do();
  await schema.classCreator().withClass({ class: 'Film', properties: [{ name: 'title', dataType: ['text'] }] }).do();
  for (const name of ['Book', 'Film']) {
    await client.batch.objectsBatcher().withObjects(...Array.from({ length: 300 }, (_, i) => ({
      class: name,
      id: id(i + 1),
      properties: { title: `${name} ${i}` },
      vector: [Math.fround(Math.sin(i)), Math.fround(Math.cos(i)), i],
    }))).do();
  }
});

test('a backup with waiting ends in success, and a restore brings back what was deleted', async () => {
  const before = await objectsOf('Book');
  const { vectorIndexConfig, properties } = await schema.classGetter().withClassName('Book').do();

  const created = await creator('with-waiting', 'Book').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Book').do();
  const restored = await restorer('with-waiting').withWaitForCompletion(true).do();

  assert.equal(created.status, 'SUCCESS');
  assert.deepEqual(created.classes, ['Book']);
  assert.equal(created.path, `${server.backupPath}/with-waiting`);
  assert.equal(created.error, undefined);
  assert.equal(restored.status, 'SUCCESS');
  assert.deepEqual(await objectsOf('Book'), before);
  const read = await schema.classGetter().withClassName('Book').do();
  assert.deepEqual({ vectorIndexConfig: read.vectorIndexConfig, properties: read.properties }, { vectorIndexConfig, properties });
  const { data } = await client.graphql.aggregate().withClassName('Book').withFields('meta{count}').do();
  assert.equal(data.Aggregate.Book[0].meta.count, 300);
});

test('a backup without waiting answers at once, and its status leads to success', async () => {
  const created = await creator('without-waiting', 'Book').do();

  assert.equal(created.status, 'STARTED');
  assert.equal(created.backend, 'filesystem');
  const status = await until(() => createStatus('without-waiting'), hasEnded);
  assert.equal(status.status, 'SUCCESS');
  assert.equal(status.id, 'without-waiting');
});

test('a restore without waiting answers at once, and its status leads to success', async () => {
  await creator('restore-later', 'Book').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Book').do();

  assert.equal((await restorer('restore-later').do()).status, 'STARTED');
  assert.equal((await until(() => restoreStatus('restore-later'), hasEnded)).status, 'SUCCESS');
  assert.equal((await objectsOf('Book')).length, 300);
});

test('a backup takes every class unless some are left out', async () => {
  const all = await creator('everything').withWaitForCompletion(true).do();
  const some = await backup.creator().withBackend('filesystem').withBackupId('without-film').withExcludeClassNames('Film')
    .withWaitForCompletion(true).do();

  assert.deepEqual([...all.classes].sort(), ['Book', 'Film']);
  assert.deepEqual(some.classes, ['Book']);
});

test('a restore takes the classes that are named', async () => {
  await creator('both').withWaitForCompletion(true).do();
  await schema.deleteAll();

  const first = await restorer('both').withIncludeClassNames('Film').withWaitForCompletion(true).do();
  assert.deepEqual(first.classes, ['Film']);
  assert.equal(await schema.exists('Book'), false);

  await restorer('both').withExcludeClassNames('Film').withWaitForCompletion(true).do();
  assert.equal((await objectsOf('Book')).length, 300);
});

test('settings of a backup are accepted', async () => {
  const created = await creator('configured', 'Book')
    .withConfig({ CPUPercentage: 40, ChunkSize: 64, CompressionLevel: 'BestSpeed' }).withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Book').do();
  const restored = await restorer('configured').withConfig({ CPUPercentage: 80 }).withWaitForCompletion(true).do();

  assert.equal(created.status, 'SUCCESS');
  assert.equal(restored.status, 'SUCCESS');
});

test('a backup is restored into a second server, which then holds the same', async (context) => {
  await creator('for-the-second', 'Book').withWaitForCompletion(true).do();
  const second = await Server.start({ BACKUP_FILESYSTEM_PATH: server.backupPath });
  context.after(() => second.stop());
  const there = connectV2(second);

  const restored = await there.backup.restorer().withBackend('filesystem').withBackupId('for-the-second').withWaitForCompletion(true).do();

  assert.equal(restored.status, 'SUCCESS');
  assert.deepEqual(await objectsOf('Book', there), await objectsOf('Book'));
  assert.deepEqual(
    await there.schema.classGetter().withClassName('Book').do(), await schema.classGetter().withClassName('Book').do());
});

test('tenants and their states come back', async () => {
  await schema.classCreator().withClass({
    class: 'Note', properties: [{ name: 'text', dataType: ['text'] }], multiTenancyConfig: { enabled: true },
  }).do();
  await schema.tenantsCreator('Note', [{ name: 'ann' }, { name: 'bob' }]).do();
  await client.data.creator().withClassName('Note').withId(id(1)).withTenant('ann').withProperties({ text: 'of ann' }).do();
  await schema.tenantsUpdater('Note', [{ name: 'bob', activityStatus: 'COLD' }]).do();

  await creator('tenants', 'Note').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Note').do();
  await restorer('tenants').withWaitForCompletion(true).do();

  const tenants = await schema.tenantsGetter('Note').do();
  assert.deepEqual(tenants.map(({ name, activityStatus }) => [name, activityStatus]), [['ann', 'HOT'], ['bob', 'COLD']]);
  const { properties } = await client.data.getterById().withClassName('Note').withId(id(1)).withTenant('ann').do();
  assert.deepEqual(properties, { text: 'of ann' });
});

test('named vectors come back', async () => {
  const none = { vectorizer: { none: {} }, vectorIndexType: 'hnsw' };
  await schema.classCreator().withClass({ class: 'Image', vectorConfig: { shape: none, colour: none } }).do();
  await client.data.creator().withClassName('Image').withId(id(1)).withVectors({ shape: [0.25, 1], colour: [1, 2, 3] }).do();
  const before = await objectsOf('Image');

  await creator('named', 'Image').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Image').do();
  await restorer('named').withWaitForCompletion(true).do();

  assert.deepEqual(before[0].vectors, { shape: [0.25, 1], colour: [1, 2, 3] });
  assert.deepEqual(await objectsOf('Image'), before);
});

test('references come back', async () => {
  await schema.classCreator().withClass({ class: 'Writer' }).do();
  await schema.classCreator().withClass({ class: 'Novel', properties: [{ name: 'by', dataType: ['Writer'] }] }).do();
  await client.data.creator().withClassName('Writer').withId(id(7)).do();
  await client.data.creator().withClassName('Novel').withId(id(1)).withProperties({ by: [{ beacon: `weaviate://localhost/Writer/${id(7)}` }] }).do();
  const before = await objectsOf('Novel');

  await creator('references', 'Writer', 'Novel').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Novel').do();
  await restorer('references').withIncludeClassNames('Novel').withWaitForCompletion(true).do();

  assert.equal(before[0].properties.by[0].beacon, `weaviate://localhost/Writer/${id(7)}`);
  assert.deepEqual(await objectsOf('Novel'), before);
});
