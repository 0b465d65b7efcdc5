namespace Basalt.Server.Grpc;

/// <summary>How a call ended: the codes of gRPC that this server answers with.</summary>
internal enum StatusCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>A fault of the server.</summary>
    Unknown = 2,

    /// <summary>The request cannot be done as it stands.</summary>
    InvalidArgument = 3,

    /// <summary>The client's deadline passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>Who calls may not do that.</summary>
    PermissionDenied = 7,

    /// <summary>A message is too large.</summary>
    ResourceExhausted = 8,

    /// <summary>There is no such method, or it cannot do what is asked for.</summary>
    Unimplemented = 12,

    /// <summary>Another node that is needed cannot be reached.</summary>
    Unavailable = 14,

    /// <summary>The call does not say who makes it, or not truly.</summary>
    Unauthenticated = 16,
}
