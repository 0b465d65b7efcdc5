using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Segments;

/// <summary>Writes segments to memory and reads them back.</summary>
internal static class SegmentFixture
{
    public static readonly Guid DatabaseId = Guid.Parse("8d7f2b0e-1c4a-4a57-9b0e-0c5d2a6f1e33");

    public static SegmentMetadata Write(
        IWritableFile file, IEnumerable<Entry> entries, SegmentWriterOptions? options = null, long extentSize = SegmentMetadata.ExtentSize)
    {
        var origin = new SegmentOrigin(DatabaseId, 7, file.Length);
        using var writer = new SegmentWriter(file, origin, options ?? new SegmentWriterOptions(), extentSize);
        foreach (Entry entry in entries)
        {
            writer.Add(entry.Key, entry.Trailer, entry.Value);
        }

        return writer.Finish();
    }

    /// <summary>Looks a key up; the value comes in hex, so that answers compare by content.</summary>
    public static (LookupResult Result, string? Value) Get(SegmentReader reader, byte[] key, ulong sequence)
    {
        PinnedValue value = default;
        LookupResult result = reader.TryGet(key, sequence, ref value);
        string? copy = result == LookupResult.Found ? Convert.ToHexString(value.Span) : null;
        value.Release();
        return (result, copy);
    }

    public static Entry Current(InternalIterator iterator) => new(iterator.Key.ToArray(), iterator.Trailer, iterator.Value.ToArray());

    public static List<Entry> ReadForward(SegmentReader reader, bool fillCache)
    {
        using InternalIterator iterator = reader.CreateIterator(fillCache);
        var entries = new List<Entry>();
        for (iterator.SeekToFirst(); iterator.IsValid; iterator.Next())
        {
            entries.Add(Current(iterator));
        }

        return entries;
    }

    public static List<Entry> ReadBackward(SegmentReader reader, bool fillCache)
    {
        using InternalIterator iterator = reader.CreateIterator(fillCache);
        var entries = new List<Entry>();
        for (iterator.SeekToLast(); iterator.IsValid; iterator.Previous())
        {
            entries.Add(Current(iterator));
        }

        entries.Reverse();
        return entries;
    }

    /// <summary>What a lookup must answer.</summary>
    public static (LookupResult Result, string? Value) Expected(IReadOnlyList<Entry> entries, byte[] key, ulong sequence)
    {
        Entry? entry = entries.FirstOrDefault(
            candidate => candidate.Key.AsSpan().SequenceEqual(key) && InternalKey.SequenceOf(candidate.Trailer) <= sequence);
        return entry is null ? (LookupResult.NotFound, null)
            : InternalKey.KindOf(entry.Trailer) == ValueKind.Delete ? (LookupResult.Deleted, null)
            : (LookupResult.Found, Convert.ToHexString(entry.Value));
    }

    /// <summary>Sorted entries with keys of a few lengths and some versions each.</summary>
    public static List<Entry> Numbered(int count, int versions = 1, int valueLength = 20)
    {
        var entries = new List<Entry>();
        for (int i = 0; i < count; i++)
        {
            for (int version = versions; version > 0; version--)
            {
                ulong sequence = ((ulong)i * 10) + (ulong)version;
                string value = $"{i}/{version}/".PadRight(valueLength, (char)('a' + (i % 26)));
                entries.Add(version == 2 && i % 3 == 0
                    ? Entry.Delete($"key/{i:d8}", sequence)
                    : Entry.Put($"key/{i:d8}", sequence, value));
            }
        }

        return entries;
    }
}
