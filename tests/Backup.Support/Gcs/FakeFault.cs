namespace Basalt.Backup.Tests.Support.Gcs;

/// <summary>What the fake does instead of, or after, what it was asked for.</summary>
public enum FakeFault
{
    /// <summary>Nothing goes wrong.</summary>
    None,

    /// <summary>503.</summary>
    Unavailable,

    /// <summary>429 with the reason of a rate limit.</summary>
    TooMany,

    /// <summary>401: the token is not accepted.</summary>
    TokenRefused,

    /// <summary>The connection breaks before anything happens.</summary>
    BrokenBefore,

    /// <summary>The connection breaks in the middle of the request's body.</summary>
    BrokenInside,

    /// <summary>It is carried out, and the connection breaks before the answer.</summary>
    BrokenAfter,

    /// <summary>A byte of the request's body is another.</summary>
    Damaged,

    /// <summary>410: the server has forgotten the session.</summary>
    SessionGone,
}
