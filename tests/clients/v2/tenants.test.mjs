import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = connectV2(server);
const { schema, data } = client;

before(async () => {
  await schema.classCreator().withClass({
    class: 'Note',
    properties: [{ name: 'text', dataType: ['text'] }],
    multiTenancyConfig: { enabled: true },
  }).do();
  await schema.tenantsCreator('Note', [{ name: 'ann' }, { name: 'bob' }, { name: 'eve' }]).do();
  for (const tenant of ['ann', 'bob']) {
    await data.creator().withClassName('Note').withId(id(1)).withTenant(tenant).withProperties({ text: `of ${tenant}` }).do();
  }
});

test('tenants are listed and checked', async () => {
  assert.deepEqual((await schema.tenantsGetter('Note').do()).map(({ name }) => name), ['ann', 'bob', 'eve']);
  assert.equal(await schema.tenantsExists('Note', 'ann').do(), true);
  assert.equal(await schema.tenantsExists('Note', 'zoe').do(), false);
});

test('each tenant has objects of its own', async () => {
  for (const tenant of ['ann', 'bob']) {
    const { properties } = await data.getterById().withClassName('Note').withId(id(1)).withTenant(tenant).do();
    assert.deepEqual(properties, { text: `of ${tenant}` });
  }
});

test('a query sees one tenant', async () => {
  const { data: found } = await client.graphql.get().withClassName('Note').withTenant('bob').withFields('text').do();

  assert.deepEqual(found.Get.Note, [{ text: 'of bob' }]);
});

test('a request without a tenant is refused', async () => {
  await assert.rejects(data.creator().withClassName('Note').withProperties({ text: 'x' }).do(), /usage error \(422\).*Note.*without tenant/);
});

test('an inactive tenant refuses requests until it is active again', async () => {
  const read = () => data.getterById().withClassName('Note').withId(id(1)).withTenant('bob').do();
  await schema.tenantsUpdater('Note', [{ name: 'bob', activityStatus: 'COLD' }]).do();

  await assert.rejects(read(), /422.*tenant not active/);
  await schema.tenantsUpdater('Note', [{ name: 'bob', activityStatus: 'HOT' }]).do();
  assert.equal((await read()).properties.text, 'of bob');
});

test('a deleted tenant takes its objects along', async () => {
  await schema.tenantsDeleter('Note', ['eve']).do();

  assert.equal(await schema.tenantsExists('Note', 'eve').do(), false);
});
