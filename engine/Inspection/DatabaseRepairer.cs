using Basalt.Engine.Inspection;
using Basalt.Engine.Storage;

namespace Basalt.Engine;

/// <summary>
/// Makes a damaged database one that opens, with everything that can still be read, and says what cannot. Deletes nothing: damaged files are
/// set aside in a folder of the database directory. Does nothing to a database without damage.
/// </summary>
public static class DatabaseRepairer
{
    /// <summary>Repairs the database in a directory.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told how far it came.</param>
    /// <param name="cancellationToken">Gives up; the database is then as it was.</param>
    /// <exception cref="DatabaseException">
    /// There is no database; it is open; it is of a newer format; its files may not be read or written; or no manifest can be read, so that nothing
    /// tells which segment belongs to which keyspace. The database is then as it was.
    /// </exception>
    public static Task<RepairReport> RepairAsync(
        string directory,
        RepairOptions? options = null,
        IProgress<InspectionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new RepairOptions();
        options.Inspection.Validate();
        return Task.Run(() => Repair(Path.GetFullPath(directory), options, progress, cancellationToken), cancellationToken);
    }

    private static RepairReport Repair(
        string directory, RepairOptions options, IProgress<InspectionProgress>? progress, CancellationToken cancellationToken)
    {
        IFileSystem files = options.Inspection.FileSystem;
        DatabasePresence.Require(files, directory);
        using IDisposable? directoryLock = options.IsDryRun ? files.LockDirectoryForReading(directory) : files.LockDirectory(directory);
        InspectionLog log = new(options.Inspection.MaxListed, progress, cancellationToken);
        DatabaseInspection inspection = DatabaseInspection.Run(files, directory, log);
        return inspection.Log.DamageCount == 0
            ? new RepairReport { Check = inspection.Report(), IsDryRun = options.IsDryRun }
            : new DatabaseRepair(files, directory, options, inspection).Run();
    }
}
