using Basalt.Server.Grpc.Protocol;

namespace Basalt.Server.Grpc;

/// <summary>
/// Says that the server serves, whatever service is asked for: clients of Weaviate name none at all, or one that does not exist.
/// </summary>
internal sealed class HealthService(CancellationToken stopping)
{
    private const int MaxRequestBytes = 64 << 10;

    /// <summary>The methods by path.</summary>
    public IEnumerable<KeyValuePair<string, Func<GrpcCall, Task>>> Methods => [new("/grpc.health.v1.Health/Check", CheckAsync)];

    private async Task CheckAsync(GrpcCall call)
    {
        await call.ReadAsync(HealthCheckRequest.Parser, MaxRequestBytes);
        await call.ReplyAsync(new HealthCheckResponse
        {
            Status = stopping.IsCancellationRequested
                ? HealthCheckResponse.Types.ServingStatus.StatusNotServing
                : HealthCheckResponse.Types.ServingStatus.StatusServing,
        });
    }
}
