using Basalt.Bench.Load;

namespace Basalt.Bench.Reports;

/// <summary>Everything that was measured, in the order of its measurement.</summary>
internal sealed class ReportData
{
    private readonly List<Measurement> _measurements = [];

    private readonly List<Figure> _figures = [];

    private readonly List<TimelinePlot> _timelines = [];

    private readonly List<WorkloadCost> _costs = [];

    public IReadOnlyList<Measurement> Measurements => _measurements;

    public IReadOnlyList<Figure> Figures => _figures;

    public IReadOnlyList<TimelinePlot> Timelines => _timelines;

    public IReadOnlyList<WorkloadCost> Costs => _costs;

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

    /// <summary>Adds one run's value of a figure that is not a latency.</summary>
    public void AddFigure(string workload, string name, string store, string figure, FigureUnit unit, double value)
    {
        Figure? found = FindFigure(workload, name, store, figure);
        if (found is null)
        {
            found = new Figure(workload, name, store, figure, unit);
            _figures.Add(found);
        }

        found.Add(value);
    }

    public Figure? FindFigure(string workload, string name, string store, string figure) =>
        _figures.Find(each => each.Workload == workload && each.Case == name && each.Store == store && each.Name == figure);

    public void AddTimeline(TimelinePlot plot) => _timelines.Add(plot);

    public void AddCost(WorkloadCost cost) => _costs.Add(cost);
}
