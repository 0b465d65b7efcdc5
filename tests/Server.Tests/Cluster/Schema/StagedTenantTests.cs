using System.Text;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Cluster.Backups;
using Basalt.Server.Cluster.Etcd;
using Basalt.Server.Cluster.Operations;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;
using Basalt.Server.Shards;
using Basalt.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Basalt.Server.Tests.Cluster.Schema;

/// <summary>What a node makes of the tenants that a restore has staged there, when it hears of the class only after it was published and has changed.</summary>
public sealed class StagedTenantTests : IAsyncLifetime, IDisposable
{
    private const string Class = "Order";
    private static readonly Guid Operation = Guid.CreateVersion7();
    private static readonly byte[] Object = "an object of the backup"u8.ToArray();

    private static readonly SchemaVersion Version = new(7, "a change");

    private readonly TemporaryDirectory _directory = new();
    private Database _database = null!;
    private ClassCatalog _catalog = null!;

    public async Task InitializeAsync()
    {
        _database = Database.Open(_directory["data"]);
        var settings = new ServerSettings
        {
            DataPath = _directory["data"],
            NodeName = "n2",
            Cluster = new ClusterSettings(new EtcdOptions { Endpoints = [] }, "/t") { PeerUser = "nodes", PeerPassword = "hush" },
        };
        _catalog = await ClassCatalog.LoadAsync(_database, settings, NullLogger.Instance, CancellationToken.None);
        _catalog.Follow(new SilentLog());
        _catalog.Enter("this cluster");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _catalog.Dispose();
        _database.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tenant_DeletedAndMadeAnewBeforeItsNodeHeardOfTheRestore_HasNothingOfTheBackup(bool hadId)
    {
        Stage(hadId ? Guid.NewGuid() : null, "same", "reborn", "gone");

        await _catalog.ReplaceAsync([Definition(), Tenant("same", Operation, "n2"), Tenant("reborn", Guid.NewGuid(), null)], Version, true, CancellationToken.None);

        Assert.Equal(["reborn", "same"], _catalog.Get(Class).Tenants.Keys);
        Assert.True(HasObject("same"));
        Assert.False(HasObject("reborn"));
        Assert.Null(_database.FindKeyspace(KeyspaceNames.Objects(Class, "gone")));
    }

    [Fact]
    public async Task Tenant_ThatIsThere_KeepsItsObjectsOverRestartsOfItsNode()
    {
        Stage(Guid.NewGuid(), "same");
        SchemaEntry[] published = [Definition(), Tenant("same", Operation, "n2"), Tenant("elsewhere", Operation, "n1")];

        await _catalog.ReplaceAsync(published, Version, true, CancellationToken.None);
        new StagedClasses(_database).End(Operation, []);
        _catalog.Dispose();
        _database.Dispose();
        await InitializeAsync();
        await _catalog.ReplaceAsync(published, Version, true, CancellationToken.None);

        Assert.True(HasObject("same"));
        Assert.Equal(("n2", "n1"), (_catalog.Get(Class).Tenants["same"].Shard.Place.Node, _catalog.Get(Class).Tenants["elsewhere"].Shard.Place.Node));
        Assert.Null(_catalog.Get(Class).Tenants["elsewhere"].Shard.Local);
    }

    [Fact]
    public async Task Tenant_OfARestoreThatIsNotHere_IsNotTakenForEmpty()
    {
        Stage(Guid.NewGuid(), "same");

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() =>
            _catalog.ReplaceAsync([Definition(), Tenant("same", Operation, "n2"), Tenant("lost", Operation, "n2")], Version, true, CancellationToken.None));

        Assert.Contains("lost", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adoption_OfAClassWithTenants_HasThemInEntriesOfTheirOwn()
    {
        Stage(Guid.NewGuid(), "a", "cold", "deleted");
        _database.Put(Schema, Encoding.ASCII.GetBytes(TenantRecord.KeyText("cold")), TenantRecord.Encode(TenantStatus.Cold, Guid.NewGuid()));

        (IReadOnlyList<SchemaEntry> entries, _) = await _catalog.PlanAdoptionAsync(
            new Dictionary<string, string> { [Class] = Class },
            (_, stored) => new PlacedClass(
                new SchemaRecord([], stored.Definition) { Nodes = ["n1", "n2"], Id = Operation },
                [new ShardPlace("a", "n1"), new ShardPlace("cold", "n2"), new ShardPlace("unheard", "n1")]),
            CancellationToken.None);

        Assert.Equal(
            [$"tenant/a HOT {Operation:N} n1", $"tenant/cold COLD {Operation:N} n2", $"tenant/unheard HOT {Operation:N} n1"],
            entries.Where(entry => !entry.IsDefinition).Select(entry => $"{entry.Key} {Encoding.ASCII.GetString(entry.Value!.Value.Span)}"));
        Assert.Empty(SchemaRecord.Decode(Class, entries.Single(entry => entry.IsDefinition).Value!.Value).Shards);
    }

    private Keyspace Schema => _database.FindKeyspace(KeyspaceNames.Schema(Class))!;

    private static SchemaRecord Record(Guid id) =>
        new([], new ClassDefinitionReader("none", static _ => true).Read(JsonElement.Parse($$$"""{"class":"{{{Class}}}","multiTenancyConfig":{"enabled":true}}""")))
        {
            Nodes = ["n2"],
            Id = id,
        };

    private static SchemaEntry Definition() => new(Class, SchemaEntry.DefinitionKey, Record(Operation).Encode());

    private static SchemaEntry Tenant(string name, Guid id, string? node) => new(Class, TenantRecord.KeyText(name), TenantRecord.Encode(TenantStatus.Hot, id, node));

    /// <summary>What a node has when it has said that all is staged.</summary>
    private void Stage(Guid? idInBackup, params string[] tenants)
    {
        new StagedClasses(_database).Begin(
            new OperationPlan
            {
                Operation = Operation,
                Kind = OperationKind.Restore,
                Id = "b1",
                Backend = "filesystem",
                Classes = [Class],
                Participants = ["n1", "n2"],
                Started = DateTimeOffset.UnixEpoch,
            },
            [Class]);
        _database.CreateKeyspaces(
        [
            KeyspaceNames.Schema(Class),
            .. tenants.SelectMany(name => (string[])[KeyspaceNames.Objects(Class, name), KeyspaceNames.Index(Class, name)]),
        ]);
        _database.Put(Schema, SchemaRecord.Key, Record(Guid.NewGuid()).Encode());
        foreach (string tenant in tenants)
        {
            _database.Put(Schema, Encoding.ASCII.GetBytes(TenantRecord.KeyText(tenant)), TenantRecord.Encode(TenantStatus.Hot, idInBackup));
            _database.Put(_database.FindKeyspace(KeyspaceNames.Objects(Class, tenant))!, Object, Object);
        }
    }

    private bool HasObject(string tenant) => _database.Get(_database.FindKeyspace(KeyspaceNames.Objects(Class, tenant))!, Object) is not null;

    /// <summary>A log in which nothing happens.</summary>
    private sealed class SilentLog : ISchemaLog
    {
        public long Version => 0;

        public IReadOnlyList<string> Nodes => ["n2"];

        public Task ConfirmAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<bool> TryCommitAsync(SchemaChange change, long version, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
