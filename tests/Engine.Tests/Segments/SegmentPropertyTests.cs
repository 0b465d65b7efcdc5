using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using Basalt.Engine.Segments;
using Basalt.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Segments;

/// <summary>Segments of arbitrary entries against a sorted list.</summary>
public sealed class SegmentPropertyTests
{
    private const int MaxSequence = 12;

    private static readonly byte[] Alphabet = [0x00, 0x61, 0x62, 0xFF];

    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(150);

    // Few letters and few sequence numbers make long common prefixes, keys that are prefixes of others, and many versions of a key.
    public sealed record RawEntry(byte[] Key, byte Sequence, bool IsDelete, byte[] Value)
    {
        internal Entry ToEntry()
        {
            byte[] key = [.. Key.Take(6).Select(b => Alphabet[b % Alphabet.Length])];
            ulong trailer = InternalKey.Pack((ulong)(Sequence % MaxSequence), IsDelete ? ValueKind.Delete : ValueKind.Put);
            return new Entry(key, trailer, IsDelete ? [] : Value);
        }
    }

    [Fact]
    public void TryGet_ForAnyEntries_AnswersLikeTheModelAtEverySequence() => ForAllSegments((entries, reader, probes) =>
    {
        foreach (byte[] key in probes.Concat(entries.Select(entry => entry.Key)))
        {
            for (ulong sequence = 0; sequence <= MaxSequence; sequence++)
            {
                Assert.Equal(SegmentFixture.Expected(entries, key, sequence), SegmentFixture.Get(reader, key, sequence));
            }
        }
    });

    [Fact]
    public void Iterator_ForAnyEntries_ReadsThemForwardAndBackward() => ForAllSegments((entries, reader, _) =>
    {
        Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: true));
        Assert.Equal(entries, SegmentFixture.ReadForward(reader, fillCache: false));
        Assert.Equal(entries, SegmentFixture.ReadBackward(reader, fillCache: true));
        Assert.Equal(entries, SegmentFixture.ReadBackward(reader, fillCache: false));
    });

    [Fact]
    public void Seek_ForAnyTarget_FindsTheFirstEntryNotBeforeItAndTheLastBefore() => ForAllSegments((entries, reader, probes) =>
    {
        foreach (bool fillCache in new[] { true, false })
        {
            using InternalIterator iterator = reader.CreateIterator(fillCache);
            foreach (byte[] key in probes.Concat(entries.Select(entry => entry.Key)))
            {
                foreach (ulong trailer in TrailersToProbe())
                {
                    int position = entries.FindIndex(entry => InternalKey.Compare(entry.Key, entry.Trailer, key, trailer) >= 0);
                    position = position < 0 ? entries.Count : position;

                    iterator.Seek(key, trailer);
                    AssertAt(entries, position, iterator);
                    if (iterator.IsValid)
                    {
                        iterator.Previous();
                        AssertAt(entries, position - 1, iterator);
                    }

                    iterator.SeekBefore(key, trailer);
                    AssertAt(entries, position - 1, iterator);
                    if (iterator.IsValid)
                    {
                        iterator.Next();
                        AssertAt(entries, position, iterator);
                    }
                }
            }
        }
    });

    private static IEnumerable<ulong> TrailersToProbe()
    {
        yield return InternalKey.NewestTrailer;
        yield return InternalKey.OldestTrailer;
        for (ulong sequence = 0; sequence < MaxSequence; sequence += 3)
        {
            yield return InternalKey.SeekTrailer(sequence);
            yield return InternalKey.Pack(sequence, ValueKind.Put);
            yield return InternalKey.Pack(sequence, ValueKind.Delete);
        }
    }

    private static void AssertAt(List<Entry> entries, int position, InternalIterator iterator)
    {
        bool exists = position >= 0 && position < entries.Count;
        Assert.Equal(exists, iterator.IsValid);
        if (exists)
        {
            Assert.Equal(entries[position], SegmentFixture.Current(iterator));
        }
    }

    private static void ForAllSegments(Action<List<Entry>, SegmentReader, List<byte[]>> check) =>
        Prop.ForAll<RawEntry[], RawEntry[], byte>((raw, probes, options) =>
        {
            List<Entry> entries = [.. new SortedSet<Entry>(raw.Select(entry => entry.ToEntry()))];
            if (entries.Count == 0)
            {
                return;
            }

            var file = new MemoryFile();
            SegmentMetadata metadata = SegmentFixture.Write(file, entries, new SegmentWriterOptions
            {
                BlockSize = 32 << (options % 4),
                Compression = options % 2 == 0 ? CompressionKind.None : CompressionKind.Lz4,
                FilterBitsPerKey = options / 4 % 2 == 0 ? 10 : 0,
            });
            using var cache = new BlockCache(options / 8 % 2 == 0 ? 0 : 20_000);
            using SegmentReader reader = SegmentReader.Open(file, 0, metadata, cache);
            check(entries, reader, [.. probes.Take(20).Select(probe => probe.ToEntry().Key)]);
        }).Check(Thorough);
}
