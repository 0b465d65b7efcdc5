using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Basalt.Backup.Checksums;

namespace Basalt.Backup.Tests.Support;

/// <summary>A store in memory whose objects tests can look at and spoil.</summary>
internal sealed class MemoryBackend(ConditionSupport conditions = ConditionSupport.Kept) : IBackupBackend
{
    public ConcurrentDictionary<string, byte[]> Objects { get; init; } = new(StringComparer.Ordinal);

    public string Location(string key) => "memory:" + key;

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        if (conditions == ConditionSupport.Refused)
        {
            throw new BackupBackendException(key, "501 NotImplemented", isTransient: false) { RefusesConditions = true };
        }

        byte[] stored = await ReadAsync(key, content, cancellationToken);
        if (conditions == ConditionSupport.Kept)
        {
            return Objects.TryAdd(key, stored);
        }

        Objects[key] = stored;
        return true;
    }

    public async Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        Objects[key] = await ReadAsync(key, content, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        if (!Objects.TryGetValue(key, out byte[]? bytes))
        {
            return Task.FromResult<Stream?>(null);
        }

        int start = (int)Math.Min(offset, bytes.Length);
        int count = (int)Math.Min(length ?? bytes.Length, bytes.Length - start);
        return Task.FromResult<Stream?>(new MemoryStream(bytes, start, count, writable: false));
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        await Task.Yield();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        // ToArray of this type is atomic; what LINQ would do by itself is not.
        foreach ((string key, byte[] bytes) in Objects.ToArray().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!key.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            int slash = key.IndexOf('/', prefix.Length);
            if (recursive || slash < 0)
            {
                yield return new BackendEntry(key, bytes.Length);
            }
            else if (folders.Add(key[..(slash + 1)]))
            {
                yield return new BackendEntry(key[..(slash + 1)], 0);
            }
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        Objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private static async Task<byte[]> ReadAsync(string key, ObjectContent content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using (Stream stream = content.Open())
        {
            await stream.CopyToAsync(bytes, cancellationToken);
        }

        byte[] stored = bytes.ToArray();
        if (stored.Length != content.Length || (content.Crc32C is { } crc && crc != Crc32C.Compute(stored)))
        {
            throw new BackupBackendException(key, $"'{key}' is not what was promised", isTransient: false);
        }

        return stored;
    }
}
