using System.Text.Json;
using Basalt.Server.Api;
using Basalt.Server.Configuration;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Objects;

/// <summary>Encodes objects of requests for their classes; with auto-schema it makes classes and properties as objects need them.</summary>
internal sealed class ObjectWriter(ClassCatalog catalog, ServerSettings settings, TimeProvider timeProvider)
{
    // Each round adds what the object lacked when it began; only racing changes of the class can make more rounds necessary.
    private const int MaxRounds = 3;

    /// <summary>The time of a write in ms since 1970.</summary>
    public long Now => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// The shard that an object is for. Its class is created if it is missing and auto-schema is on, its tenant if the class says so.
    /// </summary>
    /// <exception cref="RequestException">There is no class, or the tenant does not fit it.</exception>
    public async ValueTask<ShardTarget> ResolveAsync(ObjectDraft draft, CancellationToken cancellationToken) =>
        (await catalog.ResolveAsync(await ResolveClassAsync(draft, cancellationToken), draft.Tenant, forWrite: true, cancellationToken)).ShardOf(draft.Id);

    /// <summary>Encodes an object into a window.</summary>
    /// <returns>What is wrong with it, or null when it is in the window.</returns>
    public async ValueTask<string?> EncodeAsync(
        StoredClass target,
        ObjectDraft draft,
        ReadOnlyMemory<byte> body,
        ObjectWrite write,
        ObjectEncoder encoder,
        WriteWindow window,
        CancellationToken cancellationToken)
    {
        long now = Now;
        for (int round = 1; ; round++)
        {
            EncodeResult result = encoder.Encode(target.Definition, draft, body.Span, write, now, window, out string? problem);
            if (result != EncodeResult.UnknownProperty || !settings.AutoSchemaEnabled || round == MaxRounds)
            {
                return problem;
            }

            if (await ExtendClassAsync(target, body[draft.Properties], cancellationToken) is { } refusal)
            {
                return refusal;
            }
        }
    }

    /// <summary>Adds the properties that an object has and its class lacks.</summary>
    /// <returns>Why that is not possible, or null.</returns>
    public async Task<string?> ExtendClassAsync(StoredClass target, ReadOnlyMemory<byte> properties, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(properties);
            await catalog.UpdateAsync(target.Name, definition => AutoSchema.Extend(definition, document.RootElement), cancellationToken);
            return null;
        }
        catch (RequestException exception)
        {
            return exception.Message;
        }
    }

    private ValueTask<StoredClass> ResolveClassAsync(in ObjectDraft draft, CancellationToken cancellationToken)
    {
        if (draft.ClassName is not { Length: > 0 } name)
        {
            throw RequestException.Unprocessable("invalid object: the class is missing");
        }

        if (catalog.Find(name) is { } found)
        {
            return new ValueTask<StoredClass>(found);
        }

        return settings.AutoSchemaEnabled
            ? new ValueTask<StoredClass>(catalog.GetOrCreateAsync(name, cancellationToken))
            : throw RequestException.Unprocessable($"invalid object: class '{name}' not present in schema");
    }
}
