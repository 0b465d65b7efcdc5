using Basalt.Backup.Tests.Support.Gcs;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>Uploads that break off: what is sent again, and what is not.</summary>
public sealed class UploadSessionTests : IAsyncLifetime, IDisposable
{
    private const int Length = 8 << 20;

    private static readonly byte[] Bytes = CreateBytes();

    private FakeGcs _server = null!;
    private GcsBackend _backend = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGcs.StartAsync();
        _backend = new GcsBackend(new GcsBackendOptions
        {
            Bucket = _server.Bucket,
            Endpoint = _server.Endpoint,
            UseAuthentication = false,
            ResumableThresholdBytes = 1 << 20,
        });
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _backend?.Dispose();

    [Fact]
    public async Task TryPut_AfterTheConnectionBrokeInside_SendsOnlyWhatIsMissing()
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenInside);
        var failure = await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        Assert.True(failure.IsTransient);
        long before = _server.BytesReceived;

        Assert.True(await PutAsync());

        Assert.Equal(Bytes, await ReadAsync());
        Assert.InRange(_server.BytesReceived - before, 1, (Length / 2) + (512 << 10));
    }

    [Fact]
    public async Task TryPut_AfterTheLastAnswerWasLost_SendsNothingAgain()
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenAfter);
        await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        long before = _server.BytesReceived;

        Assert.True(await PutAsync());

        Assert.Equal(before, _server.BytesReceived);
        Assert.Equal(Bytes, await ReadAsync());
    }

    [Fact]
    public async Task TryPut_AfterTheSessionWasForgotten_StartsAgain()
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenInside);
        await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        BreakOnce(call => call.IsSession, FakeFault.SessionGone);

        Assert.True(await PutAsync());

        Assert.Equal(Bytes, await ReadAsync());
    }

    [Fact]
    public async Task TryPut_WhenTheSessionIsForgottenInside_MayPass()
    {
        BreakOnce(call => call.IsSession, FakeFault.SessionGone);

        var failure = await Assert.ThrowsAsync<BackupBackendException>(PutAsync);

        Assert.True(failure.IsTransient);
        Assert.True(await PutAsync());
        Assert.Equal(Bytes, await ReadAsync());
    }

    [Theory]
    [InlineData(FakeFault.Unavailable)]
    [InlineData(FakeFault.TooMany)]
    [InlineData(FakeFault.BrokenBefore)]
    public async Task TryPut_AfterTheSessionCouldNotBeAsked_StillGoesOnWithIt(FakeFault fault)
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenInside);
        await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        BreakOnce(call => call.IsSession, fault);
        await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        long before = _server.BytesReceived;

        Assert.True(await PutAsync());

        Assert.InRange(_server.BytesReceived - before, 1, (Length / 2) + (512 << 10));
        Assert.Equal(Bytes, await ReadAsync());
    }

    [Fact]
    public async Task TryPut_WhenTheNameWasTakenMeanwhile_IsFalseAndKeepsTheFirst()
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenInside);
        await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        using var other = new GcsBackend(new GcsBackendOptions { Bucket = _server.Bucket, Endpoint = _server.Endpoint, UseAuthentication = false });
        Assert.True(await other.TryPutAsync("large", ObjectContent.FromBytes(new byte[] { 1 })));

        Assert.False(await PutAsync());

        Assert.Equal([1], await ReadAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryPut_WhenAByteIsDamagedOnTheWay_IsRefusedByTheServerAndMayPass(bool inSession)
    {
        BreakOnce(call => call.IsSession == inSession, FakeFault.Damaged);
        byte[] bytes = inSession ? Bytes : Bytes[..1000];

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => PutAsync(bytes));

        Assert.True(failure.IsTransient);
        Assert.Contains("CRC32C", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Names);
        Assert.True(await PutAsync(bytes));
    }

    [Fact]
    public async Task TryPut_WhenItFails_NamesNoSession()
    {
        BreakOnce(call => call.IsSession, FakeFault.BrokenInside);
        BackupBackendException first = await Assert.ThrowsAsync<BackupBackendException>(PutAsync);
        BreakOnce(call => call.IsSession, FakeFault.Unavailable);
        BackupBackendException second = await Assert.ThrowsAsync<BackupBackendException>(PutAsync);

        Assert.All([first, second], failure => Assert.DoesNotContain("upload_id", failure.ToString(), StringComparison.Ordinal));
    }

    private void BreakOnce(Func<FakeCall, bool> which, FakeFault fault)
    {
        int broken = 0;
        _server.Disturb = call => which(call) && Interlocked.Exchange(ref broken, 1) == 0 ? fault : FakeFault.None;
    }

    private Task<bool> PutAsync() => PutAsync(Bytes);

    private Task<bool> PutAsync(byte[] bytes) =>
        _backend.TryPutAsync("large", new ObjectContent(bytes.Length, () => new MemoryStream(bytes, writable: false)));

    private async Task<byte[]> ReadAsync()
    {
        await using Stream stream = (await _backend.OpenReadAsync("large"))!;
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static byte[] CreateBytes()
    {
        byte[] bytes = new byte[Length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
