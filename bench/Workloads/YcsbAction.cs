namespace Basalt.Bench.Workloads;

internal enum YcsbAction
{
    Read,
    Write,
    Scan,
    ReadModifyWrite,
}
