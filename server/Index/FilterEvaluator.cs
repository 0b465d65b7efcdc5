using System.Text;
using System.Text.Json;
using Basalt.Engine;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Index;

/// <summary>Answers filters from the inverted index of a shard, as of one snapshot.</summary>
internal sealed class FilterEvaluator(Database database, Shard shard, ReadSnapshot snapshot)
{
    private readonly byte[] _term = new byte[IndexKey.MaxTermLength];

    /// <summary>The objects that match, in the order of their ids.</summary>
    public List<Guid> Evaluate(FilterNode filter, CancellationToken cancellationToken)
    {
        IdSet matches = Match(filter, cancellationToken);
        HashSet<Guid> ids = matches.Ids;
        if (matches.IsComplement)
        {
            // Every object has exactly one creation time, so that range lists them all.
            HashSet<Guid> all = Scan(Everything(), static (_, _) => true, cancellationToken);
            all.ExceptWith(ids);
            ids = all;
        }

        return [.. ids.Order()];
    }

    private static FilterNode.Range Everything()
    {
        byte[] lower = [0, (byte)IndexKey.CreationTime];
        return new FilterNode.Range(lower, ScanRange.Prefix(lower).UpperBound);
    }

    private IdSet Match(FilterNode filter, CancellationToken cancellationToken) => filter switch
    {
        FilterNode.AllOf all => all.Parts.Select(part => Match(part, cancellationToken)).Aggregate((left, right) => left.Intersect(right)),
        FilterNode.AnyOf any => any.Parts.Select(part => Match(part, cancellationToken)).Aggregate((left, right) => left.Union(right)),
        FilterNode.Not not => Match(not.Part, cancellationToken).Complement,
        FilterNode.Range range => new IdSet(Scan(range, static (_, _) => true, cancellationToken), false),
        FilterNode.Like like => new IdSet(Scan(like.Terms, (evaluator, key) => evaluator.IsMatch(like, key), cancellationToken), false),
        FilterNode.Near near => new IdSet(
            Scan(near.Places, (_, key) => GeoPoint.Read(key).DistanceTo(near.Center) <= near.Distance, cancellationToken), false),
        FilterNode.Id id => new IdSet(Contains(id.Value) ? [id.Value] : [], false),
        FilterNode.Refers refers => new IdSet(FindReferring(refers, cancellationToken), false),
        FilterNode.Measured measured => new IdSet(
            ScanObjects(measured.Property, value => measured.IsMatch(SizeOf(value)), cancellationToken), false),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "Unknown filter."),
    };

    private bool Contains(Guid id)
    {
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        return database.Contains(shard.Objects, key, snapshot);
    }

    private HashSet<Guid> FindReferring(FilterNode.Refers refers, CancellationToken cancellationToken)
    {
        IReadOnlySet<Guid> targets = refers.Matches ?? throw new ArgumentException("What the references of the filter mean was not looked for.", nameof(refers));
        return targets.Count == 0 ? [] : ScanObjects(refers.Property, IsReferring, cancellationToken);

        bool IsReferring(JsonElement? value) => value is { } references && Beacon.ReadAll(references)
            .Any(beacon => (beacon.ClassName is null || beacon.ClassName == refers.ClassName) && targets.Contains(beacon.Id));
    }

    private HashSet<Guid> ScanObjects(string property, Func<JsonElement?, bool> matches, CancellationToken cancellationToken) =>
        new PropertyScan(database, shard.Objects, snapshot).Find(property, matches, cancellationToken);

    private static long SizeOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Array } array => array.GetArrayLength(),
        { ValueKind: JsonValueKind.String } text => text.GetString()!.EnumerateRunes().Count(),
        _ => 0,
    };

    private HashSet<Guid> Scan(FilterNode.Range range, KeyPredicate predicate, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        using DatabaseIterator entries = database.Scan(shard.Index, ScanRange.Between(range.Lower, range.Upper), snapshot);
        while (entries.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (predicate(this, entries.Key))
            {
                ids.Add(IndexKey.ReadId(entries.Key));
            }
        }

        return ids;
    }

    private bool IsMatch(FilterNode.Like like, ReadOnlySpan<byte> key)
    {
        int length = IndexKey.ReadTerm(key, _term, out bool isWhole);
        return isWhole ? like.Pattern.IsMatch(_term.AsSpan(0, length)) : HasMatchingTerm(like, IndexKey.ReadId(key));
    }

    /// <summary>Looks at the object itself, because the index holds only the beginning of a long term.</summary>
    private bool HasMatchingTerm(FilterNode.Like like, Guid id)
    {
        using var bytes = new PooledBuffer();
        Span<byte> key = stackalloc byte[IndexKey.IdLength];
        IndexKey.WriteId(id, key);
        if (!database.TryGet(shard.Objects, key, bytes, snapshot))
        {
            return false;
        }

        using var document = JsonDocument.Parse(ObjectRecord.Read(bytes.Written).Properties.ToArray());
        if (!document.RootElement.TryGetProperty(like.Property.Name, out JsonElement value))
        {
            return false;
        }

        var tokenizer = new Tokenizer();
        JsonElement[] texts = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        foreach (JsonElement text in texts)
        {
            tokenizer.Tokenize(like.Property.Tokenization ?? Tokenization.Word, Encoding.UTF8.GetBytes(text.GetString()!));
            for (int i = 0; i < tokenizer.Count; i++)
            {
                if (like.Pattern.IsMatch(tokenizer[i]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private delegate bool KeyPredicate(FilterEvaluator evaluator, ReadOnlySpan<byte> key);
}
