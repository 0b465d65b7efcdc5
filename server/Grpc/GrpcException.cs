namespace Basalt.Server.Grpc;

/// <summary>A call that is answered with an error.</summary>
internal sealed class GrpcException : Exception
{
    public GrpcException()
        : this("The call failed.")
    {
    }

    public GrpcException(string message)
        : base(message)
    {
    }

    public GrpcException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private GrpcException(StatusCode code, string message)
        : base(message) => Code = code;

    /// <summary>The status of the call.</summary>
    public StatusCode Code { get; } = StatusCode.Unknown;

    /// <summary>The request cannot be done as it stands.</summary>
    public static GrpcException InvalidArgument(string message) => new(StatusCode.InvalidArgument, message);

    /// <summary>The server does not do such things.</summary>
    public static GrpcException Unimplemented(string message) => new(StatusCode.Unimplemented, message);

    /// <summary>The disk is full, or a message is larger than it may be.</summary>
    public static GrpcException ResourceExhausted(string message) => new(StatusCode.ResourceExhausted, message);

    /// <summary>The call does not say who makes it, or not truly.</summary>
    public static GrpcException Unauthenticated(string message) => new(StatusCode.Unauthenticated, message);

    /// <summary>Who calls may not do that.</summary>
    public static GrpcException PermissionDenied(string message) => new(StatusCode.PermissionDenied, message);

    /// <summary>Another node that is needed cannot be reached.</summary>
    public static GrpcException Unavailable(string message) => new(StatusCode.Unavailable, message);

    /// <summary>The client's deadline passed.</summary>
    public static GrpcException DeadlineExceeded() => new(StatusCode.DeadlineExceeded, "the deadline of the call passed");
}
