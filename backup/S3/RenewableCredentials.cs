using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace Basalt.Backup.S3;

/// <summary>
/// Credentials that were given, or those that the SDK finds; looked for at the first use, and again when they have expired. Thread-safe: who
/// looks at the same time finds the same.
/// </summary>
internal sealed class RenewableCredentials(AWSCredentials? given) : AWSCredentials
{
    private volatile AWSCredentials? _found;

    public override ImmutableCredentials GetCredentials() =>
        (given ?? (_found ??= DefaultAWSCredentialsIdentityResolver.GetCredentials(null))).GetCredentials();

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        AWSCredentials current =
            given ?? (_found ??= await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(null).ConfigureAwait(false));
        return await current.GetCredentialsAsync().ConfigureAwait(false);
    }

    /// <summary>Drops what has expired. False: it would come again.</summary>
    public bool TryRenew()
    {
        if ((given ?? _found) is RefreshingAWSCredentials refreshing)
        {
            refreshing.ClearCredentials();
            return true;
        }

        _found = null;
        return given is null;
    }
}
