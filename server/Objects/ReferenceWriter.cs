using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>Changes the references in one property of a stored object; concurrent changes are all applied.</summary>
internal sealed class ReferenceWriter(ObjectWriter writer, ShardRouter router)
{
    /// <summary>Changes them.</summary>
    /// <param name="target">Where the object is.</param>
    /// <param name="id">The object.</param>
    /// <param name="property">A property that holds references.</param>
    /// <param name="change">Makes the new beacons of the present ones; may be called again when another writer was faster.</param>
    /// <param name="cancellationToken">Gives up before the write.</param>
    /// <returns>False: there is no such object.</returns>
    /// <exception cref="RequestException">The object would not fit its class, or the class was deleted meanwhile.</exception>
    public async Task<bool> ChangeAsync(
        ShardTarget target, Guid id, string property, Func<IReadOnlyList<string>, IEnumerable<string>> change, CancellationToken cancellationToken)
    {
        using var present = new PooledBuffer();
        using var merged = new PooledBuffer();
        using var window = new WriteWindow();
        while (await router.ReadAsync(target, id, present, cancellationToken))
        {
            Merge(ObjectRecord.Read(present.Written).Properties, property, change, merged);
            var write = new ObjectWrite { Id = id, Mode = WriteMode.Update, Expected = present.WrittenMemory };
            EncodeResult result = new ObjectEncoder().Encode(
                target.Class.Definition, new ObjectDraft { Id = id }, default, merged.Written, present.Written, write, writer.Now, window, out string? problem);
            if (result != EncodeResult.Encoded)
            {
                throw RequestException.Unprocessable(problem!);
            }

            await router.CommitAsync(target, window, cancellationToken);
            ObjectWrite written = window.Writes[0];
            switch (written.Outcome)
            {
                case WriteOutcome.Written:
                    return true;
                case WriteOutcome.Invalid:
                    throw RequestException.Unprocessable(written.Problem!);
                default:
                    break;
            }

            window.Clear();
            merged.Truncate(0);
            present.Truncate(0);
        }

        return false;
    }

    private static void Merge(
        ReadOnlySpan<byte> properties, string property, Func<IReadOnlyList<string>, IEnumerable<string>> change, PooledBuffer merged)
    {
        using JsonDocument current = JsonDocument.Parse(properties.ToArray());
        using var json = new Utf8JsonWriter(merged, JsonResponse.WriterOptions);
        List<string> beacons = [];
        json.WriteStartObject();
        foreach (JsonProperty member in current.RootElement.EnumerateObject())
        {
            if (member.Name != property)
            {
                member.WriteTo(json);
            }
            else if (member.Value.ValueKind == JsonValueKind.Array)
            {
                beacons.AddRange(member.Value.EnumerateArray().Select(reference => reference.GetProperty("beacon").GetString()!));
            }
        }

        json.WriteStartArray(property);
        foreach (string beacon in change(beacons))
        {
            json.WriteStartObject();
            json.WriteString("beacon", beacon);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
