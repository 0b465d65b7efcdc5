using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Basalt.Engine.Files;
using Basalt.Engine.Tests.Support;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Files;

/// <summary>More segment files than the process may have open: bug found by a restore of two thousand classes with a limit of 2,000.</summary>
public sealed class SegmentHandleTests : IDisposable
{
    private const int Files = 40;
    private const int MaxOpen = 8;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Reads_WhenThereAreMoreFilesThanMayBeOpen_CloseThoseNotRead()
    {
        SegmentHandle[] handles = CreateFiles();

        foreach (SegmentHandle handle in handles.Concat(handles))
        {
            Assert.Equal(Path.GetFileName(handle.Path), Read(handle));
            Assert.InRange(OpenFiles(), 1, MaxOpen);
        }

        Array.ForEach(handles, handle => handle.Dispose());
        Assert.Equal(0, OpenFiles());
    }

    [Fact]
    public void Reads_WhenOneFileIsReadAgainAndAgain_LeaveItOpen()
    {
        SegmentHandle[] handles = CreateFiles();
        string often = handles[0].Path;

        foreach (SegmentHandle handle in handles)
        {
            Read(handle);
            Read(handles[0]);
            Assert.Contains(often, OpenPaths());
        }

        Array.ForEach(handles, handle => handle.Dispose());
    }

    [Fact]
    public async Task Reads_WhenManyThreadsReadManyFiles_GetTheRightBytes()
    {
        SegmentHandle[] handles = CreateFiles();
        ConcurrentBag<string> wrong = [];

        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            for (int i = 0; i < 3000; i++)
            {
                SegmentHandle handle = handles[random.Next(Files)];
                if (Read(handle) != Path.GetFileName(handle.Path))
                {
                    wrong.Add(handle.Path);
                }
            }
        })));

        Assert.Empty(wrong);
        Array.ForEach(handles, handle => handle.Dispose());
        Assert.Equal(0, OpenFiles());
    }

    [Fact]
    public async Task Database_WhenItHasMoreFilesThanMayBeOpen_ReadsThemAll()
    {
        const int Keyspaces = 60;
        InterceptedFileSystem files = new((_, _) => { }) { OpenFilesLimit = 2 * MaxOpen };
        DatabaseOptions options = new() { Durability = Durability.Buffered, MemtableBytes = 1 << 20, FileSystem = files };
        using Database database = Database.Open(_directory.Path, options);
        Keyspace[] keyspaces = [.. Enumerable.Range(0, Keyspaces).Select(number => database.CreateKeyspace(string.Create(CultureInfo.InvariantCulture, $"k{number}")))];
        foreach (Keyspace keyspace in keyspaces)
        {
            database.Put(keyspace, "key"u8, "value"u8);
            await database.FlushAsync();
        }

        Assert.All(keyspaces, keyspace => Assert.Equal("value"u8.ToArray(), database.Get(keyspace, "key"u8)));
        Assert.InRange(Directory.GetFiles(_directory.Path, "*.seg").Length, Keyspaces, int.MaxValue);
        Assert.InRange(OpenPaths().Count(path => path.EndsWith(".seg", StringComparison.Ordinal)), 1, MaxOpen);
    }

    private static string Read(SegmentHandle handle)
    {
        byte[] bytes = new byte[handle.Length];
        handle.ReadExactly(bytes, 0);
        return Encoding.UTF8.GetString(bytes);
    }

    private SegmentHandle[] CreateFiles()
    {
        SegmentHandles all = new(new InterceptedFileSystem((_, _) => { }) { OpenFilesLimit = 2 * MaxOpen });
        return
        [
            .. Enumerable.Range(0, Files).Select(number =>
            {
                string path = _directory[string.Create(CultureInfo.InvariantCulture, $"file-{number}")];
                File.WriteAllText(path, Path.GetFileName(path));
                return all.Create(path);
            }),
        ];
    }

    private int OpenFiles() => OpenPaths().Count;

    /// <summary>What this process has open in the test's folder.</summary>
    private List<string> OpenPaths() =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(link => new FileInfo(link).LinkTarget ?? "")
            .Where(path => path.StartsWith(_directory.Path, StringComparison.Ordinal)),
    ];
}
