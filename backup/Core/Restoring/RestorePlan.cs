using System.Collections.Immutable;
using Basalt.Backup.Documents;
using Basalt.Backup.Extents;
using Basalt.Engine;

namespace Basalt.Backup.Restoring;

/// <summary>What a restore brings back, from where. Built from documents whose hashes were checked; a pure function of them.</summary>
internal sealed class RestorePlan
{
    /// <summary>The engine's limit, which it counts in bytes.</summary>
    private const int MaxNameLength = 1024;

    /// <summary>Far more than any writer packs, and little enough that sums stay in range.</summary>
    private const long MaxPackBytes = 1L << 40;

    private readonly SortedSet<string> _keyspaces = new(StringComparer.Ordinal);
    private readonly List<SegmentDownload> _segments = [];
    private readonly HashSet<(string Keyspace, SegmentOrigin Origin)> _origins = [];
    private readonly Dictionary<string, List<SegmentDownload>> _packed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long PayloadLength, uint StoredCrc)> _packs = new(StringComparer.Ordinal);

    /// <summary>The keyspaces to be made, under their new names.</summary>
    public IReadOnlyCollection<string> Keyspaces => _keyspaces;

    /// <summary>Segments with objects of their own, the longest first so that none is left to run alone at the end.</summary>
    public IEnumerable<SegmentDownload> Segments => _segments.OrderByDescending(segment => segment.Metadata.Length);

    /// <summary>The packs that hold the others.</summary>
    public IEnumerable<PackDownload> Packs => _packed.Select(pack => new PackDownload(
        pack.Key, _packs[pack.Key].PayloadLength, _packs[pack.Key].StoredCrc, [.. pack.Value.OrderBy(segment => segment.PackOffset)]));

    public int Files { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Makes the packs of a node known.</summary>
    /// <param name="key">The node document, for messages.</param>
    /// <param name="packs">The packs.</param>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: an entry cannot be read.</exception>
    public void AddPacks(string key, IEnumerable<PackReference> packs)
    {
        foreach (PackReference pack in packs)
        {
            _packs[pack.Key] = Hex.TryParse(pack.Crc32c, out uint crc) && pack.Bytes is > ExtentFrame.Overhead and <= MaxPackBytes
                ? (pack.Bytes - ExtentFrame.Overhead, crc)
                : throw BackupException.Corrupted(key, $"length or CRC32C of pack '{pack.Key}' cannot be read");
        }
    }

    /// <summary>Adds a shard.</summary>
    /// <param name="key">The shard list, for messages.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="collection">The collection's new name.</param>
    /// <exception cref="BackupException"><see cref="BackupError.Corrupted"/>: the document contradicts itself.</exception>
    public void AddShard(string key, ShardDocument shard, string collection)
    {
        foreach (string keyspace in shard.Keyspaces)
        {
            if (!_keyspaces.Add(Rename(key, shard, keyspace, collection)))
            {
                throw BackupException.Corrupted(key, $"it names keyspace '{keyspace}', which is in the backup twice");
            }
        }

        foreach (FileEntry file in shard.Files)
        {
            string keyspace = Rename(key, shard, file.Keyspace, collection);
            if (!_keyspaces.Contains(keyspace))
            {
                throw BackupException.Corrupted(key, $"segment '{file.OriginId}' is of keyspace '{file.Keyspace}', which it does not list");
            }

            Add(key, file, keyspace);
        }
    }

    private static string Rename(string key, ShardDocument shard, string keyspace, string collection)
    {
        if (keyspace.Length is 0 or > MaxNameLength || keyspace.Any(char.IsControl))
        {
            throw BackupException.Corrupted(key, $"it lists a keyspace whose name is empty, longer than {MaxNameLength} or has control characters");
        }

        KeyspaceAddress address = KeyspaceAddress.Parse(keyspace);
        return address.Collection == shard.Collection && address.Shard == shard.Shard
            ? address.WithCollection(collection).ToString()
            : throw BackupException.Corrupted(key, $"keyspace '{keyspace}' is not of its shard");
    }

    private void Add(string key, FileEntry file, string keyspace)
    {
        SegmentMetadata metadata = SegmentEntries.ToMetadata(key, file);
        if (!_origins.Add((keyspace, metadata.Origin)) || metadata.Length > long.MaxValue - Bytes)
        {
            throw BackupException.Corrupted(key, $"segment '{file.OriginId}' is in it twice, or is larger than any disk");
        }

        Files++;
        Bytes += metadata.Length;
        if (file.Pack is not { } slice)
        {
            ImmutableArray<string> objects = [.. file.Extents.Select(extent => SegmentEntries.RequireObject(key, file, extent))];
            _segments.Add(new SegmentDownload(keyspace, file.Level, metadata, objects, PackOffset: 0));
            return;
        }

        bool fits = _packs.TryGetValue(slice.Key, out (long PayloadLength, uint StoredCrc) pack)
            && slice.Len == metadata.Length
            && slice.Off >= 0
            && slice.Off <= pack.PayloadLength - slice.Len;
        if (!fits)
        {
            throw BackupException.Corrupted(key, $"segment '{file.OriginId}' is said to be in pack '{slice.Key}', which does not fit");
        }

        if (!_packed.TryGetValue(slice.Key, out List<SegmentDownload>? segments))
        {
            _packed[slice.Key] = segments = [];
        }

        segments.Add(new SegmentDownload(keyspace, file.Level, metadata, [], slice.Off));
    }
}
