using Basalt.Engine.Keys;

namespace Basalt.Engine.Tests.Segments;

/// <summary>An internal entry as tests speak of it.</summary>
internal sealed record Entry(byte[] Key, ulong Trailer, byte[] Value) : IComparable<Entry>
{
    public static Entry Put(string key, ulong sequence, string value) =>
        new(System.Text.Encoding.UTF8.GetBytes(key), InternalKey.Pack(sequence, ValueKind.Put), System.Text.Encoding.UTF8.GetBytes(value));

    public static Entry Delete(string key, ulong sequence) =>
        new(System.Text.Encoding.UTF8.GetBytes(key), InternalKey.Pack(sequence, ValueKind.Delete), []);

    public int CompareTo(Entry? other) => InternalKey.Compare(Key, Trailer, other!.Key, other.Trailer);

    public bool Equals(Entry? other) =>
        other is not null && Trailer == other.Trailer && Key.AsSpan().SequenceEqual(other.Key) && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Key.Length, Trailer, Value.Length);

    public override string ToString() => $"{Convert.ToHexString(Key)}@{Trailer:x}={Convert.ToHexString(Value)}";
}
