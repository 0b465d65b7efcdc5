namespace Basalt.Engine;

/// <summary>
/// Writes to any keyspaces of one database that become visible and durable together or not at all. Later operations on a key win.
/// Reusable after <see cref="Clear"/>; not thread-safe.
/// </summary>
public sealed class WriteBatch
{
    /// <summary>Operations recorded.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Encoded bytes.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>Sets a key.</summary>
    /// <exception cref="ArgumentException">The key is longer than <see cref="Database.MaxKeyLength"/> bytes.</exception>
    public void Put(Keyspace keyspace, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Deletes a key; no error if it is absent.</summary>
    public void Delete(Keyspace keyspace, ReadOnlySpan<byte> key) => throw new NotImplementedException();

    /// <summary>Forgets all operations and keeps the memory.</summary>
    public void Clear() => throw new NotImplementedException();
}
