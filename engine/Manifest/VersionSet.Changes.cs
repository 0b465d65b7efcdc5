using System.Collections.Immutable;

namespace Basalt.Engine.Manifest;

/// <content>What an edit does to the state in memory, be it new or read back.</content>
internal sealed partial class VersionSet
{
    private void ApplyInMemory(VersionEdit edit)
    {
        long number = _current.Number + 1;
        LogFloor = Math.Max(LogFloor, edit.LogFloor ?? 0);
        LastSequence = Math.Max(LastSequence, edit.LastSequence ?? 0);
        var keyspaces = _current.Keyspaces.ToBuilder();
        foreach (KeyspaceDefinition created in edit.CreatedKeyspaces)
        {
            keyspaces.Add(created.Id, KeyspaceVersion.Empty(new Keyspace(this, created)));
        }

        PlaceSegments(edit, keyspaces, number);
        foreach (SegmentFile file in edit.LeasedSegments.Select(leased => Resolve(leased).File).Distinct())
        {
            if (file.LiveSegments == 0)
            {
                _obsolete.Add(file, number);
            }
        }

        foreach (uint id in edit.DroppedKeyspaces)
        {
            Drop(keyspaces[id], number);
            keyspaces.Remove(id);
        }

        ApplyLeases(edit);
        LsmVersion previous = _current;
        ImmutableDictionary<uint, KeyspaceVersion> next = keyspaces.ToImmutable();
        Volatile.Write(ref _current, CreateVersion(number, next, previous.Index.With(previous.Keyspaces, next, ChangedKeyspaces(edit))));
        previous.Release();
    }

    private static HashSet<uint> ChangedKeyspaces(VersionEdit edit) =>
    [
        .. edit.CreatedKeyspaces.Select(created => created.Id),
        .. edit.AddedSegments.Select(added => added.Keyspace),
        .. edit.RemovedSegments.Select(removed => removed.Keyspace),
        .. edit.DroppedKeyspaces,
    ];

    private void PlaceSegments(VersionEdit edit, ImmutableDictionary<uint, KeyspaceVersion>.Builder keyspaces, long number)
    {
        var added = edit.AddedSegments.ToLookup(placement => placement.Keyspace);
        var removed = edit.RemovedSegments.ToLookup(removal => removal.Keyspace, removal => removal.Id);
        foreach (uint id in added.Select(group => group.Key).Union(removed.Select(group => group.Key)))
        {
            List<PlacedSegment> arrivals = [.. added[id].Select(placement => new PlacedSegment(placement.Level, Resolve(placement.Segment)))];
            HashSet<SegmentId> departures = [.. removed[id]];
            keyspaces[id] = keyspaces[id].With(departures, arrivals);
            foreach (PlacedSegment arrival in arrivals)
            {
                arrival.Segment.File.LiveSegments++;
            }

            foreach (SegmentId departure in departures)
            {
                Leave(_segments[departure].File, number);
            }
        }
    }

    private void Drop(KeyspaceVersion keyspace, long number)
    {
        keyspace.Keyspace.MarkDropped();
        foreach (PlacedSegment placed in keyspace.AllSegments())
        {
            Leave(placed.Segment.File, number);
        }
    }

    private void Leave(SegmentFile file, long number)
    {
        if (--file.LiveSegments == 0)
        {
            _obsolete.Add(file, number);
        }
    }
}
