using System.Collections;
using System.Collections.Immutable;
using Basalt.Engine;
using Basalt.Server.Backups;

namespace Basalt.Server.Configuration;

/// <summary>Makes <see cref="ServerSettings"/> of environment variables that carry Weaviate's names, and of the command line.</summary>
internal static class SettingsReader
{
    // Node names are part of object names in backups.
    private const int MaxNodeNameLength = 128;

    private const string ModulesVariable = "ENABLE_MODULES";

    /// <summary>The process's environment variables.</summary>
    public static Dictionary<string, string> ProcessVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        return variables;
    }

    /// <summary>Reads and validates all settings.</summary>
    /// <param name="variables">Environment variables by name.</param>
    /// <param name="urls">Addresses from the command line; they win over the environment. Empty takes the environment's.</param>
    /// <exception cref="SettingsException">A value is not allowed.</exception>
    public static ServerSettings Read(IReadOnlyDictionary<string, string> variables, ImmutableArray<string> urls = default)
    {
        var reader = new VariableReader(variables);
        var defaults = new ServerSettings { DataPath = DataPath(variables) };
        int defaultLimit = (int)reader.Integer("QUERY_DEFAULTS_LIMIT", defaults.QueryDefaultsLimit, 1, 1_000_000);
        int maximumResults = (int)reader.Integer("QUERY_MAXIMUM_RESULTS", defaults.QueryMaximumResults, 1, 10_000_000);
        if (defaultLimit > maximumResults)
        {
            throw SettingsException.Invalid("QUERY_DEFAULTS_LIMIT", $"{defaultLimit}", $"at most QUERY_MAXIMUM_RESULTS ({maximumResults})");
        }

        ImmutableArray<string> addresses = ReadUrls(reader, urls, defaults.Urls);
        return defaults with
        {
            Urls = addresses,
            Grpc = GrpcSettings.Read(reader, addresses),
            NodeName = ReadNodeName(reader, defaults.NodeName),
            Cluster = ClusterReader.Read(reader),
            QueryDefaultsLimit = defaultLimit,
            QueryMaximumResults = maximumResults,
            AutoSchemaEnabled = reader.Flag("AUTOSCHEMA_ENABLED", defaults.AutoSchemaEnabled),
            EnabledModules = reader.List(ModulesVariable),
            FileSystemBackupPath = ReadFileSystemBackupPath(reader, defaults.DataPath),
            BackupOverrideRoots = ReadOverrideRoots(reader),
            S3Backup = S3Reader.Read(reader, reader.List(ModulesVariable)),
            GcsBackup = GcsReader.Read(reader, reader.List(ModulesVariable)),
            BackupOverrideBuckets = OverrideBuckets.Read(reader),
            Backups = BackupSettings.Read(reader),
            MinimumBackupDuration = reader.Duration("BACKUP_MIN_DURATION", defaults.MinimumBackupDuration, TimeSpan.FromMinutes(1)),
            DefaultVectorizer = reader.Word("DEFAULT_VECTORIZER_MODULE", defaults.DefaultVectorizer, ("none", "none")),
            MaximumCollections = (int)reader.Integer("MAXIMUM_ALLOWED_COLLECTIONS_COUNT", defaults.MaximumCollections, -1, 1_000_000),
            Access = AccessReader.Read(reader),
            Kestrel = KestrelReader.Read(variables),
            LogLevel = ReadLogLevel(reader),
            LogFormat = reader.Word("LOG_FORMAT", defaults.LogFormat, ("json", LogFormat.Json), ("text", LogFormat.Text)),
            Origin = reader.Text("ORIGIN"),
            MaxRequestBytes = reader.Integer("BASALT_MAX_REQUEST_BYTES", defaults.MaxRequestBytes, 1024, 1L << 30),
            Connections = ConnectionSettings.Read(reader),
            MaxConcurrentBatches = (int)reader.Integer("BASALT_MAX_CONCURRENT_BATCHES", defaults.MaxConcurrentBatches, 1, 1024),
            ShutdownTimeout = TimeSpan.FromSeconds(
                reader.Integer("BASALT_SHUTDOWN_SECONDS", (long)defaults.ShutdownTimeout.TotalSeconds, 0, 3600)),
            Database = ReadDatabase(reader),
        };
    }

    /// <summary>The directory of the database alone.</summary>
    public static string DataPath(IReadOnlyDictionary<string, string> variables) =>
        Path.GetFullPath(new VariableReader(variables).Text("PERSISTENCE_DATA_PATH") ?? "./data");

    /// <summary>The name of this node alone, for what runs without a server.</summary>
    /// <param name="variables">Environment variables by name.</param>
    /// <exception cref="SettingsException">The name is not allowed.</exception>
    public static string NodeName(IReadOnlyDictionary<string, string> variables) =>
        ReadNodeName(new VariableReader(variables), Environment.MachineName);

    /// <summary>With no modules named, backups to the file system work at once, beside the data; otherwise the module has to be named and told where.</summary>
    private static string? ReadFileSystemBackupPath(VariableReader reader, string dataPath)
    {
        string? path = reader.Text(FileSystemModule.PathVariable);
        bool isNamed = reader.List(ModulesVariable).Contains(FileSystemModule.ModuleName);
        if (path is null)
        {
            return isNamed
                ? throw new SettingsException(
                    $"init module \"{FileSystemModule.ModuleName}\": empty backup path provided: '{FileSystemModule.PathVariable}' must be set")
                : reader.Text(ModulesVariable) is null ? $"{Path.TrimEndingDirectorySeparator(dataPath)}-backups"
                : null;
        }

        if (!Path.IsPathFullyQualified(path))
        {
            throw new SettingsException(
                $"init module \"{FileSystemModule.ModuleName}\": relative backup path provided: '{FileSystemModule.PathVariable}' is '{path}'; it takes an absolute path");
        }

        return isNamed || reader.Text(ModulesVariable) is null ? path : null;
    }

    private static ImmutableArray<string> ReadOverrideRoots(VariableReader reader)
    {
        ImmutableArray<string> roots = reader.List(OverridePath.RootsVariable);
        return roots.FirstOrDefault(root => !Path.IsPathFullyQualified(root)) is { } relative
            ? throw SettingsException.Invalid(OverridePath.RootsVariable, relative, "absolute paths, with ',' between")
            : roots;
    }

    private static ImmutableArray<string> ReadUrls(VariableReader reader, ImmutableArray<string> urls, ImmutableArray<string> fallback)
    {
        if (!urls.IsDefaultOrEmpty)
        {
            return urls;
        }

        ImmutableArray<string> configured = [.. (reader.Text("ASPNETCORE_URLS") ?? string.Empty)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        foreach (string url in configured)
        {
            if (ListenUrl.Problem(url) is { } problem)
            {
                throw SettingsException.Invalid("ASPNETCORE_URLS", url, problem);
            }
        }

        return configured.IsEmpty ? fallback : configured;
    }

    private static string ReadNodeName(VariableReader reader, string fallback)
    {
        string name = reader.Text("CLUSTER_HOSTNAME") ?? fallback;
        bool valid = name.Length <= MaxNodeNameLength && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return valid
            ? name
            : throw SettingsException.Invalid("CLUSTER_HOSTNAME", name, $"1 to {MaxNodeNameLength} letters, digits, '-', '_' and '.', not starting with '.'");
    }

    private static LogLevel ReadLogLevel(VariableReader reader) =>
        reader.Word(
            "LOG_LEVEL",
            LogLevel.Information,
            ("trace", LogLevel.Trace),
            ("debug", LogLevel.Debug),
            ("info", LogLevel.Information),
            ("warning", LogLevel.Warning),
            ("error", LogLevel.Error),
            ("fatal", LogLevel.Critical),
            ("panic", LogLevel.Critical));

    private static DatabaseOptions ReadDatabase(VariableReader reader)
    {
        DatabaseOptions defaults = ServerSettings.DefaultDatabase;
        return defaults with
        {
            Durability = reader.Word(
                "BASALT_DURABILITY", defaults.Durability, ("sync", Durability.Sync), ("buffered", Durability.Buffered)),
            MemtableBytes = reader.Integer("BASALT_MEMTABLE_BYTES", defaults.MemtableBytes, 64 << 10, 1L << 30),
            BlockCacheBytes = reader.Integer("BASALT_BLOCK_CACHE_BYTES", defaults.BlockCacheBytes, 0, 1L << 40),
        };
    }
}
