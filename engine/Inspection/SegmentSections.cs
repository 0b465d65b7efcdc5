using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Basalt.Engine.Checksums;
using Basalt.Engine.Segments;

namespace Basalt.Engine.Inspection;

/// <summary>Footer, filter, index and properties of a segment, each for itself: one that is damaged leaves the others readable.</summary>
internal sealed unsafe class SegmentSections : IDisposable
{
    private readonly Action<DatabaseException> _damaged;
    private byte* _index;
    private byte* _filter;

    public SegmentSections(in SegmentLocation segment, SegmentMetadata metadata, Action<DatabaseException> damaged)
    {
        _damaged = damaged;
        Footer = Attempt(segment, static location => (SegmentFooter?)SegmentFooter.Read(location));
        if (Footer is not { } footer)
        {
            // Its blocks would be found by their checksums, whosever they are.
            IsForeign = SegmentTail.IsCoveredByAnother(segment, metadata.Origin);
            return;
        }

        if (footer.EntryCount != metadata.EntryCount)
        {
            damaged(segment.Corruption($"the footer counts {footer.EntryCount} entries, the manifest {metadata.EntryCount}", segment.Length - SegmentFormat.FooterLength));
        }

        Attempt(segment, location => ReadFilter(location, footer));
        Attempt(segment, location => ReadIndex(location, footer));
        Attempt(segment, location => ReadProperties(location, footer, metadata));
    }

    /// <summary>Null if it is damaged; then nothing says where the other sections are.</summary>
    public SegmentFooter? Footer { get; }

    /// <summary>Null if it is damaged.</summary>
    public SegmentIndex? Index { get; private set; }

    /// <summary>Whether the properties are whole and those of another segment.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>False only if there is a whole filter that denies the key.</summary>
    public bool FilterAdmits(ReadOnlySpan<byte> key)
    {
        if (_filter == null)
        {
            return true;
        }

        long lines = Footer!.Value.FilterLength - 1 - SegmentFormat.ChecksumLength;
        return BloomFilter.MayContain(_filter, (uint)(lines / BloomFilter.LineLength), _filter[lines], BloomFilter.Hash(key));
    }

    public void Dispose()
    {
        Index?.Dispose();
        NativeMemory.AlignedFree(_index);
        NativeMemory.AlignedFree(_filter);
        _index = null;
        _filter = null;
    }

    private T? Attempt<T>(in SegmentLocation segment, Func<SegmentLocation, T> read)
    {
        try
        {
            return read(segment);
        }
        catch (DatabaseException damage) when (InspectionLog.IsDamage(damage))
        {
            _damaged(damage);
            return default;
        }
    }

    private bool ReadFilter(SegmentLocation segment, SegmentFooter footer)
    {
        if (footer.FilterLength == 0)
        {
            return true;
        }

        byte* filter = Load(segment, "filter", footer.DataLength, footer.FilterLength);
        long lines = footer.FilterLength - 1 - SegmentFormat.ChecksumLength;
        if (lines <= 0 || lines % BloomFilter.LineLength != 0 || filter[lines] == 0)
        {
            NativeMemory.AlignedFree(filter);
            throw segment.Corruption($"a filter section of {footer.FilterLength} bytes is malformed", footer.DataLength);
        }

        _filter = filter;
        return true;
    }

    private bool ReadIndex(SegmentLocation segment, SegmentFooter footer)
    {
        _index = Load(segment, "index", footer.IndexOffset, footer.IndexLength);
        Index = SegmentIndex.TryRead(_index, (int)footer.IndexLength - SegmentFormat.ChecksumLength, footer.BlockCount, footer.DataLength)
            ?? throw segment.Corruption("the index is malformed", footer.IndexOffset);
        return true;
    }

    private bool ReadProperties(SegmentLocation segment, SegmentFooter footer, SegmentMetadata metadata)
    {
        byte* bytes = Load(segment, "property section", footer.PropertiesOffset, footer.PropertiesLength);
        SegmentProperties? properties = SegmentProperties.TryRead(
            new ReadOnlySpan<byte>(bytes, (int)footer.PropertiesLength - SegmentFormat.ChecksumLength));
        NativeMemory.AlignedFree(bytes);
        if (properties is null)
        {
            throw segment.Corruption("the properties are malformed", footer.PropertiesOffset);
        }

        IsForeign = properties.Origin != metadata.Origin;
        return !IsForeign && properties.AgreeWith(metadata)
            ? true
            : throw segment.Corruption(
                IsForeign
                    ? $"this is segment {properties.Origin}, not {metadata.Origin}"
                    : "key range, sequence numbers or counts are not the ones that the manifest has",
                footer.PropertiesOffset);
    }

    private static byte* Load(in SegmentLocation segment, string name, long offset, long length)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, BloomFilter.LineLength);
        try
        {
            Span<byte> bytes = new(memory, (int)length);
            segment.ReadExactly(bytes, offset);
            int end = bytes.Length - SegmentFormat.ChecksumLength;
            return end >= 0 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[end..]) == Crc32C.Compute(bytes[..end])
                ? memory
                : throw segment.Corruption($"the {name} does not match its checksum", offset);
        }
        catch
        {
            NativeMemory.AlignedFree(memory);
            throw;
        }
    }
}
