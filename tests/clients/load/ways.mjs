// Ways to import a batch. Each prepares a request for objects first ... first + count - 1, and sends a prepared one.
import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { Agent, request } from 'node:http';
import { once } from 'node:events';
import { connectV2 } from '../support/clients.mjs';
import { id } from '../support/ids.mjs';
// The package does not export its messages.
import { BatchObjectsReply, BatchObjectsRequest } from '../node_modules/weaviate-client/dist/node/esm/proto/v1/batch.js';

const FRAME_HEADER = 5;

const objects = (first, count) => Array.from({ length: count }, (_, i) => {
  const number = first + i;
  return { id: id(number), properties: { title: `Item ${number} of the catalogue`, number, price: number / 8 } };
});

export const ways = {
  v2: (server) => {
    const client = connectV2(server);
    return {
      prepare: (first, count) => objects(first, count).map((object) => ({ class: 'Item', ...object })),
      send: async (batch) => {
        const result = await client.batch.objectsBatcher().withObjects(...batch).do();
        assert.ok(result.every((item) => item.result.status === 'SUCCESS'));
      },
    };
  },

  v3: (_, client) => {
    const items = client.collections.use('Item');
    return {
      prepare: objects,
      send: async (batch) => assert.equal((await items.data.insertMany(batch)).hasErrors, false),
    };
  },

  rest: (server) => {
    const agent = new Agent({ keepAlive: true });
    return {
      prepare: (first, count) => Buffer.from(JSON.stringify({ objects: objects(first, count).map((object) => ({ class: 'Item', ...object })) })),
      send: async (body) => {
        const sent = request(new URL('/v1/batch/objects', server.rest), {
          agent, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length },
        });
        sent.end(body);
        const [response] = await once(sent, 'response');
        const answer = await read(response);
        assert.equal(response.statusCode, 200);
        assert.ok(!answer.includes('"FAILED"'));
      },
      close: () => agent.destroy(),
    };
  },

  grpc: (server) => {
    const session = connectHttp2(server.grpc);
    return {
      prepare: (first, count) => {
        const message = BatchObjectsRequest.encode(BatchObjectsRequest.fromPartial({
          objects: objects(first, count).map((object) => ({
            uuid: object.id, collection: 'Item', properties: { nonRefProperties: object.properties },
          })),
        })).finish();
        const frame = Buffer.alloc(FRAME_HEADER + message.length);
        frame.writeUInt32BE(message.length, 1);
        frame.set(message, FRAME_HEADER);
        return frame;
      },
      send: async (frame) => {
        const stream = session.request({
          ':method': 'POST', ':path': '/weaviate.v1.Weaviate/BatchObjects', 'content-type': 'application/grpc', te: 'trailers',
        });
        stream.end(frame);
        const answer = await read(stream);
        assert.deepEqual(BatchObjectsReply.decode(answer.subarray(FRAME_HEADER)).errors, []);
      },
      close: () => session.close(),
    };
  },
};

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }

  return Buffer.concat(chunks);
}
