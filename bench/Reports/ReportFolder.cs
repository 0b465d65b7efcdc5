using Basalt.Bench.Reports.Goals;
using Basalt.Bench.Reports.Plots;

namespace Basalt.Bench.Reports;

/// <summary>The folder of a report's files.</summary>
internal static class ReportFolder
{
    /// <summary>Writes all files anew; files of an older report go.</summary>
    public static void Write(string folder, ReportData report, string markdown, IReadOnlyList<Goal> goals, IReadOnlyList<Plot> plots)
    {
        Directory.CreateDirectory(folder);
        foreach (string old in Directory.EnumerateFiles(folder, "*.svg"))
        {
            File.Delete(old);
        }

        File.WriteAllText(Path.Combine(folder, "report.md"), markdown);
        File.WriteAllText(Path.Combine(folder, "goals.json"), GoalsFile.Format(goals));
        File.WriteAllText(Path.Combine(folder, "histograms.json"), HistogramsFile.Format(report));
        foreach (Plot plot in plots)
        {
            File.WriteAllText(Path.Combine(folder, plot.FileName), plot.Svg);
        }
    }
}
