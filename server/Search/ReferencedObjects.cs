using System.Globalization;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Search;

/// <summary>
/// Reads the objects that results refer to, and those that these refer to. A few objects that refer to each other many times stand
/// for billions when a query follows them far, so what one result brings along is bounded: both what is kept of it until it is shown, and what is shown.
/// </summary>
/// <param name="router">Reaches objects of other nodes.</param>
/// <param name="tenant">The tenant that the search is in, if it is in one: its objects refer to those of the same tenant, or to classes
/// without.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ReferencedObjects(ShardRouter router, string? tenant, CancellationToken cancellationToken)
{
    /// <summary>The most bytes of objects behind one result, each with <see cref="ObjectBytes"/> for its place in the answer.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>What an object takes beside its record.</summary>
    public const int ObjectBytes = 512;

    private readonly Dictionary<(StoredClass Class, Guid Id), byte[]?> _kept = [];
    private readonly Dictionary<ReferenceSelection, bool> _leavesNode = [];
    private long _keptBytes;
    private long _bytes;

    /// <summary>Begins with the next result.</summary>
    public void BeginResult() => _bytes = 0;

    /// <summary>
    /// Fetches the objects of other nodes that a result refers to, and those that these refer to: those of one step together, because each
    /// request to another node takes its time. Objects of this node that lead to others are kept, too: what they refer to when they are shown is what was fetched.
    /// </summary>
    /// <param name="selection">What is followed; null if it does not leave the node.</param>
    /// <param name="record">The record of the result.</param>
    /// <exception cref="RequestException">The result refers to more than an answer takes, or a node cannot be reached.</exception>
    public async ValueTask PrepareAsync(ReferenceSelection? selection, ReadOnlyMemory<byte> record)
    {
        _kept.Clear();
        _keptBytes = 0;
        if (selection is null)
        {
            return;
        }

        var seen = new HashSet<(ReferenceSelection, StoredClass, Guid)>();
        List<(ReferenceSelection Selection, ReadOnlyMemory<byte> Record)> level = [(selection, record)];
        while (level.Count > 0)
        {
            List<(ReferenceSelection.Step Step, Guid Id)> wanted = CollectNew(level, seen);
            await FetchAsync(wanted);
            level = Follow(wanted);
        }
    }

    /// <summary>Reads an object.</summary>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="RequestException">The result refers to more than an answer takes.</exception>
    public bool TryRead(StoredClass target, Guid id, PooledBuffer record)
    {
        cancellationToken.ThrowIfCancellationRequested();
        record.Truncate(0);
        bool found = TryFind(target, id, record);
        _bytes += record.Length + ObjectBytes;
        return _bytes <= MaxBytes ? found : throw TooMany();
    }

    private static RequestException TooMany() => RequestException.Unprocessable(string.Create(
        CultureInfo.InvariantCulture,
        $"an object refers to more than {MaxBytes >> 20} MiB of other objects; follow fewer of its references, or less far"));

    private ClassScope? ScopeOf(StoredClass target) => target.FindScope(target.Definition.IsMultiTenant ? tenant : null);

    private bool TryFind(StoredClass target, Guid id, PooledBuffer record)
    {
        if (ScopeOf(target)?.ShardOf(id).Shard is not { } shard)
        {
            return false;
        }

        if (!_kept.TryGetValue((target, id), out byte[]? kept))
        {
            return shard.Local?.TryRead(id, record) == true;
        }

        record.Append(kept);
        return kept is not null;
    }

    /// <summary>Counts what is kept. It is never more than what is counted when it is shown, so that the place of an object does not decide what an answer takes.</summary>
    private void Keep(long bytes)
    {
        _keptBytes += bytes;
        if (_keptBytes > MaxBytes)
        {
            throw TooMany();
        }
    }

    private List<(ReferenceSelection.Step Step, Guid Id)> CollectNew(
        List<(ReferenceSelection Selection, ReadOnlyMemory<byte> Record)> level, HashSet<(ReferenceSelection, StoredClass, Guid)> seen)
    {
        var wanted = new List<(ReferenceSelection.Step Step, Guid Id)>();
        foreach ((ReferenceSelection selection, ReadOnlyMemory<byte> record) in level)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach ((ReferenceSelection.Step Step, Guid Id) found in Collect(selection, record))
            {
                if (seen.Add((found.Step.Inside, found.Step.Target, found.Id)))
                {
                    Keep(ObjectBytes);
                    wanted.Add(found);
                }
            }
        }

        return wanted;
    }

    /// <summary>The objects that a record refers to, as far as that is followed.</summary>
    private static List<(ReferenceSelection.Step Step, Guid Id)> Collect(ReferenceSelection selection, ReadOnlyMemory<byte> record)
    {
        JsonElement properties = JsonElement.Parse(ObjectRecord.Read(record.Span).Properties);
        var found = new List<(ReferenceSelection.Step, Guid)>();
        foreach ((string property, IReadOnlyDictionary<string, ReferenceSelection.Step> targets) in selection.References)
        {
            if (properties.TryGetProperty(property, out JsonElement references))
            {
                foreach (Beacon beacon in Beacon.ReadAll(references))
                {
                    string? className = beacon.ClassName ?? (targets.Count == 1 ? targets.Keys.Single() : null);
                    if (className is not null && targets.TryGetValue(className, out ReferenceSelection.Step? step))
                    {
                        found.Add((step, beacon.Id));
                    }
                }
            }
        }

        return found;
    }

    private async Task FetchAsync(List<(ReferenceSelection.Step Step, Guid Id)> wanted)
    {
        foreach (IGrouping<StoredClass, Guid> sameClass in wanted.GroupBy(static found => found.Step.Target, static found => found.Id))
        {
            if (ScopeOf(sameClass.Key) is not { IsHere: false } scope)
            {
                continue;
            }

            List<Guid> missing = [.. sameClass.Distinct().Where(id => scope.ShardOf(id).Shard.Local is null && !_kept.ContainsKey((sameClass.Key, id)))];
            while (missing.Count > 0)
            {
                foreach ((Guid id, byte[]? record) in await router.ReadRemoteAsync(scope, missing, cancellationToken))
                {
                    _kept.Add((sameClass.Key, id), record);
                    Keep(record?.Length ?? 0);
                }

                missing.RemoveAll(id => _kept.ContainsKey((sameClass.Key, id)));
            }
        }
    }

    /// <summary>The objects from which references lead on, possibly to other nodes.</summary>
    private List<(ReferenceSelection Selection, ReadOnlyMemory<byte> Record)> Follow(List<(ReferenceSelection.Step Step, Guid Id)> wanted)
    {
        var followed = new List<(ReferenceSelection Selection, ReadOnlyMemory<byte> Record)>();
        foreach ((ReferenceSelection.Step step, Guid id) in wanted)
        {
            if (!LeavesNode(step.Inside))
            {
                continue;
            }

            if (!_kept.TryGetValue((step.Target, id), out byte[]? record))
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var buffer = new PooledBuffer();
                record = TryFind(step.Target, id, buffer) ? buffer.Written.ToArray() : null;
                _kept.Add((step.Target, id), record);
                Keep(record?.Length ?? 0);
            }

            if (record is not null)
            {
                followed.Add((step.Inside, record));
            }
        }

        return followed;
    }

    private bool LeavesNode(ReferenceSelection selection)
    {
        if (!_leavesNode.TryGetValue(selection, out bool leaves))
        {
            _leavesNode[selection] = leaves = selection.LeavesNode(tenant);
        }

        return leaves;
    }
}
