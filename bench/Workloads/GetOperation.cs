using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Point reads; a wrong answer, if it is known which one is right, ends the run.</summary>
internal sealed class GetOperation(IStoreSession session, PreparedKeys keys, int valueBytes, bool? present) : Operation
{
    private readonly byte[] _destination = new byte[valueBytes];

    public override long Limit => keys.Count;

    public override void Execute(long number)
    {
        bool found = session.Get(keys[number], _destination);
        if (present is { } expected && found != expected)
        {
            throw new InvalidOperationException(expected ? "A key that was written is absent." : "A key that was never written is present.");
        }
    }
}
