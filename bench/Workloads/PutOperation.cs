using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Puts of one entry.</summary>
internal sealed class PutOperation(IStoreSession session, PreparedKeys keys, ValueSource values) : Operation
{
    public override long Limit => keys.Count;

    public override void Execute(long number) => session.Put(keys[number], values.Next());
}
