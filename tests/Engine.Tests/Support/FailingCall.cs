using Basalt.Engine.Storage;

namespace Basalt.Engine.Tests.Support;

/// <summary>A file system in which one call that changes something fails: the n-th, whatever it is.</summary>
internal sealed class FailingCall
{
    private readonly int _number;
    private int _calls;

    public FailingCall(int number)
    {
        _number = number;
        FileSystem = new InterceptedFileSystem(Count);
    }

    /// <summary>The local file system with that failure.</summary>
    public IFileSystem FileSystem { get; }

    /// <summary>What failed, or null if it never came to that.</summary>
    public string? Failed { get; private set; }

    /// <summary>Whether the call that failed was to make something durable.</summary>
    public bool HasSyncFailed => Failed?.StartsWith("Sync", StringComparison.Ordinal) == true;

    private void Count(string call, string path)
    {
        if (Interlocked.Increment(ref _calls) == _number)
        {
            Failed = $"{call} {Path.GetFileName(path)}";
            throw new DatabaseException(DatabaseError.InputOutput, $"Injected failure of call {_number}: {call}.", path);
        }
    }
}
