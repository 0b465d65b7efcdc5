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
    private readonly Option<string[]> _rename = new("--rename")
    {
        Description = "A new name for a class, Old=New; references inside the restore follow it. May be given again.",
        HelpName = "old=new",
    };

    private readonly Option<long> _maxRate = BackupArguments.MaxRate();

    public RestoreCommand(CommandConsole console)
        : base(
            "restore",
            "Restores classes into the data of a server that does not run: all of them, each byte verified, or none. They must not exist there.",
            console,
            "restore nightly-1 file:///backups --data /var/lib/basalt",
            "restore nightly-1 /backups --data ./data --include Book --rename Book=BookOfYesterday")
    {
        Arguments.Add(_id);
        Arguments.Add(_repository);
        Options.Add(_data);
        Options.Add(_include);
        Options.Add(_exclude);
        Options.Add(_rename);
        Options.Add(_maxRate);
        _rename.Validators.Add(static result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.Split('=') is not [{ Length: > 0 }, { Length: > 0 }]) is { } wrong)
            {
                result.AddError($"Option '--rename' takes Old=New; it is '{wrong.Value}'.");
            }
        });
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        string path = Path.GetFullPath(arguments.GetRequiredValue(_data));
        var selection = ClassSelection.Of(arguments.GetValue(_include) ?? [], arguments.GetValue(_exclude) ?? []);
        ImmutableDictionary<string, string> renames = ClassRenames.Of(
            (arguments.GetValue(_rename) ?? []).Select(text => text.Split('=')).Select(parts => KeyValuePair.Create(parts[0], parts[1])));
        RepositoryLocation location = arguments.GetRequiredValue(_repository);

        // Before the data directory, which is made if it is missing.
        ImmutableArray<string> classes = selection.FromBackup(await ClassesInAsync(location, id, cancellationToken));
        ImmutableArray<string> names = ClassRenames.Apply(renames, classes);
        await using DataDirectory data = await DataDirectory.OpenAsync(path, isCreated: true, cancellationToken);
        data.Catalog.RequireNoSimilarName(names);
        data.Catalog.BeginRenaming(names, renames);
        await using var service = new BackupService(
            data.Database, location.Backend, new BackupOptions { MaxBytesPerSecond = arguments.GetValue(_maxRate) });
        BackupSummary restored = await report.FollowAsync(
            $"Restoring {id}",
            service.RestoreAsync(new RestoreRequest(id) { Include = classes, Rename = renames }, cancellationToken),
            () => service.RunningRestore);
        await data.Catalog.AdoptAsync(names, renames: renames);
        data.Catalog.EndRenaming();
        report.Result(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("data", path);
                MaintenanceJson.WriteTexts(json, "classes", names);
                json.WriteNumber("files", restored.Files);
                json.WriteNumber("bytes", restored.LogicalBytes);
                json.WriteEndObject();
            },
            () => report.Line(
                $"Backup '{id}' restored into {path}: {string.Join(", ", names)}; {BackupDocument.Size(restored.LogicalBytes)} in {restored.Files} segments."));
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
