namespace Basalt.Backup.Gcs.Tests;

public sealed class GcsBackendOptionsTests
{
    private static readonly GcsBackendOptions Good = new() { Bucket = "shelf" };

    public static TheoryData<GcsBackendOptions, string> Bad => new()
    {
        { Good with { Bucket = "" }, "Bucket" },
        { Good with { Bucket = "ab" }, "Bucket" },
        { Good with { Bucket = "Shelf" }, "Bucket" },
        { Good with { Bucket = "a/b" }, "Bucket" },
        { Good with { Path = "/a" }, "Path" },
        { Good with { Path = "a/../b" }, "Path" },
        { Good with { Endpoint = new Uri("ftp://host") }, "Endpoint" },
        { Good with { Endpoint = new Uri("https://host/path") }, "Endpoint" },
        { Good with { Endpoint = new Uri("https://user@host") }, "Endpoint" },
        { Good with { Endpoint = new Uri("http://elsewhere") }, "https where tokens are sent" },
        { Good with { ResumableThresholdBytes = -1 }, "ResumableThresholdBytes" },
        { Good with { MaxConnections = 0 }, "1 to 1024" },
        { Good with { ConnectTimeout = TimeSpan.Zero }, "1 second to 5 minutes" },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Constructor_WhenAnOptionIsOutOfRange_NamesIt(GcsBackendOptions options, string part)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(() => new GcsBackend(options));

        Assert.Contains("GcsBackendOptions.", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "gs://shelf", "gs://shelf/a/b")]
    [InlineData("deep/er", "gs://shelf/deep/er", "gs://shelf/deep/er/a/b")]
    public void Location_HasBucketPathAndKey(string path, string root, string key)
    {
        using var backend = new GcsBackend(Good with { Path = path });

        Assert.Equal(root, backend.Location(""));
        Assert.Equal(key, backend.Location("a/b"));
    }
}
