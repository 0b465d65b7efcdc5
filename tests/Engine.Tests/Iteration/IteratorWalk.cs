using Basalt.Engine.Iteration;
using Basalt.Engine.Keys;
using FsCheck;
using FsCheck.Fluent;

namespace Basalt.Engine.Tests.Iteration;

/// <summary>A random walk that two internal iterators take together.</summary>
internal static class IteratorWalk
{
    public static Gen<WalkStep> Step(Gen<byte[]> keys) =>
        from move in Gen.Frequency(
            (1, Gen.Elements(WalkMove.First, WalkMove.Last)),
            (3, Gen.Elements(WalkMove.Seek, WalkMove.SeekBefore)),
            (12, Gen.Elements(WalkMove.Next, WalkMove.Previous)))
        from key in keys
        from sequence in Gen.Choose(0, 40)
        from trailer in Gen.Elements(InternalKey.NewestTrailer, InternalKey.OldestTrailer, InternalKey.SeekTrailer((ulong)sequence))
        select new WalkStep(move, key, trailer);

    public static void AssertSame(InternalIterator expected, InternalIterator actual, IEnumerable<WalkStep> steps)
    {
        Assert.False(actual.IsValid, "valid before it was positioned");
        foreach (WalkStep step in steps)
        {
            Take(expected, step);
            Take(actual, step);

            Assert.True(expected.IsValid == actual.IsValid, $"after {step}: valid is {actual.IsValid}");
            if (expected.IsValid)
            {
                Assert.Equal(expected.Key, actual.Key);
                Assert.Equal(expected.Trailer, actual.Trailer);
                Assert.Equal(expected.Value, actual.Value);
            }
        }
    }

    private static void Take(InternalIterator iterator, WalkStep step)
    {
        switch (step.Move)
        {
            case WalkMove.First:
                iterator.SeekToFirst();
                break;
            case WalkMove.Last:
                iterator.SeekToLast();
                break;
            case WalkMove.Seek:
                iterator.Seek(step.Key, step.Trailer);
                break;
            case WalkMove.SeekBefore:
                iterator.SeekBefore(step.Key, step.Trailer);
                break;
            case WalkMove.Next when iterator.IsValid:
                iterator.Next();
                break;
            case WalkMove.Previous when iterator.IsValid:
                iterator.Previous();
                break;
            default:
                iterator.SeekToFirst();
                break;
        }
    }
}
