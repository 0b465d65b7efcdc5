import assert from 'node:assert/strict';
import { test } from 'node:test';
import weaviate from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const { collections } = client;

test('a collection exists once it is created, and no longer when it is deleted', async () => {
  await collections.create({ name: 'Passing' });
  assert.equal(await collections.exists('Passing'), true);

  await collections.delete('Passing');
  assert.equal(await collections.exists('Passing'), false);
});

test('all collections are listed', async () => {
  await collections.create({ name: 'ListedOne' });
  await collections.create({ name: 'ListedTwo' });

  const names = (await collections.listAll()).map(({ name }) => name);
  assert.ok(names.includes('ListedOne') && names.includes('ListedTwo'));
});

test('the settings of a collection come back as they were given', async () => {
  const created = await collections.create({
    name: 'Configured',
    description: 'with everything',
    properties: [
      { name: 'title', dataType: 'text', tokenization: 'field', description: 'its title' },
      { name: 'pages', dataType: 'int', indexFilterable: false },
      { name: 'author', dataType: 'object', nestedProperties: [{ name: 'age', dataType: 'int' }] },
    ],
    references: [{ name: 'sequel', targetCollection: 'Configured' }],
    invertedIndex: weaviate.configure.invertedIndex({ indexTimestamps: true, bm25k1: 1.5, bm25b: 0.5 }),
    vectorizers: [
      weaviate.configure.vectors.selfProvided({ name: 'shape' }),
      weaviate.configure.vectors.selfProvided({
        name: 'colour', vectorIndexConfig: weaviate.configure.vectorIndex.hnsw({ distanceMetric: 'l2-squared', efConstruction: 64 }),
      }),
    ],
  });

  const config = await created.config.get();
  assert.equal(config.description, 'with everything');
  assert.deepEqual(config.properties.map(({ name, dataType }) => [name, dataType]), [['title', 'text'], ['pages', 'int'], ['author', 'object']]);
  assert.equal(config.properties[0].tokenization, 'field');
  assert.deepEqual(config.properties.slice(0, 2).map(({ indexFilterable }) => indexFilterable), [true, false]);
  assert.deepEqual(config.references.map(({ name, targetCollections }) => [name, targetCollections]), [['sequel', ['Configured']]]);
  assert.deepEqual([config.invertedIndex.indexTimestamps, config.invertedIndex.bm25.k1, config.invertedIndex.bm25.b], [true, 1.5, 0.5]);
  assert.equal(config.vectorizers.shape.indexConfig.distance, 'cosine');
  assert.equal(config.vectorizers.colour.indexConfig.distance, 'l2-squared');
  assert.equal(config.vectorizers.colour.indexConfig.efConstruction, 64);
});

test('properties, references and descriptions are added later', async () => {
  const { config } = await collections.create({ name: 'Growing' });
  await config.addProperty({ name: 'title', dataType: 'text' });
  await config.addReference({ name: 'next', targetCollection: 'Growing' });
  await config.update({ description: 'grown' });

  const grown = await config.get();
  assert.deepEqual(grown.properties.map(({ name }) => name), ['title']);
  assert.deepEqual(grown.references.map(({ name }) => name), ['next']);
  assert.equal(grown.description, 'grown');
});

test('shards are listed and set to the status they have', async () => {
  const { config } = await collections.create({ name: 'Sharded' });

  assert.deepEqual((await config.getShards()).map(({ status }) => status), ['READY']);
  assert.deepEqual((await config.updateShards('READY')).map(({ status }) => status), ['READY']);
});

test('a collection is created from an exported schema', async () => {
  await collections.createFromSchema({ class: 'FromSchema', properties: [{ name: 'title', dataType: ['text'] }] });

  const exported = await collections.export('FromSchema');
  assert.equal(exported.name, 'FromSchema');
});

test('a second collection of the same name is refused', async () => {
  await collections.create({ name: 'Twice' });

  await assert.rejects(collections.create({ name: 'Twice' }), /422.*Twice.*already exists/);
});

test('a vectorizer that is not there is refused', async () => {
  await assert.rejects(
    collections.create({ name: 'Vectorized', vectorizers: weaviate.configure.vectors.text2VecOpenAI() }), /422.*text2vec-openai/);
});
