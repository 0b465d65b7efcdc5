using Basalt.Engine.Memory;

namespace Basalt.Engine.Tests.Memory;

public sealed unsafe class SlabMemoryTests
{
    [Fact]
    public void Rent_WhenSlabsAreReady_CutsPiecesThatDoNotOverlap()
    {
        using SlabMemory memory = CreateReady();
        List<(nint Piece, int Length)> pieces = [];
        foreach (int length in Enumerable.Range(0, 1500).Select(i => SlabMemory.Granule * (1 + (i % 4))))
        {
            byte* piece = memory.Rent(length, out bool isCut);
            Assert.True(isCut);
            Assert.Equal(0, (nint)piece % 64);
            new Span<byte>(piece, length).Fill(1);
            pieces.Add(((nint)piece, length));
        }

        pieces.Sort();
        Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.True(pair.First.Piece + pair.First.Length <= pair.Second.Piece));
        pieces.ForEach(piece => memory.Return((byte*)piece.Piece, isCut: true));
        Assert.Equal(0, memory.UsedSlabs);
    }

    [Fact]
    public void Return_WhenPiecesOfASizeComeAndGo_UsesTheirMemoryAgain()
    {
        using SlabMemory memory = CreateReady();
        Queue<nint> held = new();
        for (int i = 0; i < 20_000; i++)
        {
            held.Enqueue((nint)memory.Rent(8 * SlabMemory.Granule, out bool isCut));
            Assert.True(isCut);
            if (held.Count > 600)
            {
                memory.Return((byte*)held.Dequeue(), isCut: true);
            }
        }

        Assert.InRange(memory.UsedSlabs, 1, 3);
        while (held.TryDequeue(out nint piece))
        {
            memory.Return((byte*)piece, isCut: true);
        }

        Assert.Equal(0, memory.UsedSlabs);
    }

    [Fact]
    public void Memory_WhenManyThreadsUseIt_GivesEachPieceToOne()
    {
        using SlabMemory memory = CreateReady();
        Parallel.For(1, 9, worker =>
        {
            Random random = new(worker);
            List<(nint Piece, int Length, bool IsCut)> held = [];
            for (int i = 0; i < 5_000; i++)
            {
                int length = SlabMemory.Granule * random.Next(1, 12);
                nint piece = (nint)memory.Rent(length, out bool isCut);
                new Span<byte>((byte*)piece, length).Fill((byte)worker);
                held.Add((piece, length, isCut));
                if (held.Count > random.Next(200))
                {
                    GiveBack(memory, held, random.Next(held.Count), (byte)worker);
                }
            }

            while (held.Count > 0)
            {
                GiveBack(memory, held, held.Count - 1, (byte)worker);
            }
        });

        Assert.Equal(0, memory.UsedSlabs);
    }

    [Fact]
    public void Rent_WhenThePieceIsLongOrSlabsAreNotWanted_TakesItFromTheHeap()
    {
        using SlabMemory memory = CreateReady();
        using SlabMemory heap = new(usesSlabs: false);
        byte* longPiece = memory.Rent(SlabMemory.LongestCut + SlabMemory.Granule, out bool isLongCut);
        byte* piece = heap.Rent(SlabMemory.Granule, out bool isCut);

        Assert.False(isLongCut || isCut);
        memory.Return(longPiece, isLongCut);
        heap.Return(piece, isCut);
    }

    [Fact]
    public void Return_AfterDispose_FreesTheSlab()
    {
        SlabMemory memory = CreateReady();
        byte* piece = memory.Rent(SlabMemory.Granule, out bool isCut);
        memory.Dispose();
        piece[0] = 1;

        memory.Return(piece, isCut);

        Assert.True(isCut);
        Assert.Equal(0, memory.UsedSlabs);
    }

    private static SlabMemory CreateReady()
    {
        SlabMemory memory = new(usesSlabs: true);
        Prepare(memory);
        return memory;
    }

    private static void Prepare(SlabMemory memory) => ((IThreadPoolWorkItem)memory).Execute();

    private static void GiveBack(SlabMemory memory, List<(nint Piece, int Length, bool IsCut)> held, int index, byte stamp)
    {
        (nint piece, int length, bool isCut) = held[index];
        held.RemoveAt(index);
        Assert.Equal(-1, new Span<byte>((byte*)piece, length).IndexOfAnyExcept(stamp));
        memory.Return((byte*)piece, isCut);
    }
}
