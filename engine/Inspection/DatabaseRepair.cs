using Basalt.Engine.Compaction;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Snapshots;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Repairs an inspected database. First everything new is written and synced: segments with what could be saved, a log without records, a
/// manifest with the whole state. Then damaged files get a second name in the lost folder. Then <c>CURRENT</c> is switched: before it the old
/// state is in force with all its files, after it the new one. Only then the old names go.
/// </summary>
internal sealed class DatabaseRepair
{
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly RepairOptions _options;
    private readonly DatabaseInspection _inspection;
    private readonly VersionEdit _state;
    private readonly Guid _databaseId;
    private readonly ulong _firstNew;
    private readonly HashSet<string> _names;
    private readonly List<Loss> _losses = [];
    private readonly List<string> _releasedLeases = [];
    private readonly SortedSet<string> _aside = new(StringComparer.Ordinal);

    public DatabaseRepair(IFileSystem files, string directory, RepairOptions options, DatabaseInspection inspection)
    {
        _files = files;
        _directory = directory;
        _options = options;
        _inspection = inspection;
        _names = [.. files.List(directory)];
        ManifestFindings manifest = inspection.Manifest;
        if (manifest.IsNotUnderstood)
        {
            throw new DatabaseException(
                DatabaseError.UnsupportedFormat,
                "The manifest holds an edit that is whole but that this build does not understand; repair it with the build that wrote it. Nothing was changed.",
                Path.Combine(directory, manifest.Name ?? FileNames.Current));
        }

        _state = manifest.State ?? throw new DatabaseException(
            DatabaseError.Corruption,
            "No manifest can be read, not even its beginning. Segments do not say which keyspace they belong to, so there is nothing to rebuild the database "
            + "from without guessing. Nothing was changed; restore a backup.",
            Path.Combine(directory, manifest.Name ?? FileNames.Current));

        // Only logs are bound to it, and none of them can be read then.
        _databaseId = manifest.DatabaseId ?? Guid.NewGuid();
        _firstNew = FirstNewFile();
    }

    public RepairReport Run()
    {
        ChooseFiles();
        _losses.AddRange(LossesOfManifest());
        VersionEdit basis = Basis();
        VersionSet versions = VersionSet.Rebuild(_files, _directory, _databaseId, [basis], _directory, static () => { });
        try
        {
            return _options.IsDryRun ? Tell(versions) : Write(versions, basis);
        }
        catch (Exception) when (!_options.IsDryRun && !IsSwitched())
        {
            RemoveNewFiles();
            throw;
        }
        finally
        {
            versions.Close(static () => { });
        }
    }

    /// <summary>Decides which files are set aside: those that are damaged, and those that an open of the repaired database would sweep away unread.</summary>
    private void ChooseFiles()
    {
        ManifestFindings manifest = _inspection.Manifest;
        Add(manifest.Name!);
        if (manifest.IsCurrentDamaged)
        {
            Add(FileNames.Current);
        }

        foreach (SegmentFinding finding in _inspection.Segments.Where(finding => finding.State != SegmentState.Intact))
        {
            Add(FileNames.Segment(finding.Segment.Id.File));
        }

        if (_inspection.Logs.IsDamaged)
        {
            foreach (ulong number in _inspection.Logs.Numbers)
            {
                Add(FileNames.Log(number));
            }
        }

        if (manifest.MayLackEdits || manifest.IsCurrentDamaged)
        {
            _aside.UnionWith(_names.Where(IsUnaccountedFor));
            foreach (ulong number in UnnamedFiles())
            {
                Add(FileNames.Segment(number));
            }
        }
    }

    /// <summary>Nothing reliable says that these are not needed: a repair that was cut off may have left the manifest that was read, and what it gave up.</summary>
    private bool IsUnaccountedFor(string name) =>
        FileNames.TryParse(name, out FileKind kind, out ulong number)
        && (kind is FileKind.Manifest || (kind is FileKind.Log && number < (_state.LogFloor ?? 0)));

