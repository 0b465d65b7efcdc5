import assert from 'node:assert/strict';
import { test } from 'node:test';
import weaviate from 'weaviate-client';
import { connectV3 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
import { Server } from '../support/server.mjs';

const server = await Server.forTests();
const client = await connectV3(server);
const create = async (name, settings, ...tenants) => {
  const collection = await client.collections.create({
    name,
    properties: [{ name: 'text', dataType: 'text' }],
    multiTenancy: weaviate.configure.multiTenancy({ enabled: true, ...settings }),
  });
  if (tenants.length > 0) {
    await collection.tenants.create(tenants.map((tenant) => ({ name: tenant })));
  }

  return collection;
};
const states = (tenants) => Object.values(tenants).map(({ name, activityStatus }) => `${name} ${activityStatus}`).sort();

test('tenants are created, listed, and found by name', async () => {
  const { tenants } = await create('Listed', {}, 'ann', 'bob', 'eve');

  assert.deepEqual(states(await tenants.get()), ['ann ACTIVE', 'bob ACTIVE', 'eve ACTIVE']);
  assert.deepEqual(states(await tenants.getByNames(['bob', 'zoe'])), ['bob ACTIVE']);
  assert.equal((await tenants.getByName('ann')).name, 'ann');
  assert.equal(await tenants.getByName('zoe'), null);
});

test('tenants are deactivated, activated and removed', async () => {
  const { tenants } = await create('Changed', {}, 'ann', 'bob');

  await tenants.deactivate('bob');
  assert.deepEqual(states(await tenants.get()), ['ann ACTIVE', 'bob INACTIVE']);
  await tenants.activate('bob');
  assert.deepEqual(states(await tenants.get()), ['ann ACTIVE', 'bob ACTIVE']);
  await tenants.remove(['ann']);
  assert.deepEqual(states(await tenants.get()), ['bob ACTIVE']);
});

test('offloading is refused: there is no module for it', async () => {
  const { tenants } = await create('Offloaded', {}, 'ann');

  await assert.rejects(tenants.offload('ann'), /422.*ann.*offload/);
});

test('each tenant has objects of its own', async () => {
  const notes = await create('Own', {}, 'ann', 'bob');
  for (const tenant of ['ann', 'bob']) {
    await notes.withTenant(tenant).data.insert({ id: id(1), properties: { text: `of ${tenant}` } });
    await notes.withTenant(tenant).data.insertMany([{ id: id(2), properties: { text: `more of ${tenant}` } }]);
  }

  await notes.withTenant('ann').data.deleteMany(notes.filter.byId().equal(id(2)));

  assert.equal((await notes.withTenant('ann').query.fetchObjectById(id(1))).properties.text, 'of ann');
  assert.equal(await notes.withTenant('ann').length(), 1);
  assert.equal(await notes.withTenant('bob').length(), 2);
});

test('a request without a tenant, or for one that is not there, is refused', async () => {
  const notes = await create('Refusing', {}, 'ann');

  await assert.rejects(notes.query.fetchObjects(), /without tenant/);
  await assert.rejects(notes.withTenant('zoe').query.fetchObjects(), /tenant not found.*zoe/);
  await assert.rejects(notes.withTenant('zoe').data.insert(), /422.*tenant not found.*zoe/);
});

test('an inactive tenant refuses searches', async () => {
  const notes = await create('Inactive', {}, 'ann');
  await notes.tenants.deactivate('ann');

  await assert.rejects(notes.withTenant('ann').query.fetchObjects(), /tenant not active.*ann/);
});

test('a write creates the tenant, and a search or count activates it, if the collection says so', async () => {
  const notes = await create('Automatic', { autoTenantCreation: true, autoTenantActivation: true });
  await notes.withTenant('new').data.insertMany([{ id: id(1), properties: { text: 'x' } }]);

  await notes.tenants.deactivate('new');
  assert.equal(await notes.withTenant('new').length(), 1);
  await notes.tenants.deactivate('new');
  assert.equal((await notes.withTenant('new').query.fetchObjects()).objects.length, 1);

  assert.deepEqual(states(await notes.tenants.get()), ['new ACTIVE']);
});
