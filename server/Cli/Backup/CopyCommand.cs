using System.CommandLine;
using Basalt.Backup;

namespace Basalt.Server.Cli.Backup;

/// <summary><c>backup copy</c></summary>
internal sealed class CopyCommand : RepositoryCommand
{
    private readonly Argument<string> _id = BackupArguments.Id();
    private readonly Argument<RepositoryLocation> _source = BackupArguments.Repository("source", "The repository that has the backup");
    private readonly Argument<RepositoryLocation> _target = BackupArguments.Repository("target", "The repository to copy it to");
    private readonly Option<long> _maxRate = BackupArguments.MaxRate();
    private readonly Option<bool> _allowDegraded = BackupArguments.AllowDegraded();

    public CopyCommand(CommandConsole console)
        : base(
            "copy",
            "Copies a backup to another repository, each byte checked. What the target has already is not copied again; repeat it if it is interrupted.",
            console,
            "copy nightly-1 file:///backups file:///mnt/offsite")
    {
        Arguments.Add(_id);
        Arguments.Add(_source);
        Arguments.Add(_target);
        Options.Add(_maxRate);
        Options.Add(_allowDegraded);
    }

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult arguments, CommandReport report, CancellationToken cancellationToken)
    {
        string id = arguments.GetRequiredValue(_id);
        var options = new BackupOptions
        {
            MaxBytesPerSecond = arguments.GetValue(_maxRate),
            AllowDegradedStores = arguments.GetValue(_allowDegraded),
        };
        using BackupRepository source = await arguments.GetRequiredValue(_source).OpenExistingAsync(cancellationToken, options);
        using BackupRepository target = arguments.GetRequiredValue(_target).Open(options);
        CopyReport copied = await report.TrackAsync($"Copying {id}", progress => source.CopyAsync(id, target, progress, cancellationToken));
        report.Result(
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("objectsCopied", copied.ObjectsCopied);
                json.WriteNumber("bytesCopied", copied.BytesCopied);
                json.WriteNumber("objectsPresent", copied.ObjectsPresent);
                json.WritePropertyName("backup");
                BackupDocument.Write(json, copied.Backup, target.Location(id));
                json.WriteEndObject();
            },
            () => report.Line(
                $"Backup '{id}' copied to {target.Location(id)}: {copied.ObjectsCopied} objects ({BackupDocument.Size(copied.BytesCopied)}), "
                + $"{copied.ObjectsPresent} were there already."));
        return ExitCode.Success;
    }
}
