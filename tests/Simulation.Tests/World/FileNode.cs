namespace Basalt.Simulation.Tests.World;

/// <summary>
/// One file: what the page cache holds, and what is on the disk. A power loss leaves any mixture that a disk can leave: each sector that was
/// not synced is old or new, in any order, and the length is old or new or between.
/// </summary>
internal sealed class FileNode
{
    public const int SectorBytes = 512;
    private const int PageSectors = 8;

    private readonly HashSet<int> _dirty = [];
    private readonly HashSet<int> _forgotten = [];
    private byte[] _durable = [];

    /// <summary>The page cache. Pinned, because a mapping is a pointer into it.</summary>
    public byte[] Cache { get; private set; } = [];

    public long Length { get; private set; }

    public long DurableLength { get; private set; }

    public bool IsMapped { get; set; }

    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        Reserve(offset + data.Length);
        data.CopyTo(Cache.AsSpan((int)offset));
        Length = Math.Max(Length, offset + data.Length);
        for (int sector = (int)(offset / SectorBytes); sector * (long)SectorBytes < offset + data.Length; sector++)
        {
            _dirty.Add(sector);
            _forgotten.Remove(sector);
        }
    }

    public void SetLength(long length)
    {
        Reserve(length);
        if (length < Length)
        {
            Cache.AsSpan((int)length, (int)(Length - length)).Clear();
        }

        Length = length;
    }

    public void Sync()
    {
        foreach (int sector in Unsynced())
        {
            Persist(sector);
        }

        _dirty.Clear();
        DurableLength = Length;
    }

    /// <summary>A part arrives, and the system believes that the rest did: another sync will not write it.</summary>
    public void FailSync(Random random)
    {
        foreach (int sector in Unsynced())
        {
            if (random.Next(2) == 0)
            {
                Persist(sector);
            }
            else
            {
                _forgotten.Add(sector);
            }
        }

        _dirty.Clear();
    }

    public void LosePower(Random random)
    {
        int mode = random.Next(5);
        int[] unsynced = [.. Unsynced(), .. _forgotten];
        int first = unsynced.Length == 0 ? 0 : random.Next(unsynced.Length + 1);
        Dictionary<int, bool> pages = [];
        for (int i = 0; i < unsynced.Length; i++)
        {
            int page = unsynced[i] / PageSectors;
            bool isKept = mode switch
            {
                0 => false,
                1 => true,
                2 => i < first,
                3 => pages.TryGetValue(page, out bool known) ? known : pages[page] = random.Next(2) == 0,
                _ => random.Next(2) == 0,
            };
            if (isKept && !_forgotten.Contains(unsynced[i]))
            {
                Persist(unsynced[i]);
            }
        }

        long length = mode switch
        {
            0 => DurableLength,
            1 => Length,
            _ => random.Next(3) switch
            {
                0 => DurableLength,
                1 => Length,
                _ => Math.Min(DurableLength, Length) + random.NextInt64(Math.Abs(Length - DurableLength) + 1),
            },
        };
        Cache = GC.AllocateArray<byte>((int)Math.Max(length, 1), pinned: true);
        _durable.AsSpan(0, (int)Math.Min(length, _durable.Length)).CopyTo(Cache);
        _durable = [.. Cache];
        Length = DurableLength = length;
        _dirty.Clear();
        _forgotten.Clear();
        IsMapped = false;
    }

    private void Persist(int sector)
    {
        int start = sector * SectorBytes;
        int length = (int)Math.Min(SectorBytes, Length - start);
        if (length <= 0)
        {
            return;
        }

        if (_durable.Length < start + length)
        {
            Array.Resize(ref _durable, Math.Max(start + length, _durable.Length * 2));
        }

        Cache.AsSpan(start, length).CopyTo(_durable.AsSpan(start));
    }

    /// <summary>In order. Stores through a mapping are seen by comparing.</summary>
    private int[] Unsynced()
    {
        if (!IsMapped)
        {
            return [.. _dirty.Order()];
        }

        List<int> changed = [];
        for (int sector = 0; sector * (long)SectorBytes < Length; sector++)
        {
            int start = sector * SectorBytes;
            ReadOnlySpan<byte> cached = Cache.AsSpan(start, (int)Math.Min(SectorBytes, Length - start));
            ReadOnlySpan<byte> stored = start < _durable.Length ? _durable.AsSpan(start, Math.Min(cached.Length, _durable.Length - start)) : [];
            bool isSame = stored.Length == cached.Length ? stored.SequenceEqual(cached) : !cached.ContainsAnyExcept((byte)0);
            if (!isSame && !_forgotten.Contains(sector))
            {
                changed.Add(sector);
            }
        }

        return [.. changed];
    }

    private void Reserve(long length)
    {
        if (length > Cache.Length)
        {
            if (IsMapped)
            {
                throw new InvalidOperationException("A mapped file grows.");
            }

            byte[] larger = GC.AllocateArray<byte>((int)Math.Max(length, Cache.Length * 2L), pinned: true);
            Cache.AsSpan(0, (int)Length).CopyTo(larger);
            Cache = larger;
        }
    }
}
