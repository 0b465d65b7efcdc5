using Basalt.Server.Backups;
using Basalt.Tests.Support;

namespace Basalt.Server.Tests.Backups;

public sealed class OverridePathTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Resolve_BelowARootInsideAnother_StartsFromTheInnerOne()
    {
        string inner = Path.Combine(_directory.Path, ".mounts", "inner");

        string path = new OverridePath([_directory.Path, inner]).Resolve(Path.Combine(inner, "a"));

        Assert.Equal(Path.Combine(inner, "a"), path);
    }
}
