using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary>Everything that was measured, in the order of its measurement.</summary>
internal sealed class ReportData
{
    private readonly List<Measurement> _measurements = [];

    public IReadOnlyList<Measurement> Measurements => _measurements;

    public void Add(string workload, string name, string store, LoadResult run)
    {
        Measurement? measurement = Find(workload, name, store);
        if (measurement is null)
        {
            measurement = new Measurement(workload, name, store);
            _measurements.Add(measurement);
        }

        measurement.Add(run);
    }

    public Measurement? Find(string workload, string name, string store) =>
        _measurements.Find(each => each.Workload == workload && each.Case == name && each.Store == store);
}
