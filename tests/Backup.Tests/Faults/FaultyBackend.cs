using System.Runtime.CompilerServices;

namespace Basalt.Backup.Tests.Faults;

/// <summary>
/// A store behind a bad line: calls fail before it acts or after, answers get lost, bodies end early or arrive changed. What it reports as
/// done is done; it does not lie otherwise. One seed, one sequence of faults for one sequence of calls.
/// </summary>
internal sealed class FaultyBackend(IBackupBackend inner, int seed, double rate) : IBackupBackend
{
    private readonly Random _random = new(seed);

    public int Faults { get; private set; }

    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        Fail(key, "the connection was refused");
        bool isCreated = await inner.TryPutAsync(key, content, cancellationToken);
        Fail(key, "the answer was lost");
        return isCreated;
    }

    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        Fail(key, "the connection was refused");
        Stream? stream = await inner.OpenReadAsync(key, offset, length, cancellationToken);
        if (stream is null || !Strikes())
        {
            return stream;
        }

        await using (stream)
        {
            using var whole = new MemoryStream();
            await stream.CopyToAsync(whole, cancellationToken);
            return new BrokenBody(key, whole.ToArray()[..(int)(whole.Length / 2)]);
        }
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Fail(prefix, "the connection was refused");
        await foreach (BackendEntry entry in inner.ListAsync(prefix, recursive, cancellationToken))
        {
            yield return entry;
        }

        Fail(prefix, "the connection was reset");
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        Fail(key, "the connection was refused");
        await inner.DeleteAsync(key, cancellationToken);
        Fail(key, "the answer was lost");
    }

    private void Fail(string key, string how)
    {
        if (Strikes())
        {
            throw new BackupBackendException(key, $"'{key}': {how}.", isTransient: true);
        }
    }

    private bool Strikes()
    {
        lock (_random)
        {
            bool strikes = _random.NextDouble() < rate / 2;
            Faults += strikes ? 1 : 0;
            return strikes;
        }
    }

    /// <summary>The first half of a body, and then a reset.</summary>
    private sealed class BrokenBody(string key, byte[] half) : MemoryStream(half, writable: false)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new BackupBackendException(key, $"'{key}': the connection was reset.", isTransient: true);
        }
    }
}
