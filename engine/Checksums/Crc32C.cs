using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Basalt.Engine.Checksums;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720), the checksum of everything the engine writes in small units: log records, blocks, manifest records.
/// </summary>
/// <remarks>
/// One step of the hardware instruction takes three cycles, but one may start per cycle. Long inputs are therefore cut into three
/// lanes that run interleaved and are joined by shifting the checksum of a lane over the length of the next (Gopal et al., "Fast
/// CRC Computation for iSCSI Polynomial Using CRC32 Instruction", Intel 2011). <see cref="BitOperations"/> chooses the instruction of
/// x86 or ARM, or its table where there is neither.
/// </remarks>
internal static partial class Crc32C
{
    private const int LongLane = 2048;
    private const int ShortLane = 256;

    private static readonly uint[] LongLaneShift = BuildShiftTable(LongLane);
    private static readonly uint[] ShortLaneShift = BuildShiftTable(ShortLane);

    /// <summary>The checksum of <paramref name="data"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => Append(0, data);

    /// <summary>The checksum of what <paramref name="crc"/> is the checksum of, followed by <paramref name="data"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> data)
    {
        uint state = ~crc;
        ref byte current = ref MemoryMarshal.GetReference(data);
        nuint remaining = (uint)data.Length;

        while (remaining >= 3 * LongLane)
        {
            state = AppendLanes(state, ref current, LongLane, LongLaneShift);
            current = ref Unsafe.Add(ref current, 3 * LongLane);
            remaining -= 3 * LongLane;
        }

        while (remaining >= 3 * ShortLane)
        {
            state = AppendLanes(state, ref current, ShortLane, ShortLaneShift);
            current = ref Unsafe.Add(ref current, 3 * ShortLane);
            remaining -= 3 * ShortLane;
        }

        while (remaining >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, ReadWord(ref current, 0));
            current = ref Unsafe.Add(ref current, sizeof(ulong));
            remaining -= sizeof(ulong);
        }

        for (nuint i = 0; i < remaining; i++)
        {
            state = BitOperations.Crc32C(state, Unsafe.Add(ref current, i));
        }

        return ~state;
    }

    /// <summary>The state after three adjoining lanes. Requires: <paramref name="start"/> begins 3 x <paramref name="lane"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AppendLanes(uint state, ref byte start, int lane, uint[] shift)
    {
        uint first = state;
        uint second = 0;
        uint third = 0;
        ref byte secondStart = ref Unsafe.Add(ref start, lane);
        ref byte thirdStart = ref Unsafe.Add(ref start, 2 * lane);
        for (nint i = 0; i < lane; i += sizeof(ulong))
        {
            first = BitOperations.Crc32C(first, ReadWord(ref start, i));
            second = BitOperations.Crc32C(second, ReadWord(ref secondStart, i));
            third = BitOperations.Crc32C(third, ReadWord(ref thirdStart, i));
        }

        return Shift(shift, Shift(shift, first) ^ second) ^ third;
    }

    /// <summary>The next eight bytes, first byte lowest, on any machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ReadWord(ref byte start, nint offset)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, offset));
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }
}
