using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.S3.Tests;

/// <summary>What answers of a server mean to the layer above.</summary>
public sealed class S3FailureTests
{
    private static readonly ObjectContent OneByte = ObjectContent.FromBytes(new byte[] { 1 });

    [Theory]
    [InlineData(503, "SlowDown", true, true)]
    [InlineData(503, "ServiceUnavailable", true, true)]
    [InlineData(429, "TooManyRequests", true, true)]
    [InlineData(500, "InternalError", true, false)]
    [InlineData(409, "ConditionalRequestConflict", true, false)]
    [InlineData(409, "OperationAborted", true, false)]
    [InlineData(400, "RequestTimeout", true, false)]
    [InlineData(400, "BadDigest", true, false)]
    [InlineData(400, "XAmzContentSHA256Mismatch", true, false)]
    [InlineData(403, "AccessDenied", false, false)]
    [InlineData(403, "RequestTimeTooSkewed", false, false)]
    [InlineData(400, "ExpiredToken", false, false)]
    [InlineData(404, "NoSuchBucket", false, false)]
    [InlineData(501, "NotImplemented", false, false)]
    public async Task AnyCall_WhenTheServerRefuses_TellsWhatAndWhetherItMayPass(int status, string code, bool isTransient, bool isThrottled)
    {
        await using var server = new CannedServer(_ => CannedServer.Error(status, code, "not <now>".Replace("<", "&lt;", StringComparison.Ordinal)));
        using var backend = new S3Backend(server.Options);

        foreach (Func<Task> call in (Func<Task>[])
        [
            () => backend.TryPutAsync("a/b", OneByte),
            () => backend.OpenReadAsync("a/b"),
            () => backend.ListAsync("a/b").ToListAsync(),
            () => backend.DeleteAsync("a/b"),
        ])
        {
            var failure = await Assert.ThrowsAsync<BackupBackendException>(call);

            Assert.Equal((isTransient, isThrottled, "a/b"), (failure.IsTransient, failure.IsThrottled, failure.ObjectKey));
            foreach (string part in (string[])["s3://shelf/wv/a/b", $"{status} {code}", "not <now>", "req-7"])
            {
                Assert.Contains(part, failure.Message, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("TOPSECRET", failure.ToString(), StringComparison.Ordinal);
        }

        // One request for each call: it is not for the SDK to try again.
        Assert.Equal(4, server.Requests);
    }

    [Fact]
    public async Task TryPut_WhenTheKeyIsTaken_IsFalse()
    {
        string head = "";
        await using var server = new CannedServer(request =>
        {
            head = request;
            return CannedServer.Error(412, "PreconditionFailed");
        });
        using var backend = new S3Backend(server.Options);

        Assert.False(await backend.TryPutAsync("a/b", new ObjectContent(1, () => new MemoryStream([1]), 0xA016D052)));

        Assert.StartsWith("PUT /shelf/wv/a/b HTTP", head, StringComparison.Ordinal);
        foreach (string header in (string[])["If-None-Match: *", "\r\nContent-Length: 1\r\n", "x-amz-checksum-crc32c: oBbQUg=="])
        {
            Assert.Contains(header, head, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task TryPut_WhenTheConnectionBreaksBeforeTheAnswer_MayPass()
    {
        await using var server = new CannedServer(_ => "");
        using var backend = new S3Backend(server.Options);

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.TryPutAsync("a/b", OneByte));

        Assert.True(failure.IsTransient);
        Assert.Contains(server.Options.Endpoint!, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRead_WhenTheBodyIsCutOff_FailsInsteadOfEnding()
    {
        await using var server = new CannedServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort");
        using var backend = new S3Backend(server.Options);
        await using Stream stream = (await backend.OpenReadAsync("a/b"))!;

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => stream.ReadExactlyAsync(new byte[100]).AsTask());

        Assert.True(failure.IsTransient);
        Assert.Equal("a/b", failure.ObjectKey);
    }

    [Fact]
    public async Task AnyCall_WhenNobodyListens_NamesTheEndpoint()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        using var backend = new S3Backend(new S3BackendOptions
        {
            Endpoint = endpoint,
            UseSsl = false,
            Bucket = "shelf",
            Credentials = new S3Credentials("KEYID", "TOPSECRET"),
        });

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.TryPutAsync("a/b", OneByte));

        Assert.True(failure.IsTransient);
        Assert.Contains($"'{endpoint}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyCall_WhenTheTokenHasExpired_GetsANewOne()
    {
        await using var server = new CannedServer(head => head.Contains("token-2", StringComparison.Ordinal)
            ? CannedServer.Answer(200, "")
            : CannedServer.Error(400, "ExpiredToken"));
        using var backend = new S3Backend(server.Options, new NumberedTokens());

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.TryPutAsync("a/b", OneByte));

        Assert.True(failure.IsTransient);
        Assert.True(await backend.TryPutAsync("a/b", OneByte));
    }

    private sealed class NumberedTokens : RefreshingAWSCredentials
    {
        private int _number;

        protected override CredentialsRefreshState GenerateNewCredentials() =>
            new(new ImmutableCredentials("KEYID", "TOPSECRET", $"token-{++_number}"), DateTime.UnixEpoch.AddYears(200));

        protected override Task<CredentialsRefreshState> GenerateNewCredentialsAsync() => Task.FromResult(GenerateNewCredentials());
    }
}
