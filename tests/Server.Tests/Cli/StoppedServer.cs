using Basalt.Server.Configuration;
using Basalt.Server.Hosting;
using Basalt.Server.Tests.Backups;
using Basalt.Server.Tests.Support;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Basalt.Server.Tests.Cli;

/// <summary>What a server left when it stopped: its data with the classes Book and Author, and a repository with the backup <c>b1</c> of them.</summary>
public sealed class StoppedServer : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _folders;

    internal string Data => _directory["data"];

    internal string Repository => _directory["backups"];

    internal string RepositoryUrl => new UriBuilder("file", "") { Path = Repository }.Uri.AbsoluteUri;

    internal SortedDictionary<string, string> Books { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await using ServerHost server = await ServeAsync(Data);
        using var client = new ApiClient(server.Address);
        await client.CreateClassAsync("Book", 2000);
        await client.CreateClassAsync("Author", 1);
        await client.BackUpAsync("b1");
        Books = await client.ReadObjectsAsync("Book");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    /// <summary>A folder that no other test uses; it does not exist.</summary>
    internal string NewFolder() => _directory[$"folder {Interlocked.Increment(ref _folders)}"];

    /// <summary>A repository of its own with a copy of <c>b1</c>.</summary>
    internal async Task<string> CopyRepositoryAsync()
    {
        string target = NewFolder();
        (await CommandRun.OfAsync("copy", "b1", Repository, target)).Expect(0);
        return target;
    }

    /// <summary>Starts a server on a data directory.</summary>
    internal Task<ServerHost> ServeAsync(string data) => ServerHost.StartAsync(new ServerSettings
    {
        DataPath = data,
        FileSystemBackupPath = Repository,
        Urls = ["http://127.0.0.1:0"],
        NodeName = "node1",
        LogLevel = LogLevel.Error,
    });
}
