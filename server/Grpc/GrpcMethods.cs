namespace Basalt.Server.Grpc;

/// <summary>Puts all methods together: the one place that knows every service.</summary>
internal static class GrpcMethods
{
    /// <summary>The methods by path.</summary>
    /// <param name="stopping">Set when the endpoint begins to stop.</param>
    public static IReadOnlyDictionary<string, Func<GrpcCall, Task>> All(CancellationToken stopping) =>
        new Dictionary<string, Func<GrpcCall, Task>>(new HealthService(stopping).Methods);
}
