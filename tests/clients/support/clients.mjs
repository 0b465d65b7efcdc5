// Both official clients, connected as their manuals say, with every check at start.
import weaviate from 'weaviate-client';
import weaviateTs from 'weaviate-ts-client';
import { after } from 'node:test';

/** weaviate-ts-client 2: REST and GraphQL. */
export function connectV2(server, key) {
  return weaviateTs.client({
    scheme: 'http',
    host: server.host,
    ...(key && { apiKey: new weaviateTs.ApiKey(key) }),
  });
}

/** weaviate-client 3: REST and gRPC. */
export function connect(server, key) {
  return weaviate.connectToCustom({
    httpHost: server.rest.hostname,
    httpPort: Number(server.rest.port),
    grpcHost: server.grpc.hostname,
    grpcPort: Number(server.grpc.port),
    // In seconds; by default the first call has two, which a machine full of tests does not always keep.
    timeout: { init: 30, query: 120, insert: 120 },
    ...(key && { authCredentials: new weaviate.ApiKey(key) }),
  });
}

/** weaviate-client 3, closed after the last test of the file. */
export async function connectV3(server, key) {
  const client = await connect(server, key);
  after(() => client.close());
  return client;
}
