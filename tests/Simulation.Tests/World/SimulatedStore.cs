using System.Runtime.CompilerServices;
using Basalt.Backup;

namespace Basalt.Simulation.Tests.World;

/// <summary>An object store in memory that outlives the process, with the faults of a real one. What it acknowledged is there.</summary>
internal sealed class SimulatedStore(SimulatedWorld world) : IBackupBackend
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(50);

    private const int MostBeatWaits = 100;

    private readonly Dictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private readonly List<Action> _late = [];
    private readonly Latch _beaten = new(isOpen: false);

    /// <summary>Told of every object that came to be.</summary>
    public Action<string, byte[]> Created { get; set; } = static (_, _) => { };

    /// <summary>Set by what has canceled the caller of the call under way: it must see that before it goes on.</summary>
    public bool IsCancelExpected { get; set; }

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    public string Location(string key) => "sim://" + key;

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        using MemoryStream bytes = new();
        Stream source = content.OpenVerified(key);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        }

        byte[] stored = bytes.ToArray();
        return Perform(CallKind.Put, key, () => Add(key, stored), cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(Open(key, offset, length, cancellationToken));

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        BackendEntry[] entries = Perform(CallKind.ListObjects, prefix, () => Find(prefix, recursive), cancellationToken);
        foreach (BackendEntry entry in entries)
        {
            yield return entry;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        Perform(CallKind.DeleteObject, key, () => _objects.Remove(key), cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>Whatever clients gave up waiting for happens now.</summary>
    public void Settle()
    {
        while (_late.Count > 0)
        {
            Action late = _late[0];
            _late.RemoveAt(0);
            late();
        }
    }

    private static BackupBackendException Refusal(string key, string reason) => new(key, $"Object '{key}': {reason}.", isTransient: true);

    private Stream? Open(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Call call = new(CallKind.Get, key, Places.OfObject(CallKind.Get, key));
        FaultKind fault = Enter(call);
        AwaitCancel(cancellationToken);
        if (fault is FaultKind.StoreError)
        {
            throw Refusal(key, "the store is busy");
        }

        if (!_objects.TryGetValue(key, out byte[]? bytes))
        {
            return null;
        }

        int start = (int)Math.Min(offset, bytes.Length);
        int count = (int)Math.Min(length ?? long.MaxValue, bytes.Length - start);
        world.Leave(call);
        return fault == FaultKind.Truncated
            ? new BrokenStream(bytes.AsMemory(start, world.Random.Next(count + 1)), key)
            : new MemoryStream(bytes, start, count, writable: false);
    }

    private T Perform<T>(CallKind kind, string key, Func<T> effect, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Call call = new(kind, key, Places.OfObject(kind, key));
        FaultKind fault = Enter(call);
        AwaitCancel(cancellationToken);
        switch (fault)
        {
            case FaultKind.StoreError:
                throw Refusal(key, "the store is busy");
            case FaultKind.LostAcknowledgement:
                effect();
                throw Refusal(key, "the connection broke");
            case FaultKind.GivenUp:
                _late.Add(() => effect());
                StandStill(cancellationToken);
                throw Refusal(key, "the call timed out");
        }

        T result = effect();
        world.Leave(call);
        if (call.Place == "heartbeat")
        {
            _beaten.Set(isOpen: true);
        }

        return result;
    }

    private void AwaitCancel(CancellationToken cancellationToken)
    {
        if (IsCancelExpected && !world.IsNested && cancellationToken.CanBeCanceled)
        {
            IsCancelExpected = false;
            cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(2));
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private FaultKind Enter(Call call)
    {
        // A late effect comes before some later call.
        if (_late.Count > 0 && world.Crash is null && world.Random.Next(4) == 0)
        {
            Action late = _late[world.Random.Next(_late.Count)];
            _late.Remove(late);
            world.Trace.Add("  ! late effect");
            late();
        }

        FaultKind fault = world.Enter(call);
        if (fault == FaultKind.Beat && call.Place != "heartbeat")
        {
            Beat();
            world.ThrowIfDead(call);
        }

        return fault;
    }

    /// <summary>The beat's calls are made on another thread, while this one waits for their end.</summary>
    private void Beat()
    {
        _beaten.Set(isOpen: false);
        int waits = 0;
        for (bool isBeating = world.Clock.Beat(); isBeating && world.Crash is null && !_beaten.Wait(TimeSpan.FromMilliseconds(20)); waits++)
        {
            if (waits == MostBeatWaits)
            {
                world.Trace.Add("  ! no beat");
                return;
            }
        }
    }

    /// <summary>Returns when the client has given up, or at once if it is none that does.</summary>
    private void StandStill(CancellationToken cancellationToken)
    {
        world.Clock.Advance(Patience + TimeSpan.FromSeconds(1));
        if (cancellationToken.CanBeCanceled && cancellationToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(2)))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool Add(string key, byte[] bytes)
    {
        if (!_objects.TryAdd(key, bytes))
        {
            return false;
        }

        Created(key, bytes);
        return true;
    }

    private BackendEntry[] Find(string prefix, bool recursive)
    {
        List<BackendEntry> entries = [];
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach ((string key, byte[] bytes) in _objects.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            int slash = recursive ? -1 : key.IndexOf('/', prefix.Length);
            if (slash < 0)
            {
                entries.Add(new BackendEntry(key, bytes.Length));
            }
            else if (folders.Add(key[..(slash + 1)]))
            {
                entries.Add(new BackendEntry(key[..(slash + 1)], 0));
            }
        }

        return [.. entries];
    }

    /// <summary>Ends with an error instead of its last bytes.</summary>
    private sealed class BrokenStream(ReadOnlyMemory<byte> bytes, string key) : MemoryStream(bytes.ToArray(), writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            Position < Length ? base.Read(buffer, offset, count) : throw Refusal(key, "the connection broke");

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Task.FromResult(Read(buffer, offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] chunk = new byte[buffer.Length];
            int read = Read(chunk, 0, chunk.Length);
            chunk.AsMemory(0, read).CopyTo(buffer);
            return new ValueTask<int>(read);
        }
    }
}
