using Basalt.Engine.Manifest;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Recovery;

/// <summary>The file of a segment on its way in. Its name says whether all of it is there and synced.</summary>
internal sealed class StagedFile
{
    private readonly string _directory;

    /// <param name="directory">The folder of the ingest.</param>
    /// <param name="number">The number that the file gets in the database.</param>
    /// <param name="keyspace">The keyspace it is for.</param>
    /// <param name="level">Its level there.</param>
    /// <param name="metadata">What it has to hold.</param>
    public StagedFile(string directory, ulong number, string keyspace, int level, SegmentMetadata metadata)
    {
        _directory = directory;
        Number = number;
        Keyspace = keyspace;
        Level = level;
        Metadata = metadata;
    }

    public ulong Number { get; }

    public string Keyspace { get; }

    public int Level { get; }

    public SegmentMetadata Metadata { get; }

    /// <summary>Whether its bytes are all there, verified and synced.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Writes it; null for one that was found.</summary>
    public IWritableFile? Writer { get; init; }

    public string Path => System.IO.Path.Combine(_directory, IsComplete ? StagingArea.Complete(Metadata.Digest, Number) : StagingArea.Partial(Number));

    public SegmentDefinition Definition => new(new SegmentId(Number, 0), Metadata);

    /// <summary>
    /// Gives a file that was written and synced the name of a complete one. The directory is not synced: a name that a power loss takes back
    /// costs a download, and the commit syncs what counts.
    /// </summary>
    public void Complete(IFileSystem files, string from)
    {
        files.Rename(from, System.IO.Path.Combine(_directory, StagingArea.Complete(Metadata.Digest, Number)));
        IsComplete = true;
    }
}
