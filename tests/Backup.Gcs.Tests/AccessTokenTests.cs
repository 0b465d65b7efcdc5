using System.Security.Cryptography;
using Basalt.Backup.Gcs.Tests.Support;
using Basalt.Backup.Tests.Support;
using Basalt.Backup.Tests.Support.Gcs;
using Google.Apis.Auth.OAuth2;

namespace Basalt.Backup.Gcs.Tests;

/// <summary>The tokens that requests carry, from a server that gives them out.</summary>
public sealed class AccessTokenTests : IAsyncLifetime
{
    private static readonly string PrivateKey = CreateKey();

    private FakeGcs _server = null!;
    private TokenServer _tokens = null!;

    public async Task InitializeAsync()
    {
        _server = await FakeGcs.StartAsync();
        _tokens = await TokenServer.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _tokens.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task AnyCall_WithAServiceAccount_CarriesItsToken()
    {
        _server.Tokens.Add("token-1");
        using GcsBackend backend = Open();

        Assert.True(await backend.TryPutAsync("a/b", ObjectContent.FromBytes(new byte[] { 1 })));
        Assert.Single(await backend.ListAsync("").ToListAsync());

        Assert.Equal(1, _tokens.Given);
    }

    [Fact]
    public async Task AnyCall_WhenTheTokenIsRefused_GetsAnotherForTheNextTry()
    {
        using GcsBackend backend = Open();
        _server.Tokens.Add("token-1");
        await backend.TryPutAsync("a/b", ObjectContent.FromBytes(new byte[] { 1 }));
        _server.Tokens.Clear();
        _server.Tokens.Add("token-2");

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.OpenReadAsync("a/b"));

        Assert.True(failure.IsTransient);
        Assert.DoesNotContain("token-", failure.ToString(), StringComparison.Ordinal);
        await using Stream? stream = await backend.OpenReadAsync("a/b");
        Assert.NotNull(stream);
    }

    [Fact]
    public async Task AnyCall_WhenTheCredentialsAreRefused_SaysWhatToSetAndIsNotRepeated()
    {
        _tokens.Refuses = true;
        using GcsBackend backend = Open();

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.OpenReadAsync("a/b"));

        Assert.False(failure.IsTransient);
        Assert.Contains("Invalid JWT Signature", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyCall_WithoutCredentials_SaysWhatToSetAndLooksAgainNextTime()
    {
        int searches = 0;
        var tokens = new AccessTokens(async _ => Interlocked.Increment(ref searches) == 1
            ? throw new InvalidOperationException("not found")
            : await Task.FromResult(Credential()));
        using var backend = new GcsBackend(new GcsBackendOptions { Bucket = _server.Bucket, Endpoint = _server.Endpoint }, tokens);

        var failure = await Assert.ThrowsAsync<BackupBackendException>(() => backend.OpenReadAsync("a/b"));

        Assert.False(failure.IsTransient);
        Assert.Contains("GOOGLE_APPLICATION_CREDENTIALS", failure.Message, StringComparison.Ordinal);
        Assert.Null(await backend.OpenReadAsync("a/b"));
    }

    private GcsBackend Open() => new(
        new GcsBackendOptions { Bucket = _server.Bucket, Endpoint = _server.Endpoint }, new AccessTokens(_ => Task.FromResult(Credential())));

    private GoogleCredential Credential() => new ServiceAccountCredential(
        new ServiceAccountCredential.Initializer("basalt@example.iam.gserviceaccount.com", _tokens.Address.ToString()).FromPrivateKey(PrivateKey))
        .ToGoogleCredential();

    private static string CreateKey()
    {
        using RSA key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
