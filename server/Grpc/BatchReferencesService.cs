using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;

namespace Basalt.Server.Grpc;

/// <summary>Adds many references with one call.</summary>
internal sealed class BatchReferencesService(ReferenceImport import, BatchAdmission admission)
{
    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/BatchReferences", ImportAsync)];

    private async Task ImportAsync(GrpcCall call)
    {
        await admission.EnterAsync(call.Cancellation);
        try
        {
            BatchReferencesRequest request = await call.ReadAsync(BatchReferencesRequest.Parser, call.MaxMessageBytes);
            if (request.References.Count == 0)
            {
                throw GrpcException.InvalidArgument("the batch has no references");
            }

            var reply = new BatchReferencesReply();
            for (int i = 0; i < request.References.Count; i++)
            {
                if (await AddAsync(request.References[i], call.Cancellation) is { } problem)
                {
                    reply.Errors.Add(new BatchReferencesReply.Types.BatchError { Index = i, Error = problem });
                }
            }

            reply.Took = call.Took;
            await call.ReplyAsync(reply);
        }
        finally
        {
            admission.Leave();
        }
    }

    private async Task<string?> AddAsync(BatchReference reference, CancellationToken cancellationToken)
    {
        if (!ObjectIds.TryParse(reference.FromUuid, out Guid from) || !ObjectIds.TryParse(reference.ToUuid, out Guid to))
        {
            return $"a reference takes UUIDs, not from '{reference.FromUuid}' to '{reference.ToUuid}'";
        }

        var source = new Beacon(reference.FromCollection, from, reference.Name);
        var target = new Beacon(reference.ToCollection.Length > 0 ? reference.ToCollection : null, to, null);
        return await import.AddAsync(source, target.ToString(), reference.Tenant, cancellationToken);
    }
}
