using Spectre.Console;

namespace Basalt.Server.Demo.Display;

/// <summary>The figures of a run, in two short tables.</summary>
internal static class DemoReport
{
    private const string NotMeaningful = "-";
    private const int WritesForPercentile99 = 100;

    // How long fewer bytes take is decided by fixed costs, not by throughput.
    private const long BytesForThroughput = 5_000_000;

    public static void Write(IAnsiConsole console, DemoSession session)
    {
        console.WriteLine();
        console.Write(Backups(session));
        console.Write(Writes(session));
        console.MarkupLine("[dim]Server, writer and REST client share this process. No p99 of under 100 writes.[/]");
    }

    private static Table Backups(DemoSession session)
    {
        Table table = New("Backup and restore", session.Backups.Select(backup => $"'{backup.Id}'"));
        Add(table, "Objects at the cut", session, backup => Figure.Count(backup.Verdict!.Compared));
        Add(table, "Bytes inside", session, backup => Figure.Megabytes(backup.Backup!.BytesTotal));
        Add(table, "  reused from earlier backups", session, backup => Share(backup.Backup!.BytesReused, backup.Backup.BytesTotal));
        Add(table, "  new, written", session, backup => Share(Written(backup), backup.Backup!.BytesTotal));
        Add(table, "Backup time", session, backup => Figure.Seconds(backup.BackupTime));
        Add(table, "Backup speed, new bytes", session, NewBytesThroughput);
        Add(table, "Writers' pause at the cut", session, backup => backup.Backup!.CutPause is { } pause ? Figure.Latency(pause) : "not told");
        Add(table, "Restore time", session, backup => Figure.Seconds(backup.RestoreTime));
        Add(table, "Restore speed", session, backup => Figure.Throughput(backup.Restore!.BytesTotal, backup.RestoreTime));
        Add(table, "Live writes inside", session, backup => Figure.Count(backup.Verdict!.Cut));
        return table;
    }

    private static Table Writes(DemoSession session)
    {
        Table table = New("Live writes over REST, one by one", ["writes", "p50", "p99", "max"]);
        AddLatency(table, "Before any backup", session.Writer.Log.Latency(session.Baseline));
        foreach (BackupRun backup in session.Backups)
        {
            AddLatency(table, $"During '{backup.Id}'", session.Writer.Log.Latency(backup.During));
        }

        return table;
    }

    private static Table New(string title, IEnumerable<string> columns)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn($"[bold]{Markup.Escape(title)}[/]") { Width = 33 });
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = Justify.Right });
        }

        return table;
    }

    private static void Add(Table table, string label, DemoSession session, Func<BackupRun, string> value) =>
        table.AddRow([label, .. session.Backups.Select(value).Select(Markup.Escape)]);

    private static void AddLatency(Table table, string label, LatencySummary latency) =>
        table.AddRow(
            Markup.Escape(label),
            Figure.Count(latency.Count),
            Figure.Latency(latency.Median),
            latency.Count < WritesForPercentile99 ? NotMeaningful : Figure.Latency(latency.Percentile99),
            Figure.Latency(latency.Maximum));

    private static string NewBytesThroughput(BackupRun backup) =>
        Written(backup) < BytesForThroughput ? NotMeaningful : Figure.Throughput(Written(backup), backup.BackupTime);

    private static long Written(BackupRun backup) => backup.Backup!.BytesTotal - backup.Backup.BytesReused;

    private static string Share(long part, long whole) =>
        $"{Figure.Megabytes(part)} ({Figure.Percent((double)part / Math.Max(1, whole))})";
}
