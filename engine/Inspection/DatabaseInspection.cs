using Basalt.Engine.Files;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>All that can be told of a database directory by reading it. Requires: the directory's lock is held.</summary>
internal sealed class DatabaseInspection
{
    private DatabaseInspection(string directory, InspectionLog log, ManifestFindings manifest, IReadOnlyList<SegmentFinding> segments, LogFindings logs)
    {
        Directory = directory;
        Log = log;
        Manifest = manifest;
        Segments = segments;
        Logs = logs;
    }

    public string Directory { get; }

    public InspectionLog Log { get; }

    public ManifestFindings Manifest { get; }

    /// <summary>Every segment that the manifest names, those of leases included.</summary>
    public IReadOnlyList<SegmentFinding> Segments { get; }

    public LogFindings Logs { get; }

    public static DatabaseInspection Run(IFileSystem files, string directory, InspectionLog log)
    {
        IReadOnlyList<string> names = files.List(directory);
        log.BytesTotal = BytesOf(files, directory, names);
        ManifestFindings manifest = new ManifestInspection(files, directory, names, log).Run();
        IReadOnlyList<SegmentFinding> segments = [];
        LogFindings logs = new() { Numbers = NumbersOf(names, FileKind.Log, 0) };
        if (manifest.State is { } state)
        {
            segments = new SegmentInspection(files, directory, names, log).Run(state);
            logs = new LogInspection(files, directory, manifest, log).Run(NumbersOf(names, FileKind.Log, state.LogFloor ?? 0));
        }

        NoteOthers(names, manifest, log);
        return new DatabaseInspection(directory, log, manifest, segments, logs);
    }

    public CheckReport Report() => new()
    {
        Directory = Directory,
        DatabaseId = Manifest.DatabaseId,
        Damage = Log.Damage,
        DamageCount = Log.DamageCount,
        Notes = Log.Notes,
        Keyspaces = Manifest.State?.CreatedKeyspaces.Count ?? 0,
        Segments = Segments.Count,
        LogRecords = Logs.Records,
        BytesRead = Log.BytesRead,
    };

    private static List<ulong> NumbersOf(IReadOnlyList<string> names, FileKind wanted, ulong least) =>
    [
        .. names.Select(name => (IsWanted: FileNames.TryParse(name, out FileKind kind, out ulong number) && kind == wanted, Number: number))
            .Where(file => file.IsWanted && file.Number >= least)
            .Select(file => file.Number)
            .Order(),
    ];

    /// <summary>Segments are read twice, for their digests and for what they hold.</summary>
    private static long BytesOf(IFileSystem files, string directory, IReadOnlyList<string> names)
    {
        long bytes = 0;
        foreach (string name in names)
        {
            if (FileNames.TryParse(name, out FileKind kind, out _) && kind is FileKind.Segment)
            {
                bytes += 2 * files.FileLength(Path.Combine(directory, name));
            }
        }

        return bytes;
    }

    private static void NoteOthers(IReadOnlyList<string> names, ManifestFindings manifest, InspectionLog log)
    {
        HashSet<ulong> named = [.. manifest.Segments().Select(segment => segment.Id.File)];
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (!FileNames.TryParse(name, out FileKind kind, out ulong number))
            {
                log.Note(name.StartsWith(LostFolder.Prefix, StringComparison.Ordinal)
                    ? $"'{name}' holds what an earlier repair set aside."
                    : $"'{name}' is not the database's.");
                continue;
            }

            bool isOrphan = manifest.State is not null && kind switch
            {
                FileKind.Segment => !named.Contains(number),
                FileKind.Log => number < (manifest.State.LogFloor ?? 0),
                FileKind.Manifest => name != manifest.Name,
                FileKind.SpareLog or FileKind.Temporary => true,
                _ => false,
            };
            if (isOrphan)
            {
                log.Note($"'{name}' is not needed; the next open removes it.");
            }
        }
    }
}
