import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);
const { data } = client;

before(() => client.schema.classCreator().withClass({
  class: 'Book',
  properties: [{ name: 'title', dataType: ['text'] }, { name: 'pages', dataType: ['int'] }],
}).do());

const create = (number, properties = { title: `title ${number}`, pages: number }) =>
  data.creator().withClassName('Book').withId(id(number)).withProperties(properties).withVector([number, 1]).do();
const read = (number) => data.getterById().withClassName('Book').withId(id(number)).withVector().do();

test('an object is created and read back with its vector', async () => {
  await create(1);

  const object = await read(1);
  assert.deepEqual(object.properties, { title: 'title 1', pages: 1 });
  assert.deepEqual(object.vector, [1, 1]);
});

test('an object without an id gets one', async () => {
  const object = await data.creator().withClassName('Book').withProperties({ title: 'no id' }).do();

  assert.match(object.id, /^[0-9a-f-]{36}$/);
});

test('an id can be used only once', async () => {
  await create(2);

  await assert.rejects(create(2), new RegExp(`usage error \\(422\\).*${id(2)}.*already exists`));
});

test('an object is checked before it is created', async () => {
  await create(3);

  assert.equal(await data.checker().withClassName('Book').withId(id(3)).do(), true);
  assert.equal(await data.checker().withClassName('Book').withId(id(999)).do(), false);
});

test('an object is validated without being stored', async () => {
  assert.equal(await data.validator().withClassName('Book').withId(id(4)).withProperties({ title: 'x' }).do(), true);
  await assert.rejects(data.validator().withClassName('Book').withId(id(4)).withProperties({ pages: 'many' }).do(), /422.*pages/);
  assert.equal(await data.checker().withClassName('Book').withId(id(4)).do(), false);
});

test('an object is merged: what is not named stays', async () => {
  await create(5);
  await data.merger().withClassName('Book').withId(id(5)).withProperties({ pages: 50 }).do();

  assert.deepEqual((await read(5)).properties, { title: 'title 5', pages: 50 });
});

test('an object is updated as a whole', async () => {
  await create(6);
  await data.updater().withClassName('Book').withId(id(6)).withProperties({ title: 'new' }).withVector([0, 1]).do();

  assert.deepEqual((await read(6)).properties, { title: 'new' });
});

test('an object is deleted', async () => {
  await create(7);
  await data.deleter().withClassName('Book').withId(id(7)).do();

  await assert.rejects(read(7), /404/);
});

test('deleting or merging what is not there is 404', async () => {
  await assert.rejects(data.deleter().withClassName('Book').withId(id(998)).do(), /404/);
  await assert.rejects(data.merger().withClassName('Book').withId(id(998)).withProperties({ pages: 1 }).do(), /404/);
});

test('a value of the wrong type is refused', async () => {
  await assert.rejects(create(8, { pages: 'many' }), /usage error \(422\).*pages/);
});

test('a vector of another length is refused', async () => {
  await create(9);
  await assert.rejects(
    data.creator().withClassName('Book').withId(id(10)).withProperties({}).withVector([1, 2, 3]).do(), /usage error \(422\).*vector/);
});

test('objects are listed page by page until a page is empty', async () => {
  await client.schema.classCreator().withClass({ class: 'Paged' }).do();
  for (let number = 1; number <= 7; number++) {
    await data.creator().withClassName('Paged').withId(id(number)).do();
  }

  const seen = [];
  for (let after = ''; ;) {
    const { objects } = await data.getter().withClassName('Paged').withLimit(3).withAfter(after).do();
    if (objects.length === 0) {
      break;
    }

    seen.push(...objects.map((object) => object.id));
    after = objects.at(-1).id;
  }

  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7].map(id));
});

test('an object of an unknown class brings the class', async () => {
  await data.creator().withClassName('Brought').withProperties({ name: 'x', size: 1.5, good: true }).do();

  const { properties } = await client.schema.classGetter().withClassName('Brought').do();
  assert.deepEqual(
    Object.fromEntries(properties.map(({ name, dataType }) => [name, dataType[0]])), { name: 'text', size: 'number', good: 'boolean' });
});
