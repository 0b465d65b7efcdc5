namespace Basalt.Server.Security;

/// <summary>Whether a request is let in.</summary>
internal enum AccessOutcome
{
    /// <summary>It is.</summary>
    Allowed,

    /// <summary>It does not say who it is, or not truly: 401, or UNAUTHENTICATED in gRPC.</summary>
    Unauthenticated,

    /// <summary>Who sent it may not do that: 403, or PERMISSION_DENIED in gRPC.</summary>
    Forbidden,
}
