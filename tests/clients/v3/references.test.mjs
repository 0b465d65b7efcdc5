import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reference } from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const authors = await client.collections.create({ name: 'Author', properties: [{ name: 'name', dataType: 'text' }] });
const books = await client.collections.create({
  name: 'Book',
  properties: [{ name: 'title', dataType: 'text' }],
  references: [{ name: 'by', targetCollection: 'Author' }],
});
await authors.data.insertMany([1, 2, 3].map((number) => ({ id: id(number), properties: { name: `author ${number}` } })));
await books.data.insert({ id: id(1), properties: { title: 'first' }, references: { by: id(1) } });
const { errors } = await books.data.insertMany([{ id: id(2), properties: { title: 'second' }, references: { by: [id(1), id(2)] } }]);
assert.deepEqual(errors, {});

const authorsOf = async (number) => {
  const object = await books.query.fetchObjectById(id(number), { returnReferences: [{ linkOn: 'by', returnProperties: ['name'] }] });
  return (object.references?.by?.objects ?? []).map(({ properties }) => properties.name).sort();
};

test('references that came with objects are followed', async () => {
  assert.deepEqual(await authorsOf(1), ['author 1']);
  assert.deepEqual(await authorsOf(2), ['author 1', 'author 2']);
});

test('references are added, replaced and deleted', async () => {
  await books.data.insert({ id: id(3), properties: { title: 'third' } });

  await books.data.referenceAdd({ fromUuid: id(3), fromProperty: 'by', to: id(1) });
  assert.deepEqual(await authorsOf(3), ['author 1']);
  await books.data.referenceReplace({ fromUuid: id(3), fromProperty: 'by', to: [id(2), id(3)] });
  assert.deepEqual(await authorsOf(3), ['author 2', 'author 3']);
  await books.data.referenceDelete({ fromUuid: id(3), fromProperty: 'by', to: id(2) });
  assert.deepEqual(await authorsOf(3), ['author 3']);
});

test('many references are added at once, and each says how it went', async () => {
  await books.data.insert({ id: id(4), properties: { title: 'fourth' } });

  const result = await books.data.referenceAddMany([
    { fromUuid: id(4), fromProperty: 'by', to: [id(1), id(2)] },
    { fromUuid: id(99), fromProperty: 'by', to: id(1) },
  ]);

  assert.equal(result.hasErrors, true);
  assert.deepEqual(Object.keys(result.errors), ['2']);
  assert.match(result.errors[2].message, new RegExp(id(99)));
  assert.deepEqual(await authorsOf(4), ['author 1', 'author 2']);
});

test('references to one of several collections are followed', async () => {
  const things = await client.collections.create({ name: 'Thing', references: [{ name: 'of', targetCollections: ['Author', 'Book'] }] });
  await things.data.insert({ id: id(1), properties: {}, references: { of: Reference.toMultiTarget([id(1)], 'Book') } });

  const object = await things.query.fetchObjectById(id(1), {
    returnReferences: [{ linkOn: 'of', targetCollection: 'Book', returnProperties: ['title'] }],
  });

  assert.deepEqual(object.references.of.objects.map(({ properties }) => properties.title), ['first']);
});
