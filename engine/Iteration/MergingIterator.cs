namespace Basalt.Engine.Iteration;

internal sealed class MergingIterator : InternalIterator
{
    public MergingIterator(InternalIterator[] sources) => throw new NotImplementedException();

    public override bool IsValid => throw new NotImplementedException();

    public override ReadOnlySpan<byte> Key => throw new NotImplementedException();

    public override ulong Trailer => throw new NotImplementedException();

    public override ReadOnlySpan<byte> Value => throw new NotImplementedException();

    public override void SeekToFirst() => throw new NotImplementedException();

    public override void SeekToLast() => throw new NotImplementedException();

    public override void Seek(ReadOnlySpan<byte> key, ulong trailer) => throw new NotImplementedException();

    public override void SeekBefore(ReadOnlySpan<byte> key, ulong trailer) => throw new NotImplementedException();

    public override void Next() => throw new NotImplementedException();

    public override void Previous() => throw new NotImplementedException();

    public override void Dispose() => throw new NotImplementedException();
}
