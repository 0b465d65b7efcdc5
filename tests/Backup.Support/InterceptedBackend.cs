using System.Runtime.CompilerServices;

namespace Basalt.Backup.Tests.Support;

/// <summary>Lets tests act before each call of a store: count, wait, fail.</summary>
public sealed class InterceptedBackend(IBackupBackend inner) : IBackupBackend
{
    public Func<string, Task> BeforePut { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> AfterPut { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> BeforeOpen { get; set; } = _ => Task.CompletedTask;

    public Func<string, Stream, Stream> OnOpened { get; set; } = (_, stream) => stream;

    public Func<string, Task> BeforeDelete { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> BeforeList { get; set; } = _ => Task.CompletedTask;

    public string Location(string key) => inner.Location(key);

    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await BeforePut(key);
        bool created = await inner.TryPutAsync(key, content, cancellationToken);
        await AfterPut(key);
        return created;
    }

    public async Task PutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await BeforePut(key);
        await inner.PutAsync(key, content, cancellationToken);
        await AfterPut(key);
    }

    public async Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        await BeforeOpen(key);
        Stream? stream = await inner.OpenReadAsync(key, offset, length, cancellationToken);
        return stream is null ? null : OnOpened(key, stream);
    }

    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await BeforeList(prefix);
        await foreach (BackendEntry entry in inner.ListAsync(prefix, recursive, cancellationToken))
        {
            yield return entry;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeforeDelete(key);
        await inner.DeleteAsync(key, cancellationToken);
    }
}
