import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);
const { data } = client;

const to = (number) => data.referencePayloadBuilder().withClassName('Author').withId(id(number)).payload();
const references = async () => {
  const { properties } = await data.getterById().withClassName('Book').withId(id(1)).do();
  return (properties.by ?? []).map(({ beacon }) => beacon.split('/').at(-1));
};

before(async () => {
  await client.schema.classCreator().withClass({ class: 'Author', properties: [{ name: 'name', dataType: ['text'] }] }).do();
  await client.schema.classCreator().withClass({ class: 'Book', properties: [{ name: 'by', dataType: ['Author'] }] }).do();
  for (const number of [1, 2]) {
    await data.creator().withClassName('Author').withId(id(number)).withProperties({ name: `author ${number}` }).do();
  }

  await data.creator().withClassName('Book').withId(id(1)).do();
});

test('references are added, replaced and deleted', async () => {
  const on = (call) => call.withClassName('Book').withId(id(1)).withReferenceProperty('by');

  await on(data.referenceCreator()).withReference(to(1)).do();
  assert.deepEqual(await references(), [id(1)]);
  await on(data.referenceReplacer()).withReferences([to(1), to(2)]).do();
  assert.deepEqual(await references(), [id(1), id(2)]);
  await on(data.referenceDeleter()).withReference(to(1)).do();
  assert.deepEqual(await references(), [id(2)]);
});

test('a query follows references', async () => {
  const { data: found } = await client.graphql.get().withClassName('Book').withFields('by { ... on Author { name } }').do();

  assert.deepEqual(found.Get.Book, [{ by: [{ name: 'author 2' }] }]);
});
