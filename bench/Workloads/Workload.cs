namespace Basalt.Bench.Workloads;

/// <summary>One question that the benchmark asks of every store.</summary>
internal abstract class Workload
{
    /// <summary>The name that <c>--only</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>Whether it works on <see cref="BenchContext.ReadStores"/>, which are kept open from one such workload to the next.</summary>
    public virtual bool UsesReadStores => false;

    public abstract void Run(BenchContext context);
}
