using System.Collections.Frozen;
using System.Globalization;
using Basalt.Engine;
using Basalt.Server.Api;
using Basalt.Server.Cluster;
using Basalt.Server.Cluster.Clock;
using Basalt.Server.Diagnostics;
using Basalt.Server.Security;
using Google.Protobuf;
using Microsoft.AspNetCore.Connections;

namespace Basalt.Server.Grpc;

/// <summary>
/// Serves unary calls on Kestrel's HTTP/2, without a package: finds the method, asks whether the caller may call it, and turns what it
/// throws into the status of the call.
/// </summary>
internal sealed class GrpcServer(
    IReadOnlyDictionary<string, GrpcMethod> methods, AccessControl access, ClusterNode? cluster, int maxMessageBytes, ILogger logger)
{
    /// <summary>The content type of messages in the format of Protocol Buffers.</summary>
    public const string ContentType = "application/grpc";

    private readonly FrozenDictionary<string, GrpcMethod> _methods = methods.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsCall(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
        using var call = new GrpcCall(context, maxMessageBytes);
        try
        {
            bool exists = _methods.TryGetValue(context.Request.Path.Value!, out GrpcMethod? method);
            RequireAccess(context.Request, exists ? method!.Access : AccessKind.Read);
            if (!exists)
            {
                throw GrpcException.Unimplemented($"there is no method {context.Request.Path}");
            }

            call.Cancellation.ThrowIfCancellationRequested();
            CancellationToken fenced = cluster?.Fenced ?? CancellationToken.None;
            if (cluster is not null)
            {
                cluster.RequireServing();
                await CausalGate.EnterAsync(context, cluster.Clock);
            }

            await using CancellationTokenRegistration interrupt = fenced.UnsafeRegister(static interrupted => ((GrpcCall)interrupted!).Interrupt(), call);
            await method!.InvokeAsync(call);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody reads an answer.
        }
        catch (Exception exception)
        {
            Fail(context, Translate(context, call, exception));
        }
    }

    private static bool IsCall(HttpRequest request) =>
        HttpMethods.IsPost(request.Method)
        && request.ContentType is { } type
        && (type == ContentType || type.StartsWith($"{ContentType}+proto", StringComparison.Ordinal) || type.StartsWith($"{ContentType};", StringComparison.Ordinal));

    private void RequireAccess(HttpRequest request, AccessKind? kind)
    {
        if (kind is null)
        {
            return;
        }

        AccessDecision decision = access.Decide(request.Headers.Authorization, kind.Value, request.Path);
        switch (decision.Outcome)
        {
            case AccessOutcome.Allowed:
                break;
            case AccessOutcome.Forbidden:
                ServerLog.Forbidden(logger, decision.User, request.Method, request.Path);
                throw GrpcException.PermissionDenied(decision.Message);
            default:
                ServerLog.Unauthenticated(logger, request.Method, request.Path);
                throw GrpcException.Unauthenticated(decision.Message);
        }
    }

    private GrpcException Translate(HttpContext context, GrpcCall call, Exception exception)
    {
        switch (exception)
        {
            case GrpcException known:
                return known;
            case RequestException { Status: < StatusCodes.Status500InternalServerError } refused:
                return GrpcException.InvalidArgument(refused.Message);
            case RequestException { Status: StatusCodes.Status503ServiceUnavailable } unavailable:
                return GrpcException.Unavailable(unavailable.Message);
            case DatabaseException { Error: DatabaseError.OutOfSpace } full:
                return GrpcException.ResourceExhausted(full.Message);
            case InvalidProtocolBufferException malformed:
                return GrpcException.InvalidArgument($"the message is malformed: {malformed.Message}");
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return GrpcException.ResourceExhausted(exception.Message);
            case BadHttpRequestException or ConnectionAbortedException:
                return GrpcException.InvalidArgument(exception.Message);
            case OperationCanceledException when call.IsInterrupted && cluster is not null:
                return GrpcException.Unavailable(cluster.Interrupted().Message);
            case OperationCanceledException when call.Cancellation.IsCancellationRequested:
                return GrpcException.DeadlineExceeded();
            default:
                // The boundary of a call: whatever went wrong is logged with its stack and told to the caller.
                ServerLog.RequestFailed(logger, context.Request.Method, context.Request.Path, exception);
                return new GrpcException(exception.Message, exception);
        }
    }

    private static void Fail(HttpContext context, GrpcException error)
    {
        string code = ((int)error.Code).ToString(CultureInfo.InvariantCulture);
        string message = StatusMessage.Encode(error.Message);
        if (context.Response.HasStarted)
        {
            context.Response.AppendTrailer("grpc-status", code);
            context.Response.AppendTrailer("grpc-message", message);
            return;
        }

        context.Response.Clear();
        context.Response.ContentType = ContentType;
        context.Response.Headers["grpc-status"] = code;
        context.Response.Headers["grpc-message"] = message;
    }
}
