using System.Globalization;
using System.Text;
using Basalt.Engine.Files;
using Microsoft.Win32.SafeHandles;

namespace Basalt.Engine.Storage;

/// <summary>
/// The exclusive hold on a database directory: an advisory lock on its LOCK file, which the system releases even when the process is
/// killed, and a list of what this process holds, for a clear message and for systems where the file lock does not exclude its own
/// process. The LOCK file is never unlinked: a second process could hold the lock of the unlinked file.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private static readonly HashSet<string> HeldHere = new(StringComparer.Ordinal);

    private readonly string _directory;
    private readonly SafeFileHandle _handle;
    private bool _released;

    private DirectoryLock(string directory, SafeFileHandle handle)
    {
        _directory = directory;
        _handle = handle;
    }

    public static DirectoryLock Take(string path) => Take(path, Open);

    /// <summary>Without writing anything; null if there is no lock file, and so nobody who has the directory open.</summary>
    public static DirectoryLock? TakeForReading(string path) =>
        File.Exists(Path.Combine(path, FileNames.Lock)) ? Take(path, OpenForReading) : null;

    private static DirectoryLock Take(string path, Func<string, SafeFileHandle> open)
    {
        string directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        lock (HeldHere)
        {
            if (!HeldHere.Add(directory))
            {
                throw new DatabaseException(
                    DatabaseError.Locked, "The database directory is open in this process already; close that instance first.", directory);
            }

            try
            {
                return new DirectoryLock(directory, open(directory));
            }
            catch
            {
                HeldHere.Remove(directory);
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (HeldHere)
        {
            if (!_released)
            {
                _released = true;
                PlatformCalls.CloseLocked(_handle, Path.Combine(_directory, FileNames.Lock));
                HeldHere.Remove(_directory);
            }
        }
    }

    private static SafeFileHandle Open(string directory)
    {
        string file = Path.Combine(directory, FileNames.Lock);
        SafeFileHandle? handle = null;
        try
        {
            if (!PlatformCalls.TryOpenLocked(file, out handle))
            {
                throw new DatabaseException(
                    DatabaseError.Locked, $"Another process{ReadHolder(handle)} holds the database directory; stop it first.", directory);
            }

            WriteHolder(handle);
            return handle;
        }
        catch (Exception cause)
        {
            handle?.Dispose();
            if (FileFailure.IsFileFailure(cause))
            {
                throw FileFailure.Create("Using the lock file", file, cause);
            }

            throw;
        }
    }

    private static SafeFileHandle OpenForReading(string directory)
    {
        string file = Path.Combine(directory, FileNames.Lock);
        if (PlatformCalls.TryOpenLockedForReading(file, out SafeFileHandle handle))
        {
            return handle;
        }

        string holder = ReadHolder(handle);
        handle.Dispose();
        throw new DatabaseException(DatabaseError.Locked, $"Another process{holder} holds the database directory; stop it first.", directory);
    }

    /// <summary>The process id is for the message only; the lock is what counts.</summary>
    private static void WriteHolder(SafeFileHandle handle)
    {
        byte[] holder = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, holder, 0);
    }

    private static string ReadHolder(SafeFileHandle handle)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = RandomAccess.Read(handle, bytes, 0);
        return int.TryParse(bytes[..length].TrimEnd((byte)'\n'), CultureInfo.InvariantCulture, out int id) ? $" ({id})" : "";
    }
}
