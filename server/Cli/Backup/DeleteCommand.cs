using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup delete</c></summary>
internal sealed class DeleteCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();

    public DeleteCommand(CommandConsole console)
        : base(
            "delete",
            "Deletes a backup. What it shares with others stays; 'backup gc' frees the rest.",
            console,
            "delete nightly-1 file:///backups")
    {
        Arguments.Add(_id);
        Arguments.Add(_repository);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        using BackupRepository repository = await arguments.GetRequiredValue(_repository).OpenExistingAsync(cancellationToken);
        await repository.DeleteAsync(id, cancellationToken);
        report.Result(
            json => MaintenanceJson.WriteDeleted(json, id),
            () => report.Line($"Backup '{id}' deleted. '{CommandRunner.ProgramName} backup gc' frees its space."));
        return ExitCode.Success;
    }
}
