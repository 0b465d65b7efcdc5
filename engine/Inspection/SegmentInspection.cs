using System.IO.Hashing;
using Basalt.Engine.Checksums;
using Basalt.Engine.Files;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Inspection;

/// <summary>
/// Verifies segments against what the manifest knows of them, twice: their bytes by the digests, and what they hold by its own checksums and
/// rules. The second says where the damage is; the first finds what the second has no rule for.
/// </summary>
internal sealed class SegmentInspection(IFileSystem files, string directory, IReadOnlyList<string> names, InspectionLog log)
{
    private const int ChunkBytes = 1 << 20;

    private readonly HashSet<string> _names = [.. names];
    private readonly byte[] _chunk = new byte[ChunkBytes];

    public IReadOnlyList<SegmentFinding> Run(VersionEdit state)
    {
        Dictionary<uint, string> keyspaces = state.CreatedKeyspaces.ToDictionary(keyspace => keyspace.Id, keyspace => keyspace.Name);
        List<(SegmentDefinition Segment, SegmentPlacement? Placement)> all =
        [
            .. state.AddedSegments.Select(placement => (placement.Segment, (SegmentPlacement?)placement)),
            .. state.LeasedSegments.Select(segment => (segment, (SegmentPlacement?)null)),
        ];
        List<SegmentFinding> findings = [];
        foreach (var file in all.GroupBy(entry => entry.Segment.Id.File).OrderBy(group => group.Key))
        {
            Inspect(file.Key, [.. file.OrderBy(entry => entry.Segment.Id.Offset)], keyspaces, findings);
        }

        return findings;
    }

    private void Inspect(
        ulong number,
        IReadOnlyList<(SegmentDefinition Segment, SegmentPlacement? Placement)> segments,
        Dictionary<uint, string> keyspaces,
        List<SegmentFinding> findings)
    {
        string name = FileNames.Segment(number);
        string? NameOf(SegmentPlacement? placement) => placement is null ? null : keyspaces[placement.Keyspace];
        try
        {
            if (!_names.Contains(name))
            {
                throw DatabaseException.Corruption("The manifest names this segment file, which is missing.", name, 0);
            }

            using IReadableFile file = files.OpenRead(Path.Combine(directory, name));
            foreach ((SegmentDefinition segment, SegmentPlacement? placement) in segments)
            {
                SegmentLocation location = new(file, segment.Id.Offset, segment.Metadata.Length);
                findings.Add(new SegmentFinding(segment, placement, Inspect(location, segment.Metadata, NameOf(placement))));
            }
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            foreach ((SegmentDefinition segment, SegmentPlacement? placement) in segments)
            {
                log.Add(damage, NameOf(placement), segment.Metadata.Origin);
                findings.Add(new SegmentFinding(segment, placement, SegmentState.Lost));
            }
        }
    }

    private SegmentState Inspect(in SegmentLocation location, SegmentMetadata metadata, string? keyspace)
    {
        if (location.File.Length < location.Offset + location.Length)
        {
            long end = Math.Max(location.File.Length - location.Offset, 0);
            log.Add(location.Corruption($"the file was cut, the segment ends at {location.Offset + location.Length}", end), keyspace, metadata.Origin);
        }

        bool isCut = location.File.Length < location.Offset + location.Length;
        DatabaseException? digestDamage = isCut ? null : VerifyDigests(location, metadata);
        long before = log.DamageCount;
        using SegmentScan scan = new(location, metadata, damage => log.Add(damage, keyspace, metadata.Origin));
        while (scan.MoveNext())
        {
            log.Read(scan.BlockLength);
        }

        scan.Finish();
        if (log.DamageCount == before && digestDamage is not null)
        {
            log.Add(digestDamage, keyspace, metadata.Origin);
        }

        return scan.IsForeign ? SegmentState.Lost
            : isCut || digestDamage is not null || log.DamageCount != before ? SegmentState.Damaged
            : SegmentState.Intact;
    }

    /// <summary>The first extent that differs, or null.</summary>
    private DatabaseException? VerifyDigests(in SegmentLocation location, SegmentMetadata metadata)
    {
        DatabaseException? damage = null;
        XxHash128 whole = new();
        long start = 0;
        foreach (ExtentDigest extent in metadata.Extents)
        {
            XxHash128 hash = new();
            uint crc = 0;
            for (long done = 0; done < extent.Length;)
            {
                Span<byte> chunk = _chunk.AsSpan(0, (int)Math.Min(ChunkBytes, extent.Length - done));
                try
                {
                    location.ReadExactly(chunk, start + done);
                }
                catch (DatabaseException failure) when (InspectionLog.IsDamage(failure))
                {
                    return damage ?? failure;
                }

                hash.Append(chunk);
                whole.Append(chunk);
                crc = Crc32C.Append(crc, chunk);
                done += chunk.Length;
                log.Read(chunk.Length);
            }

            if (hash.GetCurrentHashAsUInt128() != extent.XxHash128 || crc != extent.Crc32C)
            {
                damage ??= location.Corruption("its bytes are not the ones that the manifest has the digest of", start);
            }

            start += extent.Length;
        }

        return damage ?? (start != metadata.Length || whole.GetCurrentHashAsUInt128() != metadata.Digest
            ? location.Corruption("the manifest's digests of it do not belong together", 0)
            : null);
    }
}
