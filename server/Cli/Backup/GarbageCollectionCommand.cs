using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup gc</c></summary>
internal sealed class GarbageCollectionCommand : RepositoryCommand
{
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();
    private readonly Option<TimeSpan?> _age = BackupArguments.AgeOf(
        "--min-age", "Spare what attempts younger than this made; 24h unless told.", TimeSpan.Zero, TimeSpan.FromDays(365));
    private readonly Option<bool> _dryRun = BackupArguments.DryRun();

    public GarbageCollectionCommand(CommandConsole console)
        : base(
            "gc",
            "Frees what no backup needs. Safe while backups and restores run, from any machine.",
            console,
            "gc file:///backups --dry-run",
            "gc /backups --min-age 24h")
    {
        Arguments.Add(_repository);
        Options.Add(_age);
        Options.Add(_dryRun);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        var options = new GarbageCollectionOptions { IsDryRun = arguments.GetValue(_dryRun) };
        if (arguments.GetValue(_age) is { } age)
        {
            options = options with { MinimumAge = age };
        }

        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        GarbageCollectionReport found = await repository.CollectGarbageAsync(options, cancellationToken);
        report.Result(json => MaintenanceJson.Write(json, found), () => WriteText(report, found));
        foreach (string failure in found.Failures)
        {
            report.Note($"Not deleted, the next collection tries again: {failure}");
        }

        return found.Failures.IsEmpty ? ExitCode.Success : ExitCode.Failed;
    }

    private static void WriteText(CommandReport report, GarbageCollectionReport found)
    {
        report.Line($"{found.Extents} extents ({BackupDocument.Size(found.ExtentBytes)}): {found.Garbage} needed by nothing "
            + $"({BackupDocument.Size(found.GarbageBytes)}), {found.TooYoung} more too young to go.");
        report.Line(found.IsDryRun
            ? "Nothing was changed."
            : $"Deleted {found.Deleted} extents and {found.DocumentsDeleted} documents: {BackupDocument.Size(found.BytesFreed)} freed.");
        foreach (string id in found.AbandonedBackups)
        {
            report.Line($"Backup '{id}' was abandoned by whoever made it, and counts as failed now.");
        }
    }
}
