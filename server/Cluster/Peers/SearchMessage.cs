using System.Text;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Index;
using Basalt.Server.Schema;
using Basalt.Server.Search;
using Basalt.Server.Shards;

namespace Basalt.Server.Cluster.Peers;

/// <summary>
/// A search on its way to another node: <c>filter as JSON | for each reference in it the ids that it may mean | vector | sort | cursor |
/// count</c>.
/// </summary>
internal static class SearchMessage
{
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = 128 };

    /// <summary>Adds a search to a message.</summary>
    public static void Write(PeerMessageWriter message, ShardSearch search)
    {
        message.Text(search.Where?.GetRawText());
        IReadOnlyList<FilterNode.Refers> references = search.Filter?.References ?? [];
        message.Int32(references.Count);
        foreach (FilterNode.Refers refers in references)
        {
            message.Ids([.. refers.Matches!]);
        }

        message.Flag(search.Near is not null);
        if (search.Near is { } near)
        {
            WriteVector(message, near);
        }

        message.Int32(search.Sort.Count);
        foreach (SortField field in search.Sort)
        {
            message.Text(field.Property);
            message.Flag(field.Descending);
        }

        message.Flag(search.After is not null);
        message.Id(search.After ?? default);
        message.Int32(search.Count);
    }

    /// <summary>Reads a search.</summary>
    /// <param name="message">The message.</param>
    /// <param name="shards">The shards that it is about.</param>
    /// <param name="catalog">Knows the classes.</param>
    /// <exception cref="PeerMessageException">It is malformed.</exception>
    /// <exception cref="RequestException">The filter contradicts the class.</exception>
    public static ShardSearch Read(PeerMessageReader message, NodeShards shards, ClassCatalog catalog)
    {
        JsonElement? where = message.Text() is { } text ? ParseFilter(text) : null;
        var matches = new IReadOnlySet<Guid>[message.Count(sizeof(int))];
        for (int i = 0; i < matches.Length; i++)
        {
            matches[i] = message.Ids().ToHashSet();
        }

        VectorQuery? near = message.Flag() ? ReadVector(message) : null;
        var sort = new SortField[message.Count(sizeof(int) + 1)];
        for (int i = 0; i < sort.Length; i++)
        {
            sort[i] = new SortField(message.RequiredText(), message.Flag());
        }

        bool hasCursor = message.Flag();
        Guid cursor = message.Id();
        int count = message.Int32();
        FilterNode? filter = where is { } given ? new FilterReader(shards.Class.Definition, catalog).Read(given) : null;
        if (count < 0 || (filter?.References.Count ?? 0) != matches.Length)
        {
            throw new PeerMessageException("the search has a negative count, or references that do not fit its filter");
        }

        return new ShardSearch(shards)
        {
            Where = where,
            Filter = filter?.WithMatches(matches),
            Near = near,
            Sort = sort,
            After = hasCursor ? cursor : null,
            Count = count,
        };
    }

    private static JsonElement ParseFilter(string text)
    {
        try
        {
            return JsonElement.Parse(Encoding.UTF8.GetBytes(text), DocumentOptions);
        }
        catch (JsonException exception)
        {
            throw new PeerMessageException("the filter is no JSON", exception);
        }
    }

    private static void WriteVector(PeerMessageWriter message, VectorQuery near)
    {
        message.Int32(near.Vector.Length);
        foreach (float element in near.Vector)
        {
            message.Single(element);
        }

        message.Text(near.Target);
        message.Flag(near.MaxDistance is not null);
        message.Single(near.MaxDistance ?? 0);
        message.Flag(near.MinCertainty is not null);
        message.Single(near.MinCertainty ?? 0);
        message.Flag(near.NearObject is not null);
        message.Id(near.NearObject ?? default);
    }

    private static VectorQuery ReadVector(PeerMessageReader message)
    {
        float[] vector = new float[message.Count(sizeof(float))];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = message.Single();
        }

        string? target = message.Text();
        (bool hasDistance, float distance) = (message.Flag(), message.Single());
        (bool hasCertainty, float certainty) = (message.Flag(), message.Single());
        (bool hasObject, Guid id) = (message.Flag(), message.Id());
        return new VectorQuery(vector, target, hasDistance ? distance : null, hasCertainty ? certainty : null) { NearObject = hasObject ? id : null };
    }
}
