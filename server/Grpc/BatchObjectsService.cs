using System.Runtime.InteropServices;
using Basalt.Server.Grpc.Protocol;
using Basalt.Server.Objects;
using Basalt.Server.Schema;
using Basalt.Server.Shards;
using Google.Protobuf;

namespace Basalt.Server.Grpc;

/// <summary>
/// Imports many objects with one call. The message is walked object by object and written in steps, so that beside its bytes only one
/// step of it is in memory.
/// </summary>
internal sealed class BatchObjectsService(ClassCatalog catalog, ObjectWriter writer, ShardRouter router, BatchAdmission admission)
{
    private const int StepBytes = 4 << 20;
    private const int StepObjects = 10_000;

    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/weaviate.v1.Weaviate/BatchObjects", ImportAsync)];

    private async Task ImportAsync(GrpcCall call)
    {
        await admission.EnterAsync(call.Cancellation);
        try
        {
            using PooledBuffer message = await call.ReadAsync(call.MaxMessageBytes);
            var reply = new BatchObjectsReply();
            await ImportAsync(message.WrittenMemory, reply, call.Cancellation);
            reply.Took = call.Took;
            await call.ReplyAsync(reply);
        }
        finally
        {
            admission.Leave();
        }
    }

    private async Task ImportAsync(ReadOnlyMemory<byte> message, BatchObjectsReply reply, CancellationToken cancellationToken)
    {
        MemoryMarshal.TryGetArray(message, out ArraySegment<byte> bytes);
        using var input = new CodedInputStream(bytes.Array, bytes.Offset, bytes.Count);
        using var body = new PooledBuffer();
        var reader = new BatchObjectReader(catalog, body);
        var drafts = new List<ObjectDraft>();
        int imported = 0;
        while (TryReadObject(input, out BatchObject? source))
        {
            drafts.Add(reader.Read(source!));
            if (body.Length >= StepBytes || drafts.Count == StepObjects)
            {
                imported += await FlushAsync(drafts, body, imported, reply, cancellationToken);
            }
        }

        imported += await FlushAsync(drafts, body, imported, reply, cancellationToken);
        if (imported == 0)
        {
            throw GrpcException.InvalidArgument("the batch has no objects");
        }
    }

    private static bool TryReadObject(CodedInputStream input, out BatchObject? source)
    {
        while (input.ReadTag() is > 0 and uint tag)
        {
            if (tag == WireFormat.MakeTag(BatchObjectsRequest.ObjectsFieldNumber, WireFormat.WireType.LengthDelimited))
            {
                source = BatchObject.Parser.WithDiscardUnknownFields(true).ParseFrom(input.ReadBytes());
                return true;
            }

            input.SkipLastField();
        }

        source = null;
        return false;
    }

    private async Task<int> FlushAsync(
        List<ObjectDraft> drafts, PooledBuffer body, int first, BatchObjectsReply reply, CancellationToken cancellationToken)
    {
        int count = drafts.Count;
        int index = first;
        using (var import = new BatchImport(writer, router, body.WrittenMemory, drafts))
        {
            while (await import.MoveNextAsync(cancellationToken))
            {
                foreach (BatchItem item in import.Items)
                {
                    if (item.Problem is { } problem)
                    {
                        reply.Errors.Add(new BatchObjectsReply.Types.BatchError { Index = index, Error = problem });
                    }

                    index++;
                }

                admission.AddObjects(import.Items.Count);
            }
        }

        drafts.Clear();
        body.Truncate(0);
        return count;
    }
}
