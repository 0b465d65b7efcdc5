using Basalt.Bench.Load;

namespace Basalt.Bench.Workloads;

/// <summary>Does nothing: what an open loop measures of it is the machine's own.</summary>
internal sealed class NoOperation : Operation
{
    public override long Limit => long.MaxValue;

    public override void Execute(long number)
    {
    }
}
