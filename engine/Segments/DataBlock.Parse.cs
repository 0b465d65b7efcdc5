using System.Buffers.Binary;
using Basalt.Engine.Keys;

namespace Basalt.Engine.Segments;

internal readonly unsafe partial struct DataBlock
{
    /// <summary>
    /// Checks the structure of a block, so that no later step can leave it: restart points, lengths, shared prefixes. Its checksum was
    /// verified before, so a failure here means a faulty writer or a forged file, never chance.
    /// </summary>
    public static bool TryParse(byte* data, int length, out DataBlock block)
    {
        block = default;
        if (length < 2 * sizeof(int))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = new(data, length);
        int restartCount = BinaryPrimitives.ReadInt32LittleEndian(bytes[^sizeof(int)..]);
        if (restartCount < 1 || restartCount > (length / sizeof(int)) - 1)
        {
            return false;
        }

        int end = length - ((restartCount + 1) * sizeof(int));
        if (!AreEntriesSound(bytes[..end], bytes[end..], restartCount))
        {
            return false;
        }

        block = new DataBlock(data, end, restartCount);
        return true;
    }

    private static bool AreEntriesSound(ReadOnlySpan<byte> entries, ReadOnlySpan<byte> restarts, int restartCount)
    {
        int position = 0;
        int restart = 0;
        uint keyLength = 0;
        int nextRestart = 0;
        while (position < entries.Length)
        {
            ReadOnlySpan<byte> rest = entries[position..];
            int headerLength = TryReadHeader(rest, out uint shared, out uint suffixLength, out uint valueLength);
            if (headerLength == 0 || shared > keyLength)
            {
                return false;
            }

            if (position == nextRestart)
            {
                if (shared != 0 || BinaryPrimitives.ReadInt32LittleEndian(restarts[(restart * sizeof(int))..]) != position)
                {
                    return false;
                }

                restart++;
                nextRestart = restart < restartCount
                    ? BinaryPrimitives.ReadInt32LittleEndian(restarts[(restart * sizeof(int))..])
                    : int.MaxValue;
            }

            ulong entryLength = (ulong)headerLength + suffixLength + valueLength;
            ulong wholeKey = (ulong)shared + suffixLength;
            if (entryLength > (ulong)rest.Length || wholeKey > SegmentFormat.MaxKeyLength)
            {
                return false;
            }

            keyLength = (uint)wholeKey;
            position += (int)entryLength;
        }

        return restart == restartCount;
    }

    // The header with the trailer; 0 if it does not fit.
    private static int TryReadHeader(ReadOnlySpan<byte> source, out uint shared, out uint suffixLength, out uint valueLength)
    {
        // Mostly each length takes one byte; the trailer after them makes the fourth byte readable.
        const int ShortLength = 3 + InternalKey.TrailerLength;
        if (source.Length >= ShortLength)
        {
            uint head = BinaryPrimitives.ReadUInt32LittleEndian(source);
            if ((head & 0x808080) == 0)
            {
                shared = (byte)head;
                suffixLength = (byte)(head >> 8);
                valueLength = (byte)(head >> 16);
                return ShortLength;
            }
        }

        suffixLength = 0;
        valueLength = 0;
        int first = VarInt.TryRead(source, out shared);
        int second = first == 0 ? 0 : VarInt.TryRead(source[first..], out suffixLength);
        int third = second == 0 ? 0 : VarInt.TryRead(source[(first + second)..], out valueLength);
        int length = first + second + third + InternalKey.TrailerLength;
        return third == 0 || length > source.Length ? 0 : length;
    }
}
