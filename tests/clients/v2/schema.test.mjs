import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const { schema } = connectV2(server);

test('a class is created with the defaults filled in, and read back', async () => {
  const created = await schema.classCreator().withClass({ class: 'Book', properties: [{ name: 'title', dataType: ['text'] }] }).do();
  const read = await schema.classGetter().withClassName('Book').do();

  assert.equal(created.properties[0].tokenization, 'word');
  assert.equal(created.vectorIndexConfig.distance, 'cosine');
  assert.deepEqual(read, created);
});

test('a class exists once it is created', async () => {
  await schema.classCreator().withClass({ class: 'Present' }).do();

  assert.equal(await schema.exists('Present'), true);
  assert.equal(await schema.exists('Absent'), false);
});

test('a second class of the same name is refused', async () => {
  await schema.classCreator().withClass({ class: 'Twice' }).do();

  await assert.rejects(schema.classCreator().withClass({ class: 'Twice' }).do(), /usage error \(422\).*Twice.*already exists/);
});

test('a class with a bad name is refused', async () => {
  await assert.rejects(schema.classCreator().withClass({ class: '1st' }).do(), /usage error \(422\).*1st/);
});

test('a property is added', async () => {
  await schema.classCreator().withClass({ class: 'Grows' }).do();
  await schema.propertyCreator().withClassName('Grows').withProperty({ name: 'pages', dataType: ['int'] }).do();

  const { properties } = await schema.classGetter().withClassName('Grows').do();
  assert.deepEqual(properties.map(({ name }) => name), ['pages']);
});

test('shards are listed and set to the status they have', async () => {
  await schema.classCreator().withClass({ class: 'Sharded' }).do();

  const shards = await schema.shardsGetter().withClassName('Sharded').do();
  assert.deepEqual(shards.map(({ status }) => status), ['READY']);
  const updated = await schema.shardUpdater().withClassName('Sharded').withShardName(shards[0].name).withStatus('READY').do();
  assert.equal(updated.status, 'READY');
});

test('a deleted class is gone, and all classes can be deleted', async () => {
  await schema.classCreator().withClass({ class: 'Gone' }).do();
  await schema.classDeleter().withClassName('Gone').do();
  assert.equal(await schema.exists('Gone'), false);

  await schema.deleteAll();
  assert.deepEqual(await schema.getter().do(), { classes: [] });
});

test('reading a class that is not there is 404', async () => {
  await assert.rejects(schema.classGetter().withClassName('Nowhere').do(), /404/);
});
