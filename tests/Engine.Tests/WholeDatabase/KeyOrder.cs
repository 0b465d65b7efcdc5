namespace Basalt.Engine.Tests.WholeDatabase;

/// <summary>Byte strings in the engine's order.</summary>
internal sealed class KeyOrder : IComparer<byte[]>
{
    public static readonly KeyOrder Instance = new();

    public int Compare(byte[]? left, byte[]? right) => left.AsSpan().SequenceCompareTo(right);
}
