using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup show</c></summary>
internal sealed class ShowCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();

    public ShowCommand(CommandConsole console)
        : base("show", "Shows what a repository knows of a backup.", console, "show nightly-1 file:///backups")
    {
        Arguments.Add(_id);
        Arguments.Add(_repository);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        BackupSummary backup = await repository.FindAsync(id, cancellationToken) ?? throw CommandFailedException.NoBackup(id, repository);
        report.Result(
            json => BackupDocument.Write(json, backup, repository.Location(id)),
            () => report.Table(["", backup.Id], Rows(backup, repository.Location(id))));
        return ExitCode.Success;
    }

    private static IEnumerable<string[]> Rows(BackupSummary backup, string location)
    {
        yield return ["status", BackupStatus.OfCreate(backup.State)];
        if (backup.Error is { } error)
        {
            yield return ["error", error];
        }

        yield return ["location", location];
        yield return ["node", backup.Node];
        if (backup.IsDegraded)
        {
            yield return ["degraded", "yes: the store has no conditional writes"];
        }

        yield return ["classes", string.Join(' ', backup.Collections)];
        yield return ["started", BackupDocument.Time(backup.StartedAt)];
        yield return ["completed", BackupDocument.Time(backup.CompletedAt)];
        if (backup.State == BackupState.Success)
        {
            yield return ["segments", $"{backup.Files}"];
            yield return ["size", BackupDocument.Size(backup.LogicalBytes)];
            yield return ["uploaded", BackupDocument.Size(backup.UploadedBytes)];
            yield return ["reused", BackupDocument.Size(backup.ReusedBytes)];
            yield return ["root", backup.Root ?? "-"];
        }
    }
}
