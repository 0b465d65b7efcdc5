using System.Collections.Immutable;
using Basalt.Backup.Gcs;
using Basalt.Backup.S3;
using Basalt.Engine;
using Basalt.Server.Security;

namespace Basalt.Server.Configuration;

/// <summary>Everything the server can be told, read once at the start and validated by <see cref="SettingsReader"/>.</summary>
internal sealed record ServerSettings
{
    /// <summary>The directory of the database (<c>PERSISTENCE_DATA_PATH</c>).</summary>
    public required string DataPath { get; init; }

    /// <summary>Addresses to listen on; port 0 takes a free one.</summary>
    public ImmutableArray<string> Urls { get; init; } = ["http://127.0.0.1:8080"];

    /// <summary>How gRPC is served beside REST; null serves none.</summary>
    public GrpcSettings? Grpc { get; init; }

    /// <summary>The name of this node, in <c>/v1/nodes</c> and in backups (<c>CLUSTER_HOSTNAME</c>).</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    /// <summary>The cluster that this node is part of (<c>CLUSTER_ETCD_ENDPOINTS</c> and others); null for a node alone.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>Objects in a page when the request sets no limit (<c>QUERY_DEFAULTS_LIMIT</c>).</summary>
    public int QueryDefaultsLimit { get; init; } = 10;

    /// <summary>The most that offset and limit may add up to (<c>QUERY_MAXIMUM_RESULTS</c>).</summary>
    public int QueryMaximumResults { get; init; } = 10_000;

    /// <summary>Whether objects may bring new classes and properties (<c>AUTOSCHEMA_ENABLED</c>).</summary>
    public bool AutoSchemaEnabled { get; init; } = true;

    /// <summary>Modules asked for, in order; unknown names are logged and ignored (<c>ENABLE_MODULES</c>).</summary>
    public ImmutableArray<string> EnabledModules { get; init; } = [];

    /// <summary>Where <c>backup-filesystem</c> keeps backups (<c>BACKUP_FILESYSTEM_PATH</c>); null when that module is off.</summary>
    public string? FileSystemBackupPath { get; init; }

    /// <summary>Directories below which requests may have backups instead of the configured one (<c>BASALT_BACKUP_OVERRIDE_ROOTS</c>).</summary>
    public ImmutableArray<string> BackupOverrideRoots { get; init; } = [];

    /// <summary>Where <c>backup-s3</c> keeps backups (<c>BACKUP_S3_BUCKET</c> and others); null when that module is off.</summary>
    public S3BackendOptions? S3Backup { get; init; }

    /// <summary>Where <c>backup-gcs</c> keeps backups (<c>BACKUP_GCS_BUCKET</c> and others); null when that module is off.</summary>
    public GcsBackendOptions? GcsBackup { get; init; }

    /// <summary>Buckets that requests may name instead of the configured one (<c>BASALT_BACKUP_OVERRIDE_BUCKETS</c>).</summary>
    public ImmutableArray<string> BackupOverrideBuckets { get; init; } = [];

    /// <summary>How backups are made and tended (<c>BACKUP_MAX_RATE</c>, <c>BACKUP_GC_INTERVAL</c> and others).</summary>
    public BackupSettings Backups { get; init; } = new();

    /// <summary>The least time from the start to the end of a backup or restore that succeeds (<c>BACKUP_MIN_DURATION</c>).</summary>
    public TimeSpan MinimumBackupDuration { get; init; }

    /// <summary>The vectorizer of classes that name none (<c>DEFAULT_VECTORIZER_MODULE</c>).</summary>
    public string DefaultVectorizer { get; init; } = "none";

    /// <summary>The most classes, or -1 for no limit (<c>MAXIMUM_ALLOWED_COLLECTIONS_COUNT</c>).</summary>
    public int MaximumCollections { get; init; } = -1;

    /// <summary>Who may use the server.</summary>
    public AccessSettings Access { get; init; } = new();

    /// <summary>Kestrel's own settings, for TLS above all (<c>Kestrel__Certificates__Default__Path</c>), by their names below <c>Kestrel</c>.</summary>
    public ImmutableDictionary<string, string> Kestrel { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The least severe lines that are logged (<c>LOG_LEVEL</c>).</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>How log lines look (<c>LOG_FORMAT</c>).</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Json;

    /// <summary>The origin that clients see, for links and redirects (<c>ORIGIN</c>); null takes the request's.</summary>
    public string? Origin { get; init; }

    /// <summary>Bytes of the largest request body (<c>BASALT_MAX_REQUEST_BYTES</c>).</summary>
    public long MaxRequestBytes { get; init; } = 100L << 20;

    /// <summary>What clients may take before they have asked for anything (<c>BASALT_MAX_CONNECTIONS</c> and others).</summary>
    public ConnectionSettings Connections { get; init; } = new();

    /// <summary>Batch requests that are worked on at once; more wait (<c>BASALT_MAX_CONCURRENT_BATCHES</c>).</summary>
    public int MaxConcurrentBatches { get; init; } = Math.Max(4, 2 * Environment.ProcessorCount);

    /// <summary>How long requests in flight may take to finish when the server stops (<c>BASALT_SHUTDOWN_SECONDS</c>).</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How the database is opened (<c>BASALT_DURABILITY</c>, <c>BASALT_MEMTABLE_BYTES</c>, <c>BASALT_BLOCK_CACHE_BYTES</c>).</summary>
    public DatabaseOptions Database { get; init; } = DefaultDatabase;

    /// <summary>
    /// Smaller than the engine's own defaults: a server shares its memory with request bodies, and the promise is that importing a
    /// million objects stays below 1 GiB.
    /// </summary>
    public static DatabaseOptions DefaultDatabase { get; } = new() { MemtableBytes = 48L << 20, BlockCacheBytes = 128L << 20 };
}
