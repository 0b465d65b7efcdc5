using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Point reads of which the answer is known; a wrong one ends the run.</summary>
internal sealed class GetOperation(IStoreSession session, PreparedKeys keys, int valueBytes, bool present) : Operation
{
    private readonly byte[] _destination = new byte[valueBytes];

    public override long Limit => keys.Count;

    public override void Execute(long number)
    {
        if (session.Get(keys[number], _destination) != present)
        {
            throw new InvalidOperationException(present ? "A key that was written is absent." : "A key that was never written is present.");
        }
    }
}
