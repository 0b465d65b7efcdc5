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

    /// <summary>The class that an object is for; created if it is missing and auto-schema is on.</summary>
    /// <exception cref="RequestException">There is none, or the object names a tenant.</exception>
    public ValueTask<StoredClass> ResolveClassAsync(in ObjectDraft draft, CancellationToken cancellationToken)
    {
        if (draft.ClassName is not { Length: > 0 } name)
        {
            throw RequestException.Unprocessable("invalid object: the class is missing");
        }

        if (catalog.Find(name) is { } found)
        {
            return draft.HasTenant ? throw TenantGiven(name) : new ValueTask<StoredClass>(found);
        }

        return settings.AutoSchemaEnabled
            ? new ValueTask<StoredClass>(catalog.GetOrCreateAsync(name, cancellationToken))
            : throw RequestException.Unprocessable($"invalid object: class '{name}' not present in schema");
    }

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

    /// <summary>The error for a tenant where there are none.</summary>
    public static RequestException TenantGiven(string className) =>
        RequestException.Unprocessable($"class {className} has multi-tenancy disabled, but request was with tenant");
}
