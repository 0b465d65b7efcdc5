import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import weaviate from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const local = { host: server.rest.hostname, port: Number(server.rest.port), grpcPort: Number(server.grpc.port), timeout: { init: 30 } };

test('the client connects with its checks of version and gRPC', async () => {
  const client = await connectV3(server);

  assert.equal(await client.isLive(), true);
  assert.equal(await client.isReady(), true);
});

test('the client connects as to a local server', async () => {
  const client = await weaviate.connectToLocal(local);
  after(() => client.close());

  assert.match((await client.getMeta()).version, /^1\.32\.\d+$/);
});

test('the version is one that counts over gRPC and does not stream batches', async () => {
  const client = await connectV3(server);
  const version = await client.getWeaviateVersion();

  assert.equal(version.isAtLeast(1, 29, 0), true);
  assert.equal(version.isLowerThan(1, 36, 0), true);
});

test('the client notices when gRPC does not answer', async () => {
  await assert.rejects(weaviate.connectToLocal({ ...local, grpcPort: 1 }), /gRPC health check|Health\/Check/);
});

test('the modules name the store of backups', async () => {
  const client = await connectV3(server);

  assert.equal((await client.getMeta()).modules['backup-filesystem'].backupsPath, server.backupPath);
});

test('the node is shown, in short and at length', async () => {
  const client = await connectV3(server);
  const books = await client.collections.create({ name: 'Book' });
  await books.data.insert();

  const [brief] = await client.cluster.nodes();
  const [verbose] = await client.cluster.nodes({ collection: 'Book', output: 'verbose' });

  assert.equal(brief.status, 'HEALTHY');
  assert.deepEqual(verbose.shards.map((shard) => [shard.class, shard.objectCount]), [['Book', 1]]);
});
