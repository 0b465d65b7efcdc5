using Basalt.Server.Api;
using Basalt.Server.Cluster.Clock;
using Basalt.Server.Cluster.Members;
using Basalt.Server.Cluster.Peers;
using Basalt.Server.Cluster.Schema;
using Basalt.Server.Configuration;
using Basalt.Server.Diagnostics;

namespace Basalt.Server.Cluster;

/// <summary>This node's place in its cluster: what it knows of the others, and what they know of it.</summary>
internal sealed class ClusterNode : IClusterView, IAsyncDisposable
{
    private readonly ServerSettings _settings;
    private readonly ISchemaReplica _replica;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;

    // Short questions; the transport of objects has a client of its own.
    private readonly HttpClient _peers;
    private Registration? _registration;

    /// <param name="settings">The settings, which have a cluster.</param>
    /// <param name="store">Where the nodes agree; disposed with the node.</param>
    /// <param name="replica">The schema of this node.</param>
    /// <param name="clock">The clock that makes cuts of several nodes consistent.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The log.</param>
    public ClusterNode(
        ServerSettings settings, IClusterStore store, ISchemaReplica replica, CausalClock clock, TimeProvider timeProvider, ILogger logger)
    {
        ClusterSettings cluster = settings.Cluster!;
        _settings = settings;
        _replica = replica;
        _timeProvider = timeProvider;
        _logger = logger;
        Store = store;
        Keys = new ClusterKeys(cluster.Prefix);
        Credentials = new PeerCredentials(cluster.PeerUser, cluster.PeerPassword) { AuthorityFile = cluster.PeerAuthorityFile };
        _peers = PeerHttp.Create(Credentials, new PeerTimeouts().Connect);
        _peers.Timeout = TimeSpan.FromSeconds(10);
        Clock = clock;
        Members = new MemberDirectory(store, Keys, timeProvider, problem => ServerLog.MembersUnknown(_logger, problem));
        Schema = new SchemaLog(
            store,
            Keys,
            replica,
            new SchemaWitnesses(Self, Members, (address, revision, stop) => SchemaPeers.AwaitAsync(_peers, address, revision, stop), timeProvider),
            () => [.. Members.Members.Keys],
            timeProvider);
    }

    /// <summary>Where the nodes agree.</summary>
    public IClusterStore Store { get; }

    /// <summary>The keys of the cluster.</summary>
    public ClusterKeys Keys { get; }

    /// <summary>What nodes show each other.</summary>
    public PeerCredentials Credentials { get; }

    /// <summary>The clock that makes cuts of several nodes consistent.</summary>
    public CausalClock Clock { get; }

    /// <summary>The nodes that are there.</summary>
    public MemberDirectory Members { get; }

    /// <summary>What joins this node to the others.</summary>
    public PeerLink Link => new(this, Credentials) { Clock = Clock };

    /// <summary>Asks other nodes.</summary>
    public HttpClient Peers => _peers;

    /// <summary>The schema of the cluster.</summary>
    public SchemaLog Schema { get; }

    /// <summary>A random name of this run of the process.</summary>
    public Guid Instance { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public string Self => _settings.NodeName;

    /// <inheritdoc/>
    public bool IsFenced => _registration is not { IsFenced: false };

    /// <summary>Cancelled when this node loses the membership that it has now, and while it has none.</summary>
    public CancellationToken Fenced => _registration?.Lease?.Lost ?? new CancellationToken(canceled: true);

    /// <inheritdoc/>
    public long SchemaRevision => Schema.Version;

    /// <inheritdoc/>
    public Uri AddressOf(string node) => Members.AddressOf(node);

    /// <inheritdoc/>
    public Task AwaitSchemaAsync(long revision, CancellationToken cancellationToken) => Schema.AwaitAsync(revision, cancellationToken);

    /// <summary>Becomes a member: claims the name, registers, and catches up with the schema. Until then the node is fenced.</summary>
    /// <param name="databaseId">The data directory.</param>
    /// <param name="listening">Where the server listens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClusterException">The node cannot be a member: its name is another's, its data do not fit, or the store fails.</exception>
    public async Task JoinAsync(Guid databaseId, Uri listening, CancellationToken cancellationToken)
    {
        ClusterSettings cluster = _settings.Cluster!;
        var record = new MemberRecord(cluster.AdvertisedAddress ?? listening, Instance, ServerVersion.Revision);
        var registration = new Registration(Store, Keys, Self, record, cluster.LeaseTimeToLive, _timeProvider)
        {
            OnProblem = problem => ServerLog.StaysFenced(_logger, Self, problem),
        };
        _registration = registration;
        _replica.Enter(await registration.ClaimNameAsync(databaseId, cancellationToken));
        await registration.StartAsync(
            Schema.CatchUpAsync,
            () => ServerLog.Fenced(_logger, Self),
            () => ServerLog.Unfenced(_logger, Self),
            cancellationToken);
        await Members.Known.WaitAsync(cancellationToken);
        ServerLog.Joined(_logger, Self, record.Address, Members.Members.Count);
    }

    /// <summary>The names of all nodes that ever were members, whether they are there or not.</summary>
    /// <exception cref="ClusterException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<string>> ReadNodesAsync(CancellationToken cancellationToken) =>
    [
        .. (await Store.ReadAllAsync(Keys.Nodes, ClusterStoreRanges.DefaultPageSize, cancellationToken)).Entries.Select(entry => Keys.NodeOf(entry.Key)),
    ];

    /// <summary>Throws if this node may not serve now.</summary>
    /// <exception cref="RequestException">503.</exception>
    public void RequireServing()
    {
        if (IsFenced)
        {
            throw RequestException.Handler(
                StatusCodes.Status503ServiceUnavailable,
                $"node '{Self}' is not a member of its cluster at present, so it does not serve; it tries to come back by itself");
        }
    }

    /// <summary>What became of a request that ended because of <see cref="Fenced"/>: 503.</summary>
    public RequestException Interrupted() => RequestException.Handler(
        StatusCodes.Status503ServiceUnavailable,
        $"node '{Self}' lost its membership of the cluster during the request, which may have been carried out; it tries to come back by itself");

    /// <summary>Leaves, so that the others know at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_registration is not null)
        {
            await _registration.DisposeAsync();
        }

        Clock.Dispose();
        await Schema.DisposeAsync();
        await Members.DisposeAsync();
        _peers.Dispose();
        await Store.DisposeAsync();
    }
}
