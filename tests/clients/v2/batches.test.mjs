import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);
const { batch } = client;

const book = (number, properties = { title: `title ${number}`, pages: number }) =>
  ({ class: 'Book', id: id(number), properties, vector: [number, 1] });
const count = async () => {
  const { data } = await client.graphql.aggregate().withClassName('Book').withFields('meta{count}').do();
  return data.Aggregate.Book[0].meta.count;
};

before(() => client.schema.classCreator().withClass({
  class: 'Book',
  properties: [{ name: 'title', dataType: ['text'] }, { name: 'pages', dataType: ['int'] }, { name: 'sequel', dataType: ['Book'] }],
}).do());

test('many objects are imported at once, and each says how it went', async () => {
  const result = await batch.objectsBatcher().withObjects(...Array.from({ length: 500 }, (_, i) => book(i + 1))).do();

  assert.equal(result.length, 500);
  assert.ok(result.every((item) => item.result.status === 'SUCCESS'));
  assert.equal(await count(), 500);
});

test('one bad object does not keep the others out', async () => {
  const result = await batch.objectsBatcher().withObjects(book(501), book(502, { pages: 'many' }), book(503)).do();

  assert.deepEqual(result.map((item) => item.result.status), ['SUCCESS', 'FAILED', 'SUCCESS']);
  assert.match(result[1].result.errors.error[0].message, /pages/);
  assert.equal(await count(), 502);
});

test('objects that exist are replaced', async () => {
  const before = await count();
  await batch.objectsBatcher().withObjects(book(1, { title: 'replaced' })).do();

  assert.equal(await count(), before);
  const { properties } = await client.data.getterById().withClassName('Book').withId(id(1)).do();
  assert.deepEqual(properties, { title: 'replaced' });
});

test('references are added in a batch, and each says how it went', async () => {
  const reference = (from, to) => batch.referencePayloadBuilder()
    .withFromClassName('Book').withFromId(id(from)).withFromRefProp('sequel').withToClassName('Book').withToId(id(to)).payload();

  const result = await batch.referencesBatcher().withReferences(reference(2, 3), reference(99_999, 3)).do();

  assert.deepEqual(result.map((item) => item.result.status), ['SUCCESS', 'FAILED']);
  const { properties } = await client.data.getterById().withClassName('Book').withId(id(2)).do();
  assert.equal(properties.sequel[0].beacon, `weaviate://localhost/Book/${id(3)}`);
});

test('what a filter finds is deleted, after a dry run that deletes nothing', async () => {
  const where = { operator: 'GreaterThan', path: ['pages'], valueInt: 490 };
  const deleter = () => batch.objectsBatchDeleter().withClassName('Book').withWhere(where);
  const before = await count();

  const trial = await deleter().withDryRun(true).withOutput('verbose').do();
  assert.equal(await count(), before);
  const deleted = await deleter().do();

  assert.equal(trial.results.matches, 12);
  assert.equal(trial.results.objects.length, 12);
  assert.equal(deleted.results.successful, 12);
  assert.equal(await count(), before - 12);
});
