using Basalt.Bench.Load;

namespace Basalt.Bench.Targets;

/// <summary>What one thread does to a store. No call allocates.</summary>
internal interface IStoreSession : IDisposable
{
    /// <summary>Sets a key with the durability that the store was opened with.</summary>
    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);

    /// <summary>Sets <paramref name="count"/> prepared keys atomically, from key number <paramref name="first"/> on.</summary>
    void PutBatch(PreparedKeys keys, long first, int count, ValueSource values);

    /// <summary>Copies the value of a key; false if it is absent.</summary>
    bool Get(ReadOnlySpan<byte> key, Span<byte> destination);

    /// <summary>Reads up to <paramref name="count"/> entries from the first key at or after <paramref name="from"/>; returns how many there were.</summary>
    int Scan(ReadOnlySpan<byte> from, int count, Span<byte> destination);
}
