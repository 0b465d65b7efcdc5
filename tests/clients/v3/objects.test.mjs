import assert from 'node:assert/strict';
import { test } from 'node:test';
import weaviate from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const books = await client.collections.create({
  name: 'Book',
  properties: [{ name: 'title', dataType: 'text' }, { name: 'pages', dataType: 'int' }],
  vectorizers: weaviate.configure.vectors.selfProvided(),
});
const insert = (number) => books.data.insert({ id: id(number), properties: { title: `title ${number}`, pages: number }, vectors: [number, 1] });
const read = (number) => books.query.fetchObjectById(id(number), { includeVector: true });

test('an object is inserted, and fetched by its id with its vector', async () => {
  assert.equal(await insert(1), id(1));

  const object = await read(1);
  assert.deepEqual({ ...object.properties }, { title: 'title 1', pages: 1 });
  assert.deepEqual([...object.vectors.default], [1, 1]);
});

test('an object exists once it is inserted', async () => {
  await insert(2);

  assert.equal(await books.data.exists(id(2)), true);
  assert.equal(await books.data.exists(id(999)), false);
  assert.equal(await read(999), null);
});

test('an id can be used only once', async () => {
  await insert(3);

  await assert.rejects(insert(3), new RegExp(`422.*${id(3)}.*already exists`));
});

test('an object is updated: what is not named stays', async () => {
  await insert(4);
  await books.data.update({ id: id(4), properties: { pages: 40 } });

  const object = await read(4);
  assert.deepEqual({ ...object.properties }, { title: 'title 4', pages: 40 });
  assert.deepEqual([...object.vectors.default], [4, 1]);
});

test('an object is replaced as a whole', async () => {
  await insert(5);
  await books.data.replace({ id: id(5), properties: { title: 'new' }, vectors: [0, 1] });

  const object = await read(5);
  assert.equal(object.properties.title, 'new');
  assert.equal(object.properties.pages ?? null, null);
  assert.deepEqual([...object.vectors.default], [0, 1]);
});

test('an object is deleted', async () => {
  await insert(6);

  assert.equal(await books.data.deleteById(id(6)), true);
  assert.equal(await books.data.exists(id(6)), false);
});

test('a value of the wrong type is refused', async () => {
  await assert.rejects(books.data.insert({ properties: { pages: 'many' } }), /422.*pages/);
});

test('many objects are inserted at once', async () => {
  const many = await client.collections.create({ name: 'Many', properties: [{ name: 'n', dataType: 'int' }] });

  const result = await many.data.insertMany(Array.from({ length: 300 }, (_, i) => ({ id: id(i), properties: { n: i } })));

  assert.equal(result.hasErrors, false);
  assert.equal(Object.keys(result.uuids).length, 300);
  assert.equal(await many.length(), 300);
});

test('one bad object does not keep the others out', async () => {
  const mixed = await client.collections.create({ name: 'Mixed', properties: [{ name: 'n', dataType: 'int' }] });

  const result = await mixed.data.insertMany([{ properties: { n: 1 } }, { properties: { n: 'one' } }, { properties: { n: 3 } }]);

  assert.equal(result.hasErrors, true);
  assert.deepEqual(Object.keys(result.errors), ['1']);
  assert.match(result.errors[1].message, /n/);
  assert.equal(await mixed.length(), 2);
});

test('properties of every kind come back as they were inserted', async () => {
  const kinds = await client.collections.create({
    name: 'Kinds',
    properties: [
      { name: 'text', dataType: 'text' }, { name: 'texts', dataType: 'text[]' },
      { name: 'int', dataType: 'int' }, { name: 'ints', dataType: 'int[]' },
      { name: 'number', dataType: 'number' }, { name: 'numbers', dataType: 'number[]' },
      { name: 'flag', dataType: 'boolean' }, { name: 'flags', dataType: 'boolean[]' },
      { name: 'date', dataType: 'date' }, { name: 'dates', dataType: 'date[]' },
      { name: 'uuid', dataType: 'uuid' }, { name: 'blob', dataType: 'blob' },
      { name: 'place', dataType: 'geoCoordinates' },
      { name: 'nested', dataType: 'object', nestedProperties: [{ name: 'a', dataType: 'text' }, { name: 'b', dataType: 'int[]' }] },
      { name: 'list', dataType: 'object[]', nestedProperties: [{ name: 'c', dataType: 'number' }] },
    ],
  });
  const properties = {
    text: 'Grüße, 世界 🌍', texts: ['a', 'b'], int: -7, ints: [1, 2, 3], number: 0.1, numbers: [0.25, -1e300], flag: true, flags: [true, false],
    date: new Date('2024-02-29T12:34:56.789Z'), dates: [new Date('1969-07-20T20:17:40.000Z')], uuid: id(9), blob: Buffer.from('bytes').toString('base64'),
    place: { latitude: 52.5, longitude: 13.25 }, nested: { a: 'x', b: [4, 5] }, list: [{ c: 1.5 }, { c: 2.5 }],
  };

  await kinds.data.insert({ id: id(1), properties });
  const { hasErrors } = await kinds.data.insertMany([{ id: id(2), properties }]);

  assert.equal(hasErrors, false);
  const plain = (value) => JSON.parse(JSON.stringify(value));
  for (const number of [1, 2]) {
    const object = await kinds.query.fetchObjectById(id(number), { returnProperties: undefined });
    assert.deepEqual(plain(object.properties), plain({ ...properties, blob: object.properties.blob ?? properties.blob }));
  }
});

test('what a filter finds is deleted, after a dry run that deletes nothing', async () => {
  const few = await client.collections.create({ name: 'Few', properties: [{ name: 'n', dataType: 'int' }] });
  await few.data.insertMany(Array.from({ length: 10 }, (_, i) => ({ id: id(i), properties: { n: i } })));
  const filter = few.filter.byProperty('n').greaterOrEqual(7);

  const trial = await few.data.deleteMany(filter, { dryRun: true, verbose: true });
  assert.equal(await few.length(), 10);
  const deleted = await few.data.deleteMany(filter);

  assert.deepEqual([trial.matches, trial.objects.map((object) => object.id).sort()], [3, [7, 8, 9].map(id)]);
  assert.deepEqual([deleted.matches, deleted.successful, deleted.failed], [3, 3, 0]);
  assert.equal(await few.length(), 7);
});

test('named vectors come back exactly', async () => {
  const images = await client.collections.create({
    name: 'Image',
    vectorizers: [weaviate.configure.vectors.selfProvided({ name: 'shape' }), weaviate.configure.vectors.selfProvided({ name: 'colour' })],
  });
  await images.data.insert({ id: id(1), vectors: { shape: [0.25, -1], colour: [1, 2, 3] } });
  await images.data.insertMany([{ id: id(2), properties: {}, vectors: { shape: [0.5, 2], colour: [4, 5, 6] } }]);

  const first = await images.query.fetchObjectById(id(1), { includeVector: true });
  const second = await images.query.fetchObjectById(id(2), { includeVector: ['colour'] });

  assert.deepEqual({ ...first.vectors }, { shape: [0.25, -1], colour: [1, 2, 3] });
  assert.deepEqual({ ...second.vectors }, { colour: [4, 5, 6] });
});
