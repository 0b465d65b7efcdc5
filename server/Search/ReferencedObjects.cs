using System.Globalization;
using Basalt.Server.Api;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Search;

/// <summary>
/// Reads the objects that results refer to, and those that these refer to. A few objects that refer to each other many times stand
/// for billions when a query follows them far, so what one result brings along is bounded.
/// </summary>
/// <param name="tenant">The tenant that the search is in, if it is in one: its objects refer to those of the same tenant, or to classes
/// without.</param>
/// <param name="cancellationToken">Gives up.</param>
internal sealed class ReferencedObjects(string? tenant, CancellationToken cancellationToken)
{
    /// <summary>The most bytes of objects behind one result, each with <see cref="ObjectBytes"/> for its place in the answer.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>What an object takes beside its record.</summary>
    public const int ObjectBytes = 512;

    private long _bytes;

    /// <summary>Begins with the next result.</summary>
    public void BeginResult() => _bytes = 0;

    /// <summary>Reads an object.</summary>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="RequestException">The result refers to more than an answer takes.</exception>
    public bool TryRead(StoredClass target, Guid id, PooledBuffer record)
    {
        cancellationToken.ThrowIfCancellationRequested();
        record.Truncate(0);
        Shard? shard = target.FindShard(target.Definition.IsMultiTenant ? tenant : null);
        bool found = shard?.TryRead(id, record) == true;
        _bytes += record.Length + ObjectBytes;
        return _bytes <= MaxBytes
            ? found
            : throw RequestException.Unprocessable(string.Create(
                CultureInfo.InvariantCulture,
                $"an object refers to more than {MaxBytes >> 20} MiB of other objects; follow fewer of its references, or less far"));
    }
}
