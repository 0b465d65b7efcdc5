using Basalt.Bench.Load;
using Basalt.Bench.Targets;

namespace Basalt.Bench.Workloads;

/// <summary>Short scans from random keys on. The last keys of the key space have fewer entries after them, the same for all stores.</summary>
internal sealed class ScanOperation(IStoreSession session, PreparedKeys keys, int valueBytes, int entries) : Operation
{
    private readonly byte[] _destination = new byte[KeyFormat.Length + valueBytes];

    public override int EntriesPerExecution => entries;

    public override long Limit => keys.Count;

    public override void Execute(long number)
    {
        if (session.Scan(keys[number], entries, _destination) == 0)
        {
            throw new InvalidOperationException("A scan from a key that was written found nothing.");
        }
    }
}
