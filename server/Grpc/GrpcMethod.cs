using Basalt.Server.Security;

namespace Basalt.Server.Grpc;

/// <summary>One method that can be called.</summary>
/// <param name="InvokeAsync">Answers a call.</param>
/// <param name="Access">What a caller has to be permitted to do; null lets everybody call.</param>
internal sealed record GrpcMethod(Func<GrpcCall, Task> InvokeAsync, AccessKind? Access);
