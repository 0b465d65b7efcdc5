using System.Collections.Immutable;
using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup create</c></summary>
internal sealed class CreateCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();
    private readonly Option<string> _data = BackupArguments.Data("Data directory of the server, which must not run.");
    private readonly Option<string[]> _include = BackupArguments.Classes("--include", "A class to back up; all unless told.");
    private readonly Option<string[]> _exclude = BackupArguments.Classes("--exclude", "A class to leave out.");
    private readonly Option<long> _maxRate = BackupArguments.MaxRate();
    private readonly Option<bool> _allowDegraded = BackupArguments.AllowDegraded();

    public CreateCommand(CommandConsole console)
        : base(
            "create",
            "Backs up classes of a server that does not run. What the repository holds already is not stored again.",
            console,
            "create nightly-1 file:///backups --data /var/lib/basalt",
            "create books /backups --data /var/lib/basalt --include 'Book*' --json")
    {
        Arguments.Add(_id);
        Arguments.Add(_repository);
        Options.Add(_data);
        Options.Add(_include);
        Options.Add(_exclude);
        Options.Add(_maxRate);
        Options.Add(_allowDegraded);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        var selection = ClassSelection.Of(arguments.GetValue(_include) ?? [], arguments.GetValue(_exclude) ?? []);
        await using DataDirectory data = await DataDirectory.OpenAsync(arguments.GetRequiredValue(_data), isCreated: false, cancellationToken);
        ImmutableArray<string> classes = selection.FromDatabase([.. data.Catalog.Classes.Select(stored => stored.Name)]);
        await using var service = new BackupService(
            data.Database,
            arguments.GetRequiredValue(_repository).Backend,
            new BackupOptions
            {
                NodeName = SettingsReader.NodeName(SettingsReader.ProcessVariables()),
                MaxBytesPerSecond = arguments.GetValue(_maxRate),
                AllowDegradedStores = arguments.GetValue(_allowDegraded),
            });
        BackupSummary made = await ResumeAsync(service, id, report, cancellationToken)
            ?? await report.FollowAsync(
                $"Backing up {id}",
                service.CreateAsync(new BackupRequest(id) { Include = classes }, cancellationToken),
                () => service.RunningCreate);
        report.Result(
            json => BackupDocument.Write(json, made, service.Location(id)),
            () => report.Line(
                $"Backup '{id}' made of {string.Join(", ", made.Collections)}: {BackupDocument.Size(made.LogicalBytes)} in {made.Files} segments, "
                + $"{BackupDocument.Size(made.ReusedBytes)} of them were there already. It is at {service.Location(id)}."));
        return ExitCode.Success;
    }

    /// <summary>A backup of this data that was interrupted holds the engine's segments until it has ended, so it comes first.</summary>
    /// <returns>The backup if it is the one asked for.</returns>
    private static async Task<BackupSummary?> ResumeAsync(BackupService service, string id, CommandReport report, CancellationToken cancellationToken)
    {
        if (await service.RecoverAsync(cancellationToken) is not { } resumed)
        {
            return null;
        }

        report.Note($"Backup '{resumed.Id}' of this data was interrupted; it goes on first.");
        BackupSummary made = await report.FollowAsync(
            $"Backing up {resumed.Id}", resumed.Completion.WaitAsync(cancellationToken), () => resumed);
        return resumed.Id == id ? made : null;
    }
}
