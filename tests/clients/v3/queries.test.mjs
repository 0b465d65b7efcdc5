import assert from 'node:assert/strict';
import { test } from 'node:test';
import weaviate, { Filters } from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const cities = await client.collections.create({
  name: 'City',
  properties: [
    { name: 'name', dataType: 'text' },
    { name: 'people', dataType: 'int' },
    { name: 'capital', dataType: 'boolean' },
    { name: 'founded', dataType: 'date' },
    { name: 'tags', dataType: 'text[]' },
    { name: 'place', dataType: 'geoCoordinates' },
  ],
  invertedIndex: weaviate.configure.invertedIndex({ indexTimestamps: true }),
  vectorizers: weaviate.configure.vectors.selfProvided(),
});
const city = (number, name, people, capital, founded, tags, latitude, longitude) => ({
  id: id(number),
  properties: { name, people, capital, founded: new Date(founded), tags, place: { latitude, longitude } },
  vectors: [people / 1e6, 1],
});
const { hasErrors } = await cities.data.insertMany([
  city(1, 'Berlin', 3_700_000, true, '1237-01-01T00:00:00Z', ['spree', 'wall'], 52.52, 13.4),
  city(2, 'Hamburg', 1_900_000, false, '0808-01-01T00:00:00Z', ['elbe', 'port'], 53.55, 9.99),
  city(3, 'Munich', 1_500_000, false, '1158-06-14T00:00:00Z', ['isar'], 48.14, 11.58),
  city(4, 'New York', 8_800_000, false, '1624-01-01T00:00:00Z', ['port', 'hudson'], 40.71, -74.01),
]);
assert.equal(hasErrors, false);

const names = ({ objects }) => objects.map(({ properties }) => properties.name);
const by = (name) => cities.filter.byProperty(name);

for (const [what, filter, found] of [
  ['equal', by('name').equal('berlin'), ['Berlin']],
  ['notEqual', by('people').notEqual(1_500_000), ['Berlin', 'Hamburg', 'New York']],
  ['greaterThan', by('people').greaterThan(1_900_000), ['Berlin', 'New York']],
  ['lessOrEqual', by('people').lessOrEqual(1_900_000), ['Hamburg', 'Munich']],
  ['a boolean', by('capital').equal(true), ['Berlin']],
  ['a date', by('founded').lessThan(new Date('1200-01-01T00:00:00Z')), ['Hamburg', 'Munich']],
  ['like', by('name').like('*m*'), ['Hamburg', 'Munich']],
  ['containsAny', by('tags').containsAny(['isar', 'port']), ['Hamburg', 'Munich', 'New York']],
  ['containsAll', by('tags').containsAll(['port', 'hudson']), ['New York']],
  ['containsNone', by('tags').containsNone(['port', 'isar']), ['Berlin']],
  ['isNull', by('tags').isNull(true), []],
  ['withinGeoRange', by('place').withinGeoRange({ latitude: 52.5, longitude: 13, distance: 300_000 }), ['Berlin', 'Hamburg']],
  ['an id', cities.filter.byId().equal(id(3)), ['Munich']],
  ['several ids', cities.filter.byId().containsAny([id(1), id(4)]), ['Berlin', 'New York']],
  ['the time of creation', cities.filter.byCreationTime().greaterThan(new Date('2000-01-01T00:00:00Z')), ['Berlin', 'Hamburg', 'Munich', 'New York']],
  ['and with or', Filters.and(by('capital').equal(false), Filters.or(by('tags').equal('elbe'), by('people').greaterThan(5_000_000))), ['Hamburg', 'New York']],
  ['not', Filters.not(by('capital').equal(false)), ['Berlin']],
]) {
  test(`a filter by ${what} finds what it should`, async () => {
    assert.deepEqual(names(await cities.query.fetchObjects({ filters: filter })).sort(), found);
  });
}

test('objects are sorted, passed over and limited', async () => {
  const found = await cities.query.fetchObjects({ sort: cities.sort.byProperty('people', false), offset: 1, limit: 2 });

  assert.deepEqual(names(found), ['Berlin', 'Hamburg']);
});

test('only the properties that are asked for come back', async () => {
  const { objects: [object] } = await cities.query.fetchObjects({ limit: 1, returnProperties: ['name'] });

  assert.deepEqual({ ...object.properties }, { name: 'Berlin' });
});

test('metadata comes back when it is asked for', async () => {
  const { objects: [object] } = await cities.query.fetchObjects({ limit: 1, returnMetadata: ['creationTime', 'updateTime'] });

  assert.ok(Math.abs(Date.now() - object.metadata.creationTime) < 600_000);
  assert.deepEqual(object.metadata.updateTime, object.metadata.creationTime);
});

test('the nearest come first, with their distance', async () => {
  const found = await cities.query.nearVector([8.8, 1], { limit: 2, returnMetadata: ['distance', 'certainty'], includeVector: true });

  assert.deepEqual(names(found), ['New York', 'Berlin']);
  assert.ok(Math.abs(found.objects[0].metadata.distance) < 1e-6);
  assert.ok(found.objects[1].metadata.distance > found.objects[0].metadata.distance);
  assert.deepEqual([...found.objects[0].vectors.default], [8.8, 1].map(Math.fround));
});

test('the nearest are found among those that a filter leaves', async () => {
  assert.deepEqual(names(await cities.query.nearVector([8.8, 1], { limit: 1, filters: by('tags').containsAny(['elbe', 'isar']) })), ['Hamburg']);
});

test('a vector of another length is refused', async () => {
  await assert.rejects(cities.query.nearVector([1, 2, 3]), /vector/);
});

test('objects are counted, with a filter and without', async () => {
  assert.equal((await cities.aggregate.overAll()).totalCount, 4);
  assert.equal((await cities.aggregate.overAll({ filters: by('tags').equal('port') })).totalCount, 2);
  assert.equal(await cities.length(), 4);
});

test('an iterator walks over every object once, in the order of the ids', async () => {
  const numbers = await client.collections.create({ name: 'Numbers', properties: [{ name: 'n', dataType: 'int' }] });
  await numbers.data.insertMany(Array.from({ length: 250 }, (_, i) => ({ id: id(i), properties: { n: i } })));

  const seen = [];
  for await (const { uuid } of numbers.iterator({ returnProperties: ['n'] })) {
    seen.push(uuid);
  }

  assert.deepEqual(seen, Array.from({ length: 250 }, (_, i) => id(i)));
});

test('a collection that does not exist is an error that names it', async () => {
  await assert.rejects(client.collections.use('Nowhere').query.fetchObjects(), /Nowhere/);
  await assert.rejects(client.collections.use('Nowhere').aggregate.overAll(), /Nowhere/);
});

test('a search that is not served says so', async () => {
  await assert.rejects(cities.query.bm25('berlin'), /bm25.*not supported/);
  await assert.rejects(cities.query.hybrid('berlin'), /hybrid.*not supported/);
});
