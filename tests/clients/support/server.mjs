// Starts the server as operators do: the built program, on free ports, with a data folder that goes away with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

const program = path.resolve(import.meta.dirname, '../../../server/bin/Release/net10.0/Basalt.Server.dll');

export class Server {
  #process;
  #folder;
  #log = [];

  /**
   * @param {Record<string, string>} settings environment variables besides those for ports and folders
   * @returns {Promise<Server>} a server that answers
   */
  static async start(settings = {}) {
    if (!existsSync(program)) {
      throw new Error(`${program} is missing: run 'dotnet build server -c Release' first`);
    }

    const server = new Server();
    await server.#launch(settings);
    return server;
  }

  /** A server for the tests of one file, which stops after the last of them. */
  static async forTests(settings = {}) {
    const server = await Server.start(settings);
    after(() => server.stop());
    return server;
  }

  /** Where REST is, like 127.0.0.1:1234. */
  get host() {
    return this.rest.host;
  }

  /** The id of the process. */
  get pid() {
    return this.#process.pid;
  }

  /** Asks the server to stop, waits for it, and deletes its data. */
  async stop() {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }

    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(settings) {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'basalt-clients-'));
    this.backupPath = settings.BACKUP_FILESYSTEM_PATH ?? path.join(this.#folder, 'backups');
    this.#process = spawn('dotnet', [program, '--host', '127.0.0.1', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        GRPC_PORT: '0',
        PERSISTENCE_DATA_PATH: path.join(this.#folder, 'data'),
        ENABLE_MODULES: 'backup-filesystem',
        BACKUP_FILESYSTEM_PATH: this.backupPath,
        CLUSTER_HOSTNAME: 'node1',
        LOG_FORMAT: 'json',
        LOG_LEVEL: 'info',
        ...settings,
      },
    });
    for await (const line of createInterface({ input: this.#process.stdout })) {
      this.#log.push(line);
      const { Message = '', State = {} } = line.startsWith('{') ? JSON.parse(line) : {};
      if (Message.startsWith('gRPC on ')) {
        this.grpc = new URL(State.Address);
      } else if (Message.startsWith('Listening on ')) {
        this.rest = new URL(State.Address);
        break;
      }
    }

    if (!this.rest) {
      throw new Error(`the server ended before it listened:\n${this.#log.join('\n')}`);
    }

    // Nobody reads on, but a full pipe would stop the server.
    this.#process.stdout.resume();
  }
}
