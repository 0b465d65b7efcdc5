using System.Collections.Immutable;
using System.CommandLine;
using Basalt.Backup;
using Basalt.Server.Backups;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup restore</c></summary>
internal sealed class RestoreCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _repository = BackupArguments.Repository();
    private readonly Option<string> _data =
        BackupArguments.Data("Data directory of a server, which must not run; made if it is missing. The server serves the classes from its next start on.");
    private readonly Option<string[]> _include = BackupArguments.Classes("--include", "A class to restore; all unless told.");
    private readonly Option<string[]> _exclude = BackupArguments.Classes("--exclude", "A class to leave out.");

    public RestoreCommand(CommandConsole console)
        : base(
            "restore",
            "Restores classes into the data of a server that does not run: all of them, each byte verified, or none. They must not exist there.",
            console,
            "restore nightly-1 file:///backups --data /var/lib/basalt",
            "restore nightly-1 /backups --data ./data --include Book")
    {
        Arguments.Add(_id);
        Arguments.Add(_repository);
        Options.Add(_data);
        Options.Add(_include);
        Options.Add(_exclude);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        string path = Path.GetFullPath(arguments.GetRequiredValue(_data));
        var selection = ClassSelection.Of(arguments.GetValue(_include) ?? [], arguments.GetValue(_exclude) ?? []);
        RepositoryLocation location = arguments.GetRequiredValue(_repository);

        // Before the data directory, which is made if it is missing.
        ImmutableArray<string> classes = selection.FromBackup(await ClassesInAsync(location, id, cancellationToken));
        await using DataDirectory data = await DataDirectory.OpenAsync(path, isCreated: true, cancellationToken);
        data.Catalog.RequireNoSimilarName(classes);
        await using var service = new BackupService(data.Database, location.Backend);
        BackupSummary restored = await report.FollowAsync(
            $"Restoring {id}",
            service.RestoreAsync(new RestoreRequest(id) { Include = classes }, cancellationToken),
            () => service.RunningRestore);
        await data.Catalog.AdoptAsync(classes);
        report.Result(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("data", path);
                MaintenanceJson.WriteTexts(json, "classes", classes);
                json.WriteNumber("files", restored.Files);
                json.WriteNumber("bytes", restored.LogicalBytes);
                json.WriteEndObject();
            },
            () => report.Line(
                $"Backup '{id}' restored into {path}: {string.Join(", ", classes)}; {BackupDocument.Size(restored.LogicalBytes)} in {restored.Files} segments."));
        return ExitCode.Success;
    }

    private static async Task<ImmutableArray<string>> ClassesInAsync(RepositoryLocation location, string id, CancellationToken cancellationToken)
    {
        using BackupRepository repository = await location.OpenExistingAsync(cancellationToken);
        BackupSummary backup = await repository.FindAsync(id, cancellationToken) ?? throw CommandFailedException.NoBackup(id, repository);
        return backup.State == BackupState.Success
            ? backup.Collections
            : throw new CommandFailedException(
                $"Backup '{id}' at '{repository.Location(id)}' cannot be restored: its status is {BackupStatus.OfCreate(backup.State)}"
                + (backup.Error is { } error ? $" ({error})." : "."));
    }
}
