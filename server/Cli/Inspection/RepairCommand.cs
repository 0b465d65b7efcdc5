using System.CommandLine;
using Basalt.Engine;
using Basalt.Server.Cli.Backup;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli.Inspection;

/// <summary><c>repair</c></summary>
internal sealed class RepairCommand : ReportingCommand
{
    private readonly Option<string> _data = DatabaseDirectory.Option();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say only what would be done, and what would be lost." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do it. What cannot be read is given up; the files as they were stay in a folder lost-<time>." };

    public RepairCommand(CommandConsole console)
        : base(
            "",
            "repair",
            "Makes a damaged database usable again with all that can still be read, and says what is lost. Deletes nothing. The server must not run. "
            + "A backup, if there is one, loses less.",
            console,
            ["repair --data /var/lib/basalt --dry-run", "repair --data /var/lib/basalt --yes"])
    {
        Options.Add(_data);
        Options.Add(_dryRun);
        Options.Add(_yes);
        Validators.Add(result =>
        {
            if (result.GetValue(_dryRun) == result.GetValue(_yes))
            {
                result.AddError("Look with --dry-run what a repair would do and what is lost; then do it with --yes.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string path = DatabaseDirectory.PathOf(arguments.GetValue(_data));
        var options = new RepairOptions { IsDryRun = arguments.GetValue(_dryRun), Compression = ServerSettings.DefaultDatabase.Compression };
        RepairReport done = await DatabaseDirectory.InspectAsync(
            report, $"Repairing {path}", progress => DatabaseRepairer.RepairAsync(path, options, progress, cancellationToken));
        report.Result(json => InspectionJson.Write(json, done), () => WriteText(report, done));
        return done is { IsDryRun: true, IsNeeded: true } ? ExitCode.ProblemsFound : ExitCode.Success;
    }

    private static void WriteText(CommandReport report, RepairReport done)
    {
        if (!done.IsNeeded)
        {
            report.Line($"The database in '{done.Check.Directory}' is good; nothing was changed.");
            return;
        }

        report.Line($"The database in '{done.Check.Directory}' {(done.IsDryRun ? "is" : "was")} damaged in {done.Check.DamageCount} places.");
        InspectionText.WriteDamage(report, done.Check);
        report.Line($"{(done.IsDryRun ? "Would be set aside" : $"Set aside in '{done.LostFolder}'")}: {string.Join(", ", done.SetAside)}.");
        report.Line(
            $"{(done.IsDryRun ? "Would be kept" : "Kept")} of the damaged files: {done.SalvagedEntries} entries in {done.RewrittenSegments} segments, {done.ReplayedRecords} log records.");
        foreach (string owner in done.ReleasedLeases)
        {
            report.Line($"The lease of '{owner}' ends: its backup has to begin anew.");
        }

        if (done.Losses.Count == 0)
        {
            report.Line("Nothing is lost.");
            return;
        }

        report.Line($"Lost; keys in these ranges are missing or show an earlier value:");
        InspectionText.WriteLosses(report, done.Losses);
    }
}
