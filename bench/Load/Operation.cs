namespace Basalt.Bench.Load;

/// <summary>What one thread of a load does again and again.</summary>
internal abstract class Operation
{
    /// <summary>Entries that one execution reads or writes.</summary>
    public virtual int EntriesPerExecution => 1;

    /// <summary>Executions after which the prepared input is used up.</summary>
    public abstract long Limit { get; }

    public abstract void Execute(long number);
}
