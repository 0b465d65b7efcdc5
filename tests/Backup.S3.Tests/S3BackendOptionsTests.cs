namespace Basalt.Backup.S3.Tests;

public sealed class S3BackendOptionsTests
{
    private static readonly S3BackendOptions Good = new() { Bucket = "shelf" };

    public static TheoryData<S3BackendOptions, string> Bad => new()
    {
        { Good with { Bucket = "" }, "Bucket" },
        { Good with { Bucket = "ab" }, "Bucket" },
        { Good with { Bucket = "Shelf" }, "Bucket" },
        { Good with { Bucket = "-shelf" }, "Bucket" },
        { Good with { Bucket = "a/b" }, "Bucket" },
        { Good with { Path = "/a" }, "Path" },
        { Good with { Path = "a/" }, "Path" },
        { Good with { Path = "a/../b" }, "Path" },
        { Good with { Path = "a b" }, "Path" },
        { Good with { Endpoint = "http://host" }, "Endpoint" },
        { Good with { Endpoint = "host/path" }, "Endpoint" },
        { Good with { Endpoint = "user@host" }, "Endpoint" },
        { Good with { Endpoint = "" }, "Endpoint" },
        { Good with { Region = "" }, "Region" },
        { Good with { MaxConnections = 0 }, "1 to 1024" },
        { Good with { MaxConnections = 1025 }, "MaxConnections" },
        { Good with { ConnectTimeout = TimeSpan.Zero }, "ConnectTimeout" },
        { Good with { ConnectTimeout = TimeSpan.FromHours(1) }, "1 second to 5 minutes" },
        { Good with { Credentials = new S3Credentials("", "TOPSECRET") }, "Credentials" },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Constructor_WhenAnOptionIsOutOfRange_NamesIt(S3BackendOptions options, string part)
    {
        var failure = Assert.ThrowsAny<ArgumentException>(() => new S3Backend(options));

        Assert.Contains("S3BackendOptions.", failure.Message, StringComparison.Ordinal);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TOPSECRET", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "s3://shelf", "s3://shelf/a/b")]
    [InlineData("deep/er", "s3://shelf/deep/er", "s3://shelf/deep/er/a/b")]
    public void Location_HasBucketPathAndKey(string path, string root, string key)
    {
        using var backend = new S3Backend(Good with { Path = path });

        Assert.Equal(root, backend.Location(""));
        Assert.Equal(key, backend.Location("a/b"));
    }

    [Fact]
    public void Text_OfOptionsAndCredentials_HasNoSecret()
    {
        S3BackendOptions options = Good with { Credentials = new S3Credentials("ACCESSKEYID", "TOPSECRET", "SESSION") };

        foreach (string secret in (string[])["ACCESSKEYID", "TOPSECRET", "SESSION"])
        {
            Assert.DoesNotContain(secret, options.ToString(), StringComparison.Ordinal);
        }
    }
}
