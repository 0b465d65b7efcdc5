using Basalt.Backup.Tests.Support;

namespace Basalt.Backup.S3.Tests.Support;

/// <summary>Places on the shared gateway.</summary>
internal static class Repositories
{
    /// <summary>A place where nothing is yet.</summary>
    public static async Task<S3BackendOptions> NewOptionsAsync()
    {
        RadosGateway gateway = await RadosGateway.SharedAsync;
        return new S3BackendOptions
        {
            Endpoint = gateway.Endpoint,
            UseSsl = false,
            Bucket = gateway.Bucket,
            Path = $"tests/{Guid.NewGuid():N}",
            Credentials = new S3Credentials(gateway.AccessKey, gateway.SecretKey),
        };
    }
}
