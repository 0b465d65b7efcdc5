namespace Basalt.Server.Security;

/// <summary>What a request does to data.</summary>
internal enum AccessKind
{
    /// <summary>It only looks.</summary>
    Read,

    /// <summary>It changes something, or has the server do work that does.</summary>
    Write,
}
