using System.CommandLine;
using Basalt.Engine;
using Basalt.Server.Cli.Backup;

namespace Basalt.Server.Cli.Inspection;

/// <summary><c>check</c></summary>
internal sealed class CheckCommand : ReportingCommand
{
    private readonly Option<string> _data = DatabaseDirectory.Option();

    public CheckCommand(CommandConsole console)
        : base(
            "",
            "check",
            "Reads every byte of a database and names each damaged place. Changes nothing. The server must not run.",
            console,
            ["check --data /var/lib/basalt", "check --data ./data --json"]) =>
        Options.Add(_data);

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string path = DatabaseDirectory.PathOf(arguments.GetValue(_data));
        CheckReport found = await DatabaseDirectory.InspectAsync(
            report, $"Checking {path}", progress => DatabaseInspector.CheckAsync(path, progress: progress, cancellationToken: cancellationToken));
        report.Result(json => InspectionJson.Write(json, found), () => WriteText(report, found));
        return found.IsGood ? ExitCode.Success : ExitCode.ProblemsFound;
    }

    private static void WriteText(CommandReport report, CheckReport found)
    {
        string extent = $"{found.Keyspaces} keyspaces, {found.Segments} segments, {found.LogRecords} log records, {BackupDocument.Size(found.BytesRead)} read";
        report.Line(found.IsGood
            ? $"The database in '{found.Directory}' is good: {extent}."
            : $"The database in '{found.Directory}' is damaged in {found.DamageCount} places: {extent}.");
        if (!found.IsGood)
        {
            InspectionText.WriteDamage(report, found);
            report.Note("Restore a backup, or see what 'basalt repair --dry-run' would keep.");
        }

        foreach (string note in found.Notes)
        {
            report.Note($"Note: {note}");
        }
    }
}
