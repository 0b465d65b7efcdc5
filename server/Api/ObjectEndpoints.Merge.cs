using System.Text.Json;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;

namespace Basalt.Server.Api;

internal sealed partial class ObjectEndpoints
{
    private async Task MergeAsync(HttpContext context)
    {
        ObjectRequest.Check(context);
        Guid id = ObjectRequest.Id(context);
        using BatchTurn turn = admission.ForObject();
        using PooledBuffer body = await RequestBody.ReadAsync(context, turn);
        ObjectDraft draft = ReadDraft(body);
        using var present = new PooledBuffer();
        ShardTarget target = await FindOwnerAsync(context, draft.Tenant, id, present);
        RequireSame(draft, target, id);
        draft.Id = id;
        if (await ExtendClassAsync(target.Class, draft, body, context.RequestAborted) is { } problem)
        {
            throw RequestException.Unprocessable(problem);
        }

        while (!await TryMergeAsync(target, draft, body, present, context.RequestAborted))
        {
            // Someone else was faster: merge into what is there now.
            present.Truncate(0);
            if (!await router.ReadAsync(target, id, present, context.RequestAborted))
            {
                throw NotFound(id);
            }
        }

        await JsonResponse.EmptyAsync(context, StatusCodes.Status204NoContent);
    }

    /// <summary>Lets auto-schema see the patch itself; the merged object then fits the class.</summary>
    private async Task<string?> ExtendClassAsync(StoredClass target, ObjectDraft draft, PooledBuffer body, CancellationToken cancellationToken)
    {
        using var probe = new WriteWindow();
        var write = new ObjectWrite { Id = draft.Id, Mode = WriteMode.Update };
        return await writer.EncodeAsync(target, draft, body.WrittenMemory, write, new ObjectEncoder(), probe, cancellationToken);
    }

    private async Task<bool> TryMergeAsync(
        ShardTarget target, ObjectDraft draft, PooledBuffer body, PooledBuffer present, CancellationToken cancellationToken)
    {
        using var window = new WriteWindow();
        using var merged = new PooledBuffer();
        Merge(ObjectRecord.Read(present.Written).Properties, body.WrittenMemory[draft.Properties], merged);
        var write = new ObjectWrite { Id = draft.Id, Mode = WriteMode.Update, Expected = present.WrittenMemory };
        EncodeResult result = new ObjectEncoder().Encode(
            target.Class.Definition, draft, body.Written, merged.Written, present.Written, write, writer.Now, window, out string? problem);
        if (result != EncodeResult.Encoded)
        {
            throw RequestException.Unprocessable(problem!);
        }

        await CommitAsync(target, window, cancellationToken);
        return window.Writes[0].Outcome == WriteOutcome.Written;
    }

    /// <summary>Members of the patch replace those of the object; null removes.</summary>
    private static void Merge(ReadOnlySpan<byte> present, ReadOnlyMemory<byte> patch, PooledBuffer merged)
    {
        using JsonDocument changes = JsonDocument.Parse(patch.IsEmpty ? "{}"u8.ToArray() : patch);
        using JsonDocument current = JsonDocument.Parse(present.ToArray());
        var changed = new HashSet<string>(StringComparer.Ordinal);
        using var json = new Utf8JsonWriter(merged, JsonResponse.WriterOptions);
        json.WriteStartObject();
        if (changes.RootElement.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty member in changes.RootElement.EnumerateObject())
            {
                string name = NameRules.PropertyName(member.Name);
                changed.Add(name);
                json.WritePropertyName(name);
                member.Value.WriteTo(json);
            }
        }

        foreach (JsonProperty member in current.RootElement.EnumerateObject())
        {
            if (!changed.Contains(member.Name))
            {
                member.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
