using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using Basalt.Backup.Backends.FileSystem;
using Basalt.Backup.Naming;
using Basalt.Engine;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Backup;

/// <summary>
/// A repository in a directory. Objects are files; each is written to a temporary name, synced, and linked to its final name, so that it
/// appears complete and only once, also between processes.
/// </summary>
public sealed class FileSystemBackend : IBackupBackend
{
    internal const string TemporaryFolder = ".tmp";

    private readonly TimeProvider _clock;

    /// <summary>Uses a directory; it is created with the first object.</summary>
    /// <param name="path">The directory, absolute or relative to the current one.</param>
    /// <param name="clock">The clock of temporary names; the system's unless told.</param>
    public FileSystemBackend(string path, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Root = Path.GetFullPath(path);
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public string Location(string key) => key.Length == 0 ? Root : Path.Combine(Root, key);

    /// <inheritdoc/>
    public async Task<bool> TryPutAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentNullException.ThrowIfNull(content);
        string path = Location(key);
        string temporary = Path.Combine(Root, TemporaryFolder, Ulid.Create(_clock));
        try
        {
            if (File.Exists(path))
            {
                return false;
            }

            CreateDirectory(Path.GetDirectoryName(temporary)!);
            CreateDirectory(Path.GetDirectoryName(path)!);
            await WriteAsync(temporary, content, key, cancellationToken).ConfigureAwait(false);
            try
            {
                if (!FileDurability.TryLink(temporary, path))
                {
                    return false;
                }
            }
            finally
            {
                File.Delete(temporary);
            }

            FileDurability.SyncDirectory(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (Exception failure) when (IsStorageFailure(failure))
        {
            throw Failure(key, "write", failure);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            SafeFileHandle handle = File.OpenHandle(Location(key), options: FileOptions.Asynchronous | FileOptions.SequentialScan);
            return Task.FromResult<Stream?>(new FileRangeStream(handle, offset, length ?? long.MaxValue, cause => Failure(key, "read", cause)));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception failure) when (IsStorageFailure(failure))
        {
            throw Failure(key, "open", failure);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BackendEntry> ListAsync(
        string prefix, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        using IEnumerator<BackendEntry>? entries = Guard<IEnumerator<BackendEntry>?>(prefix, () => Enumerate(prefix).GetEnumerator(), null);
        while (entries is not null && Guard(prefix, entries.MoveNext, false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entries.Current;
        }

        T Guard<T>(string listed, Func<T> call, T absent)
        {
            try
            {
                return call();
            }
            catch (DirectoryNotFoundException)
            {
                return absent;
            }
            catch (Exception failure) when (IsStorageFailure(failure))
            {
                throw Failure(listed, "list", failure);
            }
        }

        FileSystemEnumerable<BackendEntry> Enumerate(string listed) => new FileListing(Root, listed, recursive).Enumerate();
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        cancellationToken.ThrowIfCancellationRequested();
        string path = Location(key);
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                FileDurability.SyncDirectory(Path.GetDirectoryName(path)!);
            }

            return Task.CompletedTask;
        }
        catch (DirectoryNotFoundException)
        {
            return Task.CompletedTask;
        }
        catch (Exception failure) when (IsStorageFailure(failure))
        {
            throw Failure(key, "delete", failure);
        }
    }

    private static async Task WriteAsync(string path, ObjectContent content, string key, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous, content.Length);
            await using var target = new VerifyingFileStream(handle);
            await using (Stream source = content.Open())
            {
                await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            }

            target.Verify(content, key);
            FileDurability.SyncFile(handle, path);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Creates a directory and its missing parents so that they survive a power loss.</summary>
    private static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string? parent = Path.GetDirectoryName(path);
        if (parent is not null)
        {
            CreateDirectory(parent);
        }

        Directory.CreateDirectory(path);
        if (parent is not null)
        {
            FileDurability.SyncDirectory(parent);
        }
    }

    private static bool IsStorageFailure(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or DatabaseException;

    private BackupBackendException Failure(string key, string call, Exception cause) =>
        new(
            key,
            $"Cannot {call} '{Location(key)}': {cause.Message} Check the directory's permissions, free space and health.",
            isTransient: false,
            cause);
}
