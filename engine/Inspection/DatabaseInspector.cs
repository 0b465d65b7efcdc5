using Basalt.Engine.Inspection;

namespace Basalt.Engine;

/// <summary>
/// Reads every byte of a database that nobody has open, and names each place that is not as it was written. Changes nothing on disk and goes
/// on after damage.
/// </summary>
public static class DatabaseInspector
{
    /// <summary>Checks the database in a directory.</summary>
    /// <param name="directory">Its directory.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told how far it came.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatabaseException">
    /// There is no database; it is open; it is of a newer format; or its files may not be read. Damage is no exception but part of the report.
    /// </exception>
    public static Task<CheckReport> CheckAsync(
        string directory,
        InspectionOptions? options = null,
        IProgress<InspectionProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        options ??= new InspectionOptions();
        options.Validate();
        return Task.Run(() => Check(Path.GetFullPath(directory), options, progress, cancellationToken), cancellationToken);
    }

    private static CheckReport Check(
        string directory, InspectionOptions options, IProgress<InspectionProgress>? progress, CancellationToken cancellationToken)
    {
        DatabasePresence.Require(options.FileSystem, directory);
        using IDisposable? directoryLock = options.FileSystem.LockDirectoryForReading(directory);
        InspectionLog log = new(options.MaxListed, progress, cancellationToken);
        return DatabaseInspection.Run(options.FileSystem, directory, log).Report();
    }
}
