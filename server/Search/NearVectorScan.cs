using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Schema;

namespace Basalt.Server.Search;

/// <summary>Finds the nearest objects by comparing with every one: exact, and as slow as there are objects.</summary>
internal sealed class NearVectorScan
{
    private readonly ClassDefinition _class;
    private readonly VectorQuery _query;
    private readonly string? _name;
    private readonly float _maxDistance;

    private NearVectorScan(ClassDefinition definition, VectorQuery query, string? name, VectorMetric metric, float maxDistance)
    {
        _class = definition;
        _query = query;
        _name = name;
        _maxDistance = maxDistance;
        Metric = metric;
    }

    /// <summary>How distances are measured.</summary>
    public VectorMetric Metric { get; }

    /// <summary>Checks a query against a class.</summary>
    /// <exception cref="RequestException">It contradicts the class.</exception>
    public static NearVectorScan Create(ClassDefinition definition, VectorQuery query)
    {
        string? name = NameOf(definition, query);
        JsonElement? config = name is null ? definition.VectorIndexConfig : definition.VectorConfig!.Value.GetProperty(name).GetProperty("vectorIndexConfig");
        VectorMetric metric = VectorDistance.ParseMetric(config?.GetProperty("distance").GetString());
        if (query is { MaxDistance: not null, MinCertainty: not null })
        {
            throw Invalid(definition, query, "certainty and distance cannot be given together");
        }

        if (query.MinCertainty is not null && metric != VectorMetric.Cosine)
        {
            throw Invalid(definition, query, "certainty is for the distance cosine only; use distance");
        }

        return query.Vector.Length == 0 || query.Vector.Any(value => !float.IsFinite(value))
            ? throw Invalid(definition, query, "the vector is empty or has elements that are not finite")
            : new NearVectorScan(
                definition, query, name, metric, query.MaxDistance ?? (query.MinCertainty is { } certainty ? 2 * (1 - certainty) : float.PositiveInfinity));
    }

    /// <summary>The vector of an object that a query means by its id.</summary>
    /// <exception cref="RequestException">It has none.</exception>
    public static float[] VectorOf(ClassDefinition definition, VectorQuery query, in ObjectRecord record)
    {
        ReadOnlySpan<byte> vector = NameOf(definition, query) is { } name ? record.FindVector(name) : record.Vector;
        return vector.IsEmpty
            ? throw Invalid(definition, query, $"the object '{query.NearObject}' has no such vector")
            : MemoryMarshal.Cast<byte, float>(vector).ToArray();
    }

    /// <summary>The error that a query contradicts a class.</summary>
    public static RequestException Invalid(ClassDefinition definition, VectorQuery query, string problem) => RequestException.Unprocessable(
        $"invalid '{(query.NearObject is null ? "nearVector" : "nearObject")}' on class '{definition.Name}': {problem}");

    /// <summary>The nearest objects, the nearest first; of two that are as near, the one with the smaller id.</summary>
    public List<SearchHit> Nearest(IReadOnlyList<ObjectScan> scans, int count)
    {
        // The farthest of the best so far is the first to go.
        var best = new PriorityQueue<SearchHit, (float Distance, Guid Id)>(Comparer<(float Distance, Guid Id)>.Create(static (left, right) => right.CompareTo(left)));
        foreach (ObjectScan scan in scans)
        {
            scan.Visit(Visit);
        }

        var nearest = new SearchHit[best.Count];
        for (int i = nearest.Length - 1; i >= 0; i--)
        {
            nearest[i] = best.Dequeue();
        }

        return [.. nearest];

        void Visit(Guid id, in ObjectRecord record)
        {
            ReadOnlySpan<float> vector = MemoryMarshal.Cast<byte, float>(VectorOf(record));
            if (vector.IsEmpty)
            {
                return;
            }

            if (vector.Length != _query.Vector.Length)
            {
                throw Invalid(_class, _query, string.Create(
                    CultureInfo.InvariantCulture, $"vector lengths don't match: {vector.Length} of the objects vs {_query.Vector.Length} of the query"));
            }

            float distance = VectorDistance.Between(Metric, vector, _query.Vector);
            if (distance <= _maxDistance)
            {
                Keep(best, new SearchHit(id, distance), count);
            }
        }
    }

    private static void Keep(PriorityQueue<SearchHit, (float Distance, Guid Id)> best, SearchHit hit, int count)
    {
        if (best.Count < count)
        {
            best.Enqueue(hit, (hit.Distance!.Value, hit.Id));
        }
        else
        {
            best.EnqueueDequeue(hit, (hit.Distance!.Value, hit.Id));
        }
    }

    private ReadOnlySpan<byte> VectorOf(in ObjectRecord record) => _name is null ? record.Vector : record.FindVector(_name);

    private static string? NameOf(ClassDefinition definition, VectorQuery query)
    {
        string? target = query.Target;
        if (!definition.HasNamedVectors)
        {
            // Newer clients call the only vector of a class by that name.
            return target is null or "" or "default"
                ? null
                : throw Invalid(definition, query, $"it has no named vectors, but the target vector '{target}' is asked for");
        }

        if (target is { Length: > 0 })
        {
            return definition.DeclaresVector(target) ? target : throw Invalid(definition, query, $"it has no vector named '{target}'");
        }

        string[] names = [.. definition.VectorConfig!.Value.EnumerateObject().Select(member => member.Name)];
        return names is [var only]
            ? only
            : throw Invalid(definition, query, $"it has several vectors, so a target vector is needed: one of {string.Join(", ", names)}");
    }
}
