import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);

before(async () => {
  await client.schema.classCreator().withClass({
    class: 'City',
    properties: [
      { name: 'name', dataType: ['text'] },
      { name: 'people', dataType: ['int'] },
      { name: 'capital', dataType: ['boolean'] },
      { name: 'founded', dataType: ['date'] },
      { name: 'tags', dataType: ['text[]'] },
      { name: 'place', dataType: ['geoCoordinates'] },
    ],
  }).do();
  const city = (number, name, people, capital, founded, tags, latitude, longitude) => ({
    class: 'City',
    id: id(number),
    properties: { name, people, capital, founded, tags, place: { latitude, longitude } },
    vector: [people / 1e6, 1],
  });
  const result = await client.batch.objectsBatcher().withObjects(
    city(1, 'Berlin', 3_700_000, true, '1237-01-01T00:00:00Z', ['spree', 'wall'], 52.52, 13.4),
    city(2, 'Hamburg', 1_900_000, false, '0808-01-01T00:00:00Z', ['elbe', 'port'], 53.55, 9.99),
    city(3, 'Munich', 1_500_000, false, '1158-06-14T00:00:00Z', ['isar'], 48.14, 11.58),
    city(4, 'New York', 8_800_000, false, '1624-01-01T00:00:00Z', ['port', 'hudson'], 40.71, -74.01),
  ).do();
  assert.ok(result.every((item) => item.result.status === 'SUCCESS'));
});

const get = async (shape) => {
  const { data } = await shape(client.graphql.get().withClassName('City').withFields('name')).do();
  return data.Get.City.map(({ name }) => name).sort();
};

for (const [what, where, names] of [
  ['Equal', { operator: 'Equal', path: ['name'], valueText: 'berlin' }, ['Berlin']],
  ['NotEqual', { operator: 'NotEqual', path: ['people'], valueInt: 1_500_000 }, ['Berlin', 'Hamburg', 'New York']],
  ['GreaterThan', { operator: 'GreaterThan', path: ['people'], valueInt: 1_900_000 }, ['Berlin', 'New York']],
  ['LessThanEqual', { operator: 'LessThanEqual', path: ['people'], valueInt: 1_900_000 }, ['Hamburg', 'Munich']],
  ['a boolean', { operator: 'Equal', path: ['capital'], valueBoolean: true }, ['Berlin']],
  ['a date', { operator: 'LessThan', path: ['founded'], valueDate: '1200-01-01T00:00:00Z' }, ['Hamburg', 'Munich']],
  ['Like', { operator: 'Like', path: ['name'], valueText: '*m*' }, ['Hamburg', 'Munich']],
  ['ContainsAny', { operator: 'ContainsAny', path: ['tags'], valueTextArray: ['isar', 'port'] }, ['Hamburg', 'Munich', 'New York']],
  ['ContainsAll', { operator: 'ContainsAll', path: ['tags'], valueTextArray: ['port', 'hudson'] }, ['New York']],
  ['an id', { operator: 'Equal', path: ['id'], valueText: id(3) }, ['Munich']],
  ['WithinGeoRange', {
    operator: 'WithinGeoRange',
    path: ['place'],
    valueGeoRange: { geoCoordinates: { latitude: 52.5, longitude: 13 }, distance: { max: 300_000 } },
  }, ['Berlin', 'Hamburg']],
  ['And with Or', {
    operator: 'And',
    operands: [
      { operator: 'Equal', path: ['capital'], valueBoolean: false },
      {
        operator: 'Or',
        operands: [
          { operator: 'Equal', path: ['tags'], valueText: 'elbe' },
          { operator: 'GreaterThan', path: ['people'], valueInt: 5_000_000 },
        ],
      },
    ],
  }, ['Hamburg', 'New York']],
]) {
  test(`a filter by ${what} finds what it should`, async () => {
    assert.deepEqual(await get((query) => query.withWhere(where)), names);
  });
}

test('objects are sorted, passed over and limited', async () => {
  const { data } = await client.graphql.get().withClassName('City').withFields('name')
    .withSort([{ path: ['people'], order: 'desc' }]).withOffset(1).withLimit(2).do();

  assert.deepEqual(data.Get.City.map(({ name }) => name), ['Berlin', 'Hamburg']);
});

test('objects are followed with a cursor', async () => {
  const { data } = await client.graphql.get().withClassName('City').withFields('name').withLimit(2).withAfter(id(2)).do();

  assert.deepEqual(data.Get.City.map(({ name }) => name), ['Munich', 'New York']);
});

test('the nearest come first, with their distance and vector', async () => {
  const { data } = await client.graphql.get().withClassName('City').withFields('name _additional { id distance vector }')
    .withNearVector({ vector: [8.8, 1] }).withLimit(1).do();

  const [{ name, _additional: found }] = data.Get.City;
  assert.equal(name, 'New York');
  assert.equal(found.id, id(4));
  assert.ok(Math.abs(found.distance) < 1e-6);
  assert.deepEqual(found.vector.map(Math.fround), [8.8, 1].map(Math.fround));
});

test('objects are counted, with a filter and without', async () => {
  const count = async (shape) => {
    const { data } = await shape(client.graphql.aggregate().withClassName('City').withFields('meta { count }')).do();
    return data.Aggregate.City[0].meta.count;
  };

  assert.equal(await count((query) => query), 4);
  assert.equal(await count((query) => query.withWhere({ operator: 'Equal', path: ['tags'], valueText: 'port' })), 2);
});

test('a query as text is answered', async () => {
  const { data } = await client.graphql.raw().withQuery('{Get{City(limit:1){name place{latitude}}}}').do();

  assert.deepEqual(data.Get.City, [{ name: 'Berlin', place: { latitude: 52.52 } }]);
});

test('a class that does not exist is an error that names it', async () => {
  await assert.rejects(
    client.graphql.get().withClassName('Nowhere').withFields('name').do(),
    (error) => /Cannot query field .*Nowhere/.test(error.message ?? JSON.stringify(error)));
});
