using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace Basalt.Backup.Gcs;

/// <summary>
/// The tokens that requests carry. They come from the Application Default Credentials, which are looked for when the first is needed; the
/// library renews them before they expire. Thread-safe.
/// </summary>
internal sealed class AccessTokens(Func<CancellationToken, Task<GoogleCredential>> findCredentials)
{
    private const string Scope = "https://www.googleapis.com/auth/devstorage.read_write";

    private readonly Lock _lock = new();
    private Task<ITokenAccess>? _credentials;

    /// <summary>Those of the machine.</summary>
    public static AccessTokens ApplicationDefault => new(GoogleCredential.GetApplicationDefaultAsync);

    /// <summary>A token that has not expired, as far as is known here.</summary>
    /// <exception cref="InvalidOperationException">There are no credentials.</exception>
    /// <exception cref="TokenResponseException">The credentials are refused.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        ITokenAccess credentials = await CredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return await credentials.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The server refused a token, so that another is needed although this one seemed good.</summary>
    /// <returns>False: no other can be had.</returns>
    public async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        ITokenAccess credentials = await CredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return credentials switch
            {
                ServiceCredential service => await service.RequestAccessTokenAsync(cancellationToken).ConfigureAwait(false),
                UserCredential user => await user.RefreshTokenAsync(cancellationToken).ConfigureAwait(false),
                _ => false,
            };
        }
        catch (TokenResponseException)
        {
            return false;
        }
    }

    private Task<ITokenAccess> CredentialsAsync()
    {
        lock (_lock)
        {
            // A search that failed is repeated: the server that gives identities to machines may have been out of reach.
            if (_credentials is null or { IsFaulted: true })
            {
                _credentials = FindAsync();
            }

            return _credentials;
        }
    }

    private async Task<ITokenAccess> FindAsync()
    {
        GoogleCredential found = await findCredentials(CancellationToken.None).ConfigureAwait(false);
        return (ITokenAccess)found.CreateScoped(Scope).UnderlyingCredential;
    }
}