    private void Add(string name)
    {
        if (_names.Contains(name))
        {
            _aside.Add(name);
        }
    }

    private List<ulong> UnnamedFiles()
    {
        HashSet<ulong> named = [.. _inspection.Manifest.Segments().Select(segment => segment.Id.File)];
        List<ulong> unnamed = [];
        foreach (string name in _names)
        {
            if (FileNames.TryParse(name, out FileKind kind, out ulong number) && kind == FileKind.Segment && !named.Contains(number))
            {
                unnamed.Add(number);
            }
        }

        return unnamed;
    }

    private IEnumerable<Loss> LossesOfManifest()
    {
        if (!_inspection.Manifest.MayLackEdits)
        {
            yield break;
        }

        yield return new Loss
        {
            Reason = $"The manifest may lack its last edits. The database is as of the last one that can be read, with the log from there on as far as it is there; "
                + $"keyspaces are as they were then. Segments written since are set aside. {_inspection.Logs.UnplacedWrites} writes in the log are of keyspaces that are not known.",
            SmallestSequence = (_state.LastSequence ?? 0) + 1,
        };
        foreach (ulong number in UnnamedFiles())
        {
            foreach (Loss loss in UnnamedSegments.Describe(_files, _directory, number))
            {
                yield return loss;
            }
        }
    }

    /// <summary>The old state without what is damaged. Segments that share a file with a damaged one are written anew with it.</summary>
    private VersionEdit Basis()
    {
        VersionEdit basis = new()
        {
            LogFloor = _state.LogFloor,
            LastSequence = HighestSequence(),
            NextFileNumber = _firstNew,
            NextKeyspaceId = Math.Max(_state.NextKeyspaceId ?? 1, _inspection.Manifest.MayLackEdits ? _inspection.Logs.HighestKeyspace + 1 : 1),
        };
        basis.CreatedKeyspaces.AddRange(_state.CreatedKeyspaces);
        basis.AddedSegments.AddRange(_state.AddedSegments.Where(placement => Stays(placement.Segment)));
        basis.LeasedSegments.AddRange(_state.LeasedSegments.Where(Stays));
        HashSet<SegmentId> kept = [.. basis.AddedSegments.Select(placement => placement.Segment.Id), .. basis.LeasedSegments.Select(segment => segment.Id)];
        foreach (LeaseGrant lease in _state.GrantedLeases)
        {
            // A backup whose segments are not all there any more must not go on with them.
            if (lease.Keyspaces.All(keyspace => keyspace.Segments.All(pinned => kept.Contains(pinned.Segment))))
            {
                basis.GrantedLeases.Add(lease);
            }
            else
            {
                _releasedLeases.Add(lease.Owner);
            }
        }

        return basis;
    }

    private bool Stays(SegmentDefinition segment) => _names.Contains(FileNames.Segment(segment.Id.File)) && !_aside.Contains(FileNames.Segment(segment.Id.File));

    /// <summary>No sequence number that was ever seen may be given out again.</summary>
    private ulong HighestSequence() => Math.Max(
        Math.Max(_state.LastSequence ?? 0, _inspection.Logs.HighestSequence),
        _losses.Max(loss => loss.LargestSequence) ?? 0);

    private ulong FirstNewFile()
    {
        ulong next = _state.NextFileNumber ?? 1;
        foreach (string name in _names)
        {
            next = Math.Max(next, FileNames.TryParse(name, out _, out ulong number) ? number + 1 : 0);
        }

        return next;
    }

    private SegmentSalvage Salvage(SegmentFileSet? output)
    {
        SegmentSalvage salvage = new(_files, _directory, output, _inspection.Log);
        foreach (SegmentFinding finding in _inspection.Segments)
        {
            if (finding.Placement is { } placement && !Stays(finding.Segment))
            {
                salvage.Save(finding, placement, _inspection.Manifest.NameOf(placement.Keyspace)!);
            }
        }

        return salvage;
    }

