using System.Collections.Immutable;
using System.Text;

namespace Basalt.Server.Cluster.Backups;

/// <summary>The <see cref="ControlState"/> as this node knows it. Thread-safe.</summary>
internal sealed class ControlMirror(StoreMirror mirror, BackupKeys keys, Action<Exception> onProblem)
{
    private volatile Tuple<ClusterEntry?, OperationRecord?>? _decoded;

    /// <summary>Ends when it was read once.</summary>
    public Task Known => mirror.Known;

    /// <summary>Ends at the next change. Get it before looking at <see cref="Current"/>.</summary>
    public Task Changed => mirror.Changed;

    /// <summary>The state now.</summary>
    public ControlState Current
    {
        get
        {
            ImmutableDictionary<string, ClusterEntry> entries = mirror.Entries;
            ClusterEntry? record = entries.GetValueOrDefault(keys.Record);
            ClusterEntry? cancel = entries.GetValueOrDefault(keys.Cancel);
            OperationRecord? decoded = Decode(record);
            return new ControlState(
                entries.GetValueOrDefault(keys.Lock)?.ModRevision ?? 0,
                decoded,
                record?.ModRevision ?? 0,
                cancel is not null && Guid.TryParse(Encoding.ASCII.GetString(cancel.Value.Span), out Guid operation) ? operation : null,
                record is null || decoded is not null);
        }
    }

    private OperationRecord? Decode(ClusterEntry? entry)
    {
        if (_decoded is { } known && ReferenceEquals(known.Item1, entry))
        {
            return known.Item2;
        }

        OperationRecord? record = null;
        try
        {
            record = entry is null ? null : OperationCodec.DecodeRecord(entry);
        }
        catch (ClusterException unreadable)
        {
            onProblem(unreadable);
        }

        _decoded = Tuple.Create(entry, record);
        return record;
    }
}
