using System.Collections.Immutable;
using Basalt.Server.Api;
using Basalt.Server.Backups;
using Basalt.Server.Cluster.Backups;

namespace Basalt.Server.Cluster.Operations;

/// <summary>Where an operation's repository is, as its plan tells every node.</summary>
internal static class OperationPlace
{
    private const string Bucket = "bucket";
    private const string Path = "path";

    /// <summary>What a plan says of a place.</summary>
    public static ImmutableDictionary<string, string> Describe(BackupPlace place)
    {
        ImmutableDictionary<string, string> options = ImmutableDictionary<string, string>.Empty;
        options = place.Bucket is { } bucket ? options.Add(Bucket, bucket) : options;
        return place.Path is { } path ? options.Add(Path, path) : options;
    }

    /// <summary>The place of a plan.</summary>
    public static BackupPlace Of(OperationPlan plan) => new(plan.Options.GetValueOrDefault(Bucket), plan.Options.GetValueOrDefault(Path));

    /// <summary>The repository of a plan, as this node reaches it.</summary>
    /// <exception cref="RequestException">This node does not have the module, or may not use the place.</exception>
    public static Task<BackupStore> OpenAsync(BackupModules modules, OperationPlan plan, CancellationToken cancellationToken) =>
        modules.Find(plan.Backend) is { } module
            ? module.AtAsync(Of(plan), cancellationToken)
            : throw RequestException.Unprocessable($"backup module '{plan.Backend}' is not enabled on this node; see ENABLE_MODULES");
}
