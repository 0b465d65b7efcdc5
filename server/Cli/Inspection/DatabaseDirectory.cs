using System.CommandLine;
using Basalt.Backup;
using Basalt.Engine;
using Basalt.Server.Cli.Backup;
using Basalt.Server.Configuration;

namespace Basalt.Server.Cli.Inspection;

/// <summary>The database that a command inspects.</summary>
internal static class DatabaseDirectory
{
    /// <summary>The option that names it.</summary>
    public static Option<string> Option() => new("--data")
    {
        Description = "Data directory of the server, which must not run; unless told, PERSISTENCE_DATA_PATH or ./data as for the server.",
        HelpName = "dir",
    };

    /// <summary>The directory meant.</summary>
    /// <exception cref="SettingsException">The variable's value is not allowed.</exception>
    public static string PathOf(string? option) =>
        option is null ? SettingsReader.DataPath(SettingsReader.ProcessVariables()) : Path.GetFullPath(option);

    /// <summary>Runs an inspection, with a bar if there is a terminal.</summary>
    /// <exception cref="CommandFailedException">There is no database, or a server holds it.</exception>
    public static async Task<T> InspectAsync<T>(CommandReport report, string title, Func<IProgress<InspectionProgress>?, Task<T>> inspect)
    {
        try
        {
            return await report.TrackAsync(title, bar => inspect(bar is null ? null : new Bytes(bar)));
        }
        catch (DatabaseException missing) when (missing.Error == DatabaseError.InvalidOperation)
        {
            throw CommandFailedException.NotFound($"{missing.Message} --data takes the data directory of a server: its PERSISTENCE_DATA_PATH.");
        }
        catch (DatabaseException locked) when (locked.Error == DatabaseError.Locked)
        {
            throw new CommandFailedException($"{locked.Message} Only the data of a server that does not run can be inspected.", locked);
        }
    }

    private sealed class Bytes(IProgress<TransferProgress> bar) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => bar.Report(new TransferProgress(0, 0, value.BytesTotal, value.BytesDone));
    }
}
