import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV3 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';
import { hasEnded, until } from '../support/waiting.mjs';

const backend = 'filesystem';
// Operations take five seconds, so that the next request meets them running.
const server = await Server.forTests({ BACKUP_MIN_DURATION: '5s' });
const client = await connectV3(server);
const { backup, collections } = client;
for (const name of ['Book', 'Film']) {
  await (await collections.create({ name, properties: [{ name: 'title', dataType: 'text' }] })).data.insert({ title: 'x' });
}

const create = (backupId, more = {}) => backup.create({ backupId, backend, ...more });
const restore = (backupId, more = {}) => backup.restore({ backupId, backend, ...more });
const createEnd = (backupId) => until(() => backup.getCreateStatus({ backupId, backend }), hasEnded);
const restoreEnd = (backupId) => until(() => backup.getRestoreStatus({ backupId, backend }), hasEnded);
await create('complete', { includeCollections: ['Book'], waitForCompletion: true });

for (const [what, call, message] of [
  ['a backup to a backend that is not there', () => create('b', { backend: 's3' }), /422.*s3/],
  ['a list of a backend that is not there', () => backup.list('s3'), /422.*s3/],
  ['a restore from a backend that is not there', () => restore('b', { backend: 'gcs' }), /422.*gcs/],
  ['an id in capitals', () => create('UPPER'), /422.*UPPER/],
  ['an id that is taken', () => create('complete'), /422.*complete.*already exists/],
  ['a collection that is not there', () => create('b', { includeCollections: ['Nowhere'] }), /422.*Nowhere/],
  ['leaving out every collection', () => create('b', { excludeCollections: ['Book', 'Film'] }), /422/],
  ['too much of the processor', () => create('b', { config: { cpuPercentage: 81 } }), /422.*CPUPercentage/],
  ['an unknown compression', () => create('b', { config: { compressionLevel: 'Tight' } }), /422.*CompressionLevel/],
  ['the status of an unknown backup', () => backup.getCreateStatus({ backupId: 'unknown', backend }), /404.*unknown/],
  ['a restore of an unknown backup', () => restore('unknown'), /404.*unknown/],
  ['the status of a restore that never was', () => backup.getRestoreStatus({ backupId: 'complete', backend }), /404.*complete/],
  ['a restore of a collection that is not in the backup', () => restore('complete', { includeCollections: ['Film'] }), /422.*Film/],
  ['cancelling with a bad id', () => backup.cancel({ backupId: 'UPPER', backend }), /cancellation failed.*422.*UPPER/],
  ['cancelling in a backend that is not there', () => backup.cancel({ backupId: 'b', backend: 's3' }), /cancellation failed.*422.*s3/],
  ['cancelling a backup that succeeded', () => backup.cancel({ backupId: 'complete', backend }), /cancellation failed.*422.*complete/],
]) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(call(), message);
  });
}

test('refused by the client itself: collections named and left out at once', async () => {
  await assert.rejects(create('b', { includeCollections: ['Book'], excludeCollections: ['Film'] }), /include.*exclude|exclude.*include/i);
});

test('a restore of a collection that exists fails, says so, and changes nothing', async () => {
  await assert.rejects(restore('complete', { waitForCompletion: true }), /Book.*already exists/);

  assert.equal((await backup.getRestoreStatus({ backupId: 'complete', backend })).status, 'FAILED');
  assert.equal(await collections.use('Book').length(), 1);
});

test('a second backup is refused while one runs, which is listed', async () => {
  await create('first');

  await assert.rejects(create('second'), /422.*first.*already in progress/);
  const listed = (await backup.list(backend)).find((entry) => entry.id === 'first');
  assert.ok(['STARTED', 'TRANSFERRING', 'TRANSFERRED'].includes(listed.status));
  assert.equal((await createEnd('first')).status, 'SUCCESS');
});

test('a second restore is refused while one runs', async () => {
  await create('of-film', { includeCollections: ['Film'], waitForCompletion: true });
  await collections.delete('Film');
  await restore('of-film');

  await assert.rejects(restore('complete'), /422.*of-film.*already in progress/);
  assert.equal((await restoreEnd('of-film')).status, 'SUCCESS');
});

test('a running backup is cancelled', async () => {
  await create('cancelled');
  assert.equal(await backup.cancel({ backupId: 'cancelled', backend }), true);

  assert.equal((await createEnd('cancelled')).status, 'CANCELED');
  assert.equal(await backup.cancel({ backupId: 'cancelled', backend }), true);
  await assert.rejects(restore('cancelled'), /422.*cancelled/);
});

test('waiting for a backup that somebody cancels ends', async () => {
  const waiting = assert.rejects(create('cancelled-while-waiting', { waitForCompletion: true }), /creation was canceled/);
  await until(() => backup.getCreateStatus({ backupId: 'cancelled-while-waiting', backend }).catch(() => undefined), Boolean);
  await backup.cancel({ backupId: 'cancelled-while-waiting', backend });

  await waiting;
});

test('after a cancelled backup the next one succeeds', async () => {
  await create('cancelled-before');
  await backup.cancel({ backupId: 'cancelled-before', backend });
  await createEnd('cancelled-before');

  assert.equal((await create('after-cancelled', { waitForCompletion: true })).status, 'SUCCESS');
});

test('a running restore is cancelled, and leaves nothing', async () => {
  await create('to-cancel', { includeCollections: ['Film'], waitForCompletion: true });
  await collections.delete('Film');
  await restore('to-cancel');

  assert.equal(await backup.cancel({ backupId: 'to-cancel', backend, operation: 'restore' }), true);

  assert.equal((await restoreEnd('to-cancel')).status, 'CANCELED');
  assert.equal(await collections.exists('Film'), false);
  assert.equal((await restore('to-cancel', { waitForCompletion: true })).status, 'SUCCESS');
  assert.equal(await collections.use('Film').length(), 1);
});

test('cancelling what is not there does nothing', async () => {
  assert.equal(await backup.cancel({ backupId: 'never-was', backend }), true);
  assert.equal(await backup.cancel({ backupId: 'never-was', backend, operation: 'restore' }), true);
});
