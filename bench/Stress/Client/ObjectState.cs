namespace Basalt.Bench.Stress.Client;

/// <summary>What an object is: the version of its last write, and that of the write that brought its text and vector, which patches leave alone.</summary>
/// <param name="Version">0: it is not there.</param>
/// <param name="Base">0: it is not there.</param>
internal readonly record struct ObjectState(long Version, long Base)
{
    public static readonly ObjectState Absent;

    public bool IsPresent => Version != 0;
}
