namespace Basalt.Bench.Reports;

/// <summary>A value that is not a latency, over all runs of one case on one store.</summary>
internal sealed class Figure(string workload, string name, string store, string figure, FigureUnit unit)
{
    private readonly List<double> _values = [];

    public string Workload => workload;

    public string Case => name;

    public string Store => store;

    public string Name => figure;

    public FigureUnit Unit => unit;

    public IReadOnlyList<double> Values => _values;

    public Spread Spread => Spread.Of(_values);

    public void Add(double value) => _values.Add(value);

    public string Format(double value) => unit switch
    {
        FigureUnit.Bytes => Figures.Bytes(value),
        FigureUnit.BytesPerSecond => $"{Figures.Bytes(value)}/s",
        FigureUnit.Nanoseconds => Figures.Duration(value),
        FigureUnit.Percent => $"{Figures.Significant(value)} %",
        _ => Figures.Ratio(value),
    };
}
