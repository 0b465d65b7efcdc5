using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;
using Basalt.Engine.Wal;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Finds the manifest in force and reads it as far as it is whole. Without <c>CURRENT</c> the newest manifest that begins with a whole edit
/// is the one: each begins with the state at which it took over, before <c>CURRENT</c> names it.
/// </summary>
internal sealed class ManifestInspection(IFileSystem files, string directory, IReadOnlyList<string> names, InspectionLog log)
{
    public ManifestFindings Run()
    {
        string? named = ReadCurrent();
        bool isPresent = named is not null && names.Contains(named);
        if (named is not null && !isPresent)
        {
            log.Add(new Damage(named, 0, "CURRENT names this manifest, which is missing."));
        }

        ManifestFindings unreadable = new() { IsCurrentDamaged = !isPresent };
        foreach (string candidate in Candidates(named))
        {
            ManifestFindings findings = Read(candidate) with { IsCurrentDamaged = candidate != named };
            if (findings.State is not null || findings.IsNotUnderstood)
            {
                // An older one than the newest: whatever was in the newer one is not in it.
                bool isOlder = candidate != named && (named is not null || candidate != Candidates(null).First());
                return findings with { MayLackEdits = findings.MayLackEdits || isOlder };
            }

            unreadable = unreadable with { DatabaseId = unreadable.DatabaseId ?? findings.DatabaseId };
        }

        if (unreadable.DatabaseId is null && !names.Any(IsManifest) && named is null)
        {
            log.Add(new Damage("MANIFEST", 0, "There is no manifest: which segments belong to which keyspace is not known."));
        }

        return unreadable;
    }

    private static bool IsManifest(string name) => FileNames.TryParse(name, out FileKind kind, out _) && kind == FileKind.Manifest;

    private static ulong NumberOf(string name) => FileNames.TryParse(name, out _, out ulong number) ? number : 0;

    private string? ReadCurrent()
    {
        try
        {
            string? named = CurrentFile.Read(files, directory);
            if (named is null)
            {
                log.Add(new Damage(FileNames.Current, 0, "CURRENT is missing although there are files of a database: it lost its beginning."));
            }

            return named;
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            log.Add(damage);
            return null;
        }
    }

    private IEnumerable<string> Candidates(string? named)
    {
        IEnumerable<string> others = names.Where(name => name != named && IsManifest(name)).OrderByDescending(NumberOf);
        return named is not null && names.Contains(named) ? others.Prepend(named) : others;
    }

    private ManifestFindings Read(string name)
    {
        string path = Path.Combine(directory, name);
        try
        {
            ManifestContents contents = ManifestReader.ReadUntilDamage(files, path, out DatabaseException? damage);
            log.Read(files.FileLength(path));
            if (damage is not null)
            {
                log.Add(damage);
            }

            if (contents.TornTail && damage is null)
            {
                log.Note($"'{name}' ends in an edit that a crash cut short; it never took effect.");
            }

            Guid? databaseId = contents.DatabaseId != Guid.Empty ? contents.DatabaseId : IdOfLogs();
            return new ManifestFindings
            {
                Name = name,
                DatabaseId = databaseId,
                MayLackEdits = damage is not null,
                IsNotUnderstood = damage?.InnerException is FormatException,
                State = contents.Edits.Count == 0 ? null : VersionSet.Condense(files, directory, databaseId ?? Guid.Empty, contents.Edits, path),
            };
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            log.Add(damage);
            return new ManifestFindings();
        }
    }

    /// <summary>The database that the logs say they are of, if one can be read and none says otherwise.</summary>
    private Guid? IdOfLogs()
    {
        HashSet<Guid> found = [];
        foreach (string name in names)
        {
            if (FileNames.TryParse(name, out FileKind kind, out _) && kind == FileKind.Log)
            {
                try
                {
                    found.Add(LogReader.ReadHeader(files, Path.Combine(directory, name)).DatabaseId);
                }
                catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
                {
                    // Told of when the logs are inspected.
                }
            }
        }

        return found.Count == 1 ? found.Single() : null;
    }
}
