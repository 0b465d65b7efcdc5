using System.Diagnostics;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.Gcs.Tests.Support;

/// <summary>
/// The storage emulator of Firebase: uploads in one request, downloads, ranges, listings and deletions as Google's; it ignores conditions.
/// </summary>
internal sealed class FirebaseEmulator : IDisposable
{
    private readonly Process _process;

    private FirebaseEmulator(Process process, string ready)
    {
        _process = process;
        Options = new GcsBackendOptions
        {
            Bucket = "shelf",
            Path = $"tests/{Guid.NewGuid():N}",
            Endpoint = new Uri($"http://127.0.0.1:{ready.Split(' ')[1]}"),
            UseAuthentication = false,

            // Its sessions are not those of Google's: it takes no part of an object.
            ResumableThresholdBytes = 1L << 40,
        };
    }

    /// <summary>A place where nothing is yet.</summary>
    public GcsBackendOptions Options { get; }

    public static async Task<FirebaseEmulator> StartAsync()
    {
        Emulator.RequireTool("node", "Node 20");
        Emulator.Require(
            Directory.Exists(Emulator.PathOf("firebase/node_modules/firebase-tools")),
            "firebase-tools is not installed (npm ci in tests/emulators/firebase).");
        (Process process, string line) = await Emulator.StartAsync("node", [Emulator.PathOf("firebase/storage.js")], "ready ", TimeSpan.FromMinutes(1));
        return new FirebaseEmulator(process, line);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
