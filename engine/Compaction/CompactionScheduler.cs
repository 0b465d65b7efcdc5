using Basalt.Engine.Commit;
using Basalt.Engine.Manifest;

namespace Basalt.Engine.Compaction;

/// <summary>
/// Runs compactions, the most urgent first. Only keyspaces whose tree changed since they were last found in order are looked at, so that
/// thousands of idle ones cost nothing.
/// </summary>
/// <remarks>
/// One compaction runs at a time: with a flush, the writers and a backup beside it, more threads than that only take cores from
/// the foreground. So that no keyspace fills up behind another, which would stop all writers, a compaction that somebody asked for runs in
/// steps with what is due before each of them, and a large job gives way in its middle. Leases do not stop any; they only defer deletions.
/// </remarks>
internal sealed class CompactionScheduler : IDisposable
{
    private readonly DatabaseCore _core;
    private readonly SemaphoreSlim _slots = new(1, 1);
    private readonly Lock _changedLock = new();
    private readonly HashSet<uint> _changed = [];
    private readonly HashSet<uint> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly IBackgroundWorker _worker;

    public CompactionScheduler(DatabaseCore core)
    {
        _core = core;
        _worker = core.Options.BackgroundExecutor.Start("basalt-compaction", Step, exception => core.Fail("A compaction", exception));
    }

    /// <summary>Notes that trees changed and asks for a look at them.</summary>
    public void Changed(IEnumerable<uint> keyspaces)
    {
        lock (_changedLock)
        {
            _changed.UnionWith(keyspaces);
        }

        _worker.Signal();
    }

    /// <summary>Merges a keyspace into one sorted run.</summary>
    public async Task CompactAllAsync(Keyspace keyspace, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        FullCompaction compaction = new();
        try
        {
            bool goesOn;
            do
            {
                using CompactionGrant grant = await GrantAsync(linked.Token).ConfigureAwait(false);
                goesOn = await Task.Run(() => RunStep(keyspace.Id, compaction, linked.Token), linked.Token).ConfigureAwait(false);
            }
            while (goesOn);
        }
        catch (DatabaseException cause) when (cause.Error is not (DatabaseError.OutOfSpace or DatabaseError.Corruption) && !keyspace.IsCompactionStopped)
        {
            // Whoever asked for it: what fails here fails the compactions that the engine starts on its own too.
            _core.Fail("A compaction", cause);
            throw;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _worker.Dispose();
        _slots.Wait();
    }

    private async Task<CompactionGrant> GrantAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new CompactionGrant(_slots);
    }

    private bool Step(CancellationToken cancellationToken)
    {
        _slots.Wait(cancellationToken);
        using CompactionGrant grant = new(_slots);
        if (!_core.Space.IsWorthATry(SpaceNeed.Compaction))
        {
            return false;
        }

        try
        {
            bool goesOn = RunMostUrgent(cancellationToken);
            _core.Space.End(SpaceNeed.Compaction);
            return goesOn;
        }
        catch (DatabaseException full) when (full.Error == DatabaseError.OutOfSpace)
        {
            // Its inputs stay as they are, and its keyspace among the changed ones.
            _core.Pipeline.SpaceRanOut(SpaceNeed.Compaction, full);
            return false;
        }
    }

    /// <summary>One step of a compaction of everything, after one that is due; false at the end. Requires: a grant is held.</summary>
    private bool RunStep(uint keyspace, FullCompaction compaction, CancellationToken cancellationToken)
    {
        RunMostUrgent(cancellationToken);
        return RunPick(keyspace, compaction.Next, cancellationToken);
    }

    /// <summary>False if none is due. Requires: a grant is held.</summary>
    private bool RunMostUrgent(CancellationToken cancellationToken)
    {
        if (MostUrgent() is not { } keyspace)
        {
            return false;
        }

        RunDue(keyspace, version => CompactionPicker.Pick(version, _core.Options), cancellationToken);
        return true;
    }

    /// <summary>As <see cref="RunPick"/>, but inputs that cannot be read only end the compactions of that keyspace: nobody asked for this one.</summary>
    private void RunDue(uint id, Func<KeyspaceVersion, CompactionPick?> choose, CancellationToken cancellationToken)
    {
        try
        {
            RunPick(id, choose, cancellationToken);
        }
        catch (DatabaseException unreadable) when (unreadable.Error == DatabaseError.Corruption || IsStopped(id))
        {
            // RunPick has told of it.
        }
    }

    private bool IsStopped(uint id)
    {
        LsmVersion version = _core.Versions.Acquire();
        bool isLive = version.Keyspaces.TryGetValue(id, out KeyspaceVersion? keyspace) && !keyspace.Keyspace.IsCompactionStopped;
        version.Release();
        return !isLive;
    }

    /// <summary>
    /// Lets a keyspace whose level 0 is fuller go before the rest of a job, on its thread and with its grant. Level 0 is what stops writers, and
    /// a large job may take many seconds.
    /// </summary>
    private void GiveWay(CompactionPick job, CancellationToken cancellationToken)
    {
        LeaveSpace();
        double fullness = job.Inputs[0].Level == 0 ? job.Score : 0;
        if (FullestLevel0(fullness) is { } keyspace)
        {
            RunDue(keyspace, version => CompactionPicker.PickLevel0(version, CompactionPicker.Score(version, 0, _core.Options)), cancellationToken);
        }
    }

    /// <summary>Gives up before a job takes the space that the next flushes need: without them writers stop at once, without it much later.</summary>
    private void LeaveSpace()
    {
        long left = 2 * _core.Options.MemtableBytes;
        long free = _core.FileSystem.FreeBytes(_core.Directory);
        if (free < left)
        {
            throw new DatabaseException(
                DatabaseError.OutOfSpace, $"A compaction was given up because only {free} bytes are free; the next flushes may need {left}.", _core.Directory);
        }
    }

