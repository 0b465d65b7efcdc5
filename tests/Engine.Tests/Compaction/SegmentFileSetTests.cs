using Basalt.Engine.Compaction;
using Basalt.Engine.Keys;
using Basalt.Engine.Manifest;
using Basalt.Engine.Segments;
using Basalt.Engine.Storage;
using Basalt.Tests.Support;

namespace Basalt.Engine.Tests.Compaction;

public sealed class SegmentFileSetTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Dispose_OfAnIncompleteSet_LeavesNoFile()
    {
        using (SegmentFileSet output = Create())
        {
            output.Add("a"u8, InternalKey.Pack(1, ValueKind.Put), "v"u8);
            output.EndSegment(1, 0);
            output.Add("b"u8, InternalKey.Pack(2, ValueKind.Put), "v"u8);
            Assert.Single(Files());
        }

        Assert.Empty(Files());
    }

    [Fact]
    public void Dispose_OfACompleteSet_LeavesItsFiles()
    {
        using (SegmentFileSet output = Create())
        {
            output.Add("a"u8, InternalKey.Pack(1, ValueKind.Put), "v"u8);
            output.EndSegment(1, 0);
            output.Complete();
        }

        Assert.Single(Files());
    }

    private SegmentFileSet Create()
    {
        LocalFileSystem files = new();
        return new SegmentFileSet(
            files, _directory.Path, new VersionSet(files, _directory.Path, Guid.NewGuid(), () => { }), new SegmentWriterOptions());
    }

    private string[] Files() => Directory.GetFiles(_directory.Path);
}
