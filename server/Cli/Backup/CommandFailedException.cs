using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli.Backup;

/// <summary>A command cannot do what it was asked for; the message says why.</summary>
internal sealed class CommandFailedException : Exception
{
    public CommandFailedException()
        : this("The command failed.")
    {
    }

    public CommandFailedException(string message)
        : base(message)
    {
    }

    public CommandFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the command ends with.</summary>
    public int Code { get; private init; } = ExitCode.Failed;

    /// <summary>Something that the command line names does not exist.</summary>
    public static CommandFailedException NotFound(string message) => new(message) { Code = ExitCode.NotFound };

    /// <summary>There is no backup of that id.</summary>
    public static CommandFailedException NoBackup(string id, BackupRepository repository) =>
        NotFound($"There is no backup '{id}' at '{repository.Location(id)}'.");

    /// <summary>What a command ends with that failed this way; null for what is a fault of the program.</summary>
    public static int? CodeOf(Exception failure) => failure switch
    {
        CommandFailedException own => own.Code,
        BackupException { Error: BackupError.NotFound } => ExitCode.NotFound,
        BackupException { Error: BackupError.InvalidId or BackupError.InvalidRequest } => ExitCode.UsageError,
        BackupException or DatabaseException or RequestException or SettingsException => ExitCode.Failed,
        IOException or UnauthorizedAccessException or InvalidDataException => ExitCode.Failed,
        _ => null,
    };
}
