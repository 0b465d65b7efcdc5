using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>Deletes all objects that match a filter.</summary>
internal sealed class BatchDeleteService(ClassCatalog catalog, BatchDeletion deletion, BatchAdmission admission)
{
    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/BatchDelete", DeleteAsync)];

    private async Task DeleteAsync(GrpcCall call)
    {
        BatchDeleteRequest request = await call.ReadAsync(BatchDeleteRequest.Parser, SearchService.MaxRequestBytes);
        ClassScope target = await ClassLookup.FindAsync(catalog, request.Collection, request.Tenant, call.Cancellation);
        Filters filters = request.Filters ?? throw GrpcException.InvalidArgument($"no filter for class '{target.Class.Name}'");
        System.Text.Json.JsonElement where = new FilterConverter(catalog).ToWhere(target.Class.Definition, filters);
        await admission.EnterAsync(call.Cancellation);
        try
        {
            (int matches, IReadOnlyList<Guid> ids) = await deletion.RunAsync(target, where, request.DryRun, call.Cancellation);
            var reply = new BatchDeleteReply { Matches = matches, Successful = request.DryRun ? 0 : ids.Count };
            foreach (Guid id in request.Verbose ? ids : [])
            {
                reply.Objects.Add(new BatchDeleteObject { Uuid = ByteString.CopyFrom(id.ToByteArray(bigEndian: true)), Successful = true });
            }

            reply.Took = call.Took;
            await call.ReplyAsync(reply);
        }
        finally
        {
            admission.Leave();
        }
    }
}
