import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);

test('the server is live and ready', async () => {
  assert.equal(await client.misc.liveChecker().do(), true);
  assert.equal(await client.misc.readyChecker().do(), true);
});

test('meta names a version that has calls by class, and the backup module', async () => {
  const meta = await client.misc.metaGetter().do();

  assert.match(meta.version, /^1\.32\.\d+$/);
  assert.equal(meta.modules['backup-filesystem'].backupsPath, server.backupPath);
});

test('OpenID Connect is off', async () => {
  assert.equal(await client.misc.openidConfigurationGetter().do(), undefined);
});

test('the node is healthy and counts its objects', async () => {
  await client.data.creator().withClassName('Counted').withProperties({ title: 'one' }).do();

  const { nodes } = await client.cluster.nodesStatusGetter().do();

  assert.deepEqual(nodes.map(({ name, status }) => ({ name, status })), [{ name: 'node1', status: 'HEALTHY' }]);
  assert.equal(nodes[0].stats.objectCount, 1);
  assert.equal(nodes[0].shards[0].class, 'Counted');
});
