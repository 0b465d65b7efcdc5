import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { Server } from '../support/server.mjs';
import { hasEnded, until } from '../support/waiting.mjs';

// Operations take five seconds, so that the next request meets them running.
const server = await Server.forTests({ BACKUP_MIN_DURATION: '5s' });
const client = connectV2(server);
const { backup, schema } = client;

const creator = (backupId, backend = 'filesystem') => backup.creator().withBackend(backend).withBackupId(backupId);
const restorer = (backupId, backend = 'filesystem') => backup.restorer().withBackend(backend).withBackupId(backupId);
const createStatus = (backupId, backend = 'filesystem') => backup.createStatusGetter().withBackend(backend).withBackupId(backupId).do();
const restoreStatus = (backupId, backend = 'filesystem') => backup.restoreStatusGetter().withBackend(backend).withBackupId(backupId).do();

before(async () => {
  for (const name of ['Book', 'Film']) {
    await schema.classCreator().withClass({ class: name, properties: [{ name: 'title', dataType: ['text'] }] }).do();
    await client.data.creator().withClassName(name).withProperties({ title: 'x' }).do();
  }

  await creator('complete').withIncludeClassNames('Book').withWaitForCompletion(true).do();
});

for (const [what, call, message] of [
  ['a backup to a backend that is not there', () => creator('b', 's3').do(), /usage error \(422\).*s3/],
  ['the status of a backup in a backend that is not there', () => createStatus('b', 's3'), /usage error \(422\).*s3/],
  ['a restore from a backend that is not there', () => restorer('b', 's3').do(), /usage error \(422\).*s3/],
  ['the status of a restore from a backend that is not there', () => restoreStatus('b', 's3'), /usage error \((422|500)\).*s3/],
  ['an id in capitals', () => creator('UPPER').do(), /usage error \(422\).*UPPER/],
  ['an id with a dot', () => creator('a.b').do(), /usage error \(422\).*a\.b/],
  ['an id that is taken', () => creator('complete').do(), /usage error \(422\).*complete.*already exists/],
  ['a class that is not there', () => creator('b').withIncludeClassNames('Nowhere').do(), /usage error \(422\).*Nowhere/],
  ['leaving out every class', () => creator('b').withExcludeClassNames('Book', 'Film').do(), /usage error \(422\)/],
  ['a class that is named twice', () => creator('b').withIncludeClassNames('Book', 'Book').do(), /usage error \(422\).*duplicate.*Book/],
  ['classes named and left out at once', () => creator('b').withIncludeClassNames('Book').withExcludeClassNames('Film').do(),
    /usage error \(422\).*'include' and 'exclude'/],
  ['too much of the processor', () => creator('b').withConfig({ CPUPercentage: 81 }).do(), /usage error \(422\).*CPUPercentage/],
  ['an unknown compression', () => creator('b').withConfig({ CompressionLevel: 'Tight' }).do(), /usage error \(422\).*CompressionLevel/],
  ['the status of an unknown backup', () => createStatus('unknown'), /usage error \(404\).*unknown/],
  ['a restore of an unknown backup', () => restorer('unknown').do(), /usage error \(404\).*unknown/],
  ['the status of a restore that never was', () => restoreStatus('complete'), /usage error \(404\).*complete/],
  ['a restore of a class that is not in the backup', () => restorer('complete').withIncludeClassNames('Film').do(), /usage error \(422\).*Film/],
  ['a restore that leaves out every class', () => restorer('complete').withExcludeClassNames('Book').do(), /usage error \(422\)/],
]) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(call(), message);
  });
}

for (const [what, call] of [
  ['no id', () => backup.creator().withBackend('filesystem').do()],
  ['no backend', () => backup.creator().withBackupId('b').do()],
]) {
  test(`refused by the client itself: ${what}`, async () => {
    await assert.rejects(call(), /invalid usage/i);
  });
}

test('a restore of a class that exists fails, says so, and changes nothing', async () => {
  const started = await restorer('complete').do();
  const ended = await until(() => restoreStatus('complete'), hasEnded);

  assert.equal(started.status, 'STARTED');
  assert.equal(ended.status, 'FAILED');
  assert.match(ended.error, /Book.*already exists/);
  assert.equal(await schema.exists('Book'), true);
});

test('a second backup is refused while one runs', async () => {
  await creator('first').do();

  await assert.rejects(creator('second').do(), /usage error \(422\).*first.*already in progress/);
  await assert.rejects(creator('first').do(), /usage error \(422\).*first.*already/);
  assert.equal((await until(() => createStatus('first'), hasEnded)).status, 'SUCCESS');
});

test('a second restore is refused while one runs', async () => {
  await creator('of-film').withIncludeClassNames('Film').withWaitForCompletion(true).do();
  await schema.classDeleter().withClassName('Film').do();
  await restorer('of-film').do();

  await assert.rejects(restorer('complete').do(), /usage error \(422\).*of-film.*already in progress/);
  assert.equal((await until(() => restoreStatus('of-film'), hasEnded)).status, 'SUCCESS');
});

test('a backup that is being made cannot be restored yet', async () => {
  await creator('unfinished').do();

  await assert.rejects(restorer('unfinished').do(), /usage error \(422\).*unfinished/);
  await until(() => createStatus('unfinished'), hasEnded);
});
