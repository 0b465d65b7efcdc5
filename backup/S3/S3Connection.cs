using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Basalt.Backup.S3;

/// <summary>A client of a server with the credentials for it. Thread-safe.</summary>
internal sealed class S3Connection : IDisposable
{
    private const string DefaultRegion = "us-east-1";

    /// <summary>Bytes of the memory through which one body goes out.</summary>
    private const int BufferBytes = 128 << 10;

    private readonly RenewableCredentials _credentials;
    private readonly HttpConnections _connections;

    public S3Connection(S3BackendOptions options, AWSCredentials? credentials)
    {
        _credentials = new RenewableCredentials(credentials ?? Fixed(options.Credentials));
        _connections = new HttpConnections(options);
        Endpoint = options.Endpoint ?? "s3.amazonaws.com";
        UsesSsl = options.UseSsl;
        var config = new AmazonS3Config
        {
            // Repeated by the layer above, which knows the budget and can open the source again.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            BufferSize = BufferBytes,
            HttpClientFactory = _connections,
            UseHttp = !options.UseSsl,

            // The SDK's own checksums come in trailers, which many servers refuse; ours are sent as headers.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = options.UsePathStyle ?? options.Endpoint is not null,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = $"{(options.UseSsl ? "https" : "http")}://{endpoint}";
            config.AuthenticationRegion = options.Region ?? DefaultRegion;
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        else
        {
            config.RegionEndpoint ??= RegionEndpoint.GetBySystemName(DefaultRegion);
        }

        Client = new AmazonS3Client(_credentials, config);
    }

    public AmazonS3Client Client { get; }

    /// <summary>The server, for messages.</summary>
    public string Endpoint { get; }

    public bool UsesSsl { get; }

    /// <summary>Forgets credentials that have expired. False: no others can be had.</summary>
    public bool TryRenewCredentials() => _credentials.TryRenew();

    public void Dispose()
    {
        Client.Dispose();
        _connections.Dispose();
    }

    private static AWSCredentials? Fixed(S3Credentials? credentials) => credentials switch
    {
        null => null,
        { SessionToken: { Length: > 0 } token } => new SessionAWSCredentials(credentials.AccessKey, credentials.SecretKey, token),
        _ => new BasicAWSCredentials(credentials.AccessKey, credentials.SecretKey),
    };
}
