using Basalt.Engine.Manifest;

namespace Basalt.Simulation.Tests.World;

/// <summary>Names the moment in the life of a database or a repository that a call belongs to. A run must crash in every one of them.</summary>
internal static class Places
{
    public const string Flush = "flush";
    public const string Compaction = "compaction";

    /// <summary>All places that a crash has to be tried at.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "log write", "log sync", "log preparation", "log retirement", Flush, Compaction, "segment deletion", "orphan sweep",
        "recovery flush", "recovery edit", "recovery read", "manifest switch", "flush edit", "compaction edit", "keyspace edit",
        "lease grant", "lease release", "ingest staging", "ingest rename", "ingest commit",
        "repository document", "claim", "journal", "extent", "pack", "shard list", "node document", "outcome", "heartbeat", "end of work",
        "pin", "unpin", "tombstone", "collector plan", "collector delete", "collector done", "collector sweep", "restore read", "document read", "listing",
        "between calls",
    ];

    public static string OfFile(string activity, CallKind kind, string path)
    {
        string name = Path.GetFileName(path);
        if (path.Contains("/staging", StringComparison.Ordinal))
        {
            return kind == CallKind.Rename ? "ingest rename" : "ingest staging";
        }

        if (name.EndsWith(".log", StringComparison.Ordinal) && kind is CallKind.Write or CallKind.Sync)
        {
            return kind == CallKind.Write ? "log write" : "log sync";
        }

        bool isRecovery = activity == Activity.Open;
        if (name.EndsWith(".log", StringComparison.Ordinal) && kind is CallKind.Rename or CallKind.Delete && !isRecovery)
        {
            return "log retirement";
        }

        if (name.StartsWith("CURRENT", StringComparison.Ordinal) || name.StartsWith("MANIFEST", StringComparison.Ordinal))
        {
            return kind is CallKind.Read or CallKind.Look or CallKind.Open ? "recovery read" : "manifest switch";
        }

        if (kind == CallKind.Delete)
        {
            return name.EndsWith(".seg", StringComparison.Ordinal) && !isRecovery ? "segment deletion" : isRecovery ? "orphan sweep" : "log preparation";
        }

        if (name.EndsWith(".spare", StringComparison.Ordinal) || name.EndsWith(".log", StringComparison.Ordinal))
        {
            return isRecovery && kind is CallKind.Read or CallKind.Open ? "recovery read" : "log preparation";
        }

        if (name.EndsWith(".seg", StringComparison.Ordinal) && kind is CallKind.Read or CallKind.Open or CallKind.Look)
        {
            return "segment read";
        }

        return activity switch
        {
            Activity.FlushWorker => Flush,
            Activity.CompactionWorker or Activity.Compact => Compaction,
            Activity.Open => kind is CallKind.Look or CallKind.List or CallKind.Read or CallKind.MakeDirectory ? "recovery read" : "recovery flush",
            Activity.HousekeepingWorker => "log preparation",
            Activity.Restore => "ingest commit",
            _ => "directory",
        };
    }

    /// <summary>What an edit of the manifest is about says where it is.</summary>
    public static string OfEdit(string activity, VersionEdit edit) => edit switch
    {
        { GrantedLeases.Count: > 0, CreatedKeyspaces.Count: 0 } => "lease grant",
        { ReleasedLeases.Count: > 0 } => "lease release",
        { RenewedLeases.Count: > 0 } => "lease renewal",
        _ => activity switch
        {
            Activity.FlushWorker => "flush edit",
            Activity.CompactionWorker or Activity.Compact => "compaction edit",
            Activity.Open => "recovery edit",
            Activity.Restore => "ingest commit",
            _ => "keyspace edit",
        },
    };

    public static string OfObject(CallKind kind, string key)
    {
        string name = key[(key.LastIndexOf('/') + 1)..];
        if (kind == CallKind.ListObjects)
        {
            return "listing";
        }

        if (kind == CallKind.Get)
        {
            return key.Contains("/data/", StringComparison.Ordinal) || name.StartsWith("pack-", StringComparison.Ordinal)
                ? "restore read"
                : "document read";
        }

        bool isDelete = kind == CallKind.DeleteObject;
        return key switch
        {
            _ when key.StartsWith(".repo/data/", StringComparison.Ordinal) => isDelete ? "collector delete" : "extent",
            _ when key.StartsWith(".repo/gc/", StringComparison.Ordinal) => isDelete ? "collector sweep" : name == "plan.json" ? "collector plan" : "collector done",
            _ when key.StartsWith(".repo/work/", StringComparison.Ordinal) =>
                isDelete ? "end of work" : name.StartsWith("lease-", StringComparison.Ordinal) ? "heartbeat" : "journal",
            _ when key.StartsWith(".repo/repo-", StringComparison.Ordinal) => "repository document",
            _ when key.StartsWith(".repo/", StringComparison.Ordinal) => "probe",
            _ when name.StartsWith("pin-", StringComparison.Ordinal) => isDelete ? "unpin" : "pin",
            _ when isDelete => "collector sweep",
            _ when name.StartsWith("claim-", StringComparison.Ordinal) => "claim",
            _ when name.StartsWith("outcome-", StringComparison.Ordinal) => "outcome",
            _ when name.StartsWith("tombstone-", StringComparison.Ordinal) => "tombstone",
            _ when name.StartsWith("pack-", StringComparison.Ordinal) => "pack",
            _ when name.StartsWith("shard-", StringComparison.Ordinal) => "shard list",
            _ when name == "node.json" => "node document",
            _ => "derived view",
        };
    }
}
