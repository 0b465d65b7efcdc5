using System.CommandLine;
using Basalt.Backup;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup probe</c></summary>
internal sealed class ProbeCommand : RepositoryCommand
{
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository(what: "Where backups are, or are to be");
    private readonly Option<bool> _allowDegraded = BackupArguments.AllowDegraded();

    public ProbeCommand(CommandConsole console)
        : base(
            "probe",
            "Finds out whether backups can be made in a place: writes a small object, sees that it cannot be overwritten, lists it, reads it and removes it.",
            console,
            "probe file:///backups")
    {
        Arguments.Add(_repository);
        Options.Add(_allowDegraded);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        using BackupRepository repository = arguments.GetRequiredValue(_repository).Open(
            new BackupOptions { AllowDegradedStores = arguments.GetValue(_allowDegraded) });
        bool isDegraded = await repository.ProbeAsync(cancellationToken) == WriteConditions.Absent;
        bool exists = await repository.ExistsAsync(cancellationToken);
        report.Result(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("location", repository.Location(""));
                json.WriteBoolean("usable", true);
                json.WriteBoolean("hasRepository", exists);
                if (isDegraded)
                {
                    json.WriteBoolean("degraded", true);
                }

                json.WriteEndObject();
            },
            () => report.Line($"Backups can be made at {repository.Location("")}: "
                + (isDegraded ? "list and read do what they should, create does not: backups are degraded. " : "create once, list and read do what they should. ")
                + (exists ? "There is a repository." : "There is no repository yet; the first backup makes it.")));
        return ExitCode.Success;
    }
}