    /// <summary>The keyspace with the most in level 0, if that is due and more than <paramref name="above"/>; none that a job is at.</summary>
    private uint? FullestLevel0(double above)
    {
        uint? fullest = null;
        lock (_changedLock)
        {
            LsmVersion version = _core.Versions.Acquire();
            foreach (uint id in _changed.Except(_running))
            {
                double score = version.Keyspaces.TryGetValue(id, out KeyspaceVersion? keyspace) && !keyspace.Keyspace.IsCompactionStopped ? CompactionPicker.Score(keyspace, 0, _core.Options) : 0;
                if (score >= 1 && score > above)
                {
                    (fullest, above) = (id, score);
                }
            }

            version.Release();
        }

        return fullest;
    }

    /// <summary>The keyspace with the most urgent compaction; those in order are forgotten until they change again.</summary>
    private uint? MostUrgent()
    {
        lock (_changedLock)
        {
            // Taken under the lock: a keyspace that changes after this version is noted again after it was forgotten here.
            LsmVersion version = _core.Versions.Acquire();
            try
            {
                CompactionPick? urgent = null;
                foreach (uint id in _changed.ToArray())
                {
                    CompactionPick? pick = version.Keyspaces.TryGetValue(id, out KeyspaceVersion? keyspace) && !keyspace.Keyspace.IsCompactionStopped
                        ? CompactionPicker.Pick(keyspace, _core.Options)
                        : null;
                    if (pick is null)
                    {
                        _changed.Remove(id);
                    }
                    else if (urgent is null || pick.Score > urgent.Score)
                    {
                        urgent = pick;
                    }
                }

                return urgent?.Keyspace.Id;
            }
            finally
            {
                version.Release();
            }
        }
    }

    /// <summary>False if there was nothing to do. Requires: a grant is held.</summary>
    private bool RunPick(uint id, Func<KeyspaceVersion, CompactionPick?> choose, CancellationToken cancellationToken)
    {
        LsmVersion version = _core.Versions.Acquire();
        CompactionPick? pick = null;
        try
        {
            pick = version.Keyspaces.TryGetValue(id, out KeyspaceVersion? keyspace) ? choose(keyspace) : null;
            if (keyspace is null || pick is null)
            {
                return false;
            }

            using SegmentFileSet output = new(_core.FileSystem, _core.Directory, _core.Versions, _core.SegmentOptions);
            if (pick.IsTrivialMove)
            {
                Publish(pick, [Move(pick)], output);
                return true;
            }

            CompactionJob job = new(pick, keyspace, _core.Snapshots.ToArray(), _core.Options.SegmentBytes);
            _running.Add(id);
            job.Run(_core.Cache, output, () => GiveWay(pick, cancellationToken), cancellationToken);
            output.Complete();
            if (!Publish(pick, output.Placements, output))
            {
                output.DiscardAllBut([]);
            }

            _core.Metrics.Compacted(output.Length);
            return true;
        }
        catch (DatabaseException unreadable) when (pick is not null && IsOfInput(pick, unreadable))
        {
            if (!pick.Keyspace.IsCompactionStopped)
            {
                Stop(pick.Keyspace, unreadable);
            }

            throw;
        }
        finally
        {
            _running.Remove(id);
            version.Release();
        }
    }

    /// <summary>
    /// Whether a job failed because of what it reads. A disk that fails to read a block says nothing about what is written elsewhere; one that
    /// fails to write does.
    /// </summary>
    private static bool IsOfInput(CompactionPick pick, DatabaseException failure) =>
        failure.Error == DatabaseError.Corruption
        || (failure.Error == DatabaseError.InputOutput && pick.Inputs.Any(input => input.Segment.File.Path == failure.File));

    /// <summary>
    /// Gives up the compactions of a keyspace until the next open: each would meet the same damage. Everything else goes on, and its level 0 does
    /// not stop writers any more.
    /// </summary>
    private void Stop(Keyspace keyspace, DatabaseException unreadable)
    {
        string reason = unreadable.Error == DatabaseError.Corruption
            ? "is damaged; 'basalt check' names all damage"
            : "cannot be read; look after the disk, and see with 'basalt check' what is lost";
        // Also for writers who wait for its level 0.
        _core.Pipeline.Install(_core.Versions.StopCompaction(keyspace));
        _core.Options.OnEvent?.Invoke(new DatabaseEvent(
            DatabaseEventKind.CompactionStopped,
            $"Keyspace '{keyspace.Name}' is not compacted until the database is opened again, because a segment of it {reason}: {unreadable.Message}",
            unreadable));
    }

    /// <summary>Replaces the inputs by the outputs; false if the keyspace was dropped meanwhile.</summary>
    private bool Publish(CompactionPick pick, IReadOnlyList<SegmentPlacement> outputs, SegmentFileSet files)
    {
        bool live = false;
        LsmVersion version = files.Apply((current, edit) =>
        {
            live = current.Keyspaces.ContainsKey(pick.Keyspace.Id);
            edit.RemovedSegments.AddRange(pick.Inputs.Select(input => new SegmentRemoval(pick.Keyspace.Id, input.Segment.Id)));
            edit.AddedSegments.AddRange(outputs);
            return live;
        });
        _core.Pipeline.Install(version);
        return live;
    }

    private static SegmentPlacement Move(CompactionPick pick)
    {
        Segment segment = pick.Inputs[0].Segment;
        return new SegmentPlacement(pick.Keyspace.Id, pick.OutputLevel, new SegmentDefinition(segment.Id, segment.Metadata));
    }
}
