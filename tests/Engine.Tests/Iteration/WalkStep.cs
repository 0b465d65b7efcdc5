namespace Basalt.Engine.Tests.Iteration;

internal sealed record WalkStep(WalkMove Move, byte[] Key, ulong Trailer)
{
    public override string ToString() => Move is WalkMove.Seek or WalkMove.SeekBefore
        ? $"{Move} {Convert.ToHexString(Key)}@{Trailer:X}"
        : Move.ToString();
}
