// Starts the storage emulator alone, without the rules engine (a Java program that is fetched at first use): requests of the JSON API never
// ask it. Prints "ready <port>"; ends when its input is closed.
const { StorageEmulator } = require('firebase-tools/lib/emulator/storage');
const { createApp } = require('firebase-tools/lib/emulator/storage/server');
const { EmulatorRegistry } = require('firebase-tools/lib/emulator/registry');

const project = 'demo-basalt';
const emulator = new StorageEmulator({ projectId: project, host: '127.0.0.1', rules: [], auto_download: false });
createApp(project, emulator).then((app) => {
  const server = app.listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    // Descriptions of objects contain their address.
    emulator.args.port = port;
    EmulatorRegistry.set('storage', emulator);
    console.log(`ready ${port}`);
  });
});
process.stdin.on('end', () => process.exit(0)).resume();
