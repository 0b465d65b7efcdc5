namespace Basalt.Bench.Reports.Plots;

/// <summary>A drawn plot.</summary>
/// <param name="Workload">The workload whose section shows it.</param>
/// <param name="FileName">Name of the SVG file beside the report.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Svg">The drawing.</param>
internal sealed record Plot(string Workload, string FileName, string Title, string Svg);
