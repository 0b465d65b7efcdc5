using System.Runtime.InteropServices;
using Basalt.Engine.Memory;

namespace Basalt.Engine.Tests.Memory;

public sealed unsafe partial class NativeArenaTests
{
    [Fact]
    public void Allocate_WhenRepeated_ThenPiecesAreAlignedAndDisjoint()
    {
        using var arena = new NativeArena(4096);
        uint end = NativeArena.ReservedBytes;

        foreach (int length in new[] { 1, 3, 4, 5, 100 })
        {
            uint offset = arena.Allocate(length);

            Assert.Equal(end, offset);
            end = offset + (uint)NativeArena.AlignedLength(length);
        }

        Assert.Equal(end, arena.Used);
        Assert.Equal(0u, end % NativeArena.Alignment);
    }

    [Fact]
    public void Allocate_WhenExactlyFull_ThenItFitsAndTheNextByteThrows()
    {
        using var arena = new NativeArena(NativeArena.ReservedBytes + 100);

        uint offset = arena.Allocate(100);
        arena.Start[offset + 99] = 7;

        Assert.Equal(arena.Capacity, arena.Used);
        Assert.Throws<InvalidOperationException>(() => arena.Allocate(1));
    }

    [Fact]
    public void Allocate_WhenManyThreadsAllocate_ThenNoTwoPiecesOverlap()
    {
        const int Threads = 4;
        const int PerThread = 5000;
        using var arena = new NativeArena(8 << 20);
        var offsets = new uint[Threads * PerThread];

        Parallel.For(0, Threads, thread =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                uint offset = arena.Allocate(8);
                *(ulong*)(arena.Start + offset) = (ulong)((thread * PerThread) + i);
                offsets[(thread * PerThread) + i] = offset;
            }
        });

        Assert.Equal(offsets.Length, offsets.Distinct().Count());
        Assert.All(Enumerable.Range(0, offsets.Length), i => Assert.Equal((ulong)i, *(ulong*)(arena.Start + offsets[i])));
    }

    [Fact]
    public void Populate_WhenBytesAreInUse_ThenTheyStayAndTheRestIsBackedByMemory()
    {
        const int Capacity = 8 << 20;
        using var arena = new NativeArena(Capacity);
        uint offset = arena.Allocate(sizeof(ulong));
        *(ulong*)(arena.Start + offset) = 42;

        arena.Populate();

        Assert.Equal(42ul, *(ulong*)(arena.Start + offset));
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(CountResidentPages(arena), Capacity / Environment.SystemPageSize, int.MaxValue);
        }
    }

    [Fact]
    public void Constructor_WhenArenaIsUntouched_ThenItTakesNoMemory()
    {
        const int Capacity = 256 << 20;
        using var arena = new NativeArena(Capacity);

        int pages = CountResidentPages(arena);

        // The allocator writes its own header into the first page.
        Assert.InRange(pages, 0, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    public void Constructor_WhenCapacityIsOutOfRange_ThenItThrows(long capacity)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeArena(capacity));
    }

    [Fact]
    public void Constructor_WhenCapacityIsLargest_ThenOffsetsReachItsEnd()
    {
        using var arena = new NativeArena(NativeArena.MaxCapacity);
        arena.Allocate(NativeArena.MaxCapacity - NativeArena.ReservedBytes - 8);

        uint last = arena.Allocate(8);
        *(ulong*)(arena.Start + last) = 42;

        Assert.Equal(NativeArena.MaxCapacity, arena.Used);
        Assert.Equal(NativeArena.MaxCapacity - 8, last);
    }

    private static int CountResidentPages(NativeArena arena)
    {
        const int PageLength = 4096;
        byte[] residency = new byte[(arena.Capacity + PageLength - 1) / PageLength];
        nint firstPage = (nint)arena.Start & -PageLength;
        Assert.Equal(0, PageResidency(firstPage, (nuint)arena.Capacity, residency));
        return residency.Count(page => (page & 1) != 0);
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int PageResidency(nint address, nuint length, [Out] byte[] residency);
}
