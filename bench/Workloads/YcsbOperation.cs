using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Replays a <see cref="YcsbTrace"/>.</summary>
internal sealed class YcsbOperation(IStoreSession session, YcsbTrace trace, ValueSource values) : Operation
{
    private readonly byte[] _destination = new byte[KeyFormat.Length + values.Length];

    public override long Limit => trace.Keys.Count;

    public override void Execute(long number)
    {
        ReadOnlySpan<byte> key = trace.Keys[number];
        YcsbStep step = trace.Steps[(int)number];
        switch (step.Action)
        {
            case YcsbAction.Read:
                session.Get(key, _destination);
                break;
            case YcsbAction.Write:
                session.Put(key, values.Next());
                break;
            case YcsbAction.Scan:
                session.Scan(key, step.ScanLength, _destination);
                break;
            default:
                session.Get(key, _destination);
                session.Put(key, values.Next());
                break;
        }
    }
}