    private RepairReport Tell(VersionSet versions)
    {
        SegmentSalvage salvage = Salvage(null);
        return Report(salvage, null, new LogSalvage(_files, _directory, versions, _inspection.Logs).Tell());
    }

    private RepairReport Write(VersionSet versions, VersionEdit state)
    {
        SegmentWriterOptions segments = new() { Compression = _options.Compression };
        using SegmentFileSet output = new(_files, _directory, versions, segments);
        SegmentSalvage salvage = Salvage(output);
        output.Complete();
        state.AddedSegments.AddRange(output.Placements);
        LogSalvage logs = new(_files, _directory, versions, _inspection.Logs);
        IReadOnlyList<Loss> logLosses = logs.Tell();
        if (_inspection.Logs.IsDamaged)
        {
            state.AddedSegments.AddRange(logs.Replay(segments));
            state.LogFloor = logs.Begin(_databaseId);
        }

        string manifest = WriteManifest(versions, state);
        LostFolder lost = new(_files, _directory, _options.TimeProvider.GetUtcNow());
        try
        {
            lost.Hold(_aside);
            CurrentFile.Prepare(_files, _directory, manifest);
            CurrentFile.Switch(_files, _directory);
        }
        catch (Exception) when (!IsSwitched())
        {
            lost.TryAbandon();
            throw;
        }

        lost.Release(_aside.Where(name => name != FileNames.Current));
        return Report(salvage, lost.Name, logLosses);
    }

    private string WriteManifest(VersionSet versions, VersionEdit state)
    {
        string name = FileNames.Manifest(versions.NewFileNumber());
        state.NextFileNumber = versions.NewFileNumber();
        using (ManifestWriter writer = new(_files, Path.Combine(_directory, name), _databaseId))
        {
            writer.Append(writer.Reserve(state));
        }

        _files.SyncDirectory(_directory);

        // Read as an open will read it: nothing is put in force that could not be opened.
        VersionSet.Recover(_files, _directory, name, static () => { }).Close(static () => { });
        return name;
    }

    /// <summary>Whether <c>CURRENT</c> names a manifest of this repair, durably or not: then nothing of it may be taken back.</summary>
    private bool IsSwitched()
    {
        try
        {
            return CurrentFile.Read(_files, _directory) is { } name && FileNames.TryParse(name, out _, out ulong number) && number >= _firstNew;
        }
        catch (DatabaseException unreadable) when (unreadable.Error == DatabaseError.Corruption)
        {
            return false;
        }
        catch (DatabaseException)
        {
            return true;
        }
    }

    /// <summary>Gives a full disk its space back. What cannot be removed is swept by the next open.</summary>
    private void RemoveNewFiles()
    {
        try
        {
            foreach (string name in _files.List(_directory))
            {
                if (FileNames.TryParse(name, out _, out ulong number) && number >= _firstNew)
                {
                    _files.Delete(Path.Combine(_directory, name));
                }
            }
        }
        catch (DatabaseException)
        {
            // Why the repair failed matters more.
        }
    }

    private RepairReport Report(SegmentSalvage salvage, string? lostFolder, IReadOnlyList<Loss> logLosses) => new()
    {
        Check = _inspection.Report(),
        IsDryRun = _options.IsDryRun,
        LostFolder = lostFolder is null ? null : Path.Combine(_directory, lostFolder),
        SetAside = [.. _aside],
        Losses = [.. salvage.Losses, .. logLosses, .. _losses],
        ReleasedLeases = _releasedLeases,
        RewrittenSegments = salvage.Segments,
        SalvagedEntries = salvage.Entries,
        ReplayedRecords = _inspection.Logs.IsDamaged ? _inspection.Logs.Records : 0,
    };
}
