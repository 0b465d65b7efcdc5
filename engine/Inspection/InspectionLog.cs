namespace Basalt.Engine.Inspection;

/// <summary>What an inspection found so far, and how far it came.</summary>
internal sealed class InspectionLog(int maxListed, IProgress<InspectionProgress>? progress, CancellationToken cancellationToken)
{
    private const long ReportBytes = 1 << 20;
    private const int MaxNotes = 1000;

    private readonly List<Damage> _damage = [];
    private readonly List<string> _notes = [];
    private long _reportedAt;

    public IReadOnlyList<Damage> Damage => _damage;

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Damaged places, listed or not.</summary>
    public long DamageCount { get; private set; }

    /// <summary>Bytes to read, as far as known.</summary>
    public long BytesTotal { get; set; }

    public long BytesRead { get; private set; }

    /// <summary>
    /// Whether a failure says something about the bytes on disk: they do not verify, they are gone, or the disk cannot read them. What one
    /// is not allowed to read may be whole.
    /// </summary>
    public static bool IsDamage(DatabaseException failure) =>
        failure.Error == DatabaseError.Corruption
        || (failure.Error == DatabaseError.InputOutput && failure.InnerException is not UnauthorizedAccessException);

    public void Add(DatabaseException found, string? keyspace = null, SegmentOrigin? segment = null) => Add(new Damage(
        Path.GetFileName(found.File ?? ""), Math.Max(found.Offset, 0), found.Problem, keyspace, segment));

    public void Add(Damage found)
    {
        DamageCount++;
        if (_damage.Count < maxListed)
        {
            _damage.Add(found);
        }
    }

    public void Note(string note)
    {
        if (_notes.Count < MaxNotes)
        {
            _notes.Add(note);
        }
    }

    /// <summary>Counts bytes that were read.</summary>
    /// <exception cref="OperationCanceledException">Whoever asked gave up.</exception>
    public void Read(long bytes)
    {
        BytesRead += bytes;
        if (BytesRead - _reportedAt >= ReportBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _reportedAt = BytesRead;
            progress?.Report(new InspectionProgress(Math.Max(BytesTotal, BytesRead), BytesRead));
        }
    }
}
