using Basalt.Backup.S3.Tests.Support;
using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.S3.Tests;

/// <summary>The contract of backends, on a real server.</summary>
public sealed class RadosGatewayBackendTests : BackendContract, IAsyncLifetime, IDisposable
{
    private S3Backend _backend = null!;
    private S3BackendOptions _options = null!;

    protected override IBackupBackend Backend => _backend;

    public async Task InitializeAsync()
    {
        _options = await Repositories.NewOptionsAsync();
        _backend = new S3Backend(_options);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _backend?.Dispose();

    [Fact]
    public async Task List_WhenItTakesSeveralPages_ReportsEachKeyOnce()
    {
        string[] keys = [.. Enumerable.Range(0, 1_101).Select(number => $"a/{number:D5}")];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, _) => await PutAsync(key, "x"));

        Assert.Equal(keys, (await Backend.ListAsync("a/").ToListAsync()).Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Equal(keys.Length, (await Backend.ListAsync("a/", recursive: false).ToListAsync()).Count);
        Assert.Equal("a/", Assert.Single(await Backend.ListAsync("", recursive: false).ToListAsync()).Key);
    }

    [Fact]
    public async Task At_AnotherPath_IsAnotherRepository()
    {
        S3Backend other = _backend.At(_options.Bucket, _options.Path + "/deeper");
        await PutAsync("a", "outer");

        Assert.True(await other.TryPutAsync("a", ObjectContent.FromBytes("inner"u8.ToArray())));

        Assert.Equal("outer"u8.ToArray(), await ReadAsync(await Backend.OpenReadAsync("a")));
        Assert.Equal("inner"u8.ToArray(), await ReadAsync(await Backend.OpenReadAsync("deeper/a")));
        Assert.Equal($"s3://{_options.Bucket}/{_options.Path}/deeper/a", other.Location("a"));
    }

    [Fact]
    public async Task OpenRead_WhenLeftInTheMiddle_LetsTheNextCallWork()
    {
        await Backend.TryPutAsync("large", ObjectContent.FromBytes(new byte[8_000_000]));
        await using (Stream stream = (await Backend.OpenReadAsync("large"))!)
        {
            await stream.ReadExactlyAsync(new byte[10]);
        }

        Assert.Equal(8_000_000, (await ReadAsync(await Backend.OpenReadAsync("large"))).Length);
    }

    [Fact]
    public async Task TryPut_WhenCanceled_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        var content = new ObjectContent(10_000_000, () => new CancelingStream(cancellation, after: 5_000_000));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Backend.TryPutAsync("a/name", content, cancellation.Token));

        Assert.Null(await Backend.OpenReadAsync("a/name"));
    }

    [Theory]
    [InlineData("", "WRONG", "SignatureDoesNotMatch")]
    [InlineData("no-such-bucket", "", "NoSuchBucket")]
    public async Task AnyCall_WhenTheKeyOrTheBucketIsWrong_SaysSoAndIsNotRepeated(string bucket, string secret, string code)
    {
        S3Credentials right = _options.Credentials!;
        using var backend = new S3Backend(_options with
        {
            Bucket = bucket.Length > 0 ? bucket : _options.Bucket,
            Credentials = secret.Length > 0 ? right with { SecretKey = secret } : right,
        });

        foreach (Func<Task> call in (Func<Task>[])
        [
            () => backend.TryPutAsync("a/b", ObjectContent.FromBytes(new byte[] { 1 })),
            () => backend.OpenReadAsync("a/b"),
            () => backend.ListAsync("a/b").ToListAsync(),
        ])
        {
            var failure = await Assert.ThrowsAsync<BackupBackendException>(call);
            Assert.Contains(code, failure.Message, StringComparison.Ordinal);
            Assert.Contains(backend.Location("a/b"), failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("WRONG", failure.ToString(), StringComparison.Ordinal);
            Assert.Equal("a/b", failure.ObjectKey);
            Assert.False(failure.IsTransient);
        }
    }
}
