using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Atomic batches of puts; filling the batch counts as part of the call.</summary>
internal sealed class BatchPutOperation(IStoreSession session, PreparedKeys keys, ValueSource values, int batch) : Operation
{
    public override int EntriesPerExecution => batch;

    public override long Limit => keys.Count / batch;

    public override void Execute(long number) => session.PutBatch(keys, number * batch, batch, values);
}
