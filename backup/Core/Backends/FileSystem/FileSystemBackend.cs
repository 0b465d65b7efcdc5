using System.Runtime.CompilerServices;
using Basalt.Backup.Backends.FileSystem;
using Basalt.Engine;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup;

/// <summary>
/// A repository in a directory. Objects are files; each is written to a temporary name, synced, and linked to its final name, so that it
/// appears complete and only once, also between processes. A file of 4 MiB, <c>.repo/reserve</c>, is given free when the disk is full and a
/// backup is to be deleted.
/// </summary>
public sealed class FileSystemBackend : IBackupBackend
{
    private readonly TemporaryFiles _temporaries;
    private readonly DurableDirectories _directories;
    private readonly ReserveFile _reserve;
    private readonly PlainPaths _paths;

    /// <summary>Uses a directory; it is created with the first object.</summary>
    /// <param name="path">The directory, absolute or relative to the current one.</param>
    /// <param name="clock">The clock of temporary names; the system's unless told.</param>
    public FileSystemBackend(string path, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Root = Path.GetFullPath(path);
        _temporaries = new TemporaryFiles(Root, clock ?? TimeProvider.System);
        _directories = new DurableDirectories(Root);
        _reserve = new ReserveFile(Root, _temporaries);
        _paths = new PlainPaths(Root);
    }

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public string Location(string key) => key.Length == 0 ? Root : Path.Combine(Root, key);

    /// <inheritdoc/>
    public Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentNullException.ThrowIfNull(content);
        return TransferThread.RunAsync(() => TryPut(key, content, cancellationToken));
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        return Guard<Task<Stream?>>(key, "open", () =>
        {
            try
            {
                _paths.Require(key);
                if (new FileInfo(Location(key)) is { Exists: true, Length: 0 })
                {
                    // Not opened: a pipe in the place of an object would keep its reader waiting for ever, a device would give bytes without end.
                    // Neither has a length, and an object without one has no bytes.
                    return Task.FromResult<Stream?>(Stream.Null);
                }

                SafeFileHandle handle = File.OpenHandle(Location(key), options: FileOptions.SequentialScan);
                return Task.FromResult<Stream?>(new FileRangeStream(handle, offset, length ?? long.MaxValue, cause => Failure(key, "read", cause)));
            }
            catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
            {
                return Task.FromResult<Stream?>(null);
            }
        });
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        using IEnumerator<BackendEntry>? entries = Guard<IEnumerator<BackendEntry>?>(
            prefix, "list", () => IfPresent(() => List(prefix, recursive), null));
        while (entries is not null && Guard(prefix, "list", () => IfPresent(entries.MoveNext, false)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entries.Current;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        string path = Location(key);
        Guard(key, "delete", () => IfPresent(
            () =>
            {
                _paths.Require(key);
                if (File.Exists(path))
                {
                    File.Delete(path);
                    FileDurability.SyncDirectory(Path.GetDirectoryName(path)!);
                }

                return true;
            },
            false));
        _reserve.Replenish();
        return Task.CompletedTask;
    }

    private IEnumerator<BackendEntry> List(string prefix, bool recursive)
    {
        _paths.Require(prefix[..Math.Max(0, prefix.LastIndexOf('/'))]);
        return new FileListing(Root, prefix, recursive).Enumerate().GetEnumerator();
    }

    private bool TryPut(string key, ObjectContent content, CancellationToken cancellationToken)
    {
        bool isCreated;
        try
        {
            isCreated = TryPutOnce(key, content, cancellationToken);
        }
        catch (BackupBackendException failure) when (ReserveFile.IsFor(key) && Guard(key, "write", () => _reserve.TryRelease(failure.InnerException!)))
        {
            isCreated = TryPutOnce(key, content, cancellationToken);
        }

        _reserve.Replenish();
        return isCreated;
    }

    private bool TryPutOnce(string key, ObjectContent content, CancellationToken cancellationToken)
    {
        string path = Location(key);
        string folder = Path.GetDirectoryName(path)!;
        bool isCreated = false;
        Guard(key, "write", () => RequirePlain(key));
        if (!File.Exists(path))
        {
            Guard(key, "write", () => Prepare(folder));
            string temporary = _temporaries.NewPath();
            try
            {
                Write(temporary, content, key, cancellationToken);
                isCreated = Guard(key, "write", () => FileDurability.TryLink(temporary, path));
            }
            finally
            {
                TemporaryFiles.Discard(temporary);
            }
        }

        // Also if the key was taken: whoever stored it may have died before this, and the caller may take what is there for done.
        Guard(key, "write", () => FileDurability.SyncDirectory(folder));
        return isCreated;
    }

    private void Write(string path, ObjectContent content, string key, CancellationToken cancellationToken)
    {
        using SafeFileHandle handle = Guard(key, "write", () => File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, content.Length));
        using var target = new VerifyingFileStream(handle, path, cause => Failure(key, "write", cause));
        using (Stream source = content.Open())
        {
            // Stays on this thread as long as the source does not wait for a network.
            source.CopyToAsync(target, cancellationToken).GetAwaiter().GetResult();
        }

        target.Verify(content, key);
        Guard(key, "write", () => FileDurability.SyncFile(handle, path));
    }

    private void RequirePlain(string key)
    {
        _paths.Require(key);
        _paths.Require(TemporaryFiles.Folder);
        _paths.Require(ReserveFile.Folder);
    }

    private void Prepare(string folder)
    {
        _directories.Ensure(_temporaries.Directory);
        _directories.Ensure(folder);
        _temporaries.SweepOnce();
    }

    private static T IfPresent<T>(Func<T> call, T absent)
    {
        try
        {
            return call();
        }
        catch (DirectoryNotFoundException)
        {
            return absent;
        }
    }

    private void Guard(string key, string what, Action call) => Guard(key, what, () =>
    {
        call();
        return true;
    });

    /// <summary>
    /// Runs calls of the file system, and nothing else: a failure of the source of an object's bytes must not look like one of the store.
    /// </summary>
    private T Guard<T>(string key, string what, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception failure) when (IsStorageFailure(failure))
        {
            throw Failure(key, what, failure);
        }
    }

    private static bool IsStorageFailure(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or DatabaseException;

    private BackupBackendException Failure(string key, string what, Exception cause) =>
        new(
            key,
            $"Cannot {what} '{Location(key)}': {cause.Message} Check the directory's permissions, free space and health.",
            isTransient: false,
            cause);
}
