using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup list</c></summary>
internal sealed class ListCommand : RepositoryCommand
{
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();

    public ListCommand(CommandConsole console)
        : base("list", "Lists the backups of a repository, oldest first.", console, "list file:///backups", "list /backups --json") =>
        Arguments.Add(_repository);

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        IReadOnlyList<BackupSummary> backups = await repository.ListAsync(cancellationToken);
        report.Result(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("repository", repository.Location(""));
                json.WriteStartArray("backups");
                foreach (BackupSummary backup in backups)
                {
                    BackupDocument.Write(json, backup, repository.Location(backup.Id));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            },
            () => report.Table(["ID", "STATUS", "STARTED", "SIZE", "STORED", "CLASSES"], backups.Select(Row)));
        return ExitCode.Success;
    }

    private static string[] Row(BackupSummary backup) =>
    [
        backup.Id,
        BackupStatus.OfCreate(backup.State),
        BackupDocument.Time(backup.StartedAt),
        backup.State == BackupState.Success ? BackupDocument.Size(backup.LogicalBytes) : "-",
        backup.State == BackupState.Success ? BackupDocument.Size(backup.UploadedBytes) : "-",
        string.Join(' ', backup.Collections),
    ];
}
